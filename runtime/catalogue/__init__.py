"""The built-in node types, one module a category."""

from __future__ import annotations

from ..nodes.registry import NodeRegistry
from . import (
    calls,
    console,
    convert,
    events,
    flow,
    futures,
    lists,
    logic,
    loops,
    openai,
    parallel,
    parameters,
    recovery,
    state,
    text,
    values,
)

_MODULES = (
    events, flow, loops, parallel, recovery, calls, parameters, openai, futures, state, values, logic, text, lists,
    convert, console,
)  # fmt: skip
"""In the order in which the palette shows their categories."""


def builtin_registry() -> NodeRegistry:
    """A new registry that knows every built-in type."""
    return NodeRegistry(node_type for module in _MODULES for node_type in module.NODE_TYPES)
