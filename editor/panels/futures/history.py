"""Requests that are not in memory: whether they are listed, and how they come from the store."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from runtime.errors import FutureflowError
from runtime.futures.future import FutureResponse
from runtime.futures.query import FutureQuery
from runtime.futures.registry import FutureRegistry
from runtime.futures.store import FutureStore
from runtime.ids import FutureId, new_future_id

from .arrangement import Arrangement
from .row import FutureRow
from .stored import COLUMNS, Maker, OpenTitles, StoredListing

MOST_ROWS: Final = 10_000
_MOST_LOADED: Final = 1_000
"""Rows that have been in sight are kept, so many of them."""


@dataclass(frozen=True)
class HistorySource:
    """Where requests of earlier sessions come from.

    Attributes:
        futures: finds them by id.
        spawn: starts a task by the name of what it does, as `Tasks.spawn`.
        open_titles: gives the titles of the nodes of open flows.
        most_rows: of so many requests that have settled in this session the rows stay in memory.
    """

    futures: FutureRegistry
    store: FutureStore
    spawn: Callable[[str, Coroutine[Any, Any, None]], object]
    open_titles: Callable[[], OpenTitles]
    most_rows: int = MOST_ROWS


class History(QObject):
    """Reads lines and rows of the store; nothing here waits.

    Attributes:
        enabled: whether what is not in memory is listed.
        most_rows: as `HistorySource.most_rows`.

    Signals:
        listed(Arrangement, StoredListing): lines for an arrangement have come; more may follow while it searches.
        searched(object): so much of the store can be searched for words, from 0 to 1; None once nobody waits for it.
        rows_loaded(): rows that were wanted have come.
        failed(str): the store cannot be read.
    """

    listed = Signal(object, object)
    searched = Signal(object)
    rows_loaded = Signal()
    failed = Signal(str)

    def __init__(self, source: HistorySource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self.most_rows = source.most_rows
        self.enabled = False
        self._loading = 0
        self._asked = 0
        self._rows: dict[FutureId, FutureRow | None] = {}
        self._wanted: dict[FutureId, bool] = {}
        self._turn = QTimer(self, interval=0, singleShot=True)
        self._turn.timeout.connect(lambda: source.spawn("read requests of earlier sessions", self._fetch()))

    @property
    def is_loading(self) -> bool:
        """Whether lines are on their way."""
        return self._loading > 0

    def load(self, arrangement: Arrangement, known: frozenset[FutureId]) -> None:
        """Have the lines made for an arrangement, without those that are in memory. Nobody waits for earlier ones."""
        self.give_up()
        lines = _Lines(self._source, arrangement, known)
        self._source.spawn("list requests of earlier sessions", self._load(lines, self._asked))

    def give_up(self) -> None:
        """Nobody waits any more for what is on its way."""
        self._asked += 1
        self.searched.emit(None)

    def row(self, future_id: FutureId, *, pinned: bool) -> FutureRow | None:
        """The row of a line that came into sight; None while it is on its way, or if it cannot be read."""
        if future_id not in self._rows:
            self._wanted[future_id] = pinned
            if not self._turn.isActive():
                self._turn.start()
        return self._rows.get(future_id)

    def forget_rows(self) -> None:
        """Read rows anew when they come into sight."""
        self._rows.clear()

    async def _load(self, lines: _Lines, number: int) -> None:
        self._loading += 1
        try:
            await self._make_findable(lines, number)
            listing = await lines.read() if number == self._asked else StoredListing()
        except FutureflowError as error:
            self.failed.emit(str(error))
            listing = StoredListing()
        finally:
            self._loading -= 1
        if number == self._asked:
            self.listed.emit(lines.arrangement, listing)
            self.searched.emit(None)

    async def _make_findable(self, lines: _Lines, number: int) -> None:
        """Of 100,000 requests it takes some 9 s: what is found meanwhile is listed first."""
        if not lines.words:
            return
        store = self._source.store
        done, total = await store.make_findable(), await store.unfindable()
        if not total:
            return
        total += done
        found = await lines.read()
        if number == self._asked:
            self.listed.emit(lines.arrangement, found)
            self.searched.emit(min(done / total, 1.0))
        while number == self._asked and (more := await store.make_findable()):
            done += more
            if number == self._asked:
                self.searched.emit(min(done / total, 1.0))

    async def _fetch(self) -> None:
        wanted, self._wanted = self._wanted, {}
        try:
            found = await self._source.store.find(wanted)
        except FutureflowError as error:
            self.failed.emit(str(error))
            found = {}
        titles = self._source.open_titles()
        for future_id, pinned in wanted.items():
            future = found.get(future_id)
            self._rows[future_id] = None if future is None else _row(future, titles, pinned=pinned)
        for future_id in list(self._rows)[: max(0, len(self._rows) - _MOST_LOADED)]:
            del self._rows[future_id]
        self.rows_loaded.emit()


@dataclass
class _Lines:
    """The lines of one arrangement, read once or twice."""

    source: HistorySource
    arrangement: Arrangement
    known: frozenset[FutureId]
    # What is made from now on, while the store reads, is in memory already.
    until: FutureId = field(default_factory=new_future_id)

    @property
    def words(self) -> str:
        return " ".join(self.arrangement.filter.words)

    async def read(self) -> StoredListing:
        """As they are now; raises FutureStoreError."""
        store, words = self.source.store, self.words
        found = frozenset(await store.ids(FutureQuery(text=words), at_once=True)) if words else None
        make = Maker(self.arrangement, self.known, self.source.open_titles(), found)
        return await store.columns(FutureQuery(before=self.until), COLUMNS, make)


def _row(future: FutureResponse, titles: OpenTitles, *, pinned: bool) -> FutureRow:
    origin = future.origin
    row = FutureRow.of(future, titles.get((origin.source, origin.node_id), origin.node_id))
    row.pinned = pinned
    return row
