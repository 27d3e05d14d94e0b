"""Our own line icons (resources/icons/*.svg), drawn in the colours of a theme."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from .resources import resource_text
from .theme import Theme

_APP_SIZES = (16, 20, 24, 32, 48, 64, 128, 256)


def icon(name: str, theme: Theme, color: str = "text") -> QIcon:
    """The icon of a name, as `run`, in one of the theme's colours (a token of it).

    It is paler while disabled, and stands out from the accent colour in a selected row.

    Raises FileNotFoundError for a name without a file, KeyError for a token that no theme has.
    """
    _svg(name)
    inks = {
        QIcon.Mode.Disabled: theme.color("text.disabled"),
        QIcon.Mode.Selected: theme.color("accent.text"),
    }
    return QIcon(_Engine(name, theme.color(color), inks))


class _Engine(QIconEngine):
    """Draws an icon when a size of it is asked for: a window has a hundred icons, and most are never seen large."""

    def __init__(self, name: str, ink: QColor, inks: Mapping[QIcon.Mode, QColor]) -> None:
        super().__init__()
        self._name = name
        self._ink = ink
        self._inks = inks

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._ink, self._inks)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self._drawn(min(size.width(), size.height()), mode)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        return self._drawn(min(size.width(), size.height()), mode)  # `size` is in pixels of the screen already

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        side = min(rect.width(), rect.height())
        ratio = painter.device().devicePixelRatioF()
        place = QRect(0, 0, side, side)
        place.moveCenter(rect.center())
        painter.drawPixmap(place, pixmap(self._name, self._inks.get(mode, self._ink), side, ratio))

    def _drawn(self, pixels: int, mode: QIcon.Mode) -> QPixmap:
        return pixmap(self._name, self._inks.get(mode, self._ink), pixels)


def app_icon() -> QIcon:
    """The program's own icon, which has colours of its own."""
    made = QIcon()
    for size in _APP_SIZES:
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
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    QPixmapCache.insert(key, picture)
    return picture


@cache
def _svg(name: str) -> str:
    return resource_text(f"icons/{name}.svg")
