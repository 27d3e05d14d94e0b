"""Which rows are listed: by state, by words, and by what `node:ask` and its like say. Knows no screen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from runtime.futures.future import FutureState

from .row import WORDS, FutureRow

_TERM: Final = re.compile(r'(?:(\w+):)?(?:"([^"]*)"|(\S+))')
_PENDING: Final = frozenset(state for state in FutureState if not state.is_final)

Told = Mapping[str, tuple[str, ...]]
"""By the names of fields, what a future has there."""

_FIELDS: Final = ("node", "run", "step", "model", "provider", "state", "is", "id")

HELP: Final = (
    "Words that must stand in a row. Or a field and its value: "
    + ", ".join(f"{name}:" for name in _FIELDS if name != "is")
    + " and is:pending, is:settled, is:pinned, is:retry. Values with spaces in quotes: node:“My node”."
)


@dataclass(frozen=True)
class RowFilter:
    """What a row must have.

    Attributes:
        states: it is in one of these; none means any.
        words: all of them stand somewhere in it, upper and lower case alike.
        fields: (field, value) pairs, of which each holds exactly, upper and lower case alike.
    """

    states: frozenset[FutureState] = frozenset()
    words: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()

    @staticmethod
    def of(states: frozenset[FutureState], text: str) -> RowFilter:
        """The filter that a person has typed; an unknown field is taken as a word."""
        words, fields = [], []
        for found in _TERM.finditer(text.casefold().replace("“", '"').replace("”", '"')):
            field, quoted, bare = found.groups()
            value = bare if quoted is None else quoted
            if field in _FIELDS:
                fields.append((field, value))
            else:
                words.append(f"{field}:{value}" if field else value)
        return RowFilter(states, tuple(words), tuple(fields))

    def __bool__(self) -> bool:
        """Whether it may leave anything out."""
        return bool(self.states or self.words or self.fields)

    def accepts(self, row: FutureRow) -> bool:
        """Whether the row is listed."""
        if self.states and row.state not in self.states:
            return False
        if self.fields and not self.accepts_fields(told_of(row)):
            return False
        return not self.words or self._has_words(row)

    def accepts_fields(self, told: Told) -> bool:
        """Whether all fields hold."""
        return all(value in (each.casefold() for each in told.get(field, ())) for field, value in self.fields)

    def _has_words(self, row: FutureRow) -> bool:
        told = (row.node, row.model, row.provider, row.id, WORDS[row.state], row.preview, row.note)
        whole = "\n".join(told).casefold()
        return all(word in whole for word in self.words)


ALL: Final = RowFilter()
"""Leaves nothing out."""


def told_of(row: FutureRow) -> Told:
    """What a row has in the fields."""
    return {
        "node": (row.origin.node_id, row.node),
        "run": (row.origin.run_id,),
        "step": (str(row.origin.step_id),),
        "model": (row.model,),
        "provider": (row.provider,),
        "state": (row.state, WORDS[row.state]),
        "is": (
            "pending" if row.state in _PENDING else "settled",
            *(["pinned"] if row.pinned else []),
            *(["retry"] if row.retry_of else []),
        ),
        "id": (row.id,),
    }


def term(field: str, value: str) -> str:
    """A field and its value as one types them."""
    return f'{field}:"{value}"' if re.search(r"\s", value) else f"{field}:{value}"
