"""What collapsed frames fold away: which nodes, and the bar that is left of each frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QRectF

from runtime.document.flow import Frame
from runtime.ids import NodeId

from ..frames import frame_rect
from .geometry import Metrics, NodeShape
from .look import NodeLook
from .rows import HEADER, PinRows

MOST_BAR = 320.0
"""The width of the widest bar."""


def owned(frame: QRectF, places: Mapping[NodeId, QRectF]) -> set[NodeId]:
    """The nodes whose middle is inside."""
    return {node_id for node_id, rect in places.items() if frame.contains(rect.center())}


def folds(frames: Iterable[Frame], places: Callable[[], Mapping[NodeId, QRectF]]) -> dict[NodeId, str]:
    """Which collapsed frame folds each node away: of several around it the largest. Asks for places if there is one."""
    collapsed = [frame for frame in frames if frame.collapsed]
    if not collapsed:
        return {}
    collapsed.sort(key=lambda frame: frame_rect(frame).width() * frame_rect(frame).height())
    known = places()
    return {node_id: frame.id for frame in collapsed for node_id in owned(frame_rect(frame), known)}


def bar_rect(frame: Frame) -> QRectF:
    """What is seen of a collapsed frame."""
    rect = frame_rect(frame)
    return QRectF(rect.x(), rect.y(), min(rect.width(), MOST_BAR), HEADER)


def bar_of(frame: Frame, metrics: Metrics) -> tuple[NodeShape, QRectF]:
    """The shape and the place that a folded node has: without pins, so that its wires end at the sides of the bar."""
    rect = bar_rect(frame)
    look = NodeLook("", "", PinRows((), (), (), ()), frozenset(), ())
    return NodeShape(look, metrics, rect.width(), HEADER), rect
