"""Paints where runs stand still, in pixels of the screen: it is seen at every zoom."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from .camera import Camera
from .inks import Inks
from .marks import pointer
from .rows import HEADER
from .subject import Subject

_BAND, _ARROW = 4.0, 11.0
"""Pixels: the width of the band around the node; half of the arrow's length."""


class OverlayPainter:
    """Paints in pixels of the viewport: bands under the nodes, so that they hide no pin, and arrows over them."""

    def __init__(self, subject: Subject, inks: Inks) -> None:
        self._subject = subject
        self._inks = inks

    def paint_under(self, painter: QPainter, camera: Camera) -> None:
        """The bands."""
        band = max(_BAND, _BAND * 1.5 * camera.zoom)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._inks.color("node.paused"))
        for rect in self._paused(camera):
            painter.drawRoundedRect(rect.adjusted(-band, -band, band, band), band * 1.5, band * 1.5)

    def paint_over(self, painter: QPainter, camera: Camera) -> None:
        """The arrows."""
        ground = self._inks.color("canvas")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for rect in self._paused(camera):
            painter.setPen(QPen(ground, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
            middle = rect.top() + min(HEADER / 2 * camera.zoom, rect.height() / 2)
            tip, size = QPointF(rect.left() + 6, middle), max(_ARROW, _ARROW * camera.zoom)
            pointer(painter, tip, size, self._inks.color("node.paused"))

    def _paused(self, camera: Camera) -> Iterator[QRectF]:
        nodes = self._subject.projection.nodes
        for node_id in self._subject.paused:
            if node_id in nodes:
                yield QRectF(camera.rect_to_view(self._subject.rect(nodes[node_id])))
