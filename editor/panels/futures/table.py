"""The table of the futures panel: what a row of it looks like is the model's; how it behaves is here."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QTableView

from runtime.ids import FutureId

from ...icons import pixmap
from ...theme import Theme
from ..follow import FollowLive
from ..labels import bold
from ..rows_table import dress
from .cell_delegate import CellDelegate
from .cells import heading_text
from .columns import Column
from .header import FuturesHeader
from .model import FuturesModel
from .row import FutureRow
from .scale import ScaleMode
from .waterfall import WaterfallDelegate

_ARROW: Final = 12
_MOST_KEPT: Final = 1_000
"""Selected rows that are selected again in a new list."""


class FuturesTable(QTableView):
    """Rows that can be selected, sorted by a click on a heading (a third click gives the order of making back).

    Attributes:
        follow: keeps the newest row in sight until the person scrolls away.
        columns: the headings.

    Signals:
        row_selected(FutureId | None): the current row is another one.
        selection_altered(): other rows are selected.
    """

    row_selected = Signal(object)
    selection_altered = Signal()

    def __init__(self, model: FuturesModel, theme: Theme) -> None:
        super().__init__()
        self._model = model
        self._theme = theme
        self._waterfall = WaterfallDelegate(model, theme, self)
        self.columns = FuturesHeader(self)
        self.setHorizontalHeader(self.columns)
        self.setModel(model)
        self.columns.set_at_first()
        dress(self, "Requests")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(CellDelegate(model, self))
        self.setItemDelegateForColumn(Column.WATERFALL, self._waterfall)
        self.setSortingEnabled(True)
        self.follow = FollowLive(self)
        self._lines: set[str] = set()
        model.modelAboutToBeReset.connect(self._note_selection)
        model.modelReset.connect(self._select_again)
        self._now = model.clock()
        model.time_passed.connect(self._note_time)

    def model(self) -> FuturesModel:
        """The model; it never changes."""
        return self._model

    # -- selection

    def selected_rows(self) -> list[FutureRow]:
        """The selected rows, from top to bottom; the heading of a group stands for all of its rows."""
        # By ranges: of a hundred thousand rows, Qt would make an index each.
        ranges = sorted((part.top(), part.bottom()) for part in self.selectionModel().selection().toList())
        places = (place for top, bottom in ranges for place in range(top, bottom + 1))
        found = {row.id: row for place in places for row in self._model.rows_at(place)}
        return list(found.values())

    def current_id(self) -> FutureId | None:
        """The future whose row is the current one, if it is selected."""
        index = self.currentIndex()
        if not index.isValid() or not self.selectionModel().isRowSelected(index.row()):
            return None
        row = self._model.row(index)
        return row.id if row else None

    def _note_selection(self) -> None:
        parts = self.selectionModel().selection().toList()
        places = [place for part in parts for place in range(part.top(), part.bottom() + 1)]
        self._lines = {self._model.key(place).line for place in places[:_MOST_KEPT]}

    def _select_again(self) -> None:
        """A new list has no selection: select what is still listed, and hold it in sight."""
        lines, self._lines = self._lines, set()
        selection = QItemSelection()
        for place in self._model.rows_of(lines) if lines else ():
            selection.select(self._model.index(place, 0), self._model.index(place, self._model.columnCount() - 1))
        if not selection.isEmpty():
            first = selection.indexes()[0]
            self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(first)

    def select(self, future_id: FutureId) -> None:
        """Select a future's row and scroll to it; nothing happens if the filter hides it."""
        index = self._model.index_of(future_id)
        if index.isValid():
            # Not `selectRow`: what that does depends on the keys that are held down.
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
            self.scrollTo(index)

    def _select_current(self) -> None:
        index = self.currentIndex()
        row = self._model.row(index) if index.isValid() and self.current_id() is None else None
        if row is not None:
            self.select(row.id)

    # -- looks

    @property
    def scale_mode(self) -> ScaleMode:
        """From when the waterfall's bars are measured."""
        return self._waterfall.mode

    def set_scale_mode(self, mode: ScaleMode) -> None:
        """Measure bars from elsewhere."""
        self._waterfall.mode = mode
        self._update_bars()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self._waterfall.set_theme(theme)
        self.viewport().update()

    def rows_in_sight(self) -> range:
        """The rows of which something can be seen."""
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        if first < 0:
            return range(0)
        return range(first, (self._model.rowCount() if last < 0 else last + 1))

    def _note_time(self) -> None:
        """The scale goes on with the model's ticks: one that followed the clock would want painting without end."""
        self._now = self._model.clock()

    def _update_bars(self) -> None:
        """The scale is another one."""
        left, width = self.columnViewportPosition(Column.WATERFALL), self.columnWidth(Column.WATERFALL)
        self.viewport().update(QRect(left, 0, width, self.viewport().height()))

    def _fit_scale(self) -> None:
        """The scale fits the rows in sight, whatever brought them there: so it is looked at when they are painted."""
        rows = [row for place in self.rows_in_sight() if (row := self._model.row_at(place)) is not None]
        if self._waterfall.fit(rows, self._now):
            self.columns.show_scale(self._waterfall.scale)
            self._update_bars()

    def _paint_grid(self, painter: QPainter) -> None:
        places = self.rows_in_sight()
        if places and not self.isColumnHidden(Column.WATERFALL):
            left, width = self.columnViewportPosition(Column.WATERFALL), self.columnWidth(Column.WATERFALL)
            bottom = self.rowViewportPosition(places[-1]) + self.rowHeight(places[-1])
            self._waterfall.paint_grid(painter, QRectF(left, 0, width, bottom))

    def _paint_headings(self, painter: QPainter) -> None:
        painter.setFont(bold(self.font()))
        for place in self.rows_in_sight():
            group = self._model.group_at(place)
            if group is not None:
                rect = QRect(0, self.rowViewportPosition(place), self.viewport().width(), self.rowHeight(place))
                folded = self._model.key(place).group in self._model.listing.folded
                self._paint_heading(painter, rect, heading_text(group), folded=folded, place=place)

    def _paint_heading(self, painter: QPainter, rect: QRect, text: str, *, folded: bool, place: int) -> None:
        roles = QPalette.ColorRole
        selected = self.selectionModel().isRowSelected(place)
        ground, ink = (roles.Highlight, roles.HighlightedText) if selected else (roles.Button, roles.ButtonText)
        color = self.palette().color(ink)
        painter.fillRect(rect, self.palette().color(ground))
        arrow = pixmap("collapse" if folded else "expand", color, _ARROW, self.devicePixelRatioF())
        painter.drawPixmap(rect.left() + 8, rect.center().y() - _ARROW // 2 + 1, arrow)
        painter.setPen(color)
        room = rect.adjusted(28, 0, -8, 0)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)

    # -- folding

    def _fold(self, place: int, *, folded: bool | None = None) -> bool:
        """Fold a group or show it; without `folded` turn it around. Whether there was a heading."""
        if self._model.group_at(place) is None:
            return False
        group = self._model.key(place).group
        now = group not in self._model.listing.folded if folded is None else folded
        self._model.fold([group], folded=now)
        return True

    # -- Qt

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.selection_altered.emit()
        self.row_selected.emit(self.current_id())

    def paintEvent(self, event: QPaintEvent) -> None:
        self._fit_scale()
        super().paintEvent(event)
        with QPainter(self.viewport()) as painter:
            self._paint_grid(painter)
            if self._model.listing.groups:
                self._paint_headings(painter)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        place = self.rowAt(event.position().toPoint().y())
        if event.button() is Qt.MouseButton.LeftButton and place >= 0 and event.position().x() < 2 * _ARROW:
            self._fold(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        folding = {Qt.Key.Key_Left: True, Qt.Key.Key_Right: False, Qt.Key.Key_Space: None}
        key = Qt.Key(event.key())
        if key in folding and self._fold(self.currentIndex().row(), folded=folding[key]):
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._select_current()  # Tab makes a row the current one only
        super().keyPressEvent(event)
