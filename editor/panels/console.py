"""The console: what runs say, line by line."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection
from typing import Final

from PySide6.QtCore import QByteArray, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QAction, QFontDatabase, QGuiApplication, QMouseEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from runtime.engine.events import Event
from runtime.ids import NodeId, RunId

from ..flat_button import tool_button
from ..icons import icon
from ..theme import Theme
from .console_lines import LEVELS, Line, LineWriter
from .follow import FollowLive
from .labels import EmptyState
from .naming import NodeTitle

MOST_LINES: Final = 10_000
"""Older lines are forgotten."""
_TICK_MS: Final = 33
_PER_TICK: Final = 100
"""Lines written at once, some 7 ms: a flood is drawn over several ticks, so that the window stays alive."""
_MARKS: Final = {"debug": "·", "info": "●", "warn": "▲", "error": "✖"}
_TOKENS: Final = {"debug": "text.faint", "info": "link", "warn": "warning", "error": "error"}
_LEVEL_NAMES: Final = {
    "debug": "All levels",
    "info": "Info and above",
    "warn": "Warnings and errors",
    "error": "Errors",
}
_EMPTY: Final = ("Nothing to read yet", "Press Run (F5). What the flow logs, and what goes wrong, appears here.")
_FILTERED: Final = ("No line matches the filter", "Choose All levels, or clear the filter text, to see every line.")


class Console(QWidget):
    """Lines with filters by level and text.

    Signals:
        locate_requested(NodeId): a node's name was clicked.
    """

    locate_requested = Signal(object)

    def __init__(self, theme: Theme, node_title: NodeTitle) -> None:
        super().__init__()
        self._theme = theme
        self._node_title = node_title
        self._writer = LineWriter()
        self._lines: deque[Line] = deque(maxlen=MOST_LINES)
        self._waiting: deque[Line] = deque(maxlen=MOST_LINES)
        self.text = _LinkText()
        self.level = QComboBox()
        self.filter_field = QLineEdit(placeholderText="Filter", clearButtonEnabled=True)
        self.clear_action = QAction("Clear console", self)
        self.copy_action = QAction("Copy all", self)
        self.follow_action = QAction("Follow newest", self)
        self._empty = EmptyState("console", *_EMPTY, theme)
        self._follow = FollowLive(self.text)
        self._tick = QTimer(self, interval=_TICK_MS, singleShot=True)
        self._lay_out()
        self._connect()
        self.set_theme(theme)

    def _lay_out(self) -> None:
        self.level.addItems([_LEVEL_NAMES[level] for level in LEVELS])
        self.level.setAccessibleName("Least level shown")
        self.filter_field.setAccessibleName("Filter lines")
        self.filter_field.setMaximumWidth(260)
        self.follow_action.setCheckable(True)
        self.follow_action.setChecked(True)
        bar = QHBoxLayout()
        bar.setContentsMargins(6, 4, 6, 4)
        bar.addWidget(self.level)
        bar.addWidget(self.filter_field, 1)
        bar.addStretch()
        bar.setSpacing(6)
        for action in (self.copy_action, self.clear_action, self.follow_action):
            bar.addWidget(tool_button(action))
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.text)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self._stack, 1)
        self.setFocusProxy(self.text)

    def _connect(self) -> None:
        self._tick.timeout.connect(self.flush)
        self.level.currentIndexChanged.connect(self._rewrite)
        self.filter_field.textChanged.connect(self._rewrite)
        self.clear_action.triggered.connect(self.clear)
        self.copy_action.triggered.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        self.follow_action.toggled.connect(self._follow.set_following)
        self._follow.following_changed.connect(self.follow_action.setChecked)
        self.text.link_clicked.connect(lambda node_id: self.locate_requested.emit(NodeId(node_id)))

    def on_event(self, event: Event) -> None:
        """Take an event of the session in."""
        line = self._writer.line_of(event, time.time())
        if line is not None:
            self._lines.append(line)
            self._wait(line)

    def flush(self) -> None:
        """Write lines that wait; the rest at the next tick."""
        self._tick.stop()
        lines = [self._waiting.popleft() for _ in range(min(_PER_TICK, len(self._waiting)))]
        if lines:
            self._write(lines)
        if self._waiting:
            self._tick.start()
        self._show_emptiness()

    def forget_runs(self, run_ids: Collection[RunId]) -> None:
        """Take away what these runs said."""
        kept = [line for line in self._lines if line.run_id not in run_ids]
        if len(kept) < len(self._lines):
            self._lines.clear()
            self._lines.extend(kept)
            self._rewrite()

    def clear(self) -> None:
        """Forget all lines."""
        self._lines.clear()
        self._rewrite()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self._formats = {level: _format(theme, _TOKENS[level]) for level in LEVELS}
        self._faint, self._plain = _format(theme, "text.faint"), _format(theme, "text")
        self.copy_action.setIcon(icon("copy", theme))
        self.clear_action.setIcon(icon("clear", theme))
        self.follow_action.setIcon(icon("follow", theme))
        self._empty.set_theme(theme)
        self._rewrite()

    def _rewrite(self) -> None:
        """Write all lines anew: the filter or the colours have changed."""
        self.text.clear()
        self._waiting.clear()
        for line in self._lines:
            self._wait(line)
        self.flush()

    def _wait(self, line: Line) -> None:
        if self._accepts(line):
            self._waiting.append(line)
            if not self._tick.isActive():
                self._tick.start()

    def _accepts(self, line: Line) -> bool:
        if LEVELS.index(line.level) < self.level.currentIndex():
            return False
        words = self.filter_field.text().casefold().split()
        told = f"{line.message} {self._title(line)}".casefold() if words else ""
        return all(word in told for word in words)

    def _title(self, line: Line) -> str:
        if line.node_id is None or line.run_id is None:
            return line.title
        return self._node_title(line.run_id, line.node_id)

    def _write(self, lines: list[Line]) -> None:
        cursor = QTextCursor(self.text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        for line in lines:
            if not cursor.atStart():
                cursor.insertBlock()
            self._write_line(cursor, line)
        cursor.endEditBlock()

    def _write_line(self, cursor: QTextCursor, line: Line) -> None:
        colored = self._formats[line.level]
        cursor.insertText(line.clock, self._faint)
        cursor.insertText(f"  {_MARKS[line.level]} {line.level:<5}  ", colored)
        if line.node_id is not None:
            link = _format(self._theme, "link")
            link.setAnchor(True)
            link.setAnchorHref(QUrl.toPercentEncoding(line.node_id).toStdString())
            cursor.insertText(self._title(line), link)
            cursor.insertText("  ", self._plain)
        message = QTextCharFormat(colored if line.level in ("warn", "error") else self._plain)
        if line.strong:
            message.setFontWeight(600)
        # Within a message, lines hang together: one block a line of the console, so that the oldest go whole.
        cursor.insertText(line.message.replace("\r\n", "\n").replace("\n", "\u2028"), message)

    def _show_emptiness(self) -> None:
        self._empty.set_text(*(_FILTERED if self._lines else _EMPTY))
        self._stack.setCurrentIndex(0 if self.text.document().isEmpty() else 1)


class _LinkText(QPlainTextEdit):
    """Read-only text whose anchors can be clicked.

    Signals:
        link_clicked(str): the anchor's target.
    """

    link_clicked = Signal(str)

    def __init__(self) -> None:
        super().__init__(readOnly=True)
        self.setAccessibleName("Console")
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setMaximumBlockCount(MOST_LINES)
        self.setUndoRedoEnabled(False)
        self.viewport().setMouseTracking(True)
        self.document().setDocumentMargin(8)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        over = bool(self.anchorAt(event.position().toPoint()))
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.IBeamCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        target = self.anchorAt(event.position().toPoint())
        if target and event.button() is Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self.link_clicked.emit(QUrl.fromPercentEncoding(QByteArray(target.encode())))


def _format(theme: Theme, token: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(theme.color(token))
    return made
