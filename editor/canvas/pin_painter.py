"""Paints pins: each type has a shape of its own, so that colour is not the only cue; filled when wired."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from .geometry import NodeShape, Place
from .inks import Inks, blend
from .rows import pin_color

RADIUS = 5.0
REACH = 8.0
"""What a pin covers around its centre, its outline included."""
_OUTLINES = {
    pin_color(None): ((-5.0, -5.5), (0.5, -5.5), (6.0, 0.0), (0.5, 5.5), (-5.0, 5.5)),  # an arrow
    "pin.conversation": ((-6.5, 0.0), (0.0, -6.5), (6.5, 0.0), (0.0, 6.5)),  # a diamond
    "pin.future": ((-5.2, -6.0), (5.2, -6.0), (1.0, 0.0), (5.2, 6.0), (-5.2, 6.0), (-1.0, 0.0)),  # an hourglass
    "pin.integer": ((-4.5, -4.5), (4.5, -4.5), (4.5, 4.5), (-4.5, 4.5)),  # a square
    "pin.float": ((0.0, -5.6), (5.4, -1.7), (3.3, 4.6), (-3.3, 4.6), (-5.4, -1.7)),  # a pentagon
    "pin.boolean": ((0.0, -5.6), (5.6, 4.4), (-5.6, 4.4)),  # a triangle
    "pin.json": ((-5.6, 0.0), (-2.8, -4.9), (2.8, -4.9), (5.6, 0.0), (2.8, 4.9), (-2.8, 4.9)),  # a hexagon
}
"""The corners of pins by the token of their colour; texts are circles, and any value is a small one in a ring."""
_ANY = "pin.any"


class PinPainter:
    """Paints pins, one by one or from stamps: pictures of pins at one scale, as there are few kinds of them."""

    def __init__(self, inks: Inks) -> None:
        self._inks = inks
        self._scale = 0.0
        self._stamps: dict[tuple[str, bool], QPixmap] = {}

    def paint(self, painter: QPainter, shape: NodeShape) -> None:
        """All pins of a node, in canvas units from its corner."""
        for place in shape.places.values():
            self.paint_one(painter, place.pin.color, QPointF(place.x, place.y), wired=place.wired)

    def halo(self, painter: QPainter, place: Place) -> None:
        """A pin that may be connected, lit."""
        center = QPointF(place.x, place.y)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._inks.glow(place.pin.color, 90))
        painter.drawEllipse(center, RADIUS + 5, RADIUS + 5)
        self.paint_one(painter, place.pin.color, center, wired=place.wired)

    def dim(self, painter: QPainter, place: Place, share: float) -> None:
        """A pin that may not be connected: only a share of its colour is left."""
        ink = blend(self._inks.color("node"), self._inks.color(place.pin.color), share)
        self.paint_one(painter, place.pin.color, QPointF(place.x, place.y), wired=place.wired, ink=ink)

    def stamp(self, painter: QPainter, shape: NodeShape, scale: float, x: int, y: int) -> None:
        """All pins of a node that begins at a pixel, on whole pixels; the painter's units must be pixels."""
        if scale != self._scale:
            self._stamps.clear()
            self._scale = scale
        half = math.ceil(REACH * scale)
        for place in shape.places.values():
            picture = self._stamps.get((place.pin.color, place.wired)) or self._make(place.pin.color, place.wired)
            painter.drawPixmap(x + round(place.x * scale) - half, y + round(place.y * scale) - half, picture)

    def _make(self, color: str, wired: bool) -> QPixmap:
        half = math.ceil(REACH * self._scale)
        picture = self._stamps[color, wired] = QPixmap(2 * half, 2 * half)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(half, half)
            painter.scale(self._scale, self._scale)
            self.paint_one(painter, color, QPointF(), wired=wired)
        return picture

    def paint_one(
        self, painter: QPainter, token: str, center: QPointF, *, wired: bool, ink: QColor | None = None
    ) -> None:
        """One pin of the colour of a token, at a place."""
        color, corners = ink or self._inks.color(token), _OUTLINES.get(token)
        painter.setPen(QPen(color, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(color if wired else self._inks.color("node"))
        if corners is None:
            painter.drawEllipse(center, RADIUS, RADIUS)
            if token == _ANY:
                painter.setBrush(self._inks.color("node") if wired else color)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.drawEllipse(center, RADIUS * 0.4, RADIUS * 0.4)
        else:
            painter.drawPolygon(QPolygonF([center + QPointF(x, y) for x, y in corners]))
