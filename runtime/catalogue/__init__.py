"""The built-in node types, one module a category."""

from __future__ import annotations

from ..nodes.registry import NodeRegistry
from . import blocks, console, convert, events, flow, futures, lists, openai, parameters, text, values

_MODULES = (events, flow, blocks, parameters, openai, futures, values, text, lists, convert, console)
"""In the order in which the palette shows their categories."""


def builtin_registry() -> NodeRegistry:
    """A new registry that knows every built-in type."""
    return NodeRegistry(node_type for module in _MODULES for node_type in module.NODE_TYPES)
