"""JSON to read: laid out, coloured, folded by a click, copied whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import (
    QFontDatabase,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextBlock,
    QTextCharFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from ...icons import pixmap
from ...theme import Theme

_INDENT: Final = 2
_GUTTER: Final = 18
_ARROW: Final = 10
_MOST_COLORED: Final = 5_000
"""Lines: colouring more would hold the window up."""
_LONGEST: Final = 20_000
"""Characters of one text that are shown: a longer line takes seconds to lay out."""
_TOKEN: Final = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*")(?=\s*:)|(?P<text>"(?:[^"\\]|\\.)*"?)|(?P<number>-?\d[\d.eE+-]*)|(?P<word>true|false|null)'
)
_COLORS: Final = {"key": "link", "text": "success", "number": "warning", "word": "pin.conversation"}


def as_json(value: object, indent: int | None = None) -> str:
    """A request or response as JSON text; requests may hold read-only mappings, which `json` does not know."""
    return json.dumps(value, ensure_ascii=False, indent=indent, default=_plain)


class JsonView(QPlainTextEdit):
    """Read-only JSON; objects and lists fold at the arrows beside them, or by + and - in their line."""

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__(readOnly=True)
        self._theme = theme
        self._value: object = None
        self.setAccessibleName(name)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setUndoRedoEnabled(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setViewportMargins(_GUTTER, 0, 0, 0)
        self._gutter = _Gutter(self)
        self._colors = _Colors(self, theme)
        self.updateRequest.connect(lambda _rect, _dy: self._gutter.update())

    def show_value(self, value: object) -> None:
        """Show a JSON-able value."""
        self._value = value
        self.setPlainText(as_json(_shortened(value), indent=_INDENT))

    @property
    def whole_text(self) -> str:
        """The value as JSON text, with nothing left out."""
        return as_json(self._value, indent=_INDENT)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self._colors.set_theme(theme)
        self._gutter.update()

    # -- folding

    def fold(self, block: QTextBlock, *, folded: bool) -> None:
        """Hide what stands between the brackets that open in this line, or show it again."""
        end = _end_of(block)
        if end is None:
            return
        inner = block.next()
        while inner.blockNumber() < end.blockNumber():
            inner.setVisible(not folded)
            inner = inner.next()
        if not folded:
            for opened in _between(block, end):  # what was folded within stays so
                if opened.userState() == _FOLDED:
                    self.fold(opened, folded=True)
        block.setUserState(_FOLDED if folded else _OPEN)
        self.document().markContentsDirty(block.position(), end.position() - block.position() + end.length())
        self.viewport().update()
        self._gutter.update()

    def turn_fold(self, block: QTextBlock) -> None:
        """Fold it if it is open, open it if it is folded."""
        self.fold(block, folded=block.userState() != _FOLDED)

    def paint_gutter(self, event: QPaintEvent) -> None:
        """The arrows of the lines in sight."""
        with QPainter(self._gutter) as painter:
            painter.fillRect(event.rect(), self.palette().base())
            for block, rect in self._blocks_in_sight():
                if _opens(block):
                    name = "collapse" if block.userState() == _FOLDED else "expand"
                    arrow = pixmap(name, self._theme.color("text.faint"), _ARROW, self.devicePixelRatioF())
                    painter.drawPixmap(5, rect.center().y() - _ARROW // 2, arrow)

    def block_at(self, y: float) -> QTextBlock | None:
        """The line at this height, if something folds there."""
        found = (block for block, rect in self._blocks_in_sight() if rect.top() <= y <= rect.bottom())
        block = next(found, None)
        return block if block is not None and _opens(block) else None

    def _blocks_in_sight(self) -> Iterator[tuple[QTextBlock, QRect]]:
        block = self.firstVisibleBlock()
        offset = self.contentOffset()
        while block.isValid():
            rect = self.blockBoundingGeometry(block).translated(offset).toRect()
            if rect.top() > self.viewport().height():
                return
            if block.isVisible():
                yield block, rect
            block = block.next()

    # -- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._gutter.setGeometry(QRect(0, 0, _GUTTER, self.height()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        folds = {"+": False, "-": True}.get(event.text())
        if folds is None:
            super().keyPressEvent(event)
        elif _opens(self.textCursor().block()):
            self.fold(self.textCursor().block(), folded=folds)


_OPEN, _FOLDED = 0, 1


class _Gutter(QWidget):
    """The strip at the left where the arrows are."""

    def __init__(self, view: JsonView) -> None:
        super().__init__(view)
        self._view = view
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(_GUTTER, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._view.paint_gutter(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        block = self._view.block_at(event.position().y())
        if block is not None:
            self._view.turn_fold(block)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()


class _Colors(QSyntaxHighlighter):
    """Keys, texts, numbers and words in colours of the theme. Fold marks are the blocks' user states: left alone."""

    def __init__(self, view: JsonView, theme: Theme) -> None:
        super().__init__(view.document())
        self._formats: dict[str, QTextCharFormat] = {}
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        for kind, token in _COLORS.items():
            self._formats[kind] = QTextCharFormat()
            self._formats[kind].setForeground(theme.color(token))
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        if self.document().blockCount() > _MOST_COLORED:
            return
        for found in _TOKEN.finditer(text):
            kind = found.lastgroup
            if kind is not None:
                self.setFormat(found.start(), found.end() - found.start(), self._formats[kind])


def _opens(block: QTextBlock) -> bool:
    return block.text().endswith(("{", "["))


def _end_of(block: QTextBlock) -> QTextBlock | None:
    """The line that closes what a line opens: the next one that is indented no more."""
    if not _opens(block):
        return None
    depth = _depth(block)
    following = block.next()
    while following.isValid() and _depth(following) > depth:
        following = following.next()
    return following if following.isValid() else None


def _between(block: QTextBlock, end: QTextBlock) -> Iterator[QTextBlock]:
    inner = block.next()
    while inner.blockNumber() < end.blockNumber():
        yield inner
        inner = inner.next()


def _depth(block: QTextBlock) -> int:
    text = block.text()
    return len(text) - len(text.lstrip(" "))


def _shortened(value: object) -> object:
    """The value with the ends of very long texts left out."""
    match value:
        case str() if len(value) > _LONGEST:
            return f"{value[:_LONGEST]}… (of {len(value):,} characters; Copy takes all)"
        case Mapping():
            return {key: _shortened(each) for key, each in value.items()}
        case list() | tuple():
            return [_shortened(each) for each in value]
        case _:
            return value


def _plain(value: object) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)
