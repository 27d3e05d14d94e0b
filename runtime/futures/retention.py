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
_PAGES_AT_ONCE: Final = 2_000
"""Pages that are given back to the system in one transaction: some 20 ms as well."""


@dataclass(frozen=True, slots=True)
class Retention:
    """What is removed: settled futures, unless they are pinned; the oldest first.

    Attributes:
        age_s: seconds after which a settled future is removed; None: never for its age.
        size_bytes: the most that requests and answers may take, as JSON; on disk, what makes them findable comes on
            top, once more as much for short ones. None: as much as they like.
    """

    age_s: float | None = 90 * _DAY_S
    size_bytes: int | None = 10**9


def prune_some(connection: sqlite3.Connection, retention: Retention) -> int:
    """Remove some of what is too old or too much; how many. 0 means that nothing is left to do."""
    found = _too_old(connection, retention) or _too_much(connection, retention)
    remove(connection, found)
    # WORKAROUND: Python takes one step of this statement, which has no columns, and each step frees one page.
    ((free,),) = connection.execute("PRAGMA freelist_count")
    for _ in range(min(free, _PAGES_AT_ONCE)):
        connection.execute("PRAGMA incremental_vacuum")
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
    ((size,),) = connection.execute("SELECT total(request_size + rest_size) FROM futures")
    rows = connection.execute(
        "SELECT number, request_size + rest_size FROM futures WHERE settled IS NOT NULL AND is_pinned = 0 "
        "ORDER BY id LIMIT ?",
        (_AT_ONCE if size > retention.size_bytes else 0,),
    )
    found = []
    for number, own_size in rows:
        if size <= retention.size_bytes:
            break
        found.append(number)
        size -= own_size
    return found
