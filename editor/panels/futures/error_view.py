"""What went wrong with a request: the server's words, what to do about it, and the buttons to do it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from runtime.futures.future import FutureResponse

from ..labels import hint_label


class ErrorView(QWidget):
    """The words of the error, selectable, and below them what can be done."""

    def __init__(self, remedies: Sequence[QAction]) -> None:
        super().__init__()
        self.words = QPlainTextEdit(readOnly=True)
        self.words.setAccessibleName("Error")
        self.words.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.words.document().setDocumentMargin(10)
        self._kind = hint_label(wrap=False)
        self._kind.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        bar = QHBoxLayout()
        bar.setContentsMargins(10, 4, 10, 8)
        for action in remedies:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            bar.addWidget(button)
        bar.addStretch()
        bar.addWidget(self._kind)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.words, 1)
        layout.addLayout(bar)
        self.setFocusProxy(self.words)

    def show_future(self, future: FutureResponse) -> None:
        """Show why a future has no answer."""
        tries = "\n\nWhy each try failed stands in Attempts." if len(future.attempts) > 1 else ""
        self.words.setPlainText(future.error + tries)
        self._kind.setText(future.result.error_type if future.result else "")
