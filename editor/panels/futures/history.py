"""Requests that are not in memory: whether they are listed, and how they come from the store."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
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
        listed(Arrangement, StoredListing): lines for an arrangement have come.
        rows_loaded(): rows that were wanted have come.
        failed(str): the store cannot be read.
    """

    listed = Signal(object, object)
    rows_loaded = Signal()
    failed = Signal(str)

    def __init__(self, source: HistorySource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self.most_rows = source.most_rows
        self.enabled = False
        self._loading = 0
        self._rows: dict[FutureId, FutureRow | None] = {}
        self._wanted: dict[FutureId, bool] = {}
        self._turn = QTimer(self, interval=0, singleShot=True)
        self._turn.timeout.connect(lambda: source.spawn("read requests of earlier sessions", self._fetch()))

    @property
    def is_loading(self) -> bool:
        """Whether lines are on their way."""
        return self._loading > 0

    def load(self, arrangement: Arrangement, known: frozenset[FutureId]) -> None:
        """Have the lines made for an arrangement, without those that are in memory."""
        self._source.spawn("list requests of earlier sessions", self._load(arrangement, known))

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

    async def _load(self, arrangement: Arrangement, known: frozenset[FutureId]) -> None:
        self._loading += 1
        try:
            listing = await self._lines(arrangement, known)
        except FutureflowError as error:
            self.failed.emit(str(error))
            listing = StoredListing()
        finally:
            self._loading -= 1
        self.listed.emit(arrangement, listing)

    async def _lines(self, arrangement: Arrangement, known: frozenset[FutureId]) -> StoredListing:
        # What is made from now on, while the store reads, is in memory already.
        until, words = new_future_id(), " ".join(arrangement.filter.words)
        found = frozenset(await self._source.store.ids(FutureQuery(text=words))) if words else None
        make = Maker(arrangement, known, self._source.open_titles(), found)
        return await self._source.store.columns(FutureQuery(before=until), COLUMNS, make)

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


def _row(future: FutureResponse, titles: OpenTitles, *, pinned: bool) -> FutureRow:
    origin = future.origin
    row = FutureRow.of(future, titles.get((origin.source, origin.node_id), origin.node_id))
    row.pinned = pinned
    return row
