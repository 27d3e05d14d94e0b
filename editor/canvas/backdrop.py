"""Paints what lies behind everything else: the canvas and its grid."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPixmap, QTransform

from .batch import fill_rects
from .camera import Camera
from .inks import Inks, blend

STEPS = ((20, "canvas.grid"), (100, "canvas.grid.major"))
"""Canvas units between grid lines, and the theme token of their colour."""
_FADE_FROM, _FADE_TO = 7.0, 14.0
"""Lines closer than the first number of pixels are not drawn; from the second on they have their full colour."""
_TILE = 32


def paint_grid(painter: QPainter, camera: Camera, pixels: QRect, inks: Inks) -> None:
    """The canvas and the lines of its grid, which fade out as they draw together, in some pixels of the viewport.

    The upright lines are drawn into a low tile that is laid over the area row by row: copying rows is four times
    faster than painting lines a pixel wide and a thousand high.
    """
    ratio, base = camera.ratio, inks.color("canvas")
    left, top = math.floor(pixels.left() * ratio), math.floor(pixels.top() * ratio)
    width, height = math.ceil(pixels.width() * ratio) + 1, math.ceil(pixels.height() * ratio) + 1
    tile = QPixmap(width, _TILE)
    tile.fill(base)
    lines = [(step, blend(base, inks.color(token), strength)) for step, token, strength in _visible_steps(camera)]
    with QPainter(tile) as brush:
        for step, color in lines:
            columns = _places(camera.origin.x(), step * camera.zoom, ratio, left, width)
            fill_rects(brush, [edge for x in columns for edge in (x - left, 0, x - left, _TILE - 1)], color)
    painter.setTransform(QTransform.fromScale(1 / ratio, 1 / ratio))
    painter.drawTiledPixmap(left, top, width, height, tile)
    for step, color in lines:
        rows = _places(camera.origin.y(), step * camera.zoom, ratio, top, height)
        fill_rects(painter, [edge for y in rows for edge in (left, y, left + width - 1, y)], color)
    painter.resetTransform()


def _visible_steps(camera: Camera) -> Iterable[tuple[int, str, float]]:
    for step, token in STEPS:
        strength = min((step * camera.zoom - _FADE_FROM) / (_FADE_TO - _FADE_FROM), 1.0)
        if strength > 0:
            yield step, token, strength


def _places(origin: float, step: float, ratio: float, start: int, length: int) -> list[int]:
    """Where lines fall, in whole device pixels."""
    first = math.floor((start / ratio - origin) / step)
    last = math.ceil(((start + length) / ratio - origin) / step)
    return [round((origin + index * step) * ratio) for index in range(first, last + 1)]
