"""The built-in node types, one module a category."""

from __future__ import annotations

from ..nodes.registry import NodeRegistry
from . import blocks, console, convert, events, flow, lists, parameters, text, values

_MODULES = (events, flow, blocks, parameters, values, text, lists, convert, console)
"""In the order in which the palette shows their categories."""


def builtin_registry() -> NodeRegistry:
    """A new registry that knows every built-in type."""
    return NodeRegistry(node_type for module in _MODULES for node_type in module.NODE_TYPES)
