"""Paints the canvas in layers: grid, frames, then wires and nodes from afar or from near.

The level of detail follows from the zoom alone; painting draws less or more and changes nothing (pitfall C26).
"""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QRegion

from ..theme import Theme
from .backdrop import paint_grid
from .camera import Camera
from .far_painter import FarPainter
from .found_painter import FoundPainter
from .frame_painter import FramePainter, title_height
from .hit import FAR
from .inks import Inks
from .near_painter import NearPainter
from .overlay_painter import OverlayPainter
from .subject import Subject


class CanvasPainter:
    """Paints what lies in some pixels of the viewport."""

    def __init__(self, subject: Subject, theme: Theme) -> None:
        self._subject = subject
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours."""
        self._inks = Inks(theme)
        self._far = FarPainter(self._subject, self._inks)
        self.near = NearPainter(self._subject, self._inks, self._subject.projection.metrics)
        self._found = FoundPainter(self._subject, self._inks, self.near)
        self._frames = FramePainter(self._subject, theme)
        self._overlay = OverlayPainter(self._subject, self._inks)

    def paint(self, painter: QPainter, camera: Camera, region: QRegion) -> None:
        """Paint a region of the viewport; Qt clips to it."""
        bounds = region.boundingRect()
        paint_grid(painter, camera, bounds, self._inks)
        area = camera.rect_to_scene(bounds).adjusted(0, 0, 0, title_height(camera.zoom))
        self._frames.paint(painter, camera, self._subject.projection.shown_frames(area))
        self._overlay.paint_under(painter, camera)
        pieces: list[QRect] = list(region)  # type: ignore[call-overload]  # iterable, though the stubs do not say so
        areas = [camera.rect_to_scene(piece) for piece in pieces]
        painter.setTransform(camera.transform)
        if camera.zoom < FAR:
            self._far.paint(painter, areas)
        else:
            self.near.paint(painter, camera, areas)
        painter.resetTransform()
        self._found.paint(painter, camera, bounds, areas)
        self._overlay.paint_over(painter, camera)
