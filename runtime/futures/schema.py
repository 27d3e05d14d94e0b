"""The database of futures: how it is opened, what its tables are, and how older ones are brought up to date."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from ..errors import NewerStoreError

BUSY_S: Final = 10.0
"""How long to wait for another program that is writing."""

_WAL_BYTES: Final = 16 * 2**20
"""What the write-ahead log may keep on disk once it has been worked in."""

# Lists read `futures` alone, so it has no large column; what a future holds in full is in `records`.
_TABLES: Final = """
CREATE TABLE futures (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    created REAL NOT NULL,
    settled REAL,
    run_id TEXT NOT NULL,
    node_id TEXT NOT NULL,
    source TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    retry_of TEXT,
    attempts INTEGER NOT NULL,
    tokens INTEGER,
    cost REAL,
    preview TEXT NOT NULL,
    error TEXT NOT NULL,
    history TEXT NOT NULL,
    request_size INTEGER NOT NULL,
    rest_size INTEGER NOT NULL,
    is_pinned INTEGER NOT NULL DEFAULT 0,
    is_indexed INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX futures_by_state ON futures (state);
CREATE INDEX futures_by_run ON futures (run_id);
CREATE INDEX futures_by_retry ON futures (retry_of) WHERE retry_of IS NOT NULL;
CREATE INDEX futures_in_flight ON futures (owner) WHERE settled IS NULL;
CREATE INDEX futures_to_index ON futures (settled) WHERE is_indexed = 0;
CREATE TABLE records (
    number INTEGER PRIMARY KEY REFERENCES futures (number) ON DELETE CASCADE,
    request TEXT NOT NULL,
    rest TEXT NOT NULL
);
"""
_SEARCH: Final = "CREATE VIRTUAL TABLE search USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2')"
_PLAIN_SEARCH: Final = "CREATE TABLE search (text TEXT NOT NULL)"

Step = Callable[[sqlite3.Connection], None]


def _make_tables(connection: sqlite3.Connection) -> None:
    for statement in filter(str.strip, _TABLES.split(";")):
        connection.execute(statement)
    try:
        connection.execute(_SEARCH)
    except sqlite3.OperationalError:  # an SQLite without FTS5: searching then reads through all texts
        connection.execute(_PLAIN_SEARCH)


STEPS: Final[Sequence[Step]] = (_make_tables,)
"""Step n leads from version n to n + 1. A step that was released is never changed again: add the next one."""


def connect(path: Path) -> sqlite3.Connection:
    """A connection for use in any thread, one at a time; transactions are begun and ended by hand."""
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def open_database(path: Path, steps: Sequence[Step] = STEPS) -> sqlite3.Connection:
    """The database for writing, made or brought up to date if need be.

    Raises NewerStoreError, sqlite3.Error, OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # What was asked and answered is nobody else's business; SQLite gives its other files the same permissions.
    # Only a new file is opened here: closing an old one would drop the locks that this process holds on it already
    # (sqlite.org/howtocorrupt.html, 2.2).
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    connection = connect(path)
    try:
        _refuse_newer(connection, path, len(steps))
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL: a commit is on the disk, not only with the operating system, so it outlasts a power cut as well.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES}")
        _migrate(connection, path, steps)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing. Takes the right to write at once, so that it waits for others here and not half-way."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def version_of(connection: sqlite3.Connection) -> int:
    """How many steps the database has gone."""
    with closing(connection.execute("PRAGMA user_version")) as rows:
        return int(rows.fetchone()[0])


def has_word_index(connection: sqlite3.Connection) -> bool:
    """Whether `search` is an index of words, else a plain table."""
    row = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'search'").fetchone()
    return row is not None and "fts5" in row[0]


def _migrate(connection: sqlite3.Connection, path: Path, steps: Sequence[Step]) -> None:
    if version_of(connection) == len(steps):
        return
    with transaction(connection):  # another program may be at it: look again once it is our turn
        _refuse_newer(connection, path, len(steps))
        for step in steps[version_of(connection) :]:
            step(connection)
        connection.execute(f"PRAGMA user_version = {len(steps)}")


def _refuse_newer(connection: sqlite3.Connection, path: Path, known: int) -> None:
    if (version := version_of(connection)) > known:
        raise NewerStoreError(
            f"{path} was written by a newer Futureflow (its tables have version {version}, this one reads up to "
            f"{known}): update Futureflow. Until then requests are kept in memory only, and earlier ones cannot be read"
        )
