"""Paints where the keyboard is, in pixels of the screen: it is seen at every zoom, and is unlike a selection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ..theme import Theme
from .frame_painter import title_height
from .keyboard import KeyboardFocus
from .projection import Projection

if TYPE_CHECKING:
    from .view import CanvasView

_AWAY, _PIN = 7.0, 11.0
"""Pixels from a node to its ring; least radius of the ring around a pin."""


def paint_focus(painter: QPainter, view: CanvasView) -> None:
    """A ring around the frame, or around the node, dashed once the keyboard is at a pin or bend, which has its own."""
    camera, projection, theme, focus = view.camera, view.projection, view.theme, view.keyboard
    place, bend = _place(projection, focus, camera.zoom), view.bends.place
    if place is None and focus.on_canvas and view.hasFocus():
        _edge(painter, view)
    if place is None:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    around = QRectF(camera.rect_to_view(place)).adjusted(-_AWAY, -_AWAY, _AWAY, _AWAY)
    is_within = focus.pin is not None or bend is not None
    style = Qt.PenStyle.DashLine if is_within else Qt.PenStyle.SolidLine
    for color, width, drawn in ((theme.color("canvas"), 4.5, Qt.PenStyle.SolidLine), (theme.color("text"), 2.0, style)):
        painter.setPen(QPen(color, width, drawn))
        painter.drawRoundedRect(around, 10, 10)
    radius = max(_PIN, _PIN * camera.zoom)
    if bend is not None:
        _circle(painter, theme, camera.to_view(bend), radius)
    elif focus.node is not None and focus.pin is not None:
        _circle(painter, theme, camera.to_view(projection.pin_position(focus.node, focus.pin)), radius)


def _edge(painter: QPainter, view: CanvasView) -> None:
    """A line around all of the canvas: keys brought the focus to it."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(view.theme.color("text"), 2.0))
    painter.drawRect(view.viewport().rect().adjusted(1, 1, -1, -1))


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
