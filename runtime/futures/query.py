"""Lists of stored futures: what can be asked of them, and one line of what comes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, Literal

from ..ids import FutureId, NodeId, RunId
from .future import FutureState, StateChange

Order = Literal["created", "settled", "elapsed", "state", "model", "provider", "node_id", "attempts", "tokens", "cost"]

ListColumn = Literal[
    "id", "run_id", "node_id", "source", "provider", "model", "state", "created", "settled", "attempts", "tokens",
    "cost", "retry_of", "is_pinned",
]  # fmt: skip
"""What a whole list can be asked for: nothing that is large."""

_ORDERS: Final[dict[Order, str]] = {
    "created": "id",  # ids sort by time of making
    "elapsed": "settled - created",
}
# Scripts that put no spaces between words: an index of words finds only the beginnings of their sentences.
_UNSPACED: Final = (("\u0e00", "\u0fff"), ("\u1000", "\u109f"), ("\u3040", "\u30ff"), ("\u3400", "\u9fff"),
                    ("\uf900", "\ufaff"), ("\U00020000", "\U0003ffff"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class FutureQuery:
    """Which futures, and in what order.

    Attributes:
        ids: only those with one of these ids (none: all).
        states: only those in one of these states (none: all).
        text: words that must all stand somewhere in request, answer, error, model, provider, node or id; each may be
            the beginning of a longer one.
        run_id, node_id, source: only those that this run, node or flow (`FlowSource.key`) asked for.
        owner: only those that this session made (`FutureStore.owner`).
        before: only those made before this one.
        order, descending: what they are sorted by; what has no value there comes last, equals newest first.
    """

    ids: frozenset[FutureId] = frozenset()
    states: frozenset[FutureState] = frozenset()
    text: str = ""
    run_id: RunId | None = None
    node_id: NodeId | None = None
    source: str | None = None
    owner: str | None = None
    before: FutureId | None = None
    order: Order = "created"
    descending: bool = True


@dataclass(frozen=True, slots=True)
class FutureSummary:
    """What a list shows of a future; the rest is read when it is asked for.

    Attributes:
        created, settled: Unix seconds; `settled` is None while it is in flight.
        tokens, cost: as the provider counts, where it does.
        preview: the beginning of the answer.
        history: every state with its time.
    """

    id: FutureId
    run_id: RunId
    node_id: NodeId
    source: str
    provider: str
    model: str
    state: FutureState
    created: float
    settled: float | None
    attempts: int
    tokens: int | None
    cost: float | None
    preview: str
    error: str
    retry_of: FutureId | None
    is_pinned: bool
    history: tuple[StateChange, ...]


def where(query: FutureQuery, *, has_word_index: bool) -> tuple[str, list[Any]]:
    """The condition in SQL, and its values."""
    parts: list[str] = []
    values: list[Any] = []
    if query.ids:
        parts.append("id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(sorted(query.ids)))
    if query.states:
        parts.append(f"state IN ({', '.join('?' * len(query.states))})")
        values += sorted(query.states)
    for column in ("run_id", "node_id", "source", "owner"):
        if (wanted := getattr(query, column)) is not None:
            parts.append(f"{column} = ?")
            values.append(wanted)
    if query.before is not None:
        parts.append("id < ?")
        values.append(query.before)
    for word in query.text.casefold().split():
        condition, value = _has_word(word, has_word_index=has_word_index)
        parts.append(f"number IN (SELECT rowid FROM search WHERE {condition})")
        values.append(value)
    return " AND ".join(parts) or "TRUE", values


def order_by(query: FutureQuery) -> str:
    """The order in SQL."""
    column = _ORDERS.get(query.order, query.order)
    direction = "DESC" if query.descending else "ASC"
    return f"{column} {direction}" if column == "id" else f"{column} IS NULL, {column} {direction}, id DESC"


def _has_word(word: str, *, has_word_index: bool) -> tuple[str, str]:
    if has_word_index and any(map(str.isalnum, word)) and not any(map(_is_unspaced, word)):
        quoted = word.replace('"', '""')
        return "search MATCH ?", f'"{quoted}"*'
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return "text LIKE ? ESCAPE '\\'", f"%{escaped}%"


def _is_unspaced(character: str) -> bool:
    return any(first <= character <= last for first, last in _UNSPACED)
