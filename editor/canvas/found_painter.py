"""Paints what a search found: a veil over the canvas, and above it the nodes and frames of the matches."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from .camera import Camera
from .found import Found
from .hit import FAR
from .inks import Inks
from .near_painter import NearPainter
from .projection import PlacedNode
from .subject import Subject

_VEIL: Final = 165
"""How dense the veil is, of 255: one still sees where one is."""
_MOST_FROM_AFAR: Final = 2000
"""More matches in sight at once set nothing apart, and take longer than a frame: then there is no veil."""
_AWAY: Final = 5.0
_RING, _THICK_RING = 2.0, 4.0
"""Pixels: how far a ring is from its node, how thick it is around a match and around the one that is looked at."""


class FoundPainter:
    """Paints over what the other painters have painted, in pixels of the viewport."""

    def __init__(self, subject: Subject, inks: Inks, near: NearPainter) -> None:
        self._subject = subject
        self._inks = inks
        self._near = near

    def paint(self, painter: QPainter, camera: Camera, bounds: QRect, areas: list[QRectF]) -> None:
        """The veil and the matches in some areas of the canvas; nothing if nobody searches."""
        found = self._subject.found
        if found is None:
            return
        if camera.zoom < FAR and len(found.nodes) > _MOST_FROM_AFAR:
            self._rings(painter, camera, found, [])
            return
        painter.fillRect(bounds, self._inks.glow("canvas", _VEIL))
        around = (_AWAY + _THICK_RING) / camera.zoom
        areas = [area.adjusted(-around, -around, around, around) for area in areas]
        placed = self._subject.projection.nodes
        nodes = [placed[one] for one in found.nodes if one in placed and _touches(placed[one].box, areas)]
        if camera.zoom < FAR:
            self._from_afar(painter, camera, nodes)
        else:
            self._near.paint_nodes(painter, camera, nodes, camera.origin)
            painter.resetTransform()
        self._rings(painter, camera, found, nodes)

    def _from_afar(self, painter: QPainter, camera: Camera, nodes: list[PlacedNode]) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._inks.color("link"))
        painter.drawRects([_on_view(camera, self._subject.rect(node)) for node in nodes])

    def _rings(self, painter: QPainter, camera: Camera, found: Found, nodes: list[PlacedNode]) -> None:
        projection = self._subject.projection
        rects = [self._subject.rect(node) for node in nodes]
        rects += [projection.frame_place(one) for one in found.frames if one in projection.document.frames]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._inks.color("link"), _RING))
        if camera.zoom >= FAR or found.frames:
            painter.drawRects([_around(camera, rect) for rect in rects])
        current = projection.nodes.get(found.current_node) if found.current_node else None
        painter.setPen(QPen(self._inks.color("node.selected"), _THICK_RING))
        if current is not None:
            painter.drawRect(_around(camera, self._subject.rect(current)))
        elif found.current_frame is not None and found.current_frame in projection.document.frames:
            painter.drawRect(_around(camera, projection.frame_place(found.current_frame)))


def _on_view(camera: Camera, rect: QRectF) -> QRectF:
    corner = camera.to_view(rect.topLeft())
    return QRectF(corner.x(), corner.y(), max(rect.width() * camera.zoom, 2), max(rect.height() * camera.zoom, 2))


def _around(camera: Camera, rect: QRectF) -> QRectF:
    return _on_view(camera, rect).adjusted(-_AWAY, -_AWAY, _AWAY, _AWAY)


def _touches(box: QRectF, areas: list[QRectF]) -> bool:
    return any(box.intersects(area) for area in areas)
