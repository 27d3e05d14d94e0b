"""Where a node goes that was added without dropping it at a place."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF

from .camera import Camera
from .geometry import MIN_WIDTH
from .projection import Projection
from .rows import HEADER, ROW

_ROOM = QRectF(-HEADER, -HEADER / 2, MIN_WIDTH, HEADER + 3 * ROW)
"""What a node covers at least, seen from the place on its header by which it is put down."""
_APART = 40.0
"""Canvas units between it and what is there."""


def free_place(projection: Projection, camera: Camera, wanted: QPointF) -> QPointF:
    """The wanted place; if something lies there, beside it, and below it where beside is out of sight."""
    beside = below = wanted
    while taken := _lying_at(projection, beside):
        beside = QPointF(max(rect.right() for rect in taken) + _APART - _ROOM.left(), beside.y())
    if camera.visible.contains(_ROOM.translated(beside)):
        return beside
    while taken := _lying_at(projection, below):
        below = QPointF(below.x(), max(rect.bottom() for rect in taken) + _APART - _ROOM.top())
    return below


def _lying_at(projection: Projection, place: QPointF) -> list[QRectF]:
    room = _ROOM.translated(place)
    return [node.rect for node in projection.node_grid.within(room) if node.rect.intersects(room)]
