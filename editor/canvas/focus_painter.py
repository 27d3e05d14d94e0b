"""Paints where the keyboard is, in pixels of the screen: it is seen at every zoom, and is unlike a selection."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ..theme import Theme
from .camera import Camera
from .frame_painter import title_height
from .keyboard import KeyboardFocus
from .projection import Projection

_AWAY, _PIN = 7.0, 11.0
"""Pixels from a node to its ring; least radius of the ring around a pin."""


def paint_focus(painter: QPainter, camera: Camera, projection: Projection, theme: Theme, focus: KeyboardFocus) -> None:
    """A ring around the frame, or around the node, dashed once the keyboard is at a pin, which has one of its own."""
    place = _place(projection, focus, camera.zoom)
    if place is None:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    around = QRectF(camera.rect_to_view(place)).adjusted(-_AWAY, -_AWAY, _AWAY, _AWAY)
    style = Qt.PenStyle.DashLine if focus.pin is not None else Qt.PenStyle.SolidLine
    for color, width, drawn in ((theme.color("canvas"), 4.5, Qt.PenStyle.SolidLine), (theme.color("text"), 2.0, style)):
        painter.setPen(QPen(color, width, drawn))
        painter.drawRoundedRect(around, 10, 10)
    if focus.node is not None and focus.pin is not None:
        at, radius = camera.to_view(projection.pin_position(focus.node, focus.pin)), max(_PIN, _PIN * camera.zoom)
        _circle(painter, theme, at, radius)


def _place(projection: Projection, focus: KeyboardFocus, zoom: float) -> QRectF | None:
    """What the ring is around, with the title of a frame."""
    if focus.node is not None:
        return projection.nodes[focus.node].rect
    if focus.frame is None:
        return None
    rect, is_bar = projection.frame_place(focus.frame), projection.document.frames[focus.frame].collapsed
    return rect if is_bar else rect.adjusted(0, -title_height(zoom), 0, 0)


def _circle(painter: QPainter, theme: Theme, at: QPointF, radius: float) -> None:
    for token, width in (("canvas", 5.0), ("text", 2.5)):
        painter.setPen(QPen(theme.color(token), width))
        painter.drawEllipse(at, radius, radius)
