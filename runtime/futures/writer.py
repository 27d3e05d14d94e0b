"""The one thread that writes to the database of futures, in groups: one commit for all that is waiting."""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from ..errors import FutureStoreError
from .rows import index_some
from .schema import open_database, transaction

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]
Told = Callable[[str], None]

_INDEXED_AT_ONCE: Final = 50
"""Futures that are made findable in one go: a few milliseconds, since a result may be waiting to be written."""
_BROKEN: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

_log = logging.getLogger(__name__)


class StoreWriter:
    """Does work on the database, in order. The thread is started with the first of it.

    A database that turns out to be broken is set aside and a new one begun; `told` then gets a message for people. So
    it does, once, when the database cannot be used at all; all work fails then.
    """

    def __init__(self, path: Path, opened: Callable[[sqlite3.Connection], None], told: Told) -> None:
        """Both functions are called on the writer's thread; `opened` prepares a database that has just been opened."""
        self._path = path
        self._prepare = opened
        self._told = told
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._connection: sqlite3.Connection | None = None
        self._file_id: tuple[int, int] | None = None
        self._problem = ""
        self._may_have_unindexed = True
        self._is_closed = False
        self._door = threading.Lock()  # several threads ask, and each may be the first, or come as it is closed
        self.generation = 0
        """Counts the databases that were opened: a connection that is older reads one that was set aside."""
        self.files = threading.RLock()
        """Held while the database is opened or set aside, by any thread: else one may get the files of two."""

    def do(self, work: Work[T]) -> Future[T]:
        """Have work done inside a transaction, perhaps together with other work; done means committed.

        The future fails with FutureStoreError if the database refuses, and with whatever the work itself raises.
        """
        job = _Job(work)
        with self._door:
            if not self._is_closed:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._main, name="futureflow-store", daemon=True)
                    self._thread.start()
                self._jobs.put(job)
                return job.done
        job.fail(FutureStoreError(f"{self._path} has been closed, since the program is ending"))
        return job.done

    def close(self) -> None:
        """Do what is waiting, and end the thread; blocks until then."""
        with self._door:
            self._is_closed = True
            self._jobs.put(None)
        if self._thread is not None:
            self._thread.join()

    # From here on: on the writer's thread.

    def _main(self) -> None:
        while (jobs := self._next_jobs()) is not None:
            self._do_together(jobs)
        self._disconnect()

    def _next_jobs(self) -> list[_Job] | None:
        """All that is waiting, or the first that comes; None for the end. Meanwhile futures are made findable."""
        while self._jobs.empty() and self._index():
            pass
        if (first := self._jobs.get()) is None:
            return None
        jobs = [first]
        with suppress(queue.Empty):
            while (job := self._jobs.get_nowait()) is not None:
                jobs.append(job)
            self._jobs.put(None)  # the end comes after this group
        return jobs

    def _index(self) -> bool:
        """Whether there may be more to do of it."""
        if self._connection is None or not self._may_have_unindexed:
            return False
        try:
            with transaction(self._connection):
                count = index_some(self._connection, _INDEXED_AT_ONCE, also_pending=False)
            self._may_have_unindexed = count == _INDEXED_AT_ONCE
        except Exception:  # noqa: BLE001 (searching finds less then; results must be written all the same)
            _log.debug("futures could not be made findable now", exc_info=True)
            self._may_have_unindexed = False  # until something is written, which meets the same trouble and tells it
        return self._may_have_unindexed

    def _do_together(self, jobs: list[_Job]) -> None:
        """In one transaction; if some work cannot be done, each by itself, so that it does not harm the other."""
        try:
            results = self._commit([job.work for job in jobs])
        except Exception as error:  # noqa: BLE001 (told to who asked for the work)
            if len(jobs) == 1 or isinstance(error, FutureStoreError):
                for job in jobs:
                    job.fail(error)
                return
            for job in jobs:
                self._do_together([job])
            return
        for job, result in zip(jobs, results, strict=True):
            job.succeed(result)

    def _commit(self, works: list[Work[Any]]) -> list[Any]:
        """Raises FutureStoreError if the database refuses all work, and whatever a work itself raises."""
        try:
            try:
                return self._commit_once(works)
            except sqlite3.DatabaseError as error:
                if not is_broken(error):
                    raise
            with self.files:
                self._set_aside()
                self._opened()
            return self._commit_once(works)
        except (sqlite3.OperationalError, OSError) as error:
            raise self._refused(error) from error

    def _commit_once(self, works: list[Work[Any]]) -> list[Any]:
        connection = self._opened()
        changes = connection.total_changes
        with transaction(connection):
            results = [work(connection) for work in works]
        if connection.total_changes > changes:
            self._may_have_unindexed = True
            self._problem = ""
        return results

    def _opened(self) -> sqlite3.Connection:
        if self._connection is not None and _file_id(self._path) != self._file_id:
            self._disconnect()  # another program has set it aside, or a person has deleted it
        if self._connection is None:
            with self.files:
                try:
                    self._connection = self._open()
                except FutureStoreError as error:
                    self._tell_problem(str(error))
                    raise
                self._file_id = _file_id(self._path)
                self.generation += 1
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        connection = open_database(self._path)
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _set_aside(self) -> None:
        """Take the broken database out of the way."""
        self._disconnect()
        aside = self._path.with_name(f"{self._path.stem}.broken-{time.strftime('%Y%m%d-%H%M%S')}{self._path.suffix}")
        # The log first: a new database would take an old log beside it for its own.
        for ending in ("-wal", "-shm", ""):
            with suppress(FileNotFoundError):
                self._path.with_name(self._path.name + ending).replace(aside.with_name(aside.name + ending))
        self._told(
            f"The database of earlier requests is damaged. It was set aside as {aside}, and a new one was begun. "
            "The command .recover of sqlite3 saves what can be saved"
        )

    def _refused(self, error: Exception) -> FutureStoreError:
        """The error for who asked for the work; a new one is told to people, too."""
        reason = error.strerror if isinstance(error, OSError) else error
        text = (
            f"Requests and answers cannot be stored in {self._path} ({reason}): check free space and permissions of "
            "its folder. Until then they are kept in memory only, and lost when the program ends"
        )
        self._tell_problem(text)
        return FutureStoreError(text)

    def _tell_problem(self, text: str) -> None:
        if text != self._problem:
            self._problem = text
            self._told(text)


class _Job:
    """Work, and where its result goes."""

    def __init__(self, work: Work[Any]) -> None:
        self.work = work
        self.done: Future[Any] = Future()

    def succeed(self, result: object) -> None:
        """It is done; who asked may have given up the wait meanwhile."""
        if self.done.set_running_or_notify_cancel():
            self.done.set_result(result)

    def fail(self, error: BaseException) -> None:
        """It could not be done."""
        if self.done.set_running_or_notify_cancel():
            self.done.set_exception(error)


class _BrokenDatabaseError(sqlite3.DatabaseError):
    """A check has found damage."""


def check(connection: sqlite3.Connection) -> None:
    """Work that finds out whether the database is damaged, and if so has it set aside."""
    ((first,),) = connection.execute("PRAGMA quick_check(1)")
    if first != "ok":
        raise _BrokenDatabaseError(first)


def is_broken(error: sqlite3.Error) -> bool:
    """Whether the database's file itself is damaged, or none."""
    return isinstance(error, _BrokenDatabaseError) or getattr(error, "sqlite_errorcode", 0) & 0xFF in _BROKEN


def _file_id(path: Path) -> tuple[int, int] | None:
    """What tells the file from another of its name; None if there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
