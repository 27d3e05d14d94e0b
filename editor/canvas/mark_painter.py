"""Paints what a person set on a node: breakpoint, mute, bypass, mocked outputs, a comment. It is part of its picture.

Each has a sign of its own beside its colour: dot or ring, struck title and dimmed node, line through it, words.
"""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from .geometry import DOT, DOT_CENTER, PILL_HEIGHT, PILL_TOP, READABLE, Metrics, NodeShape
from .inks import Inks
from .pill import paint_pill, pill_width
from .rows import HEADER

_DOT_PIXELS = 4.5
"""It never gets smaller than this on the screen."""
_LEAST_PILL = 36.0
_CORNER = 6.5
_VEILS = {"mute": 150, "bypass": 70}
"""How much of the canvas's colour lies over a node that is left out, of 255."""


class MarkPainter:
    """Paints at a node's own origin, in canvas units."""

    def __init__(self, inks: Inks, metrics: Metrics) -> None:
        self._inks = inks
        self._metrics = metrics

    def paint(self, painter: QPainter, shape: NodeShape, zoom: float) -> None:
        """All marks of a node, over its body and its pins."""
        marks = shape.look.marks
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if marks.mode in _VEILS:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._inks.glow("canvas", _VEILS[marks.mode]))
            painter.drawRoundedRect(QRectF(0, 0, shape.width, shape.height), _CORNER, _CORNER)
        if marks.mode == "bypass":
            self._pass_through(painter, shape)
        self.paint_signs(painter, shape, zoom)

    def paint_signs(self, painter: QPainter, shape: NodeShape, zoom: float) -> None:
        """What stands on the node's edge, where outlines run."""
        self._pills(painter, shape, zoom)
        if shape.look.marks.breakpoint:
            self._dot(painter, shape, zoom)

    def _pass_through(self, painter: QPainter, shape: NodeShape) -> None:
        """An arrow from side to side under the header: what comes in goes out."""
        y, right = HEADER + 3.0, shape.width - 2.0
        painter.setPen(QPen(self._inks.color("node.bypassed"), 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        tip = QPointF(right, y)
        painter.drawLines(
            [QLineF(QPointF(2, y), tip), QLineF(tip, tip + QPointF(-7, -5)), QLineF(tip, tip + QPointF(-7, 5))]
        )

    def _pills(self, painter: QPainter, shape: NodeShape, zoom: float) -> None:
        """On the upper edge, from the left; futures are counted at its right. From afar without words."""
        marks, left = shape.look.marks, 12.0
        said = (
            (marks.pinned, "mocked", "node.pinned"),
            (marks.mode == "mute", "muted", "node.muted"),
            (marks.mode == "bypass", "bypassed", "node.bypassed"),
            (bool(marks.comment), f"“{marks.comment}”", "node.value"),
        )
        for is_so, text, token in said:
            if is_so:
                words = text if zoom >= READABLE else ""
                width = max(pill_width(self._metrics, words), _LEAST_PILL)
                rect = QRectF(left, PILL_TOP, width, PILL_HEIGHT)
                paint_pill(painter, self._metrics, rect, words, self._inks.color(token), self._inks)
                left += width + 4

    def _dot(self, painter: QPainter, shape: NodeShape, zoom: float) -> None:
        marks, radius = shape.look.marks, max(DOT, _DOT_PIXELS / zoom)
        color, ground = self._inks.color("node.breakpoint"), self._inks.color("canvas")
        painter.setPen(QPen(ground, 1.5))
        painter.setBrush(color)
        painter.drawEllipse(DOT_CENTER, radius, radius)
        if marks.breakpoint == "disabled":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawEllipse(DOT_CENTER, radius * 0.62, radius * 0.62)
        ink = self._inks.color("badge.text") if marks.breakpoint == "set" else color
        if marks.sign == "=":
            painter.setPen(QPen(ink, radius * 0.24, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            x, y = DOT_CENTER.x(), DOT_CENTER.y()
            half, apart = radius * 0.48, radius * 0.24
            painter.drawLines([QLineF(x - half, y + dy, x + half, y + dy) for dy in (-apart, apart)])
        elif marks.sign:
            painter.setPen(ink)
            painter.setFont(self._metrics.small)
            box = QRectF(DOT_CENTER.x() - radius, DOT_CENTER.y() - radius, 2 * radius, 2 * radius)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, marks.sign if len(marks.sign) < 2 else "n")
