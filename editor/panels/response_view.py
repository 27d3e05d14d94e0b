"""The text of an answer as it streams in: appended with a cursor, never set anew; several choices apart."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from runtime.futures.future import FutureResponse

from ..theme import Theme
from .follow import FollowLive


class ResponseView(QWidget):
    """One text for each choice; with more than one, a bar above them to choose."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._texts: list[QPlainTextEdit] = []
        self._bar = QTabBar()
        self._bar.setAccessibleName("Choices")
        self._bar.setExpanding(False)
        self._stack = QStackedWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._bar)
        layout.addWidget(self._stack, 1)
        self._bar.currentChanged.connect(self._stack.setCurrentIndex)
        self.setFocusProxy(self._stack)
        self._text(0)
        self.set_theme(theme)

    @property
    def current_text(self) -> str:
        """The text of the choice that is shown."""
        return self._texts[self._stack.currentIndex()].toPlainText()

    def show_future(self, future: FutureResponse) -> None:
        """Show what has come so far."""
        while len(self._texts) > 1:
            self._bar.removeTab(len(self._texts) - 1)
            self._stack.removeWidget(self._texts[-1])
            self._texts.pop().deleteLater()
        choices = len(future.result.messages) if future.result else max(future.texts, default=0) + 1
        for choice in range(max(1, choices)):
            self._text(choice).setPlainText(future.text(choice))
        self._say_what_is_missing(future)

    def append(self, choice: int, text: str) -> None:
        """Add text to the end of a choice, leaving the person's selection and scroll position alone."""
        cursor = QTextCursor(self._text(choice).document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text)

    def settle(self, messages: Sequence[str]) -> None:
        """The whole texts have come: add what has not streamed."""
        for choice, message in enumerate(messages):
            shown = self._text(choice).toPlainText()
            if message.startswith(shown):
                self.append(choice, message[len(shown) :])
            else:
                self._text(choice).setPlainText(message)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._bar.setStyleSheet(f"QTabBar {{ border-bottom: 1px solid {theme.tokens['border']}; }}")

    def _say_what_is_missing(self, future: FutureResponse) -> None:
        pending = future.result is None
        self._texts[0].setPlaceholderText("The answer will appear here." if pending else "There is no text.")

    def _text(self, choice: int) -> QPlainTextEdit:
        """The text of a choice; made when it first has something to show."""
        while len(self._texts) <= choice:
            text = QPlainTextEdit(readOnly=True)
            text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
            text.setAccessibleName(f"Answer {len(self._texts) + 1}")
            text.document().setDocumentMargin(10)
            FollowLive(text)
            self._texts.append(text)
            self._stack.addWidget(text)
            self._bar.addTab(f"Choice {len(self._texts)}")
        self._bar.setVisible(len(self._texts) > 1)
        return self._texts[choice]
