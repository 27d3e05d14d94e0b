"""The store of futures: every request and each settled result in an SQLite database (design 6)."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any, Final, TextIO, TypeVar

from ..errors import FutureStoreError
from ..ids import FutureId
from . import reader
from .future import FutureResponse, FutureState
from .owners import Owner
from .query import FutureQuery, FutureSummary, ListColumn
from .recovery import interrupt_lost, to_resend
from .retention import Retention, prune_some
from .rows import index_some, write_futures
from .schema import connect, transaction, version_of
from .writer import StoreWriter, Told, check, is_broken

T = TypeVar("T")

FILE_NAME: Final = "futures.db"
_OWNERS: Final = "futures.owners"
_PRUNED_AFTER: Final = 1_000
"""Writes after which the store looks whether it has grown too large or too old."""
_INDEXED_AT_ONCE: Final = 200


class FutureStore:
    """Futures on disk, for this program and others that use the same folder at the same time.

    Nothing here waits on the disk but the coroutines: one thread writes, another reads. The database is opened with
    the first call; what other programs left in flight when they were killed is then settled as interrupted.
    """

    def __init__(self, folder: Path, retention: Retention | None = None, told: Told = lambda _: None) -> None:
        """`told` gets messages for people, on another thread: a damaged database, a full disk."""
        self.path = folder / FILE_NAME
        self._owners = folder / _OWNERS
        self._retention = retention or Retention()
        self._owner: Owner | None = None
        self._writer = StoreWriter(self.path, self._prepare, told)
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="futureflow-store-reader")
        self._connection: sqlite3.Connection | None = None
        self._generation = 0
        self._written = 0
        self._is_closed = False

    @property
    def owner(self) -> str:
        """The name under which this session's futures are stored; "" until the database is open."""
        return self._owner.name if self._owner is not None else ""

    # -- writing

    def write(self, futures: Sequence[FutureResponse], done: Callable[[bool], None]) -> None:
        """Store futures as they are; nobody may change them any more.

        `done` is called on the loop that calls this, once they are on disk, or with False if that is impossible.
        """
        loop = asyncio.get_running_loop()

        def tell(job: Future[None]) -> None:
            with suppress(RuntimeError):  # that loop is closed: nobody is left to be told
                loop.call_soon_threadsafe(done, job.exception() is None)

        self._writer.do(lambda connection: self._write(connection, futures)).add_done_callback(tell)
        self._written += len(futures)
        if self._written >= _PRUNED_AFTER:
            self._written = 0
            self._prune_on()

    async def set_pinned(self, future_id: FutureId, is_pinned: bool) -> None:
        """Keep a future whatever its age, or no longer."""
        sql = "UPDATE futures SET is_pinned = ? WHERE id = ?"
        await self._do(lambda connection: connection.execute(sql, (is_pinned, future_id)))

    async def prune(self, retention: Retention | None = None) -> int:
        """Remove what is too old or too much, by the store's own measure or another; how many were removed."""
        count = 0
        while some := await self._do(lambda connection: prune_some(connection, retention or self._retention)):
            count += some
        return count

    async def interrupt_lost(self) -> list[FutureId]:
        """Settle what is in flight in programs that no longer run; the ids of what was settled."""
        return await self._do(lambda connection: interrupt_lost(connection, self._owners))

    async def close(self) -> None:
        """Write what is waiting, and end both threads; nothing can be read afterwards."""
        if self._is_closed:
            return
        self._is_closed = True
        await asyncio.get_running_loop().run_in_executor(self._reading, self._close)
        self._reading.shutdown()

    # -- reading; everything raises FutureStoreError if the database cannot be read

    async def find(self, ids: Iterable[FutureId]) -> dict[FutureId, FutureResponse]:
        """The futures of these ids, as far as they are stored."""
        wanted = list(ids)
        return await self._read(lambda connection: reader.find(connection, wanted))

    async def page(self, query: FutureQuery, offset: int = 0, limit: int = 200) -> list[FutureSummary]:
        """Some lines of a list: cheap also when the list has 100,000."""
        return await self._read(lambda connection: reader.page(connection, query, offset, limit), query)

    async def ids(self, query: FutureQuery, *, at_once: bool = False) -> list[FutureId]:
        """All ids of a list, in its order; `at_once`: of those that can be found by their words by now."""
        return await self._read(lambda connection: reader.ids(connection, query), None if at_once else query)

    async def unfindable(self) -> int:
        """How many futures cannot be found by their words yet."""
        return await self._read(reader.unindexed)

    async def make_findable(self) -> int:
        """Make some of them findable; how many. For who searches and tells how far it is; others just wait."""
        return await self._do(_index)

    async def columns(
        self, query: FutureQuery, names: Sequence[ListColumn], make: Callable[[list[tuple[Any, ...]]], T]
    ) -> T:
        """What `make` makes, on the reading thread, of some columns of a list: for lists arranged by others."""
        return await self._read(lambda connection: make(reader.columns(connection, query, names)), query)

    async def counts(self, query: FutureQuery) -> Counter[FutureState]:
        """How many futures of a list are in each state."""
        return await self._read(lambda connection: reader.counts(connection, query), query)

    async def spent_elsewhere(self, since: float) -> dict[str, float]:
        """What futures of other sessions that settled since then (Unix seconds) cost, by `FlowSource.key`."""
        return await self._read(lambda connection: reader.costs(connection, since, self.owner))

    async def to_resend(self) -> list[FutureId]:
        """What was interrupted and has not been asked again, oldest first."""
        return await self._read(to_resend)

    async def export(self, target: Path | TextIO, query: FutureQuery) -> int:
        """Write futures in full, one line of JSON each, to a new file or an open one; how many. Raises OSError too."""
        return await self._read(lambda connection: _export(connection, target, query), query)

    # -- on the threads

    async def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.wrap_future(self._writer.do(work))

    async def _read(self, function: Callable[[sqlite3.Connection], T], query: FutureQuery | None = None) -> T:
        if self._is_closed:
            raise FutureStoreError(f"{self.path} has been closed, since the program is ending")
        has_words = query is not None and bool(query.text.strip())
        return await asyncio.get_running_loop().run_in_executor(self._reading, self._read_now, function, has_words)

    def _read_now(self, function: Callable[[sqlite3.Connection], T], has_words: bool) -> T:
        while has_words and self._writer.do(_index).result():
            pass
        try:
            return function(self._connected())
        except sqlite3.DatabaseError as error:
            if is_broken(error):
                self._writer.do(check).exception()
            raise FutureStoreError(f"{self.path} cannot be read ({error})") from error

    def _connected(self) -> sqlite3.Connection:
        """The connection for reading: a new one if the writer has a new database."""
        if self._writer.generation == 0:
            self._writer.do(lambda _: None).result()
        with self._writer.files:
            if self._connection is None or self._generation != self._writer.generation:
                self._disconnect()
                self._generation = self._writer.generation
                self._connection = connect(self.path)
                self._connection.execute("PRAGMA query_only = ON")
                version_of(self._connection)  # reads, and so opens the log that belongs to the database
            return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _close(self) -> None:
        self._disconnect()
        self._writer.close()
        if self._owner is not None:
            self._owner.close()

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """A database was opened; on the writer's thread."""
        if self._owner is None:
            self._owner = Owner(self._owners)
        with transaction(connection):
            interrupt_lost(connection, self._owners)
        self._prune_on()

    def _write(self, connection: sqlite3.Connection, futures: Sequence[FutureResponse]) -> None:
        assert self._owner is not None
        write_futures(connection, futures, self._owner.name)

    def _prune_on(self) -> None:
        """Prune bit by bit, so that results get their turn between."""
        job = self._writer.do(lambda connection: prune_some(connection, self._retention))
        job.add_done_callback(self._pruned)

    def _pruned(self, job: Future[int]) -> None:
        if job.exception() is None and job.result():
            self._prune_on()


def _index(connection: sqlite3.Connection) -> int:
    return index_some(connection, _INDEXED_AT_ONCE, also_pending=True)


def _export(connection: sqlite3.Connection, target: Path | TextIO, query: FutureQuery) -> int:
    count = 0
    with target.open("w", encoding="utf-8") if isinstance(target, Path) else nullcontext(target) as file:
        for count, line in enumerate(reader.json_lines(connection, query), 1):  # noqa: B007 (the last is the number)
            file.write(line + "\n")
    return count
