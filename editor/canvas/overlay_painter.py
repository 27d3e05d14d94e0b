"""Paints where runs stand still, in pixels of the screen: it is seen at every zoom.

A node at which a token stands has a band around it and an arrow in its head: a full one for the token that is looked
at, an outlined one for others, with a red dot in it if a breakpoint stopped it.
Blocks and calls around it have a thin band.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from runtime.ids import NodeId

from .camera import Camera
from .inks import Inks
from .marks import pointer
from .rows import HEADER
from .subject import Subject

_BAND, _THIN, _ARROW = 4.0, 2.0, 11.0
"""Pixels: the width of the bands around nodes; half of the arrow's length."""


class OverlayPainter:
    """Paints in pixels of the viewport: bands under the nodes, so that they hide no pin, and arrows over them."""

    def __init__(self, subject: Subject, inks: Inks) -> None:
        self._subject = subject
        self._inks = inks

    def paint_under(self, painter: QPainter, camera: Camera) -> None:
        """The bands."""
        standing = self._subject.standing
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._inks.color("node.paused"))
        for nodes, width in ((standing.around - standing.nodes, _THIN), (standing.nodes, _BAND)):
            for node_id, rect in self._places(nodes, camera):
                band = max(width, width * 1.5 * camera.zoom) * (1.3 if node_id == standing.focus else 1)
                painter.drawRoundedRect(rect.adjusted(-band, -band, band, band), band * 1.5, band * 1.5)

    def paint_over(self, painter: QPainter, camera: Camera) -> None:
        """The arrows."""
        standing, ground = self._subject.standing, self._inks.color("canvas")
        color, size = self._inks.color("node.paused"), max(_ARROW, _ARROW * camera.zoom)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        arrows = standing.nodes | (standing.around & {standing.focus})
        for node_id, rect in self._places(arrows, camera):
            is_full = node_id == standing.focus and node_id in standing.nodes
            edge = ground if is_full else color
            painter.setPen(QPen(edge, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
            middle = rect.top() + min(HEADER / 2 * camera.zoom, rect.height() / 2)
            tip = QPointF(rect.left() + 6, middle)
            pointer(painter, tip, size, color if is_full else ground)
            if node_id in standing.hits:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._inks.color("node.breakpoint"))
                painter.drawEllipse(tip - QPointF(size * 0.62, 0), size * 0.32, size * 0.32)

    def _places(self, nodes: frozenset[NodeId], camera: Camera) -> Iterator[tuple[NodeId, QRectF]]:
        placed = self._subject.projection.nodes
        for node_id in nodes:
            if node_id in placed:
                yield node_id, QRectF(camera.rect_to_view(self._subject.rect(placed[node_id])))
