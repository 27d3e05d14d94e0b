"""Futures as rows of the database: written by the writer's thread alone, inside its transactions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from .future import FutureResponse
from .records import fits_utf_8, request_of, rest_of

PREVIEW: Final = 200
"""Characters of an answer that lists show."""

MOST_INDEXED: Final = 100_000
"""Characters of a future's texts that can be searched."""

_AT_ONCE: Final = 40
"""Futures that one statement writes: each has 19 values, and older SQLites allow 999."""

_FIXED: Final = (
    "id", "owner", "created", "run_id", "node_id", "source", "provider", "model", "retry_of", "request_size",
)  # fmt: skip
_MOVING: Final = (
    "state", "settled", "attempts", "tokens", "cost", "preview", "error", "history", "rest_size",
)  # fmt: skip
_COLUMNS: Final = (*_FIXED, *_MOVING)


def write_futures(connection: sqlite3.Connection, futures: Sequence[FutureResponse], owner: str) -> None:
    """Insert futures, or bring their rows up to date. No future may be there twice."""
    for some in in_chunks(futures, _AT_ONCE):
        known = _known(connection, [future.id for future in some])
        requests = ["" if future.id in known else request_of(future) for future in some]
        rows = [row_of(future, owner, request, rest_of(future)) for future, request in zip(some, requests, strict=True)]
        write_rows(connection, rows)


def row_of(future: FutureResponse, owner: str, request: str, rest: str) -> dict[str, Any]:
    """All that is written of a future; `request` may be left out of one that is there already."""
    sizes = {"request_size": len(request), "rest_size": len(rest)}
    return {**_summary(future), **sizes, "owner": owner, "request": request, "rest": rest}


def write_rows(connection: sqlite3.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, or bring them up to date.

    One statement for all: each has to take the GIL again when it is done, which takes half a millisecond if the window
    is busy just then.
    """
    updates = ", ".join(f"{name} = excluded.{name}" for name in _MOVING)
    connection.execute(
        f"INSERT INTO futures ({', '.join(_COLUMNS)}) VALUES {_places(rows, len(_COLUMNS))} "
        f"ON CONFLICT (id) DO UPDATE SET is_indexed = 0, {updates}",
        [row[name] for row in rows for name in _COLUMNS],
    )
    connection.execute(
        f"WITH written (id, request, rest) AS (VALUES {_places(rows, 3)}) INSERT INTO records (number, request, rest) "
        "SELECT number, request, rest FROM written JOIN futures USING (id) WHERE TRUE "
        "ON CONFLICT (number) DO UPDATE SET rest = excluded.rest",
        [row[name] for row in rows for name in ("id", "request", "rest")],
    )


def remove(connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    """Delete futures by their row numbers."""
    places = ", ".join("?" * len(numbers))
    connection.execute(f"DELETE FROM search WHERE rowid IN ({places})", numbers)
    connection.execute(f"DELETE FROM futures WHERE number IN ({places})", numbers)


def index_some(connection: sqlite3.Connection, most: int, *, also_pending: bool) -> int:
    """Make some of the futures that cannot be found by their words yet findable; how many there were."""
    which = "is_indexed = 0" if also_pending else "is_indexed = 0 AND settled IS NOT NULL"
    found = connection.execute(
        f"SELECT number, id, provider, model, request, rest FROM futures JOIN records USING (number) "
        f"WHERE {which} LIMIT ?",
        (most,),
    ).fetchall()
    if not found:
        return 0
    numbers = [row[0] for row in found]
    places = ", ".join("?" * len(numbers))
    connection.execute(f"DELETE FROM search WHERE rowid IN ({places})", numbers)
    connection.execute(
        f"INSERT INTO search (rowid, text) VALUES {_places(found, 2)}",
        [value for row in found for value in (row[0], _searched(*row[1:]))],
    )
    connection.execute(f"UPDATE futures SET is_indexed = 1 WHERE number IN ({places})", numbers)
    return len(found)


def _known(connection: sqlite3.Connection, ids: Sequence[str]) -> frozenset[str]:
    places = ", ".join("?" * len(ids))
    ((known,),) = connection.execute(f"SELECT group_concat(id, ' ') FROM futures WHERE id IN ({places})", ids)
    return frozenset((known or "").split())


def _places(rows: Sequence[object], values: int) -> str:
    """Marks for the values of so many rows."""
    return ", ".join([f"({', '.join('?' * values)})"] * len(rows))


def _searched(future_id: str, provider: str, model: str, request: str, rest: str) -> str:
    texts = [future_id, provider, model, *_texts(json.loads(request)), *_texts(json.loads(rest))]
    return _storable("\n".join(dict.fromkeys(texts))[:MOST_INDEXED].casefold())


def _summary(future: FutureResponse) -> dict[str, Any]:
    result = future.result
    tokens = result.tokens if result else None
    return {
        "id": future.id,
        "state": future.state.value,
        "created": future.created,
        "settled": future.settled,
        "run_id": future.origin.run_id,
        "node_id": future.origin.node_id,
        "source": future.origin.source,
        "provider": future.provider,
        "model": future.model,
        "retry_of": future.retry_of,
        "attempts": len(future.attempts),
        "tokens": tokens.total if tokens else None,
        "cost": result.cost if result else None,
        "preview": _storable(future.text()[:PREVIEW]),
        "error": _storable(future.error),
        "history": json.dumps([(change.state, change.at, change.reason) for change in future.history]),
    }


def _storable(text: str) -> str:
    """For people to read and search; half a surrogate pair becomes a question mark."""
    return text if fits_utf_8(text) else text.encode("utf-8", "replace").decode()


_NOT_SEARCHED: Final = frozenset({"response", "history", "id"})
"""`response` says again what `messages` says."""


def _texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, but no keys, and no data such as pictures."""
    if isinstance(value, str):
        if value and not value.startswith("data:"):
            yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in _NOT_SEARCHED:
                yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def in_chunks(items: Iterable[Any], most: int) -> Iterator[list[Any]]:
    """Lists of at most so many: SQLite limits the values of one statement."""
    chunk: list[Any] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == most:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
