"""Our own line icons (resources/icons/*.svg), drawn in the colours of a theme."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from .resources import resource_text
from .theme import Theme

_SIZES = (16, 20, 24, 32, 48, 64)


def icon(name: str, theme: Theme, color: str = "text", on: str = "") -> QIcon:
    """The icon of a name, as `run`, in one of the theme's colours (a token of it); `on` is that of a switch that is on.

    It is paler while disabled, and stands out from the accent colour in a selected row.

    Raises FileNotFoundError for a name without a file, KeyError for a token that no theme has.
    """
    made = QIcon()
    modes = (
        (QIcon.Mode.Normal, theme.color(color)),
        (QIcon.Mode.Disabled, theme.color("text.disabled")),
        (QIcon.Mode.Selected, theme.color("accent.text")),
    )
    for mode, ink in modes:
        for size in _SIZES:
            made.addPixmap(pixmap(name, ink, size), mode)
    for size in _SIZES if on else ():
        made.addPixmap(pixmap(name, theme.color(on), size), QIcon.Mode.Normal, QIcon.State.On)
    return made


def app_icon() -> QIcon:
    """The program's own icon, which has colours of its own."""
    made = QIcon()
    for size in (*_SIZES, 128, 256):
        made.addPixmap(pixmap("app", QColor(Qt.GlobalColor.black), size))
    return made


def pixmap(name: str, color: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon as a square picture of `size` logical pixels, for painting by hand; drawn once, then Qt keeps it."""
    key = f"futureflow icon {name} {color.name()} {size} {ratio}"
    picture = QPixmap()
    if QPixmapCache.find(key, picture):
        return picture
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    picture.setDevicePixelRatio(ratio)
    svg = _svg(name).replace("currentColor", color.name())
    with QPainter(picture) as painter:
        QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size, size))
    QPixmapCache.insert(key, picture)
    return picture


@cache
def _svg(name: str) -> str:
    return resource_text(f"icons/{name}.svg")
