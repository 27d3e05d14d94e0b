"""Adding nodes to a canvas: where one points, or where one looks and nothing lies yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from runtime.document.flow import ConnectionKey
from runtime.ids import NodeId

from ..places import snapped
from . import insertion
from .geometry import MIN_WIDTH
from .locating import bring_in_sight
from .projection import Projection
from .rows import HEADER, ROW

if TYPE_CHECKING:
    from .view import CanvasView

_ROOM = QRectF(-HEADER, -HEADER / 2, MIN_WIDTH, HEADER + 3 * ROW)
"""What a node covers at least, seen from the place on its header by which it is put down."""
_APART = 40.0
"""Canvas units between it and what is there."""


def add_node(view: CanvasView, type_id: str, place: QPointF, into: ConnectionKey | None = None) -> NodeId:
    """Add a node with its header under a place of the canvas, and select it; it goes into a wire that it fits."""
    corner = place - QPointF(HEADER, HEADER / 2)
    node_id = insertion.add_at(view.projection, type_id, snapped(corner), into)
    view.selection.set([node_id])
    return node_id


def add_node_in_sight(view: CanvasView, type_id: str) -> NodeId:
    """Add a node where one looks and nothing lies yet, and select it."""
    node_id = add_node(view, type_id, free_place(view, view.camera.center))
    bring_in_sight(view, node_id)
    return node_id


def free_place(view: CanvasView, wanted: QPointF) -> QPointF:
    """The wanted place; if something lies there, beside it, and below it where beside is out of sight."""
    projection, beside, below = view.projection, wanted, wanted
    while taken := _lying_at(projection, beside):
        beside = QPointF(max(rect.right() for rect in taken) + _APART - _ROOM.left(), beside.y())
    if view.camera.visible.contains(_ROOM.translated(beside)):
        return beside
    while taken := _lying_at(projection, below):
        below = QPointF(below.x(), max(rect.bottom() for rect in taken) + _APART - _ROOM.top())
    return below


def _lying_at(projection: Projection, place: QPointF) -> list[QRectF]:
    room = _ROOM.translated(place)
    return [node.rect for node in projection.node_grid.within(room) if node.rect.intersects(room)]
