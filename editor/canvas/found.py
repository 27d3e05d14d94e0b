"""What a search found in the flow of a canvas."""

from __future__ import annotations

from dataclasses import dataclass

from runtime.ids import NodeId


@dataclass(frozen=True, slots=True)
class Found:
    """The matches of a search in this flow, and the one that is looked at."""

    nodes: frozenset[NodeId] = frozenset()
    frames: frozenset[str] = frozenset()
    current_node: NodeId | None = None
    current_frame: str | None = None
