"""The text of one answer: appended while it streams, and rendered as Markdown once it is whole."""

from __future__ import annotations

import re
from typing import Any, Final

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QTextCursor, QTextDocument, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QStackedWidget, QTextBrowser

from ...theme import Theme
from ..follow import FollowLive

MOST_SHOWN: Final = 300_000
"""Characters: laying out more would hold the window up, and nobody reads so much in a panel; Copy takes all."""
_MOST_RENDERED: Final = 60_000
_MARKDOWN: Final = re.compile(
    r"^(#{1,6} |\s*[-*+] \S|\s*\d+[.)] \S|> |```|~~~|\s*\|.*\|)|\*\*\S|`[^`\n]+`|\[[^]\n]+\]\(\w", re.MULTILINE
)
"""What tells Markdown from a plain text, whose line breaks and stars must stay as they are."""
_FEATURES: Final = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML


class AnswerText(QStackedWidget):
    """A text that grows, and the same text rendered.

    Signals:
        too_long(): it is longer than what is shown of it.
    """

    too_long = Signal()

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__()
        self._length = 0
        self._is_whole = False
        self._is_cut = False
        self._renders = True
        self._is_stale = True
        self.plain = QPlainTextEdit(readOnly=True)
        self.plain.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.plain.setAccessibleName(name)
        self.plain.document().setDocumentMargin(10)
        self.plain.setUndoRedoEnabled(False)
        self.rendered = _Rendered(theme)
        self.rendered.setAccessibleName(f"{name}, rendered")
        FollowLive(self.plain)
        self.addWidget(self.plain)
        self.addWidget(self.rendered)
        self.setFocusProxy(self.plain)

    def clear(self) -> None:
        """Begin with another answer."""
        self._length = 0
        self._is_whole = self._is_cut = False
        self._is_stale = True
        self.plain.clear()
        self._choose_page("")

    def show_text(self, text: str, *, is_whole: bool) -> None:
        """Append what is new, leaving selection and scroll position alone; a text that is another is set anew."""
        shown = text[:MOST_SHOWN]
        if len(shown) < self._length or (is_whole and shown[: self._length] != self._shown_text()):
            self.plain.setPlainText(shown)
        elif len(shown) > self._length:
            cursor = QTextCursor(self.plain.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(shown[self._length :])
        self._is_stale = self._is_stale or len(shown) != self._length
        self._length = len(shown)
        if len(text) > MOST_SHOWN and not self._is_cut:
            self._is_cut = True
            self.too_long.emit()
        self._is_whole = is_whole
        self._choose_page(shown)

    def set_renders(self, renders: bool) -> None:
        """Whether a whole text that is Markdown is shown rendered."""
        self._renders = renders
        self._choose_page(self._shown_text())

    @property
    def is_markdown(self) -> bool:
        """Whether there is something to render."""
        return self._is_whole and self._length <= _MOST_RENDERED and bool(_MARKDOWN.search(self._shown_text()))

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self.rendered.set_theme(theme)
        self._is_stale = True
        self._choose_page(self._shown_text())

    def _choose_page(self, text: str) -> None:
        is_rendered = self._renders and self.is_markdown
        if is_rendered and self._is_stale:
            self._is_stale = False
            self.rendered.show_markdown(text)
        page = self.rendered if is_rendered else self.plain
        if page is not self.currentWidget():
            self.setCurrentWidget(page)
            self.setFocusProxy(page)

    def _shown_text(self) -> str:
        return self.plain.document().toRawText().replace("\u2029", "\n")


class _Rendered(QTextBrowser):
    """Markdown as a page: no HTML, no pictures, nothing is loaded from anywhere; links open in the web browser."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setOpenLinks(False)
        self.document().setDocumentMargin(10)
        self.anchorClicked.connect(_open_in_browser)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme

    def show_markdown(self, text: str) -> None:
        """Render a text."""
        self.document().setMarkdown(text, _FEATURES)
        block = self.document().begin()
        while block.isValid():
            if block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeFence):
                form = block.blockFormat()
                form.setBackground(self._theme.color("base.alternate"))
                QTextCursor(block).setBlockFormat(form)
            block = block.next()

    def loadResource(self, _kind: int, _name: QUrl | str) -> Any:
        return None


def _open_in_browser(address: QUrl) -> None:
    if address.scheme() in ("http", "https"):
        QDesktopServices.openUrl(address)
