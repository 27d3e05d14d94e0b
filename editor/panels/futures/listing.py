"""Which rows stand where: filtered, grouped, sorted, pinned ones on top. Knows no screen.

What is listed is a sorted list of keys, one a line; a line is a row or the heading of a group. So a hundred thousand
lines cost a hundred thousand small tuples, finding one is a bisection, and a change of state moves what it must.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import PurePath
from typing import Final, NamedTuple

from runtime.futures.future import FutureState
from runtime.ids import FutureId

from .columns import Column, sort_value
from .filter import RowFilter
from .row import FutureRow

_PINNED, _OTHERS, _PINNED_FROM_BELOW = range(3)
_HEADING, _ROW, _HEADING_FROM_BELOW = range(3)
_FEW: Final = 64
"""So many keys are inserted one by one; for more, sorting the list anew is quicker."""


class Grouping(StrEnum):
    """By what rows are gathered under headings."""

    NONE = "none"
    RUN = "run"
    NODE = "node"
    PROVIDER = "provider"


class Key(NamedTuple):
    """What a line is sorted by; `id` is a future's, or "" for the heading of `group`."""

    section: int
    group: str
    kind: int
    number: float
    word: str
    id: FutureId

    @property
    def is_heading(self) -> bool:
        """Whether it is the heading of its group."""
        return self.kind != _ROW

    @property
    def line(self) -> str:
        """What stays the same however lines are sorted."""
        return f"\0{self.group}" if self.is_heading else self.id


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


class _Seat(NamedTuple):
    """Where a row was put, and as what it was counted."""

    key: Key
    state: FutureState
    tokens: int
    cost: float


class Listing:
    """The lines, and what they are made of.

    Attributes:
        rows: all that could be listed, by id, oldest first.
        keys: the lines in ascending order; `descending` is how they are read.
        groups: what the headings tell, by `Key.group`.
        folded: groups whose rows are not listed.
    """

    def __init__(self) -> None:
        self.rows: dict[FutureId, FutureRow] = {}
        self.keys: list[Key] = []
        self.groups: dict[str, Group] = {}
        self.folded: set[str] = set()
        self.filter = RowFilter()
        self.grouping = Grouping.NONE
        self.column: Column | None = None
        self.descending = False
        self._seats: dict[FutureId, _Seat] = {}

    def position(self, key: Key) -> int | None:
        """Where a key stands in `keys`."""
        at = bisect_left(self.keys, key)
        return at if at < len(self.keys) and self.keys[at] == key else None

    def key_of(self, future_id: FutureId) -> Key | None:
        """The key of a row that passes the filter; it may be folded away."""
        seat = self._seats.get(future_id)
        return seat.key if seat else None

    def key_of_line(self, line: str) -> Key | None:
        """The key of a line of this name, as `Key.line` gives it."""
        return self.heading(line[1:]) if line.startswith("\0") else self.key_of(FutureId(line))

    def members(self, group: str) -> list[FutureRow]:
        """The rows under a heading, folded away or not."""
        return [self.rows[future_id] for future_id, seat in self._seats.items() if seat.key.group == group]

    def everything(self) -> list[Key]:
        """All lines anew, sorted: for another filter, order or grouping."""
        self.groups.clear()
        self._seats.clear()
        accepts = self.filter.accepts if self.filter else None
        for row in self.rows.values():
            if accepts is None or accepts(row):
                self._sit(row)
        listed = [seat.key for seat in self._seats.values() if seat.key.group not in self.folded]
        listed += [self.heading(group) for group in self.groups]
        listed.sort()
        return listed

    def changes(self, ids: Collection[FutureId]) -> tuple[list[Key], list[Key]]:
        """What the changed rows take out of the list and put into it; both sorted, `keys` is left as it is."""
        before = {future_id: self._seats.get(future_id) for future_id in ids}
        headings = set(self.groups)
        for future_id in ids:
            self._stand_up(future_id)
            row = self.rows.get(future_id)
            if row is not None and self.filter.accepts(row):
                self._sit(row)
        gone, come = self._differences(before)
        gone += [self.heading(group) for group in headings - self.groups.keys()]
        come += [self.heading(group) for group in self.groups.keys() - headings]
        return sorted(gone), sorted(come)

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

    def heading(self, group: str) -> Key:
        """The line above a group's rows."""
        kind = _HEADING_FROM_BELOW if self.descending else _HEADING
        return Key(_OTHERS, group, kind, 0.0, "", FutureId(""))

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
        key = self._key(row)
        self._seats[row.id] = seat = _Seat(key, row.state, row.tokens.total if row.tokens else 0, row.cost or 0.0)
        if self.grouping is Grouping.NONE or row.pinned:
            return
        group = self.groups.get(key.group)
        if group is None:
            group = self.groups[key.group] = Group(_title(row, self.grouping))
        group.states[seat.state] += 1
        group.tokens += seat.tokens
        group.cost += seat.cost

    def _stand_up(self, future_id: FutureId) -> None:
        seat = self._seats.pop(future_id, None)
        group = self.groups.get(seat.key.group) if seat and seat.key.section == _OTHERS else None
        if seat is None or group is None:
            return
        group.states[seat.state] -= 1
        group.tokens -= seat.tokens
        group.cost -= seat.cost
        if not group.size:
            del self.groups[seat.key.group]

    def _key(self, row: FutureRow) -> Key:
        number, word = sort_value(row, self.column)
        if row.pinned:
            return Key(_PINNED_FROM_BELOW if self.descending else _PINNED, "", _ROW, number, word, row.id)
        return Key(_OTHERS, _group_of(row, self.grouping), _ROW, number, word, row.id)


def ranges(positions: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending positions as (first, last) of what hangs together."""
    found: list[tuple[int, int]] = []
    for position in positions:
        if found and found[-1][1] == position - 1:
            found[-1] = found[-1][0], position
        else:
            found.append((position, position))
    return found


def _group_of(row: FutureRow, grouping: Grouping) -> str:
    match grouping:
        case Grouping.RUN:
            return row.origin.run_id
        case Grouping.NODE:
            return f"{row.node.casefold()}\0{row.origin.node_id}"
        case Grouping.PROVIDER:
            return row.provider
        case _:
            return ""


def _title(row: FutureRow, grouping: Grouping) -> str:
    match grouping:
        case Grouping.RUN:
            began = datetime.fromtimestamp(row.origin.run_started).astimezone().strftime("%H:%M:%S")
            flow = PurePath(row.origin.source).name.removesuffix(".flow.json")
            return f"Run of {began}" + (f" · {flow}" if flow and not flow.startswith("unsaved-") else "")
        case Grouping.NODE:
            return row.node
        case _:
            return row.provider
