"""What is painted: the projection, and what of it is selected, busy, or wanted by the gesture under way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QRectF

from runtime.document.flow import ConnectionKey
from runtime.ids import NodeId, PinName
from runtime.validation import Problem

from ..activity import NodeStatus, RunActivity
from .animation import Animation
from .found import Found
from .projection import PlacedNode, Projection
from .rows import PinKey
from .selection import Selection
from .standing import NOWHERE, Standing


@dataclass
class Emphasis:
    """What the gesture under way wants shown.

    Attributes:
        targets: which pins of a node may be connected; everything else is dimmed. None: nothing is dimmed.
        hidden_wire: a wire that was picked up and hangs on the mouse.
        lit_wire: a wire into which the node on the mouse would go.
    """

    targets: Callable[[NodeId], frozenset[PinKey]] | None = None
    hidden_wire: ConnectionKey | None = None
    lit_wire: ConnectionKey | None = None


@dataclass(frozen=True, slots=True)
class Flash:
    """What somebody asked to be located: a node, perhaps pins of it, or a wire."""

    node: NodeId | None = None
    pin: PinName | None = None
    wire: ConnectionKey | None = None


NO_FLASH = Flash()
_GRAVEST: Final[tuple[NodeStatus, ...]] = ("failed", "running", "cancelled", "done")


@dataclass
class Subject:
    """All that the painters look at.

    Attributes:
        flash: what lights up for a moment.
        problems: what is wrong with each node, errors first; no entry where nothing is.
        hovered_wire: the one under the mouse.
        found: what a search found; everything else lies under a veil. None: nobody searches.
        standing: where tokens stand still, and what the one that is looked at sees.
    """

    projection: Projection
    selection: Selection
    activity: RunActivity
    animation: Animation
    emphasis: Emphasis = field(default_factory=Emphasis)
    flash: Flash = NO_FLASH
    problems: Mapping[NodeId, Sequence[Problem]] = field(default_factory=dict)
    standing: Standing = NOWHERE
    hovered_wire: ConnectionKey | None = None
    found: Found | None = None

    def rect(self, node: PlacedNode) -> QRectF:
        """Where a node is now, drag included."""
        return node.rect.translated(self.projection.offset) if node.id in self.projection.lifted else node.rect

    def frame_status(self, frame_id: str) -> NodeStatus:
        """What the nodes in a collapsed frame are doing, the gravest first."""
        folded = self.projection.folded
        found = {self.activity.of(node) for node in self.activity.active if folded.get(node) == frame_id}
        statuses = {activity.status for activity in found}
        if any(activity.failed_futures for activity in found):
            statuses.add("failed")
        return next((status for status in _GRAVEST if status in statuses), "idle")

    def lit_wires(self) -> set[ConnectionKey]:
        """The wires that stand out: selected, located, under the mouse, or what is dragged would go into one."""
        return {*self.selection.wires, *filter(None, (self.flash.wire, self.emphasis.lit_wire, self.hovered_wire))}

    def is_marked(self, node_id: NodeId) -> bool:
        """Whether something is laid over a node's picture."""
        is_busy = node_id in self.activity.active
        return is_busy or node_id in self.selection.nodes or node_id in self.problems or node_id == self.flash.node

    def is_outlined(self, node_id: NodeId) -> bool:
        """Whether an outline runs over the pins of a node."""
        return node_id in self.selection.nodes or self.activity.of(node_id).status != "idle"
