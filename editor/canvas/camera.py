"""What part of the canvas is seen: centre and zoom, and the way between canvas units and pixels of the view."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QTransform

MIN_ZOOM, MAX_ZOOM = 0.02, 4.0
FIT_ZOOM = 1.0
"""Fitting never magnifies: a flow of two nodes stays at its natural size."""
FIT_MARGIN = 40
"""Free pixels around what is fitted."""


class Camera:
    """Maps canvas units to logical pixels of the viewport. The origin always falls on a whole device pixel."""

    def __init__(self) -> None:
        self.center = QPointF()
        self.zoom = 1.0
        self.size = QSize(1, 1)
        self.ratio = 1.0

    @property
    def origin(self) -> QPointF:
        """Where the canvas's (0, 0) is in the viewport."""
        x = self.size.width() / 2 - self.center.x() * self.zoom
        y = self.size.height() / 2 - self.center.y() * self.zoom
        return QPointF(round(x * self.ratio) / self.ratio, round(y * self.ratio) / self.ratio)

    @property
    def transform(self) -> QTransform:
        """From canvas units to the viewport."""
        origin = self.origin
        return QTransform(self.zoom, 0, 0, self.zoom, origin.x(), origin.y())

    def to_view(self, point: QPointF) -> QPointF:
        """A place of the canvas in the viewport."""
        return point * self.zoom + self.origin

    def to_scene(self, point: QPointF | QPoint) -> QPointF:
        """A place of the viewport on the canvas."""
        return (QPointF(point) - self.origin) / self.zoom

    def rect_to_view(self, rect: QRectF) -> QRect:
        """The whole pixels that an area of the canvas touches, and one around for smoothing."""
        top_left = self.to_view(rect.topLeft())
        size = QRectF(top_left.x(), top_left.y(), rect.width() * self.zoom, rect.height() * self.zoom)
        return size.toAlignedRect().adjusted(-1, -1, 1, 1)

    def rect_to_scene(self, rect: QRect) -> QRectF:
        """The area of the canvas under some pixels."""
        top_left = self.to_scene(rect.topLeft())
        return QRectF(top_left.x(), top_left.y(), rect.width() / self.zoom, rect.height() / self.zoom)

    @property
    def visible(self) -> QRectF:
        """The area of the canvas that is seen."""
        return self.rect_to_scene(QRect(QPoint(), self.size))

    def pan(self, pixels: QPointF) -> QPointF:
        """Move what is seen by some pixels; returns how far it really moved."""
        before = self.origin
        self.center -= pixels / self.zoom
        return self.origin - before

    def zoom_to(self, zoom: float, anchor: QPointF) -> None:
        """Zoom so that what is under `anchor` (a place of the viewport) stays there."""
        held = self.to_scene(anchor)
        self.zoom = clamped(zoom)
        self.center += held - self.to_scene(anchor)

    def fit(self, area: QRectF) -> None:
        """Show an area whole."""
        width, height = max(self.size.width() - 2 * FIT_MARGIN, 1), max(self.size.height() - 2 * FIT_MARGIN, 1)
        zoom = min(width / max(area.width(), 1.0), height / max(area.height(), 1.0), FIT_ZOOM)
        self.zoom, self.center = clamped(zoom), area.center()


def clamped(zoom: float) -> float:
    """A zoom within what the canvas offers; 1.0 for one that is no number."""
    return min(max(zoom, MIN_ZOOM), MAX_ZOOM) if math.isfinite(zoom) else 1.0
