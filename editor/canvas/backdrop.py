"""Paints what lies behind wires and nodes: the canvas, its grid, the frames."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from runtime.document.flow import Frame

from ..theme import Theme
from .camera import Camera
from .projection import frame_rect

TITLE_ROOM = 24
"""Pixels above a frame, at least, in which its title stands."""
STEP, MAJOR = 20, 5
"""Canvas units between grid lines; every how many of them is a strong one."""
_FADE_FROM, _FADE_TO = 7.0, 14.0
"""Lines closer than the first number of pixels are not drawn; from the second on they have their full colour."""


def paint_grid(painter: QPainter, camera: Camera, area: QRectF, theme: Theme) -> None:
    """The lines of the grid within an area of the canvas; they fade out as they draw together."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for step, token in ((STEP, "canvas.grid"), (STEP * MAJOR, "canvas.grid.major")):
        strength = min((step * camera.zoom - _FADE_FROM) / (_FADE_TO - _FADE_FROM), 1.0)
        if strength > 0:
            painter.setPen(QPen(blend(theme.color("canvas"), theme.color(token), strength), 0))
            painter.drawLines(_grid_lines(area, step))


def paint_frames(painter: QPainter, camera: Camera, frames: Iterable[Frame], theme: Theme, font: QFont) -> None:
    """Frames, and above them their titles, which never get too small to read."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    title = QFont(font)
    title.setPixelSize(max(round(15 * camera.zoom), 12))
    painter.setFont(title)
    for frame in frames:
        color = QColor(theme.tokens.get(f"frame.{frame.color}", theme.tokens["frame.grey"]))
        rect = QRectF(camera.to_view(frame_rect(frame).topLeft()), frame_rect(frame).size() * camera.zoom)
        fill = QColor(color)
        fill.setAlpha(28)
        painter.setPen(QPen(color, 1.2))
        painter.setBrush(fill)
        painter.drawRoundedRect(rect, 8 * camera.zoom, 8 * camera.zoom)
        painter.setPen(theme.color("frame.text"))
        text = painter.fontMetrics().elidedText(frame.title, Qt.TextElideMode.ElideRight, max(int(rect.width()), 0))
        painter.drawText(QPointF(rect.left() + 2, rect.top() - painter.fontMetrics().descent() - 2), text)


def blend(base: QColor, over: QColor, share: float) -> QColor:
    """A colour between two: 0 is `base`, 1 is `over`."""
    mixed = (a + (b - a) * share for a, b in zip(base.getRgb()[:3], over.getRgb()[:3], strict=True))  # type: ignore[index]
    return QColor(*(round(part) for part in mixed))


def _grid_lines(area: QRectF, step: int) -> list[QLineF]:
    left, top = math.floor(area.left() / step), math.floor(area.top() / step)
    right, bottom = math.ceil(area.right() / step), math.ceil(area.bottom() / step)
    lines = [QLineF(x * step, area.top(), x * step, area.bottom()) for x in range(left, right + 1)]
    return lines + [QLineF(area.left(), y * step, area.right(), y * step) for y in range(top, bottom + 1)]
