"""JSON in colours: names, numbers and words, and texts."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtGui import QFont, QPalette, QSyntaxHighlighter, QTextCharFormat
from PySide6.QtWidgets import QPlainTextEdit

_TOKENS: Final = re.compile(
    r'(?P<name>"(?:[^"\\]|\\.)*"(?=\s*:))|(?P<text>"(?:[^"\\]|\\.)*"?)|(?P<word>\b(?:true|false|null)\b)'
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
)


class JsonHighlighter(QSyntaxHighlighter):
    """Wears the colours of the field's palette, so that it follows the theme."""

    def __init__(self, field: QPlainTextEdit) -> None:
        super().__init__(field.document())
        self._field = field

    def highlightBlock(self, text: str) -> None:
        for token in _TOKENS.finditer(text):
            self.setFormat(token.start(), len(token[0]), self._look(token.lastgroup or ""))

    def _look(self, kind: str) -> QTextCharFormat:
        palette, look = self._field.palette(), QTextCharFormat()
        roles = QPalette.ColorRole
        if kind == "name":
            look.setForeground(palette.color(roles.Link))
        elif kind == "text":
            look.setForeground(palette.color(roles.Text))
        else:
            look.setForeground(palette.color(roles.Link))
            look.setFontWeight(QFont.Weight.Bold)
        return look
