"""Two requests side by side: what was asked, what was answered, and what it took; with the differences marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontDatabase, QKeySequence, QShortcut, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QTabWidget, QTextEdit, QVBoxLayout, QWidget

from runtime.futures.future import FutureResponse
from runtime.spending.budget import dollars

from ...appearance import dress_tabs
from ...theme import Theme
from ..labels import hint_label
from .difference import MOST_LINES, Pair, Side, compare
from .json_view import as_json
from .row import WORDS, FutureRow, exact_text

_MARKED = 90
"""How much of a colour lies behind changed words, of 255; behind their lines a third of it."""


class Comparison(QWidget):
    """The window; it blocks nothing."""

    def __init__(
        self,
        left: FutureResponse,
        right: FutureResponse,
        sent: Callable[[FutureResponse], Mapping[str, Any]],
        theme: Theme,
        parent: QWidget,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Compare Two Requests")
        self.resize(1000, 640)
        self.tabs = QTabWidget(documentMode=True)
        texts = {
            "Answers": [_answer(future) for future in (left, right)],
            "Requests": [as_json(sent(future), indent=2) for future in (left, right)],
            "Numbers": [_numbers(future) for future in (left, right)],
        }
        self.pages = {title: SideBySide(two[0], two[1], theme) for title, two in texts.items()}
        for title, page in self.pages.items():
            self.tabs.addTab(page, f"{title} ({page.count})" if page.count else f"{title} (equal)")
        heads = QHBoxLayout()
        for future in (left, right):
            heads.addWidget(QLabel(f"{WORDS[future.state]} · {future.model} · {future.id}"), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(heads)
        layout.addWidget(self.tabs, 1)
        QShortcut(QKeySequence("Escape"), self, self.close)
        self.tabs.tabBar().setDrawBase(False)
        dress_tabs(self.tabs, theme)


class SideBySide(QWidget):
    """Two texts whose lines stand beside each other and scroll together.

    Attributes:
        left, right: the texts.
        count: how many lines differ.
    """

    def __init__(self, left: str, right: str, theme: Theme) -> None:
        super().__init__()
        pairs = compare(left, right)
        self.count = sum(not pair.is_equal for pair in pairs)
        self.left, self.right = _text("Left"), _text("Right")
        _fill(self.left, [pair.left for pair in pairs], pairs, theme.color("error"), theme)
        _fill(self.right, [pair.right for pair in pairs], pairs, theme.color("success"), theme)
        for one, other in ((self.left, self.right), (self.right, self.left)):
            one.verticalScrollBar().valueChanged.connect(other.verticalScrollBar().setValue)
        halves = QHBoxLayout()
        halves.setSpacing(1)
        halves.addWidget(self.left)
        halves.addWidget(self.right)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(halves, 1)
        if max(left.count("\n"), right.count("\n")) >= MOST_LINES:
            layout.addWidget(hint_label(f"The first {MOST_LINES:,} lines of each are compared."))


def _text(name: str) -> QPlainTextEdit:
    text = QPlainTextEdit(readOnly=True)
    text.setAccessibleName(name)
    text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
    text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    # Lines stay beside their like only if none is wrapped.
    text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    return text


def _fill(view: QPlainTextEdit, sides: list[Side], pairs: list[Pair], color: QColor, theme: Theme) -> None:
    view.setPlainText("\n".join(side.text or "" for side in sides))
    marks: list[QTextEdit.ExtraSelection] = []
    for number, (side, pair) in enumerate(zip(sides, pairs, strict=True)):
        if pair.is_equal:
            continue
        block = view.document().findBlockByNumber(number)
        line = theme.color("base.alternate") if side.text is None else _pale(color, _MARKED // 3)
        marks.append(_mark(QTextCursor(block), line, whole=True))
        for start, end in side.changed:
            cursor = QTextCursor(block)
            cursor.setPosition(block.position() + start)
            cursor.setPosition(block.position() + end, QTextCursor.MoveMode.KeepAnchor)
            marks.append(_mark(cursor, _pale(color, _MARKED), whole=False))
    view.setExtraSelections(marks)


def _mark(cursor: QTextCursor, color: QColor, *, whole: bool) -> QTextEdit.ExtraSelection:
    mark = QTextEdit.ExtraSelection()
    look = QTextCharFormat()
    look.setBackground(color)
    if whole:
        look.setProperty(QTextFormat.Property.FullWidthSelection, True)
    mark.cursor, mark.format = cursor, look
    return mark


def _pale(color: QColor, alpha: int) -> QColor:
    made = QColor(color)
    made.setAlpha(alpha)
    return made


def _answer(future: FutureResponse) -> str:
    """All choices, one below the other; without any the error."""
    choices = future.choices()
    if not choices:
        return future.error
    texts = [choice.text or choice.refusal or as_json([choice.as_json()], indent=2) for choice in choices]
    if len(texts) == 1:
        return texts[0]
    return "\n\n".join(f"— Choice {number} —\n{text}" for number, text in enumerate(texts, 1))


def _numbers(future: FutureResponse) -> str:
    row = FutureRow.of(future, "")
    tokens, rate = future.tokens(), row.rate(row.end(0.0))
    told = {
        "State": WORDS[future.state],
        "Finish reason": future.result.finish_reason if future.result else "",
        "Provider": future.provider,
        "Model": future.model,
        "Together": exact_text(row.age(row.end(0.0))),
        "First token after": exact_text(row.first_token) if row.first_token is not None else "",
        "Tokens a second": f"{rate:.1f}" if rate else "",
        "Attempts": str(row.attempts),
        "Tokens read": f"{tokens.prompt:,}" if tokens else "",
        "Tokens written": f"{tokens.completion:,}" if tokens else "",
        "Cost": dollars(row.cost) if row.cost is not None else "",
    }
    return "\n".join(f"{name + ':':20}{value}" for name, value in told.items() if value)
