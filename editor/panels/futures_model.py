"""The futures as a table model: fed by events, told to views in batches of at most one per tick."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QIcon

from runtime.engine.events import Event
from runtime.futures.events import FutureCreated, FutureDelta, FutureSettled, FutureStateChanged
from runtime.futures.future import FutureState
from runtime.ids import FutureId

from ..icons import icon
from ..theme import Theme
from .future_columns import HEADERS, NUMBERS, Column, cell_text, sort_key
from .future_rows import STATE_GROUPS, FutureRow
from .labels import wrapped_tool_tip
from .naming import NodeTitle

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT: Final = QModelIndex()
_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_DECORATION: Final = int(Qt.ItemDataRole.DecorationRole)
_FOREGROUND: Final = int(Qt.ItemDataRole.ForegroundRole)
_ALIGNMENT: Final = int(Qt.ItemDataRole.TextAlignmentRole)
_TOOL_TIP: Final = int(Qt.ItemDataRole.ToolTipRole)
_ANSWERED: Final = frozenset({_DISPLAY, _DECORATION, _FOREGROUND, _ALIGNMENT, _TOOL_TIP})
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTER: Final = Qt.AlignmentFlag.AlignCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_ALIGNMENTS: Final = tuple(
    _CENTER if column is Column.ATTEMPTS else _RIGHT if column in NUMBERS else _LEFT for column in Column
)
_TICK_MS: Final = 33
_AGE_MS: Final = 250


class FuturesModel(QAbstractTableModel):
    """One row a future, in the order of their making unless sorted otherwise; filtered by state and by text.

    Events change rows at once but are told to views by `flush`, which a timer calls once per tick: so a thousand
    streams cost one ranged `dataChanged`. Filter and sort are done here, since a proxy would ask Python for every
    row and comparison.

    Signals:
        counts_changed(): `counts` differ.
    """

    counts_changed = Signal()

    def __init__(self, theme: Theme, node_title: NodeTitle, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._node_title = node_title
        self._clock = clock
        self._rows: dict[FutureId, FutureRow] = {}
        self._shown: list[FutureRow] = []
        self._place: dict[FutureId, int] = {}
        self._pending: dict[FutureId, FutureRow] = {}
        self._dirty: set[FutureId] = set()
        self._arrived: list[FutureRow] = []
        self._moved = False
        self._states: frozenset[FutureState] = frozenset()
        self._words: list[str] = []
        self._sort: tuple[Column, bool] | None = None
        self._tick = QTimer(self, interval=_TICK_MS, singleShot=True)
        self._tick.timeout.connect(self.flush)
        self._age_timer = QTimer(self, interval=_AGE_MS)
        self._age_timer.timeout.connect(self._tick_ages)
        self.counts: Counter[FutureState] = Counter()
        self.set_theme(theme)

    # -- reading

    def row(self, index: Index) -> FutureRow:
        """The row that stands at an index."""
        return self._shown[index.row()]

    def index_of(self, future_id: FutureId) -> QModelIndex:
        """The first cell of a future's row; invalid if the filter hides it."""
        place = self._place.get(future_id)
        return QModelIndex() if place is None else self.index(place, 0)

    @property
    def total(self) -> int:
        """How many futures there are, shown or not."""
        return len(self._rows)

    # -- writing

    def on_event(self, event: Event) -> None:
        """Take an event in; those of runs are ignored."""
        match event:
            case FutureCreated():
                self._add(event)
            case FutureStateChanged() | FutureSettled():
                self._change_state(event)
            case FutureDelta():
                row = self._rows.get(event.future_id)
                if row is not None:
                    row.take(event)
                    self._mark(row)

    def flush(self) -> None:
        """Tell the views all that has happened since the last time."""
        self._tick.stop()
        moved, self._moved = self._moved, False
        if moved and self._is_arranged:
            self._arrange()
        else:
            self._append(self._arrived)
        self._arrived = []
        places = [self._place[future_id] for future_id in self._dirty if future_id in self._place]
        self._dirty.clear()
        if places:
            # Only the last column where only text has come: Qt then repaints a third as much.
            first = Column.STATE if moved else Column.TEXT
            self.dataChanged.emit(self.index(min(places), first), self.index(max(places), Column.TEXT))
        if moved:
            self.counts_changed.emit()
        if self._pending and not self._age_timer.isActive():
            self._age_timer.start()

    def set_filter(self, states: Iterable[FutureState], text: str) -> None:
        """Show only rows in one of the states (none: all) that have every word of the text."""
        self._states = frozenset(states)
        self._words = text.casefold().split()
        self.flush()
        self._arrange()

    def remove_settled(self) -> None:
        """Take all settled rows out of the list; the session still knows their futures."""
        for row in [row for row in self._rows.values() if row.state.is_final]:
            del self._rows[row.id]
            self.counts[row.state] -= 1
        self.flush()
        self._arrange()
        self.counts_changed.emit()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._colors = {state: theme.state(state) for state in FutureState}
        self._faint = theme.color("text.faint")
        self._error = theme.color("error")
        self._icons: dict[FutureState, QIcon] = {
            state: icon(f"state_{state}", theme, f"state.{state}") for state in FutureState
        }
        if self._shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, len(Column) - 1))

    def _add(self, event: FutureCreated) -> None:
        row = FutureRow.of(event, self._node_title(event.run_id, event.node_id), self._clock())
        self._rows[row.id] = self._pending[row.id] = row
        self._arrived.append(row)
        self.counts[row.state] += 1
        self._moved = True
        self._mark(row)

    def _change_state(self, event: FutureStateChanged | FutureSettled) -> None:
        row = self._rows.get(event.future_id)
        if row is None:
            return
        self.counts[row.state] -= 1
        row.take(event)
        self.counts[row.state] += 1
        if row.state.is_final:
            self._pending.pop(row.id, None)
        self._moved = True
        self._mark(row)

    def _mark(self, row: FutureRow) -> None:
        self._dirty.add(row.id)
        if not self._tick.isActive():
            self._tick.start()

    def _tick_ages(self) -> None:
        if not self._pending:
            self._age_timer.stop()
        places = [self._place[future_id] for future_id in self._pending if future_id in self._place]
        if places:
            self.dataChanged.emit(self.index(min(places), Column.AGE), self.index(max(places), Column.AGE))

    # -- which rows are shown, and in what order

    @property
    def _is_arranged(self) -> bool:
        """Whether a change of state can move or hide a row."""
        return bool(self._states or self._words or self._sort)

    def _arrange(self) -> None:
        """Make the shown rows what filter and order want, by exact signals."""
        wanted = [row for row in self._rows.values() if self._accepts(row)]
        if self._sort is not None:
            column, descending = self._sort
            wanted.sort(key=sort_key(column, self._clock()), reverse=descending)
        kept = {row.id for row in wanted}
        self._remove([row for row in self._shown if row.id not in kept])
        self._append([row for row in wanted if row.id not in self._place])
        self._reorder(wanted)

    def _accepts(self, row: FutureRow) -> bool:
        return (not self._states or row.state in self._states) and (not self._words or row.matches(self._words))

    def _remove(self, doomed: list[FutureRow]) -> None:
        """Take rows out: first moved to the end, so that one signal does for all, however scattered they are."""
        if not doomed:
            return
        gone = {row.id for row in doomed}
        self._reorder([*(row for row in self._shown if row.id not in gone), *doomed])
        self.beginRemoveRows(_NO_PARENT, len(self._shown) - len(doomed), len(self._shown) - 1)
        del self._shown[-len(doomed) :]
        for row in doomed:
            del self._place[row.id]
        self.endRemoveRows()

    def _append(self, rows: list[FutureRow]) -> None:
        if rows:
            self.beginInsertRows(_NO_PARENT, len(self._shown), len(self._shown) + len(rows) - 1)
            self._place.update({row.id: place for place, row in enumerate(rows, len(self._shown))})
            self._shown.extend(rows)
            self.endInsertRows()

    def _reorder(self, wanted: list[FutureRow]) -> None:
        if self._shown == wanted:
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        ids = [self._shown[index.row()].id for index in before]
        self._shown = wanted
        self._place = {row.id: place for place, row in enumerate(wanted)}
        moved = zip(ids, before, strict=True)
        after = [self.index(self._place[future_id], index.column()) for future_id, index in moved]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    # -- Qt

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == _DISPLAY:
            return HEADERS[section]
        return _ALIGNMENTS[section] if role == _ALIGNMENT else None

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        # Asked some thousand times for one repaint, mostly for roles that there is nothing to say about.
        if role not in _ANSWERED:
            return None
        row, column = self._shown[index.row()], index.column()
        if role == _DISPLAY:
            return cell_text(row, column, self._clock())
        if role == _ALIGNMENT:
            return _ALIGNMENTS[column]
        if role == _FOREGROUND:
            return self._color(row, column)
        if role == _DECORATION:
            return self._icons[row.state] if column == Column.STATE else None
        return wrapped_tool_tip(row.note if column == Column.STATE else cell_text(row, column, self._clock()))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sort = None if column < 0 else (Column(column), order == Qt.SortOrder.DescendingOrder)
        self.flush()
        self._arrange()

    def _color(self, row: FutureRow, column: int) -> object:
        if column == Column.STATE:
            return self._colors[row.state]
        if column == Column.TEXT and row.note and row.text == " ".join(row.note.split()):
            return self._error if row.state in STATE_GROUPS["Failed"] else self._faint
        return self._faint if column in (Column.MODEL, Column.PROVIDER, Column.ATTEMPTS) else None
