"""The futures as a table model: fed by events, told to views in batches of at most one per tick."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Set
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer, Signal

from runtime.engine.events import Event
from runtime.errors import UnknownFutureError
from runtime.futures.events import FutureCreated, FutureSettled, FutureStateChanged
from runtime.futures.future import FutureState
from runtime.ids import FutureId, NodeId

from ...known_futures import Futures
from ...theme import Theme
from ..naming import NodeTitle
from .arrangement import Arrangement, Grouping
from .cells import Cells
from .columns import SPECS, Column
from .filter import RowFilter
from .history import History, HistorySource
from .listing import Group
from .ordered_rows import Index, OrderedRows
from .row import CostOf, FutureRow
from .stored import StoredListing

_TICK_MS, _BUSY_TICK_MS = 33, 100
_LIVE_MS, _BUSY_LIVE_MS = 100, 250
_BUSY: Final = 200
"""Pending requests: with more, what comes is shown less often, so that the window has time for everything else."""
_FEW: Final = 50
"""Of so many rows that have changed it is worth to find out where they stand; else all are told to have."""
_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_ALIGNMENT: Final = int(Qt.ItemDataRole.TextAlignmentRole)
_TOOL_TIP: Final = int(Qt.ItemDataRole.ToolTipRole)


class FuturesModel(OrderedRows):
    """One row a future, in the order of their making unless sorted otherwise; filtered, grouped, pinned ones on top.

    Events only mark what has changed; it is told to views by `flush`, which a timer calls after a rest, and while
    something is pending the one that shows how time passes: to paint the rows in sight takes 3 to 6 ms each time. So a
    thousand streams cost one ranged `dataChanged`, and of their texts only those in sight are ever read.

    Attributes:
        wanted: the arrangement that was asked for last; the listing has it as soon as the lines are there.
        history: what is not in memory; None if nothing is stored.

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
        source: HistorySource | None = None,
    ) -> None:
        """`clock` gives Unix seconds; `source` is where requests come from that are not in memory."""
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
        self._live_counts: Counter[FutureState] = Counter()
        self._stored_counts: Counter[FutureState] = Counter()
        self.cells = Cells(theme, clock)
        self.wanted = Arrangement()
        self.history = None if source is None else History(source, self)
        if self.history is not None:
            self.history.listed.connect(self._take)
            self.history.rows_loaded.connect(lambda: self._tell_all(Column(0), Column.TEXT))

    # -- reading

    def row(self, index: Index) -> FutureRow | None:
        """The row that stands at an index; None for the heading of a group."""
        return self.row_at(index.row())

    def row_at(self, row: int) -> FutureRow | None:
        """`row` for a row number; None as well while the store is still reading it."""
        key = self.key(row)
        found = self.listing.rows.get(key.id)
        if found is None and self.history is not None and not key.is_heading:
            return self.history.row(key.id, pinned=key.is_pinned)
        return found

    def group_at(self, row: int) -> Group | None:
        """The group whose heading stands in a row."""
        key = self.key(row)
        return self.listing.groups.get(key.group) if key.is_heading else None

    def rows_at(self, row: int) -> list[FutureRow]:
        """The future in a row, or all of the group whose heading stands there."""
        key = self.key(row)
        if key.is_heading:
            return self.listing.members(key.group)
        found = self.row_at(row)
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
    def counts(self) -> Counter[FutureState]:
        """How many there are in each state, whether the filter lets them through or not."""
        return self._live_counts + self._stored_counts

    @property
    def total(self) -> int:
        """How many futures there are, listed or not."""
        return len(self.listing.rows) + self._stored_counts.total()

    # -- writing

    def on_event(self, event: Event) -> None:
        """Take an event in; those of runs are ignored."""
        match event:
            case FutureCreated():
                self._add(event)
            case FutureStateChanged() | FutureSettled():
                self._moved[event.future_id] = None
            case _:
                return
        if not self._tick.isActive() and not self._live_timer.isActive():
            self._tick.start()

    def on_texts(self, ids: Set[FutureId]) -> None:
        """Pieces of text have come for these futures."""
        self._spoke |= ids
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
        self._forget_oldest()
        if moved:
            self.counts_changed.emit()
        busy = len(self._pending) > _BUSY
        self._tick.setInterval(_BUSY_TICK_MS if busy else _TICK_MS)
        live = _BUSY_LIVE_MS if busy else _LIVE_MS
        if self._pending and not (self._live_timer.isActive() and self._live_timer.interval() == live):
            self._live_timer.start(live)

    def set_filter(self, states: Iterable[FutureState], text: str) -> None:
        """List only rows in one of the states (none: all) that have what the text asks for."""
        self.rearrange(filter=RowFilter.of(frozenset(states), text))

    def set_grouping(self, grouping: Grouping) -> None:
        """Gather rows under headings."""
        self.rearrange(grouping=grouping)

    def rearrange(self, **changes: Any) -> None:
        """Change some fields of the arrangement. Where the store has a say, the lines follow when it has spoken."""
        self.wanted = replace(self.wanted, **changes)
        self.flush()
        if self.history is not None and self.history.enabled:
            self.history.load(self.wanted, frozenset(self.listing.rows))
            return
        if self.history is not None:
            self.history.give_up()
        self._take(self.wanted, StoredListing())

    def show_history(self, *, shown: bool) -> None:
        """List what is not in memory as well, or no longer."""
        if self.history is not None:
            self.history.enabled = shown
            self.rearrange()

    def fold(self, groups: Iterable[str], *, folded: bool) -> None:
        """Fold the rows of groups away, or show them again."""
        listing = self.listing
        now = listing.folded | set(groups) if folded else listing.folded - set(groups)
        self.flush()
        self.arrange(lambda: setattr(listing, "folded", now))

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
            self._live_counts[row.state] -= 1
        self.bring_into_place([row.id for row in doomed])
        self.counts_changed.emit()

    def forget(self, ids: Collection[FutureId]) -> None:
        """Take rows out of the list whose futures nobody knows any more."""
        self.flush()
        doomed = [row for future_id in ids if (row := self.listing.rows.pop(future_id, None)) is not None]
        if not doomed:
            return
        for row in doomed:
            self._live_counts[self._pending.pop(row.id, row.state)] -= 1
        self.bring_into_place([row.id for row in doomed])
        self.counts_changed.emit()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self.cells = Cells(theme, self.clock)
        self._tell_all(Column(0), Column.TEXT)

    def _add(self, event: FutureCreated) -> None:
        try:
            future = self._futures.get(event.future_id)
        except UnknownFutureError:  # a stream that is replayed, of another session
            return
        row = FutureRow.of(future, self._node_title(event.run_id, event.node_id), self._cost_of)
        self.listing.rows[row.id] = row
        self._pending[row.id] = FutureState.QUEUED
        self._live_counts[FutureState.QUEUED] += 1
        self._moved[row.id] = None

    def _refresh(self, future_id: FutureId) -> None:
        row = self.listing.rows[future_id]
        row.refresh()
        if future_id not in self._pending:
            return
        self._live_counts[self._pending[future_id]] -= 1
        self._live_counts[row.state] += 1
        if row.state.is_final:
            del self._pending[future_id]
        else:
            self._pending[future_id] = row.state

    def _take(self, arrangement: Arrangement, stored: StoredListing) -> None:
        """Arrange the lines, unless another arrangement is wanted by now."""
        if arrangement != self.wanted:
            return

        def change() -> None:
            listing = self.listing
            listing.arrangement = arrangement
            listing.stored, listing.stored_groups = stored.keys, stored.groups

        self.flush()
        self._stored_counts = stored.counts
        self.arrange(change)
        self.counts_changed.emit()

    def _forget_oldest(self) -> None:
        """Keep the memory bounded: what has settled long ago is the store's to list."""
        if self.history is None or self.history.is_loading:
            return
        too_many = len(self.listing.rows) - len(self._pending) - self.history.most_rows
        if too_many * 20 < self.history.most_rows:  # many at once: each time costs a look at all that is pending
            return
        settled = (row for row in self.listing.rows.values() if row.state.is_final and not row.pinned)
        doomed = list(islice(settled, too_many))
        for row in doomed:
            self._live_counts[row.state] -= 1
        if self.history.enabled:
            self._stored_counts.update(row.state for row in doomed)
            self.listing.forget([row.id for row in doomed])
        else:
            for row in doomed:
                del self.listing.rows[row.id]
            self.bring_into_place([row.id for row in doomed])

    def _pass_time(self) -> None:
        self.flush()
        if not self._pending:
            self._live_timer.stop()
        self._tell(self._pending, Column.AGE, Column.AGE)
        self._tell(self._pending, Column.TOKENS, Column.RATE)
        self._tell(self._pending, Column.WATERFALL, Column.WATERFALL)
        if self._live_counts[FutureState.QUEUED]:  # their places in the queue
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
            return self.cells.alignments[section]
        spec = SPECS[Column(section)]
        return {_DISPLAY: spec.title, _TOOL_TIP: spec.tip}.get(role)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        # Asked some thousand times for one repaint, mostly for roles that there is nothing to say about.
        if role not in self.cells.roles:
            return None
        row = self.row_at(index.row())
        if row is None:
            return self.cells.heading(self.group_at(index.row()), index.column(), role)
        return self.cells.data(row, index.column(), role)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        by = None if column < 0 else Column(column)
        self.rearrange(column=by, descending=by is not None and order == Qt.SortOrder.DescendingOrder)
