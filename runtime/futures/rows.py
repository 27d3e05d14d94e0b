"""Futures as rows of the database: written by the writer's thread alone, inside its transactions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from .future import FutureResponse
from .records import fits_utf_8, json_of, rest_of

PREVIEW: Final = 200
"""Characters of an answer that lists show."""

MOST_INDEXED: Final = 100_000
"""Characters of a future's texts that can be searched."""

_FIXED: Final = (
    "id", "owner", "created", "run_id", "node_id", "source", "provider", "model", "retry_of", "request_size",
)  # fmt: skip
_MOVING: Final = (
    "state", "settled", "attempts", "tokens", "cost", "preview", "error", "history", "rest_size",
)  # fmt: skip
_COLUMNS: Final = (*_FIXED, *_MOVING)
_INSERT: Final = f"INSERT INTO futures ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_UPDATE: Final = f"UPDATE futures SET is_indexed = 0, {', '.join(f'{name} = ?' for name in _MOVING)} WHERE number = ?"


def write_future(
    connection: sqlite3.Connection,
    future: FutureResponse,
    owner: str,
    unknown_fields: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Insert the future, or bring its row up to date; `unknown_fields` are kept where they are unknown."""
    rest = rest_of(future, unknown_fields)
    values = _summary(future) | {"owner": owner, "rest_size": len(rest)}
    found = connection.execute("SELECT number FROM futures WHERE id = ?", (future.id,)).fetchone()
    if found is not None:
        connection.execute(_UPDATE, [*(values[name] for name in _MOVING), *found])
        connection.execute("UPDATE records SET rest = ? WHERE number = ?", (rest, *found))
        return
    request = json_of(future.request)
    values["request_size"] = len(request)
    number = connection.execute(_INSERT, [values[name] for name in _COLUMNS]).lastrowid
    connection.execute("INSERT INTO records (number, request, rest) VALUES (?, ?, ?)", (number, request, rest))


def remove(connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    """Delete futures by their row numbers."""
    rows = [(number,) for number in numbers]
    connection.executemany("DELETE FROM search WHERE rowid = ?", rows)
    connection.executemany("DELETE FROM futures WHERE number = ?", rows)


def index_some(connection: sqlite3.Connection, most: int) -> int:
    """Make some of the futures that cannot be found by their words yet findable; how many there were."""
    found = connection.execute(
        "SELECT number, id, provider, model, request, rest FROM futures JOIN records USING (number) "
        "WHERE is_indexed = 0 LIMIT ?",
        (most,),
    ).fetchall()
    for number, *names, request, rest in found:
        texts = [*names, *_texts(json.loads(request)), *_texts(json.loads(rest))]
        text = _storable("\n".join(dict.fromkeys(texts))[:MOST_INDEXED].casefold())
        connection.execute("DELETE FROM search WHERE rowid = ?", (number,))
        connection.execute("INSERT INTO search (rowid, text) VALUES (?, ?)", (number, text))
    connection.executemany("UPDATE futures SET is_indexed = 1 WHERE number = ?", [(row[0],) for row in found])
    return len(found)


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
        "history": json_of(future.history),
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
