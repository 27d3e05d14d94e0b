"""The table of runs, and what it lists: sorted by any column, filtered by words and by flow."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView

from runtime.history.summary import RunSummary

from ..rows_table import dress
from .model import SORT_ROLE, Column, RunsModel, shown

_WIDTHS: Final = {
    Column.STATUS: 120,
    Column.FLOW: 200,
    Column.TRIGGER: 90,
    Column.STARTED: 110,
    Column.DURATION: 80,
}


class ListedRuns(QSortFilterProxyModel):
    """The runs that are listed. Some hundreds at most, so a proxy will do."""

    def __init__(self, runs: RunsModel) -> None:
        super().__init__()
        self._runs = runs
        self._words: list[str] = []
        self._source: str | None = None
        self.setSortRole(SORT_ROLE)
        self.setSourceModel(runs)

    def run(self, row: int) -> RunSummary:
        """The run in a listed row."""
        return self._runs.run(self.mapToSource(self.index(row, 0)).row())

    def set_words(self, text: str) -> None:
        """List only runs in which every word of the text stands."""
        self.beginFilterChange()
        self._words = text.casefold().split()
        self.endFilterChange()

    def set_source(self, source: str | None) -> None:
        """List only runs of one flow, by the key of its source; None: of all."""
        if source != self._source:
            self.beginFilterChange()
            self._source = source
            self.endFilterChange()

    def filterAcceptsRow(self, row: int, parent: QModelIndex | QPersistentModelIndex) -> bool:
        run = self._runs.run(row)
        if self._source is not None and run.source != self._source:
            return False
        told = "\n".join([*(shown(run, column) for column in Column), run.source, run.run_id]).casefold()
        return all(word in told for word in self._words)


class RunsTable(QTableView):
    """The table.

    Signals:
        confirmed(): Enter, or a double-click on a row.
        selection_altered(): other rows are selected, or the selected ones have changed.
    """

    confirmed = Signal()
    selection_altered = Signal()

    def __init__(self, listed: ListedRuns) -> None:
        super().__init__()
        self._listed = listed
        self.setModel(listed)
        dress(self, "Run history")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSortingEnabled(True)
        self.sortByColumn(Column.STARTED, Qt.SortOrder.DescendingOrder)
        self.doubleClicked.connect(lambda _index: self.confirmed.emit())
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_altered.emit())
        listed.dataChanged.connect(lambda *_: self.selection_altered.emit())
        self.horizontalHeader().setStretchLastSection(True)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)

    def selected_runs(self) -> list[RunSummary]:
        """The selected runs, from the top."""
        return [self._listed.run(row) for row in sorted(index.row() for index in self.selectionModel().selectedRows())]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.selected_runs():
            self.confirmed.emit()
        else:
            super().keyPressEvent(event)
