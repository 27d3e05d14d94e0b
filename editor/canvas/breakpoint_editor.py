"""The pop-up over a node in which its breakpoint is set: what it waits for, and whether it is on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPoint, QRect, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QCompleter,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from runtime.document.flow import Breakpoint
from runtime.engine.conditions import what_is_wrong

from ..theme import Theme

_WIDTH: Final = 330
_MOST_HITS: Final = 1_000_000_000
_EXAMPLE: Final = "Index > 3 and Value != ''"


class BreakpointEditor(QFrame):
    """Edits one breakpoint. Enter and leaving it set what is there, Escape leaves everything as it was.

    Signals:
        committed(Breakpoint | None): what the person wants; None takes the breakpoint off.
        finished(): it is over.
    """

    committed = Signal(object)
    finished = Signal()

    def __init__(self, parent: QWidget, title: str, stop: Breakpoint, names: Sequence[str], theme: Theme) -> None:
        """`names` are the values that a condition can speak of."""
        super().__init__(parent)
        self._room = parent
        self._before = stop
        self._over = False
        self._node = QRect()
        self.condition = QLineEdit(stop.condition, placeholderText=f"as {_EXAMPLE}")
        self.hit_count = QSpinBox(minimum=1, maximum=_MOST_HITS, value=stop.hit_count)
        self.enabled = QCheckBox("Enabled")
        self.enabled.setChecked(stop.enabled)
        self.remove = QPushButton("Remove", autoDefault=True)  # Enter presses the button that has the keyboard
        self.done = QPushButton("Done", autoDefault=True)
        self.names = QLabel()
        self._wrong = QLabel()
        self._lay_out(title, names)
        self._complete(names)
        self.setObjectName("BreakpointEditor")
        self.setStyleSheet(_style(theme))
        self.setAccessibleName(f"Breakpoint at {title}")
        self.condition.textChanged.connect(self._check)
        self._check(stop.condition)
        self.remove.clicked.connect(self._take_off)
        self.done.clicked.connect(self.leave)
        _application().focusChanged.connect(self._follow_focus)

    def _lay_out(self, title: str, names: Sequence[str]) -> None:
        heading = QLabel(f"Breakpoint at {title}", textFormat=Qt.TextFormat.PlainText)
        heading.setObjectName("Heading")
        self.names.setTextFormat(Qt.TextFormat.PlainText)
        self.names.setWordWrap(True)
        self.names.setText(f"Values: {', '.join(names)}" if names else "The node has no values to ask for.")
        self.names.setObjectName("Hint")
        self._wrong.setTextFormat(Qt.TextFormat.PlainText)
        self._wrong.setWordWrap(True)
        self._wrong.setObjectName("Wrong")
        self._wrong.hide()
        self.condition.setAccessibleName("Condition")
        self.hit_count.setAccessibleName("From hit")
        self.hit_count.setToolTip("Pause from this hit on, counted in each run from 1")
        form = QFormLayout(horizontalSpacing=8, verticalSpacing=6)
        form.addRow("Pause if", self.condition)
        form.addRow("", self._wrong)
        form.addRow("", self.names)
        form.addRow("From hit", self.hit_count)
        foot = QHBoxLayout()
        foot.setSpacing(6)
        foot.addWidget(self.enabled)
        foot.addStretch()
        foot.addWidget(self.remove)
        foot.addWidget(self.done)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(8)
        layout.addWidget(heading)
        layout.addLayout(form)
        layout.addLayout(foot)

    def _complete(self, names: Sequence[str]) -> None:
        completer = QCompleter(QStringListModel(list(names), self), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.condition.setCompleter(completer)

    def open_at(self, node: QRect) -> None:
        """Show it under the head of a node, within the parent."""
        self._node = node
        self.setFixedWidth(_WIDTH)
        self._place()
        self.show()
        self.raise_()
        self.condition.setFocus(Qt.FocusReason.PopupFocusReason)
        self.condition.selectAll()

    def _place(self) -> None:
        node = self._node
        self.adjustSize()
        room = self._room.rect()
        left = min(max(node.left(), 4), max(room.width() - self.width() - 4, 4))
        top = min(max(node.top() + 34, 4), max(room.height() - self.height() - 4, 4))
        self.move(QPoint(left, top))

    @property
    def wanted(self) -> Breakpoint:
        """The breakpoint as it is set now."""
        changed = {
            "condition": self.condition.text().strip(),
            "hit_count": self.hit_count.value(),
            "enabled": self.enabled.isChecked(),
        }
        return self._before.model_copy(update=changed)

    def leave(self) -> None:
        """Set what is there, and close."""
        if not self._over:
            self.hit_count.interpretText()
            wanted = self.wanted
            self._close()
            self.committed.emit(wanted)
            self.finished.emit()

    def cancel(self) -> None:
        """Close and change nothing."""
        if not self._over:
            self._close()
            self.finished.emit()

    @property
    def wrong(self) -> str:
        """What is said of the condition as it stands there, "" if it can be read."""
        return self._wrong.text()

    def _check(self, text: str) -> None:
        """Say at once what is wrong with the condition; it is kept all the same, for it may be half typed."""
        reason = what_is_wrong(text) if text.strip() else ""
        self._wrong.setText(f"This is no condition: {reason}." if reason else "")
        self._wrong.setVisible(bool(reason))
        if self.isVisible():
            self._place()

    def _take_off(self) -> None:
        self._close()
        self.committed.emit(None)
        self.finished.emit()

    def _close(self) -> None:
        self._over = True
        _application().focusChanged.disconnect(self._follow_focus)
        if (field := QApplication.focusWidget()) is not None and self.isAncestorOf(field):
            self._room.setFocus()  # else hiding would send it to whatever comes next in the window
        self.hide()
        self.deleteLater()

    def _follow_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        """The keyboard went elsewhere in the program; when another program gets it, this stays open."""
        if now is not None and now is not self and not self.isAncestorOf(now):
            self.leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.leave()
        event.accept()  # what the fields have no use for must not reach the canvas: an arrow would move nodes there


def _application() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def _style(theme: Theme) -> str:
    popup, accent, text, faint, error = (
        theme.tokens[name] for name in ("popup", "accent", "text", "text.faint", "error")
    )
    return (
        f"#BreakpointEditor {{ background: {popup}; border: 1px solid {accent}; border-radius: 6px; }}"
        f"QLabel#Heading {{ color: {text}; font-weight: 600; }}"
        f"QLabel#Hint {{ color: {faint}; }}"
        f"QLabel#Wrong {{ color: {error}; }}"
    )
