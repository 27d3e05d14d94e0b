"""Node types that redeem a FutureResponseId."""

from __future__ import annotations

from ...nodes.node_type import NodeType
from . import awaits, callbacks, life, loops

NODE_TYPES: tuple[type[NodeType], ...] = (
    *awaits.NODE_TYPES, *callbacks.NODE_TYPES, *loops.NODE_TYPES, *life.NODE_TYPES,
)  # fmt: skip
