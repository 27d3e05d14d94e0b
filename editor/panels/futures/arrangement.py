"""How lines are arranged: what is listed, under which headings, in which order. Knows no screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import PurePath
from typing import NamedTuple

from runtime.ids import FutureId

from .columns import Column, sort_value
from .filter import ALL, RowFilter
from .row import FutureRow

_PINNED, _OTHERS, _PINNED_FROM_BELOW = range(3)
_HEADING, _ROW, _HEADING_FROM_BELOW = range(3)


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
    def is_pinned(self) -> bool:
        """Whether it is held on top."""
        return self.section != _OTHERS

    @property
    def line(self) -> str:
        """What stays the same however lines are sorted."""
        return f"\0{self.group}" if self.is_heading else self.id


@dataclass(frozen=True)
class Arrangement:
    """What a person has chosen.

    Attributes:
        column: by what is sorted; None: by the time of making.
        descending: how the ascending lines are read. Pinned rows and headings stand on top all the same.
    """

    filter: RowFilter = ALL
    grouping: Grouping = Grouping.NONE
    column: Column | None = None
    descending: bool = False

    def key_of(self, row: FutureRow) -> Key:
        """Where a row stands."""
        number, word = sort_value(row, self.column)
        origin = row.origin
        group = self.group_of(origin.run_id, origin.node_id, row.node, row.provider)
        return self.key(row.id, group, number, word, pinned=row.pinned)

    def key(self, future_id: FutureId, group: str, number: float, word: str, *, pinned: bool) -> Key:
        """The key of a row out of its parts; pinned ones belong to no group."""
        if pinned:
            return Key(_PINNED_FROM_BELOW if self.descending else _PINNED, "", _ROW, number, word, future_id)
        return Key(_OTHERS, group, _ROW, number, word, future_id)

    def heading(self, group: str) -> Key:
        """The line above a group's rows."""
        kind = _HEADING_FROM_BELOW if self.descending else _HEADING
        return Key(_OTHERS, group, kind, 0.0, "", FutureId(""))

    def has_heading(self, key: Key) -> bool:
        """Whether a row stands under a heading."""
        return self.grouping is not Grouping.NONE and key.section == _OTHERS

    def group_of(self, run_id: str, node_id: str, node: str, provider: str) -> str:
        """The name of a row's group, by which groups are sorted."""
        match self.grouping:
            case Grouping.RUN:
                return run_id
            case Grouping.NODE:
                return f"{node.casefold()}\0{node_id}"
            case Grouping.PROVIDER:
                return provider
            case _:
                return ""

    def title(self, node: str, provider: str, began: float, source: str) -> str:
        """What the heading of a group says; `began` (Unix seconds) and `source` are its run's."""
        if self.grouping is not Grouping.RUN:
            return node if self.grouping is Grouping.NODE else provider
        clock = datetime.fromtimestamp(began).astimezone()
        day = "" if clock.date() == datetime.now().astimezone().date() else f"{clock:%Y-%m-%d} "
        flow = PurePath(source).name.removesuffix(".flow.json")
        return f"Run of {day}{clock:%H:%M:%S}" + (f" · {flow}" if flow and not flow.startswith("unsaved-") else "")
