"""How long futures are kept, and how much of them."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from typing import Final

from .rows import remove

_DAY_S: Final = 86_400.0
_AT_ONCE: Final = 500
"""Futures that are removed in one transaction: some 20 ms, for a result may be waiting to be written."""


@dataclass(frozen=True, slots=True)
class Retention:
    """What is removed: settled futures, unless they are pinned; the oldest first.

    Attributes:
        age_s: seconds after which a settled future is removed; None: never for its age.
        size_bytes: the most that the database may take on disk; None: as much as it likes.
    """

    age_s: float | None = 90 * _DAY_S
    size_bytes: int | None = 2 * 10**9


def prune_some(connection: sqlite3.Connection, retention: Retention) -> int:
    """Remove some of what is too old or too much; how many. 0 means that nothing is left to do."""
    found = _too_old(connection, retention) or _too_much(connection, retention)
    if found:
        remove(connection, found)
        connection.execute("PRAGMA incremental_vacuum").fetchall()
    return len(found)


def _too_old(connection: sqlite3.Connection, retention: Retention) -> list[int]:
    if retention.age_s is None:
        return []
    rows = connection.execute(
        "SELECT number FROM futures WHERE settled < ? AND is_pinned = 0 ORDER BY id LIMIT ?",
        (time.time() - retention.age_s, _AT_ONCE),
    )
    return [row[0] for row in rows]


def _too_much(connection: sqlite3.Connection, retention: Retention) -> list[int]:
    if retention.size_bytes is None:
        return []
    ((pages,),) = connection.execute("PRAGMA page_count")
    ((free,),) = connection.execute("PRAGMA freelist_count")
    ((page_bytes,),) = connection.execute("PRAGMA page_size")
    excess = (pages - free) * page_bytes - retention.size_bytes
    rows = connection.execute(
        "SELECT number, request_size + rest_size FROM futures WHERE settled IS NOT NULL AND is_pinned = 0 "
        "ORDER BY id LIMIT ?",
        (_AT_ONCE if excess > 0 else 0,),
    )
    found = []
    for number, size in rows:
        if excess <= 0:
            break
        found.append(number)
        excess -= size
    return found
