"""Which rows stand where: filtered, grouped, sorted, pinned ones on top. Knows no screen.

What is listed is a sorted list of keys, one a line; a line is a row or the heading of a group. So a hundred thousand
lines cost a hundred thousand small tuples, finding one is a bisection, and a change of state moves what it must.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from runtime.futures.future import FutureState
from runtime.ids import FutureId

from .arrangement import Arrangement, Key
from .row import FutureRow

_FEW: Final = 64
"""So many keys are inserted one by one; for more, sorting the list anew is quicker."""


@dataclass(slots=True)
class Group:
    """Rows under one heading, counted by state, whether they are folded away or not."""

    title: str
    states: Counter[FutureState] = field(default_factory=Counter)
    tokens: int = 0
    cost: float = 0.0

    @property
    def size(self) -> int:
        """How many there are."""
        return self.states.total()

    def copy(self) -> Group:
        """The same, to be counted on."""
        return Group(self.title, self.states.copy(), self.tokens, self.cost)


class _Seat(NamedTuple):
    """Where a row was put, and as what it was counted."""

    key: Key
    state: FutureState
    tokens: int
    cost: float


class Listing:
    """The lines, and what they are made of.

    Attributes:
        rows: what is in memory and could be listed, by id, oldest first.
        stored: lines of what is not in memory, by the same arrangement, sorted.
        stored_groups: what headings tell of those.
        keys: the lines in ascending order; the arrangement says how they are read.
        groups: what the headings tell, by `Key.group`.
        folded: groups whose rows are not listed.
    """

    def __init__(self) -> None:
        self.rows: dict[FutureId, FutureRow] = {}
        self.stored: list[Key] = []
        self.stored_groups: dict[str, Group] = {}
        self.keys: list[Key] = []
        self.groups: dict[str, Group] = {}
        self.folded: frozenset[str] = frozenset()
        self.arrangement = Arrangement()
        self._seats: dict[FutureId, _Seat] = {}

    def position(self, key: Key) -> int | None:
        """Where a key stands in `keys`."""
        at = bisect_left(self.keys, key)
        return at if at < len(self.keys) and self.keys[at] == key else None

    def key_of(self, future_id: FutureId) -> Key | None:
        """The key of a row in memory that passes the filter; it may be folded away."""
        seat = self._seats.get(future_id)
        return seat.key if seat else None

    def key_of_line(self, line: str) -> Key | None:
        """The key of a line of this name, as `Key.line` gives it."""
        return self.arrangement.heading(line[1:]) if line.startswith("\0") else self.key_of(FutureId(line))

    def members(self, group: str) -> list[FutureRow]:
        """The rows in memory under a heading, folded away or not."""
        return [self.rows[future_id] for future_id, seat in self._seats.items() if seat.key.group == group]

    def everything(self) -> list[Key]:
        """All lines anew, sorted: for another arrangement."""
        self.groups = {name: group.copy() for name, group in self.stored_groups.items()}
        self._seats.clear()
        wanted = self.arrangement.filter
        for row in self.rows.values():
            if not wanted or wanted.accepts(row):
                self._sit(row)
        listed = [key for key in self.stored if key.group not in self.folded] if self.folded else list(self.stored)
        listed += [seat.key for seat in self._seats.values() if seat.key.group not in self.folded]
        listed += map(self.arrangement.heading, self.groups)
        listed.sort()
        return listed

    def changes(self, ids: Collection[FutureId]) -> tuple[list[Key], list[Key]]:
        """What the changed rows take out of the list and put into it; both sorted, `keys` is left as it is."""
        before = {future_id: self._seats.get(future_id) for future_id in ids}
        headings = set(self.groups)
        for future_id in ids:
            self._stand_up(future_id)
            row = self.rows.get(future_id)
            if row is not None and self.arrangement.filter.accepts(row):
                self._sit(row)
        gone, come = self._differences(before)
        gone += map(self.arrangement.heading, headings - self.groups.keys())
        come += map(self.arrangement.heading, self.groups.keys() - headings)
        return sorted(gone), sorted(come)

    def forget(self, ids: Iterable[FutureId]) -> None:
        """Let rows leave the memory, while their lines stay as lines of the store."""
        for future_id in ids:
            del self.rows[future_id]
            seat = self._seats.pop(future_id, None)
            if seat is None:
                continue
            insort(self.stored, seat.key)
            if self.arrangement.has_heading(seat.key):
                group = self.groups[seat.key.group]
                kept = self.stored_groups.setdefault(seat.key.group, Group(group.title))
                kept.states[seat.state] += 1
                kept.tokens += seat.tokens
                kept.cost += seat.cost

    def take_out(self, positions: list[int]) -> None:
        """Remove lines; `positions` ascend."""
        kept, start = [], 0
        for position in positions:
            kept += self.keys[start:position]
            start = position + 1
        self.keys = kept + self.keys[start:]

    def put_in(self, keys: list[Key]) -> None:
        """Add lines where they belong."""
        if len(keys) <= _FEW:
            for key in keys:
                insort(self.keys, key)
        else:
            self.keys += keys
            self.keys.sort()

    def _differences(self, before: dict[FutureId, _Seat | None]) -> tuple[list[Key], list[Key]]:
        gone, come = [], []
        for future_id, was in before.items():
            now = self._seats.get(future_id)
            old = was.key if was and was.key.group not in self.folded else None
            new = now.key if now and now.key.group not in self.folded else None
            if old != new:
                gone += [old] if old else []
                come += [new] if new else []
        return gone, come

    def _sit(self, row: FutureRow) -> None:
        key = self.arrangement.key_of(row)
        self._seats[row.id] = seat = _Seat(key, row.state, row.tokens.total if row.tokens else 0, row.cost or 0.0)
        if not self.arrangement.has_heading(key):
            return
        group = self.groups.get(key.group)
        if group is None:
            origin = row.origin
            title = self.arrangement.title(row.node, row.provider, origin.run_started, origin.source)
            group = self.groups[key.group] = Group(title)
        group.states[seat.state] += 1
        group.tokens += seat.tokens
        group.cost += seat.cost

    def _stand_up(self, future_id: FutureId) -> None:
        seat = self._seats.pop(future_id, None)
        if seat is None or not self.arrangement.has_heading(seat.key):
            return
        group = self.groups[seat.key.group]
        group.states[seat.state] -= 1
        group.tokens -= seat.tokens
        group.cost -= seat.cost
        if not group.size:
            del self.groups[seat.key.group]


def ranges(positions: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending positions as (first, last) of what hangs together."""
    found: list[tuple[int, int]] = []
    for position in positions:
        if found and found[-1][1] == position - 1:
            found[-1] = found[-1][0], position
        else:
            found.append((position, position))
    return found
