"""Paints what lies over all nodes at every zoom, in pixels of the screen: where a run stands still."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from .camera import Camera
from .inks import Inks
from .marks import pointer
from .rows import HEADER
from .subject import Subject

_OUTLINE, _ARROW = 3.5, 9.0
"""Pixels: the width of the outline; half of the arrow's length."""


class OverlayPainter:
    """Paints in pixels of the viewport."""

    def __init__(self, subject: Subject, inks: Inks) -> None:
        self._subject = subject
        self._inks = inks

    def paint(self, painter: QPainter, camera: Camera) -> None:
        """The nodes at which tokens stand still."""
        nodes = self._subject.projection.nodes
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for node_id in self._subject.paused:
            if node_id in nodes:
                self._paused(painter, QRectF(camera.rect_to_view(self._subject.rect(nodes[node_id]))), camera.zoom)

    def _paused(self, painter: QPainter, rect: QRectF, zoom: float) -> None:
        color, ground = self._inks.color("node.paused"), self._inks.color("canvas")
        around = rect.adjusted(-_OUTLINE, -_OUTLINE, _OUTLINE, _OUTLINE)
        for ink, width in ((ground, _OUTLINE + 2.5), (color, _OUTLINE)):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.RoundJoin))
            painter.drawRoundedRect(around, 4, 4)
        painter.setPen(QPen(ground, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        middle = rect.top() + min(HEADER / 2 * zoom, rect.height() / 2)
        pointer(painter, QPointF(rect.left() + 3, middle), max(_ARROW, _ARROW * zoom), color)
