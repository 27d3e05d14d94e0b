"""The futures as a table model: fed by events, told to views in batches of at most one per tick."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer, Signal

from runtime.engine.events import Event
from runtime.errors import UnknownFutureError
from runtime.futures.events import FutureCreated, FutureDelta, FutureSettled, FutureStateChanged
from runtime.futures.future import FutureState
from runtime.ids import FutureId, NodeId

from ...known_futures import Futures
from ...theme import Theme
from ..naming import NodeTitle
from .cells import Cells
from .columns import SPECS, Column
from .filter import RowFilter
from .listing import Group, Grouping
from .ordered_rows import Index, OrderedRows
from .row import CostOf, FutureRow

_TICK_MS: Final = 33
_LIVE_MS: Final = 100
_FEW: Final = 50
"""Of so many rows that have changed it is worth to find out where they stand; else all are told to have."""
_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_ALIGNMENT: Final = int(Qt.ItemDataRole.TextAlignmentRole)
_TOOL_TIP: Final = int(Qt.ItemDataRole.ToolTipRole)


class FuturesModel(OrderedRows):
    """One row a future, in the order of their making unless sorted otherwise; filtered, grouped, pinned ones on top.

    Events only mark what has changed; it is told to views by `flush`, which a timer calls once per tick: so a thousand
    streams cost one ranged `dataChanged`, and of their texts only those in sight are ever read.

    Signals:
        counts_changed(): `counts` differ.
        time_passed(): something is pending, and its times have changed.
    """

    counts_changed = Signal()
    time_passed = Signal()

    def __init__(
        self,
        futures: Futures,
        theme: Theme,
        node_title: NodeTitle,
        clock: Callable[[], float] = time.time,
        cost_of: CostOf | None = None,
    ) -> None:
        super().__init__()
        self._futures = futures
        self._node_title = node_title
        self._cost_of = cost_of
        self.clock = clock
        self._pending: dict[FutureId, FutureState] = {}
        self._spoke: set[FutureId] = set()
        self._moved: dict[FutureId, None] = {}  # in their order
        self._tick = QTimer(self, interval=_TICK_MS, singleShot=True)
        self._tick.timeout.connect(self.flush)
        self._live_timer = QTimer(self, interval=_LIVE_MS)
        self._live_timer.timeout.connect(self._pass_time)
        self.counts: Counter[FutureState] = Counter()
        self._cells = Cells(theme, clock)

    # -- reading

    def row(self, index: Index) -> FutureRow | None:
        """The row that stands at an index; None for the heading of a group."""
        return self.row_at(index.row())

    def row_at(self, row: int) -> FutureRow | None:
        """`row` for a row number."""
        return self.listing.rows.get(self.key(row).id)

    def group_at(self, row: int) -> Group | None:
        """The group whose heading stands in a row."""
        key = self.key(row)
        return self.listing.groups.get(key.group) if key.is_heading else None

    def rows_at(self, row: int) -> list[FutureRow]:
        """The future in a row, or all of the group whose heading stands there."""
        key = self.key(row)
        if key.is_heading:
            return self.listing.members(key.group)
        found = self.listing.rows.get(key.id)
        return [found] if found else []

    def pending_rows(self) -> list[FutureRow]:
        """What has not settled yet, listed or not."""
        return [self.listing.rows[future_id] for future_id in self._pending]

    def count_of_node(self, node_id: NodeId) -> int:
        """How many futures a node has asked for, listed or not."""
        return sum(row.origin.node_id == node_id for row in self.listing.rows.values())

    def number_of(self, row: FutureRow) -> int:
        """The how many-th request of its node in its run it is, from 1."""
        asked = (row.origin.run_id, row.origin.node_id)
        before = (other for other in self.listing.rows.values() if other.id <= row.id)
        return sum((other.origin.run_id, other.origin.node_id) == asked for other in before)

    @property
    def total(self) -> int:
        """How many futures there are, listed or not."""
        return len(self.listing.rows)

    # -- writing

    def on_event(self, event: Event) -> None:
        """Take an event in; those of runs are ignored."""
        match event:
            case FutureDelta():
                self._spoke.add(event.future_id)
            case FutureCreated():
                self._add(event)
            case FutureStateChanged() | FutureSettled():
                self._moved[event.future_id] = None
            case _:
                return
        if not self._tick.isActive():
            self._tick.start()

    def flush(self) -> None:
        """Tell the views all that has happened since the last time."""
        self._tick.stop()
        moved = [future_id for future_id in self._moved if future_id in self.listing.rows]
        spoke, self._spoke, self._moved = self._spoke - self._moved.keys(), set(), {}
        for future_id in moved:
            self._refresh(future_id)
        self.bring_into_place(moved)
        self._tell(moved, Column(0), Column.TEXT)
        self._tell(spoke, Column.TEXT, Column.TEXT)
        if moved:
            self.counts_changed.emit()
        if self._pending and not self._live_timer.isActive():
            self._live_timer.start()

    def set_filter(self, states: Iterable[FutureState], text: str) -> None:
        """List only rows in one of the states (none: all) that have what the text asks for."""
        self._rearrange("filter", RowFilter.of(frozenset(states), text))

    def set_grouping(self, grouping: Grouping) -> None:
        """Gather rows under headings."""
        self._rearrange("grouping", grouping)

    def fold(self, groups: Iterable[str], *, folded: bool) -> None:
        """Fold the rows of groups away, or show them again."""
        known = self.listing.folded
        self._rearrange("folded", known | set(groups) if folded else known - set(groups))

    def set_pinned(self, rows: Iterable[FutureRow], *, pinned: bool) -> None:
        """Hold rows on top, or let them go back to where they belong."""
        rows = list(rows)
        for row in rows:
            row.pinned = pinned
        self.bring_into_place([row.id for row in rows])
        self._tell([row.id for row in rows], Column(0), Column.TEXT)

    def remove_settled(self) -> None:
        """Take all settled rows out of the list but those that are pinned; the session still knows their futures."""
        self.flush()
        rows = self.listing.rows
        doomed = [row for row in rows.values() if row.state.is_final and not row.pinned]
        for row in doomed:
            del rows[row.id]
            self.counts[row.state] -= 1
        self.bring_into_place([row.id for row in doomed])
        self.counts_changed.emit()

    def forget(self, ids: Collection[FutureId]) -> None:
        """Take rows out of the list whose futures nobody knows any more."""
        self.flush()
        doomed = [row for future_id in ids if (row := self.listing.rows.pop(future_id, None)) is not None]
        if not doomed:
            return
        for row in doomed:
            self.counts[self._pending.pop(row.id, row.state)] -= 1
        self.bring_into_place([row.id for row in doomed])
        self.counts_changed.emit()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._cells = Cells(theme, self.clock)
        self._tell_all(Column(0), Column.TEXT)

    def _add(self, event: FutureCreated) -> None:
        try:
            future = self._futures.get(event.future_id)
        except UnknownFutureError:  # a stream that is replayed, of another session
            return
        row = FutureRow.of(future, self._node_title(event.run_id, event.node_id), self._cost_of)
        self.listing.rows[row.id] = row
        self._pending[row.id] = FutureState.QUEUED
        self.counts[FutureState.QUEUED] += 1
        self._moved[row.id] = None

    def _refresh(self, future_id: FutureId) -> None:
        row = self.listing.rows[future_id]
        row.refresh(self._futures.get(future_id))
        if future_id not in self._pending:
            return
        self.counts[self._pending[future_id]] -= 1
        self.counts[row.state] += 1
        if row.state.is_final:
            del self._pending[future_id]
        else:
            self._pending[future_id] = row.state

    def _rearrange(self, name: str, value: object) -> None:
        self.flush()
        self.arrange(lambda: setattr(self.listing, name, value))

    def _pass_time(self) -> None:
        if not self._pending:
            self._live_timer.stop()
        self._tell(self._pending, Column.AGE, Column.AGE)
        self._tell(self._pending, Column.TOKENS, Column.COST)
        self._tell(self._pending, Column.WATERFALL, Column.WATERFALL)
        if self.counts[FutureState.QUEUED]:  # their places in the queue
            self._tell(self._pending, Column.TEXT, Column.TEXT)
        self.time_passed.emit()

    def _tell(self, ids: Collection[FutureId], first: Column, last: Column) -> None:
        """Something about these futures is new in these columns."""
        if len(ids) > _FEW or (ids and self.listing.groups):
            self._tell_all(first, last)
            return
        rows = [index.row() for index in map(self.index_of, ids) if index.isValid()]
        if rows:
            self.dataChanged.emit(self.index(min(rows), first), self.index(max(rows), last))

    def _tell_all(self, first: Column, last: Column) -> None:
        if count := self.rowCount():
            self.dataChanged.emit(self.index(0, first), self.index(count - 1, last))

    # -- Qt

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == _ALIGNMENT:
            return self._cells.alignments[section]
        spec = SPECS[Column(section)]
        return {_DISPLAY: spec.title, _TOOL_TIP: spec.tip}.get(role)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        # Asked some thousand times for one repaint, mostly for roles that there is nothing to say about.
        if role not in self._cells.roles:
            return None
        row = self.row_at(index.row())
        if row is None:
            return self._cells.heading(self.group_at(index.row()), index.column(), role)
        return self._cells.data(row, index.column(), role)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.flush()

        def change() -> None:
            self.listing.column = None if column < 0 else Column(column)
            self.listing.descending = column >= 0 and order == Qt.SortOrder.DescendingOrder

        self.arrange(change)
