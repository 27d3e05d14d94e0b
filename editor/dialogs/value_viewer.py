"""A whole value in a window of its own: as text or as JSON, to search and to copy. It blocks nothing."""

from __future__ import annotations

import json
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication, QKeySequence, QShortcut, QTextDocument, QTextOption
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ..panels.labels import hint_label
from ..values import whole_text

MOST_SHOWN: Final = 150_000
"""Characters: as many take a tenth of a second to lay out, if they are one line. Copy copies all."""
_LONG_LINE: Final = 10_000
"""Longer lines are broken anywhere: to look for words in them takes time that grows with its square."""
_SIZE: Final = QSize(720, 520)


class ValueViewer(QDialog):
    """Shows one value. A text that holds JSON can be shown as such, indented."""

    def __init__(self, title: str, value: object, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._value = value
        self._parsed = _as_json(value)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(title)
        self.facts = hint_label()
        self.find_field = QLineEdit(placeholderText="Find", clearButtonEnabled=True)
        self.find_field.setAccessibleName("Find in the value")
        self.as_json = QCheckBox("As JSON")
        self.as_json.setVisible(isinstance(value, str) and self._parsed is not _NONE)
        self.wrap = QCheckBox("Wrap lines")
        self.wrap.setChecked(isinstance(value, str))
        self.copy = QPushButton("Copy All")
        self.copy.setAutoDefault(False)
        self._lay_out()
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.whole_text))
        self.as_json.toggled.connect(self._show_other)
        self.wrap.toggled.connect(self._wrap)
        self.find_field.textEdited.connect(lambda _text: self._find(anew=True))
        self.find_field.returnPressed.connect(self._find)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.find_field.setFocus)
        self._wrap()
        self._show()
        self.resize(_SIZE)
        self.text.setFocus()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.facts, 1)
        head.addWidget(self.as_json)
        head.addWidget(self.wrap)
        foot = QHBoxLayout()
        foot.addWidget(self.find_field, 1)
        foot.addWidget(self.copy)
        layout = QVBoxLayout(self)
        layout.addLayout(head)
        layout.addWidget(self.text, 1)
        layout.addLayout(foot)

    @property
    def whole_text(self) -> str:
        """The value as it is shown, also where it is too long to be shown whole."""
        return whole_text(self._parsed if self.as_json.isChecked() else self._value)

    def _show(self) -> None:
        text = self.whole_text
        is_code = not isinstance(self._value, str) or self.as_json.isChecked()
        font = QFontDatabase.SystemFont.FixedFont if is_code else QFontDatabase.SystemFont.GeneralFont
        self.text.setFont(QFontDatabase.systemFont(font))
        self.text.setPlainText(text[:MOST_SHOWN])
        facts = [f"{len(text):,} characters", f"{text.count(chr(10)) + 1:,} lines"]
        if len(text) > MOST_SHOWN:
            facts.append(f"the first {MOST_SHOWN:,} are shown")
        self.facts.setText(" · ".join(facts))

    def _show_other(self) -> None:
        self._wrap()
        self._show()

    def _wrap(self) -> None:
        modes, words = QPlainTextEdit.LineWrapMode, QTextOption.WrapMode
        longest = max(map(len, self.whole_text[:MOST_SHOWN].split("\n")))
        self.text.setWordWrapMode(words.WrapAnywhere if longest > _LONG_LINE else words.WrapAtWordBoundaryOrAnywhere)
        self.text.setLineWrapMode(modes.WidgetWidth if self.wrap.isChecked() else modes.NoWrap)

    def _find(self, *, anew: bool = False) -> None:
        """Go to the next place, from the beginning again after the last one."""
        cursor = self.text.textCursor()
        if anew:
            cursor.setPosition(cursor.selectionStart())
            self.text.setTextCursor(cursor)
        wanted = self.find_field.text()
        if wanted and not self.text.find(wanted):
            self.text.moveCursor(self.text.textCursor().MoveOperation.Start)
            self.text.find(wanted, QTextDocument.FindFlag(0))


_NONE: Final = object()


def _as_json(value: object) -> object:
    """The value itself, or what a text holds as JSON; `_NONE` for a text that holds none."""
    if not isinstance(value, str):
        return value
    try:
        parsed = json.loads(value)
    except ValueError:
        return _NONE
    return parsed if isinstance(parsed, (dict, list)) else _NONE
