"""Node types that hold conversations and ask models."""

from __future__ import annotations

from ...nodes.node_type import NodeType
from . import chat, conversations

NODE_TYPES: tuple[type[NodeType], ...] = (*conversations.NODE_TYPES, *chat.NODE_TYPES)
