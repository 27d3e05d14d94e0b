"""One message of a conversation, to be edited: who says it, and what."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QToolButton, QVBoxLayout

from ...fields.growing_text import GrowingText
from ...flat_button import flat_button
from ...icons import icon
from ...theme import Theme
from ..labels import error_label, hint_label
from .json_view import as_json

ROLES: Final = ("system", "developer", "user", "assistant", "tool")


class MessageCard(QFrame):
    """Role, text, and buttons to move or remove it. What else a message holds (calls of tools, a name) it keeps.

    Signals:
        moved(int): up (-1) or down (1).
        removed(): it is to go.
    """

    moved = Signal(int)
    removed = Signal()

    def __init__(self, message: Mapping[str, Any], theme: Theme) -> None:
        super().__init__()
        self._rest = {key: value for key, value in message.items() if key not in ("role", "content")}
        content = message.get("content")
        self._is_json = content is not None and not isinstance(content, str)
        self._was_null = content is None and "content" in message
        self.role = QComboBox()
        self.role.setEditable(False)
        self.role.addItems(ROLES)
        role = str(message.get("role", "user"))
        if role not in ROLES:
            self.role.addItem(role)
        self.role.setCurrentText(role)
        self.role.setAccessibleName("Role")
        self.text = GrowingText(least_lines=2)
        self.text.setAccessibleName("Message")
        self.text.setPlainText(as_json(content, indent=2) if self._is_json else str(content or ""))
        self._problem = error_label()
        self._buttons = {
            "up": self._button("Move up", lambda: self.moved.emit(-1)),
            "down": self._button("Move down", lambda: self.moved.emit(1)),
            "close": self._button("Remove this message", self.removed.emit),
        }
        self._lay_out()
        self.set_theme(theme)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(2)
        top.addWidget(self.role)
        if self._rest:
            top.addWidget(hint_label(f"and {', '.join(sorted(self._rest))}", wrap=False))
        top.addStretch()
        for button in self._buttons.values():
            top.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 6)
        layout.setSpacing(3)
        layout.addLayout(top)
        layout.addWidget(self.text)
        layout.addWidget(self._problem)

    def message(self) -> dict[str, Any]:
        """The message as it stands there. Raises ValueError, after saying so here, for content that is no JSON."""
        text: Any = self.text.toPlainText()
        if self._is_json:
            try:
                text = json.loads(text)
            except json.JSONDecodeError as error:
                self._problem.setText(f"This is no JSON: {error.msg} in line {error.lineno}, column {error.colno}.")
                self._problem.show()
                self.text.setFocus()
                raise
        self._problem.hide()
        return {"role": self.role.currentText(), "content": None if self._was_null and not text else text, **self._rest}

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        for name, button in self._buttons.items():
            button.setIcon(icon(name, theme, "text.faint"))

    def _button(self, what: str, act: Any) -> QToolButton:
        button = flat_button(what, icon_size=12)
        button.clicked.connect(lambda _checked=False: act())
        return button
