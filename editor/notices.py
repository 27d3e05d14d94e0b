"""Messages that a person must see, in a bar above the canvas until they are closed: never a modal box."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final, Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from .canvas import announce
from .icons import icon
from .theme import Theme

Level = Literal["info", "warning", "error"]
Action = tuple[str, Callable[[], object]]
"""A button beside a message: its text, and what to do."""
MOST_ROWS: Final = 4
"""More messages at once than this nobody reads; the oldest makes room."""


class NoticeBar(QWidget):
    """The messages, newest last. Equal ones are one row with a count. Each is read out as it comes.

    Signals:
        changed(): a message came or went.
        left(): the message went that had the keyboard.
    """

    changed = Signal()
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[_Row] = []
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self.hide()

    def say(self, level: Level, text: str, *actions: Action) -> Callable[[], None]:
        """Show a message with a button beside it for each of `actions`. What is returned takes it away."""
        for row in self._rows:
            if row.text == text:
                row.repeat()
                announce.say(self, text)
                return partial(self._remove, row)
        row = _Row(level, text, actions, self)
        row.set_theme(self._theme)
        row.closed.clicked.connect(lambda: self._remove(row))
        self._rows.append(row)
        self._box.addWidget(row)
        for old in self._rows[:-MOST_ROWS]:
            self._remove(old)
        self.show()
        announce.say(self, text)
        self.changed.emit()
        return partial(self._remove, row)

    @property
    def texts(self) -> list[str]:
        """What stands there now."""
        return [row.text for row in self._rows]

    def set_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._theme = theme
        for row in self._rows:
            row.set_theme(theme)

    def _remove(self, row: _Row) -> None:
        if row not in self._rows:
            return
        at = QApplication.focusWidget()
        had_keyboard = at is not None and row.isAncestorOf(at)
        self._rows.remove(row)
        self._box.removeWidget(row)
        row.hide()
        row.deleteLater()
        self.setVisible(bool(self._rows))
        self.changed.emit()
        if had_keyboard:
            self.left.emit()


class _Row(QFrame):
    """One message: icon, text, count, action, close."""

    def __init__(self, level: Level, text: str, actions: Iterable[Action], parent: QWidget) -> None:
        super().__init__(parent)
        self.text = text
        self._level = level
        self._count = 1
        self._icon = QLabel(self)
        self._label = QLabel(text, self)
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._times = QLabel(self)
        buttons = [_action_button(*action, self) for action in actions]  # made first: the keyboard comes to them first
        self.closed = QToolButton(self)
        self.closed.setAutoRaise(True)
        self.closed.setToolTip("Close this message")
        self.closed.setAccessibleName("Close this message")
        box = QHBoxLayout(self)
        box.setContentsMargins(12, 6, 6, 6)
        box.setSpacing(10)
        for widget in (self._icon, self._label, self._times, *buttons, self.closed):
            box.addWidget(widget)

    def repeat(self) -> None:
        """It happened again."""
        self._count += 1
        self._times.setText(f"{self._count} times")

    def set_theme(self, theme: Theme) -> None:
        token = {"info": "accent", "warning": "warning", "error": "error"}[self._level]
        name = self._level
        self._icon.setPixmap(icon(name, theme, token).pixmap(QSize(18, 18), self.devicePixelRatioF()))
        self.closed.setIcon(icon("close", theme, "text.faint"))
        color = theme.color(token)
        tint = _mixed(color, theme.color("base"), 0.16)
        self.setStyleSheet(f"_Row {{ background: {tint.name()}; border-bottom: 1px solid {color.name()}; }}")


def _action_button(text: str, act: Callable[[], object], parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setText(text)
    button.clicked.connect(act)
    return button


def _mixed(color: QColor, base: QColor, share: float) -> QColor:
    """`share` of a colour over a base."""
    parts = zip((color.red(), color.green(), color.blue()), (base.red(), base.green(), base.blue()), strict=True)
    return QColor(*(round(share * over + (1 - share) * under) for over, under in parts))
