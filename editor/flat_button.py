"""The small flat buttons of bars, cards and lists."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton

ICON_SIZE: Final = 16
"""Pixels, as toolbars of panels have them."""


def flat_button(tip: str, icon_size: int = ICON_SIZE) -> QToolButton:
    """A button that shows its frame under the mouse only.

    `tip` says what it does and, in parentheses, its keys; a screen reader hears the first part.
    """
    button = _flat(icon_size)
    button.setToolTip(tip)
    button.setAccessibleName(tip.split(" (", maxsplit=1)[0])
    return button


def tool_button(action: QAction) -> QToolButton:
    """A button for an action, which says what it does."""
    button = _flat(ICON_SIZE)
    button.setDefaultAction(action)
    return button


def _flat(icon_size: int) -> QToolButton:
    button = QToolButton()
    button.setAutoRaise(True)
    button.setIconSize(QSize(icon_size, icon_size))
    return button
