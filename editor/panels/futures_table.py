"""The table of the futures panel: what a row of it looks like is the model's; how it behaves is here."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QItemSelection, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from runtime.ids import FutureId

from .follow import FollowLive
from .future_columns import Column
from .future_rows import FutureRow
from .futures_model import FuturesModel, Index

# Set once: measuring contents at every change costs 68 ms a tick for 50 rows, against 2.8 ms without.
_WIDTHS: Final = {
    Column.STATE: 116,
    Column.NODE: 150,
    Column.MODEL: 110,
    Column.PROVIDER: 66,
    Column.AGE: 58,
    Column.TOKENS: 60,
    Column.ATTEMPTS: 44,
}
_ROW_HEIGHT: Final = 26


class FuturesTable(QTableView):
    """Rows that can be selected, sorted by a click on a heading (a third click gives the order of making back).

    Attributes:
        follow: keeps the newest row in sight until the person scrolls away.

    Signals:
        row_selected(FutureId | None): the current row is another one.
        selection_altered(): other rows are selected.
    """

    row_selected = Signal(object)
    selection_altered = Signal()

    def __init__(self, model: FuturesModel) -> None:
        super().__init__()
        self._model = model
        self.setModel(model)
        self.setAccessibleName("Requests")
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        self.setIconSize(QSize(16, 16))
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setItemDelegateForColumn(Column.TEXT, _AnswerDelegate(self))
        self._set_up_headers()
        self.follow = FollowLive(self)

    def _set_up_headers(self) -> None:
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(_ROW_HEIGHT)
        columns = self.horizontalHeader()
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setHighlightSections(False)
        columns.setFixedHeight(_ROW_HEIGHT)
        columns.setSectionsMovable(True)
        columns.setStretchLastSection(True)
        columns.setSortIndicatorClearable(True)
        columns.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)

    def selected_rows(self) -> list[FutureRow]:
        """The selected rows, from top to bottom."""
        indexes = sorted(self.selectionModel().selectedRows(), key=lambda index: index.row())
        return [self._model.row(index) for index in indexes]

    def current_id(self) -> FutureId | None:
        """The future whose row is the current one, if it is selected."""
        index = self.currentIndex()
        if not index.isValid() or not self.selectionModel().isRowSelected(index.row()):
            return None
        return self._model.row(index).id

    def select(self, future_id: FutureId) -> None:
        """Select a future's row and scroll to it; nothing happens if the filter hides it."""
        index = self._model.index_of(future_id)
        if index.isValid():
            self.selectRow(index.row())
            self.scrollTo(index)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.selection_altered.emit()
        self.row_selected.emit(self.current_id())


class _AnswerDelegate(QStyledItemDelegate):
    """Leaves out the beginning of an answer that grows, so that one sees it grow; of all others the end."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        model = index.model()
        if isinstance(model, FuturesModel) and model.row(index).grows:
            option.textElideMode = Qt.TextElideMode.ElideLeft
