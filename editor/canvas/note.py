"""Notes on the canvas: nodes without pins that show their Markdown text."""

from __future__ import annotations

import math
from typing import Any, Final

from PySide6.QtCore import QRectF, QUrl
from PySide6.QtGui import QAbstractTextDocumentLayout, QColor, QFont, QPainter, QPalette, QTextDocument

NOTE_TYPE: Final = "flow.comment"
NOTE_TEXT: Final = "text"
"""The setting that holds the text."""
NOTE_PAD: Final = 12.0
_NARROWEST, _WIDEST, _TALLEST = 140.0, 380.0, 900.0
"""A note grows with its text, in canvas units; what does not fit is cut off, and stands in the inspector."""
EMPTY: Final = "*An empty note: write its text in the inspector*"


class _Plain(QTextDocument):
    """Shows words only: a flow from elsewhere must not have files read for its pictures."""

    def loadResource(self, type_: int, name: QUrl | str) -> Any:
        return None


def note_size(title: str, text: str, font: QFont) -> tuple[float, float]:
    """Width and height of a note, in canvas units."""
    document = _document(title, text, font)
    document.setTextWidth(_WIDEST - 2 * NOTE_PAD)
    width = min(max(math.ceil(document.idealWidth()) + 2 * NOTE_PAD, _NARROWEST), _WIDEST)
    document.setTextWidth(width - 2 * NOTE_PAD)
    return width, min(document.size().height() + 2 * NOTE_PAD, _TALLEST)


def paint_note(painter: QPainter, title: str, text: str, font: QFont, room: QRectF, ink: QColor) -> None:
    """Paint the words of a note into its rectangle."""
    document = _document(title, text, font)
    inner = room.adjusted(NOTE_PAD, NOTE_PAD, -NOTE_PAD, -NOTE_PAD)
    document.setTextWidth(inner.width())
    context = QAbstractTextDocumentLayout.PaintContext()
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.Link):
        context.palette.setColor(role, ink)
    context.clip = QRectF(0, 0, inner.width(), inner.height())
    painter.save()
    painter.setClipRect(inner)
    painter.translate(inner.topLeft())
    document.documentLayout().draw(painter, context)
    painter.restore()


def _document(title: str, text: str, font: QFont) -> QTextDocument:
    document = _Plain()
    document.setDocumentMargin(0)
    document.setIndentWidth(18)
    document.setDefaultFont(font)
    heading = f"### {title}\n\n" if title else ""
    document.setMarkdown(heading + (text.strip() or EMPTY), QTextDocument.MarkdownFeature.MarkdownNoHTML)
    return document
