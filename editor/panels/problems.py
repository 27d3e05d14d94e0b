"""What is wrong with the flow: a table that leads to the place and mends what can be mended."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import islice
from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QStackedWidget, QTableView, QVBoxLayout, QWidget

from runtime.ids import NodeId
from runtime.validation import Fix, Problem

from .. import commands
from ..document import FlowDocument
from ..problem_search import ProblemSearch
from ..theme import Theme
from .labels import EmptyState
from .problems_model import Column, Index, ProblemsModel
from .rows_table import dress

_WIDTHS: Final = {Column.NODE: 170, Column.PIN: 110, Column.FIX: 280}
MOST_AT_ONCE: Final = 1000
"""So many problems are mended in one go at most: each is an edit of the whole flow, a millisecond in a large one."""


class ProblemsPanel(QWidget):
    """The problems of the document, errors first.

    A double-click or Enter goes to the place; a click on a fix applies it; Ctrl+. and the context menu offer all.

    Attributes:
        search: what finds the problems.

    Signals:
        problem_activated(Problem): somebody wants to see the place.
        problems_changed(): `problems` is another list.
    """

    problem_activated = Signal(object)
    problems_changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.search = ProblemSearch(self)
        self.model = ProblemsModel(theme, self._title)
        self.table = _ProblemsTable(self.model)
        self._empty = EmptyState(
            "ok", "No problems", "What is wrong with the flow is listed here while you edit.", theme
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.setFocusProxy(self.table)
        self.search.problems_changed.connect(self._show)
        self.table.confirmed.connect(lambda index: self.problem_activated.emit(self.model.problem(index)))
        self.table.clicked.connect(self._on_click)
        self.table.customContextMenuRequested.connect(self._open_menu_at)
        # Told apart: PySide6 6.11 does not hear of a context that is given beside a function.
        menu_key = QShortcut(QKeySequence("Ctrl+."), self.table, self._open_menu)
        menu_key.setContext(Qt.ShortcutContext.WidgetShortcut)

    @property
    def problems(self) -> Sequence[Problem]:
        """What was found last."""
        return self.search.problems

    def set_document(self, document: FlowDocument | None) -> None:
        """Watch another document, or none."""
        self.search.watch(document)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._empty.set_theme(theme)
        self.model.set_theme(theme)

    def mend(self, title: str, fixes: Sequence[Fix]) -> None:
        """Apply fixes: one undo step; what they leave is looked at once."""
        if self.search.document is not None:
            commands.mend(self.search.document, title, fixes)
            self.search.find_now()

    def menu_for(self, problem: Problem) -> QMenu:
        """All that can be done about a problem."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Go There").triggered.connect(partial(self.problem_activated.emit, problem))
        menu.addSeparator()
        for fix in problem.fixes:
            menu.addAction(_as_label(fix.title)).triggered.connect(partial(self.mend, fix.title, [fix]))
        if not problem.fixes:
            menu.addAction("No fix is known: the message says what to do").setEnabled(False)
        menu.addSeparator()
        for every in dict.fromkeys(fix.every for fix in problem.fixes if fix.every):
            alike = self._alike(every)
            if len(alike) > 1:
                label = (
                    f"{every} ({len(alike):,})" if len(alike) < MOST_AT_ONCE else f"{every} (the first {len(alike):,})"
                )
                menu.addAction(_as_label(label)).triggered.connect(partial(self.mend, every, alike))
        return menu

    def _alike(self, every: str) -> list[Fix]:
        """For each problem that has one, the first fix that does this."""
        firsts = (next((fix for fix in problem.fixes if fix.every == every), None) for problem in self.problems)
        return list(islice((fix for fix in firsts if fix is not None), MOST_AT_ONCE))

    def _show(self) -> None:
        row = self.table.currentIndex().row()
        self.model.show(self.problems)
        self._stack.setCurrentIndex(1 if self.problems else 0)
        if row >= 0 and self.problems:
            self.table.selectRow(min(row, len(self.problems) - 1))  # so that the keyboard goes on where it was
        self.problems_changed.emit()

    def _title(self, node_id: NodeId) -> str:
        document = self.search.document
        return document.node_title(node_id) if document is not None and node_id in document.nodes else ""

    def _on_click(self, index: Index) -> None:
        problem = self.model.problem(index)
        if index.column() == Column.FIX and problem.fixes:
            self.mend(problem.fixes[0].title, problem.fixes[:1])

    def _open_menu_at(self, place: QPoint) -> None:
        index = self.table.indexAt(place)
        if index.isValid():
            self.menu_for(self.model.problem(index)).popup(self.table.viewport().mapToGlobal(place))

    def _open_menu(self) -> None:
        index = self.table.currentIndex()
        if index.isValid():
            self._open_menu_at(self.table.visualRect(index).bottomLeft() - QPoint(0, 1))


class _ProblemsTable(QTableView):
    """The table.

    Signals:
        confirmed(QModelIndex): a row was double-clicked or confirmed by Enter.
    """

    confirmed = Signal(QModelIndex)

    def __init__(self, model: ProblemsModel) -> None:
        super().__init__()
        self.setModel(model)
        dress(self, "Problems")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setMouseTracking(True)
        self.entered.connect(self._point)
        self.doubleClicked.connect(self.confirmed)
        self.horizontalHeader().setSectionResizeMode(Column.PROBLEM, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)

    def _point(self, index: Index) -> None:
        """The mouse is over a cell: a hand says that it can be clicked."""
        is_link = index.column() == Column.FIX and bool(index.data())
        shape = Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # The second click on a fix must not mend the problem that has come up to its place meanwhile.
        if self.indexAt(event.position().toPoint()).column() != Column.FIX:
            super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.confirmed.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


def _as_label(text: str) -> str:
    """A text of a menu in which `&` stands for itself."""
    return text.replace("&", "&&")
