"""The pop-up over a node in which its breakpoint is set: what it waits for, and whether it is on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, QRect, QStringListModel, Qt, Signal
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
from runtime.ids import NodeId

from .. import breakpoints
from ..theme import Theme

if TYPE_CHECKING:
    from .view import CanvasView

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
        self.condition = QLineEdit(stop.condition, placeholderText=f"as {_EXAMPLE}")
        self.hit_count = QSpinBox(minimum=1, maximum=_MOST_HITS, value=stop.hit_count)
        self.enabled = QCheckBox("Enabled")
        self.enabled.setChecked(stop.enabled)
        self.remove = QPushButton("Remove", autoDefault=True)  # Enter presses the button that has the keyboard
        self.done = QPushButton("Done", autoDefault=True)
        self.names = QLabel()
        self._lay_out(title, names)
        self._complete(names)
        self.setObjectName("BreakpointEditor")
        self.setStyleSheet(_style(theme))
        self.setAccessibleName(f"Breakpoint at {title}")
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
        self.condition.setAccessibleName("Condition")
        self.hit_count.setAccessibleName("From hit")
        self.hit_count.setToolTip("Pause from this hit on, counted in each run from 1")
        form = QFormLayout(horizontalSpacing=8, verticalSpacing=6)
        form.addRow("Pause if", self.condition)
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
        self.setFixedWidth(_WIDTH)
        self.adjustSize()
        room = self._room.rect()
        left = min(max(node.left(), 4), max(room.width() - self.width() - 4, 4))
        top = min(max(node.top() + 34, 4), max(room.height() - self.height() - 4, 4))
        self.move(QPoint(left, top))
        self.show()
        self.raise_()
        self.condition.setFocus(Qt.FocusReason.PopupFocusReason)
        self.condition.selectAll()

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


class BreakpointEditing(QObject):
    """Opens at most one editor over a view, and makes of what comes out of it a step for undo."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self.editor: BreakpointEditor | None = None
        self._node: NodeId | None = None

    def edit(self, node_id: NodeId) -> None:
        """Edit the breakpoint of a node; one that has none gets one, unless the person escapes."""
        self.close()
        document = self._view.document
        if node_id not in document.nodes or not breakpoints.can_pause(document, node_id):
            return
        stop = document.nodes[node_id].breakpoint or Breakpoint()
        names = list(document.signature(node_id).inputs)
        editor = BreakpointEditor(self._view.viewport(), document.node_title(node_id), stop, names, self._view.theme)
        self.editor, self._node = editor, node_id
        editor.committed.connect(lambda wanted: self._set(node_id, wanted))
        editor.finished.connect(self._forget)
        editor.open_at(self._view.camera.rect_to_view(self._view.projection.nodes[node_id].rect))

    def close(self) -> None:
        """End the editing under way, and keep what was set."""
        if self.editor is not None:
            self.editor.leave()

    def cancel(self) -> None:
        """End the editing under way, and keep nothing."""
        if self.editor is not None:
            self.editor.cancel()

    def follow_document(self) -> None:
        """The document changed: a node that is gone has no breakpoint to edit."""
        if self._node is not None and self._node not in self._view.document.nodes:
            self.cancel()

    def _set(self, node_id: NodeId, wanted: Breakpoint | None) -> None:
        if node_id in self._view.document.nodes:
            breakpoints.edit(self._view.document, node_id, wanted)

    def _forget(self) -> None:
        self.editor = self._node = None


def _application() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def _style(theme: Theme) -> str:
    popup, accent, text, faint = (theme.tokens[name] for name in ("popup", "accent", "text", "text.faint"))
    return (
        f"#BreakpointEditor {{ background: {popup}; border: 1px solid {accent}; border-radius: 6px; }}"
        f"QLabel#Heading {{ color: {text}; font-weight: 600; }}"
        f"QLabel#Hint {{ color: {faint}; }}"
    )
