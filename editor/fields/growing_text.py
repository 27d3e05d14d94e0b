"""A text field that grows with its text."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QTextEdit

_LEAST_LINES: Final = 3
"""As much room invites to write."""
_MOST_LINES: Final = 12


class GrowingText(QPlainTextEdit):
    """A text field as high as its text as it is wrapped, within bounds; Tab leaves it.

    Signals:
        left(): the keyboard went elsewhere.
    """

    left = Signal()

    def __init__(self, least_lines: int = _LEAST_LINES) -> None:
        super().__init__()
        self._least_lines = least_lines
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # all is wrapped
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
        lines = min(max(self._line_count(), self._least_lines), _MOST_LINES)
        margins = 2 * (self.frameWidth() + int(self.document().documentMargin()))
        last = 1  # else Qt holds the last line for cut off, and scrolls
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + margins + last)

    def _line_count(self) -> int:
        """How many lines the text is wrapped into; no more are counted than are shown."""
        count, block = 0, self.document().begin()
        while block.isValid() and count < _MOST_LINES:
            self.blockBoundingGeometry(block)  # paragraphs are wrapped when somebody asks for their place
            count += block.lineCount()
            block = block.next()
        return count

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()
