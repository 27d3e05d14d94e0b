"""The text of an answer as it streams in: appended with a cursor, never set anew; several choices apart."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from runtime.choices import Choice
from runtime.futures.future import FutureResponse

from ...appearance import tabs_style
from ...theme import Theme
from ..follow import FollowLive

_WAITING: Final = "The answer will appear here."
_NOTHING: Final = "There is no text."


class ResponseView(QWidget):
    """One text for each choice; with more than one, a bar above them to choose."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._texts: list[QPlainTextEdit] = []
        self._shown: list[str] = []
        self._bar = QTabBar()
        self._bar.setAccessibleName("Choices")
        self._bar.setExpanding(False)
        self._bar.setDrawBase(False)
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
        """The text of the choice that is shown, as the model wrote it."""
        return self._shown[self._stack.currentIndex()]

    def show_future(self, future: FutureResponse) -> None:
        """Show what has come so far of another future."""
        while len(self._texts) > 1:
            self._bar.removeTab(len(self._texts) - 1)
            self._stack.removeWidget(self._texts[-1])
            self._texts.pop().deleteLater()
        self._shown = [""]
        self._texts[0].clear()
        self._bar.hide()
        self.catch_up(future)

    def catch_up(self, future: FutureResponse) -> None:
        """Add what has come since; the future itself is asked, since events may still be on their way."""
        for index, choice in enumerate(future.choices() or (Choice(),)):
            self._show(index, choice.text)
        self._texts[0].setPlaceholderText(_WAITING if future.result is None else _NOTHING)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._bar.setStyleSheet(tabs_style(theme))

    def _show(self, choice: int, text: str) -> None:
        """Append what is new, leaving selection and scroll position alone; a text that is another is set anew."""
        view, shown = self._text(choice), self._shown[choice]
        if text.startswith(shown):
            cursor = QTextCursor(view.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(text[len(shown) :])
        else:
            view.setPlainText(text)
        self._shown[choice] = text

    def _text(self, choice: int) -> QPlainTextEdit:
        """The text of a choice; made when it first has something to show."""
        while len(self._texts) <= choice:
            text = QPlainTextEdit(readOnly=True)
            text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
            text.setAccessibleName(f"Answer {len(self._texts) + 1}")
            text.document().setDocumentMargin(10)
            FollowLive(text)
            self._texts.append(text)
            self._shown.append("")
            self._stack.addWidget(text)
            self._bar.addTab(f"Choice {len(self._texts)}")
        self._bar.setVisible(len(self._texts) > 1)
        return self._texts[choice]
