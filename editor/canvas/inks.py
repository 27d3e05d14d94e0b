"""The colours of a theme, each read once: painting asks for thousands of them a frame."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QColor

from ..theme import Theme


class Inks:
    """Colours by token, and by category of node types."""

    def __init__(self, theme: Theme) -> None:
        self.color = cache(theme.color)
        self.category = cache(theme.category)

    def glow(self, token: str, alpha: int) -> QColor:
        """A colour that lets shine through what is under it."""
        color = QColor(self.color(token))
        color.setAlpha(alpha)
        return color


def blend(base: QColor, over: QColor, share: float) -> QColor:
    """A colour between two: 0 is `base`, 1 is `over`."""
    return QColor(
        round(base.red() + (over.red() - base.red()) * share),
        round(base.green() + (over.green() - base.green()) * share),
        round(base.blue() + (over.blue() - base.blue()) * share),
    )
