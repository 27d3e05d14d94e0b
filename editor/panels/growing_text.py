"""A text field that grows with its text."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QFocusEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QTextEdit

_LEAST_LINES: Final = 3
_MOST_LINES: Final = 12


class GrowingText(QPlainTextEdit):
    """A text field as high as its text, within bounds; Tab leaves it.

    Signals:
        left(): the keyboard went elsewhere.
    """

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._fit)
        self._fit()

    def show_text(self, text: str) -> None:
        """Show a text that came from elsewhere: no `textChanged`, and the cursor stays where it is."""
        if text == self.toPlainText():
            return
        place = self.textCursor().position()
        with QSignalBlocker(self):
            self.setPlainText(text)
        cursor = self.textCursor()
        cursor.setPosition(min(place, self.document().characterCount() - 1))
        self.setTextCursor(cursor)
        self._fit()

    def _fit(self) -> None:
        lines = min(max(self.document().blockCount(), _LEAST_LINES), _MOST_LINES)
        margins = 2 * (self.frameWidth() + int(self.document().documentMargin()))
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + margins)

    def mark(self, place: int | None) -> None:
        """Mark the character at a place as wrong (the last one, if the place is the end), or nothing."""
        selection = QTextEdit.ExtraSelection()
        if place is not None:
            cursor = self.textCursor()
            last = self.document().characterCount() - 1
            cursor.setPosition(min(place, max(last - 1, 0)))
            cursor.movePosition(QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor)
            wrong = QTextCharFormat()
            wrong.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            wrong.setUnderlineColor(self.palette().brightText().color())
            selection.cursor, selection.format = cursor, wrong
        self.setExtraSelections([] if place is None else [selection])

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()
