"""Reads futures back from the database. Every function blocks, so it is called off the loop."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from ..errors import FutureStoreError
from ..ids import FutureId
from .future import FutureResponse, FutureState, StateChange
from .query import FutureQuery, FutureSummary, ListColumn, order_by, where
from .records import from_parts
from .rows import in_chunks
from .schema import has_word_index

_MOST_VALUES: Final = 500
_AT_ONCE: Final = 200
_SUMMARY: Final = (
    "id", "run_id", "node_id", "source", "provider", "model", "state", "created", "settled", "attempts", "tokens",
    "cost", "preview", "error", "retry_of", "is_pinned", "history",
)  # fmt: skip
_WHOLE: Final = "SELECT id, request, rest FROM futures JOIN records USING (number)"


def find(connection: sqlite3.Connection, ids: Iterable[FutureId]) -> dict[FutureId, FutureResponse]:
    """The futures of these ids, as far as they are stored. Raises FutureStoreError for one that cannot be read."""
    found = {}
    for chunk in in_chunks(ids, _MOST_VALUES):
        places = ", ".join("?" * len(chunk))
        for future_id, request, rest in connection.execute(f"{_WHOLE} WHERE id IN ({places})", chunk):
            try:
                found[FutureId(future_id)] = from_parts(request, rest)
            except ValueError as error:
                raise FutureStoreError(
                    f"future {future_id} cannot be read, probably since a newer Futureflow wrote it: update Futureflow"
                ) from error
    return found


def page(connection: sqlite3.Connection, query: FutureQuery, offset: int, limit: int) -> list[FutureSummary]:
    """Some lines of a list."""
    condition, values = where(query, has_word_index=has_word_index(connection))
    order = order_by(query)
    # Sorted are row numbers alone: with all that is shown it takes three times as long.
    some = f"SELECT number FROM futures WHERE {condition} ORDER BY {order} LIMIT ? OFFSET ?"
    sql = f"SELECT {', '.join(_SUMMARY)} FROM futures WHERE number IN ({some}) ORDER BY {order}"
    return [_summary(row) for row in connection.execute(sql, [*values, limit, offset])]


def ids(connection: sqlite3.Connection, query: FutureQuery) -> list[FutureId]:
    """All ids of a list, in its order."""
    condition, values = where(query, has_word_index=has_word_index(connection))
    sql = f"SELECT id FROM futures WHERE {condition} ORDER BY {order_by(query)}"
    return [FutureId(row[0]) for row in connection.execute(sql, values)]


def columns(connection: sqlite3.Connection, query: FutureQuery, names: Sequence[ListColumn]) -> list[tuple[Any, ...]]:
    """Some columns of a list, as the database holds them, in its order."""
    condition, values = where(query, has_word_index=has_word_index(connection))
    sql = f"SELECT {', '.join(names)} FROM futures WHERE {condition} ORDER BY {order_by(query)}"
    return connection.execute(sql, values).fetchall()


def counts(connection: sqlite3.Connection, query: FutureQuery) -> Counter[FutureState]:
    """How many there are in each state."""
    condition, values = where(query, has_word_index=has_word_index(connection))
    sql = f"SELECT state, count(*) FROM futures WHERE {condition} GROUP BY state"
    return Counter({FutureState(state): count for state, count in connection.execute(sql, values)})


def unindexed(connection: sqlite3.Connection) -> int:
    """How many cannot be found by their words yet."""
    ((count,),) = connection.execute("SELECT count(*) FROM futures WHERE is_indexed = 0")
    return int(count)


def costs(connection: sqlite3.Connection, since: float, except_of: str) -> dict[str, float]:
    """What the futures cost, by their flow's source, that have settled since then and are of other sessions."""
    sql = "SELECT source, sum(cost) FROM futures WHERE settled >= ? AND owner != ? AND cost IS NOT NULL GROUP BY source"
    return dict(connection.execute(sql, (since, except_of)))


def json_lines(connection: sqlite3.Connection, query: FutureQuery) -> Iterator[str]:
    """Each future in full as one line of JSON, with all fields that were stored, and its state."""
    condition, values = where(query, has_word_index=has_word_index(connection))
    whole = "SELECT state, request, rest FROM futures JOIN records USING (number)"
    sql = f"{whole} WHERE {condition} ORDER BY {order_by(query)}"
    rows = connection.execute(sql, values)
    while some := rows.fetchmany(_AT_ONCE):
        for state, request, rest in some:
            fields = json.loads(rest)
            line = {"id": fields.pop("id"), "state": state, "request": json.loads(request), **fields}
            yield json.dumps(line, ensure_ascii=False)


def _summary(row: tuple[Any, ...]) -> FutureSummary:
    values = dict(zip(_SUMMARY, row, strict=True))
    history = tuple(StateChange(FutureState(state), at, reason) for state, at, reason in json.loads(values["history"]))
    return FutureSummary(
        **{
            **values,
            "state": FutureState(values["state"]),
            "is_pinned": bool(values["is_pinned"]),
            "history": history,
        }
    )
