"""Paints frames: a tinted area with its title above, or, collapsed, a bar that says how much is folded away in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from runtime.document.flow import Frame

from ..theme import Theme
from .camera import Camera
from .folding import MOST_BAR
from .marks import chevron
from .status_painter import STATUS_COLORS
from .subject import Subject

TITLE_ROOM: Final = 24.0
"""Pixels above a frame, at least, in which its title stands."""
_LEAST_TITLE: Final = 12
_TITLE: Final = 15
_ARROW: Final = 18.0


def title_height(zoom: float) -> float:
    """Canvas units above a frame in which its title stands: titles never get too small to read."""
    return max(TITLE_ROOM / zoom, TITLE_ROOM)


class FramePainter:
    """Paints in pixels of the viewport."""

    def __init__(self, subject: Subject, theme: Theme) -> None:
        self._subject = subject
        self._theme = theme

    def paint(self, painter: QPainter, camera: Camera, frames: Iterable[Frame]) -> None:
        """Frames in this order."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for frame in frames:
            area = self._subject.projection.frame_place(frame.id)
            outline = QRectF(camera.to_view(area.topLeft()), area.size() * camera.zoom).toRect()
            rect = QRectF(outline).translated(0.5, 0.5)  # lines of a pixel lie on pixels
            if frame.collapsed:
                self._bar(painter, frame, rect, camera.zoom)
            else:
                self._area(painter, frame, rect, camera.zoom)

    def _area(self, painter: QPainter, frame: Frame, rect: QRectF, zoom: float) -> None:
        color = self._color(frame)
        is_selected = frame.id in self._subject.selection.frames
        painter.setPen(QPen(self._theme.color("node.selected"), 2) if is_selected else QPen(color, 1))
        painter.setBrush(_tinted(color, 28))
        painter.drawRoundedRect(rect, 8 * zoom, 8 * zoom)
        self._title(painter, frame.title, rect, zoom)

    def _title(self, painter: QPainter, text: str, rect: QRectF, zoom: float) -> None:
        painter.setFont(self._font(max(round(_TITLE * zoom), _LEAST_TITLE)))
        painter.setPen(self._theme.color("frame.text"))
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(int(rect.width()), 0))
        painter.drawText(QPointF(rect.left() + 2, rect.top() - metrics.descent() - 2), shown)

    def _bar(self, painter: QPainter, frame: Frame, rect: QRectF, zoom: float) -> None:
        """The bar wears the colour of what its nodes are doing; its title stands above it where it is too low."""
        color, status = self._color(frame), self._subject.frame_status(frame.id)
        edge = QPen(color, 1)
        if status in STATUS_COLORS:
            edge = QPen(self._theme.color(STATUS_COLORS[status]), 2)
        if frame.id in self._subject.selection.frames:
            edge = QPen(self._theme.color("node.selected"), 2)
        painter.setPen(edge)
        painter.setBrush(_tinted(color, 90))
        painter.drawRoundedRect(rect, 6 * zoom, 6 * zoom)
        count = sum(owner == frame.id for owner in self._subject.projection.folded.values())
        text = f"{frame.title}  ({count})"
        pixels = round(13 * zoom)
        if pixels < _LEAST_TITLE - 3:
            self._title(painter, text, rect.adjusted(0, 0, MOST_BAR, 0), zoom)
            return
        painter.save()
        painter.translate(rect.left() + _ARROW / 2 * zoom, rect.center().y())
        painter.scale(zoom, zoom)
        painter.rotate(-90)
        chevron(painter, QPointF(0, 2), self._theme.color("frame.text"))
        painter.restore()
        painter.setFont(self._font(pixels))
        painter.setPen(self._theme.color("frame.text"))
        inner = rect.adjusted(_ARROW * zoom, 0, -6 * zoom, 0)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(int(inner.width()), 0))
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _font(self, pixels: int) -> QFont:
        font = QFont(self._subject.projection.metrics.title)
        font.setPixelSize(max(pixels, 1))
        return font

    def _color(self, frame: Frame) -> QColor:
        tokens = self._theme.tokens
        return QColor(tokens.get(f"frame.{frame.color}", tokens["frame.grey"]))


def _tinted(color: QColor, alpha: int) -> QColor:
    return QColor(color.red(), color.green(), color.blue(), alpha)
