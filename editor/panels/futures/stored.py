"""Requests of earlier sessions, and those that have left the memory: their lines, made where the store reads.

Knows no screen. A line is a key of the listing; rows are read when they come into sight.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final

from runtime.futures.future import FutureState
from runtime.futures.query import ListColumn
from runtime.ids import FutureId, NodeId

from .arrangement import Arrangement, Key
from .columns import NOT_YET, Column, life_of
from .filter import Told
from .listing import Group
from .row import WORDS

OpenTitles = Mapping[tuple[str, NodeId], str]
"""Titles of the nodes of open flows, by the flow's source and the node's id."""

COLUMNS: Final[tuple[ListColumn, ...]] = (
    "id", "state", "run_id", "node_id", "source", "provider", "model", "created", "settled", "attempts", "tokens",
    "cost", "retry_of", "is_pinned",
)  # fmt: skip


@dataclass
class StoredListing:
    """What the store has to add to a listing.

    Attributes:
        keys: its lines, sorted.
        groups: what headings tell of them, by `Key.group`.
        counts: all of them by state, whether the filter lets them through or not.
    """

    keys: list[Key] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    counts: Counter[FutureState] = field(default_factory=Counter)


@dataclass(frozen=True)
class Maker:
    """Makes the lines: to be called on the store's reading thread, with what `COLUMNS` names of every future.

    Attributes:
        known: ids that are in memory, and so not the store's to list.
        found: ids that have the words of the filter; None if it has none.
    """

    arrangement: Arrangement
    known: AbstractSet[FutureId]
    titles: OpenTitles
    found: AbstractSet[FutureId] | None = None

    def __call__(self, lines: Sequence[tuple[Any, ...]]) -> StoredListing:
        """Sort out, filter and sort."""
        listing = StoredListing()
        for values in lines:
            line = _Line(*values)
            if line.id in self.known:
                continue
            state = FutureState(line.state)
            listing.counts[state] += 1
            if self._accepts(line, state):
                key = self._key(line, state)
                listing.keys.append(key)
                if self.arrangement.has_heading(key):
                    self._count(listing.groups, key, line, state)
        listing.keys.sort()
        return listing

    def _accepts(self, line: _Line, state: FutureState) -> bool:
        wanted = self.arrangement.filter
        if (wanted.states and state not in wanted.states) or (self.found is not None and line.id not in self.found):
            return False
        return not wanted.fields or wanted.accepts_fields(self._told(line, state))

    def _told(self, line: _Line, state: FutureState) -> Told:
        return {
            "node": (line.node_id, self._title(line)),
            "run": (line.run_id,),
            "model": (line.model,),
            "provider": (line.provider,),
            "state": (state, WORDS[state]),
            "is": (
                "settled" if state.is_final else "pending",
                *(["pinned"] if line.is_pinned else []),
                *(["retry"] if line.retry_of else []),
            ),
            "id": (line.id,),
        }

    def _key(self, line: _Line, state: FutureState) -> Key:
        arrangement = self.arrangement
        number, word = self._sort_value(line, state)
        group = arrangement.group_of(line.run_id, line.node_id, self._title(line), line.provider)
        return arrangement.key(line.id, group, number, word, pinned=bool(line.is_pinned))

    def _sort_value(self, line: _Line, state: FutureState) -> tuple[float, str]:
        match self.arrangement.column:
            case Column.STATE:
                return life_of(state), ""
            case Column.NODE:
                return 0.0, self._title(line).casefold()
            case Column.MODEL:
                return 0.0, line.model.casefold()
            case Column.PROVIDER:
                return 0.0, line.provider.casefold()
            case Column.AGE | Column.WATERFALL:
                return (NOT_YET if line.settled is None else line.settled - line.created), ""
            case Column.TOKENS:
                return (NOT_YET if line.tokens is None else line.tokens), ""
            case Column.COST:
                return (NOT_YET if line.cost is None else line.cost), ""
            case Column.ATTEMPTS:
                return line.attempts, ""
            case None | Column.STARTED:
                return 0.0, ""
            case _:  # what lists do not tell
                return NOT_YET, ""

    def _count(self, groups: dict[str, Group], key: Key, line: _Line, state: FutureState) -> None:
        group = groups.get(key.group)
        if group is None:
            title = self.arrangement.title(self._title(line), line.provider, line.created, line.source)
            group = groups[key.group] = Group(title)
        group.states[state] += 1
        group.tokens += line.tokens or 0
        group.cost += line.cost or 0.0

    def _title(self, line: _Line) -> str:
        return self.titles.get((line.source, line.node_id), line.node_id)


@dataclass(slots=True)
class _Line:
    """`COLUMNS` of one future."""

    id: FutureId
    state: str
    run_id: str
    node_id: NodeId
    source: str
    provider: str
    model: str
    created: float
    settled: float | None
    attempts: int
    tokens: int | None
    cost: float | None
    retry_of: str | None
    is_pinned: int
