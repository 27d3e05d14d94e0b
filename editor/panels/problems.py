"""What is wrong with the flow, found again a moment after each edit."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHeaderView, QStackedWidget, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from runtime.ids import NodeId
from runtime.validation import Problem, find_problems

from ..document import FlowDocument
from ..icons import icon
from ..theme import Theme
from .labels import EmptyState, wrapped_tool_tip

_QUIET_MS: Final = 250
"""How long after the last edit the flow is looked at: not at every key."""
_NODE_ROLE: Final = Qt.ItemDataRole.UserRole
_ORDER: Final = {"error": 0, "warning": 1}


class ProblemsPanel(QWidget):
    """The problems of the document, errors first.

    Attributes:
        problems: what was found last.

    Signals:
        locate_requested(NodeId): a problem was double-clicked or confirmed by Enter.
        problems_changed(): `problems` is another list.
    """

    locate_requested = Signal(object)
    problems_changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._document: FlowDocument | None = None
        self.problems: list[Problem] = []
        self.list = QTreeWidget()
        self._empty = EmptyState(
            "ok", "No problems", "What is wrong with the flow is listed here while you edit.", theme
        )
        self._timer = QTimer(self, interval=_QUIET_MS, singleShot=True)
        self._timer.timeout.connect(self.find_now)
        self.list.itemActivated.connect(self._locate)
        self._lay_out()

    def _lay_out(self) -> None:
        self.list.setAccessibleName("Problems")
        self.list.setHeaderLabels(["Problem", "Node", "Pin"])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAlternatingRowColors(True)
        self.list.setIconSize(QSize(16, 16))
        self.list.setFrameShape(QTreeWidget.Shape.NoFrame)
        header = self.list.header()
        header.setFixedHeight(26)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(1, 180)
        header.resizeSection(2, 110)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.setFocusProxy(self.list)

    def set_document(self, document: FlowDocument | None) -> None:
        """Watch another document, or none."""
        if self._document is not None:
            self._document.changed.disconnect(self._on_changed)
            self._document.reset.disconnect(self._on_changed)
        self._document = document
        if document is not None:
            document.changed.connect(self._on_changed)
            document.reset.connect(self._on_changed)
        self.find_now()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self._empty.set_theme(theme)
        self._show()

    def find_now(self) -> None:
        """Look at the flow without waiting for a quiet moment."""
        self._timer.stop()
        document = self._document
        found = find_problems(document.flow, document.registry) if document is not None else []
        found.sort(key=lambda problem: _ORDER[problem.severity])
        if found != self.problems:
            self.problems = found
            self._show()
            self.problems_changed.emit()

    def _on_changed(self, _change: object = None) -> None:
        self._timer.start()

    def _show(self) -> None:
        self.list.clear()
        self.list.addTopLevelItems([self._item(problem) for problem in self.problems])
        self._stack.setCurrentIndex(1 if self.problems else 0)

    def _item(self, problem: Problem) -> QTreeWidgetItem:
        item = QTreeWidgetItem([problem.message, self._title(problem.node), problem.pin])
        item.setIcon(0, icon(problem.severity, self._theme, problem.severity))
        item.setData(0, _NODE_ROLE, problem.node)
        item.setToolTip(0, wrapped_tool_tip(problem.message))
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{problem.severity}: {problem.message}")
        return item

    def _title(self, node_id: NodeId | None) -> str:
        if self._document is None or node_id is None or node_id not in self._document.nodes:
            return ""
        return self._document.node_title(node_id)

    def _locate(self, item: QTreeWidgetItem) -> None:
        node_id = item.data(0, _NODE_ROLE)
        if node_id is not None:
            self.locate_requested.emit(node_id)
