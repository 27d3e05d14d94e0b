"""The columns of the futures panel: what stands in them, and by what they sort. Knows no screen."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Final

from runtime.futures.future import FutureState

from .future_rows import WORDS, FutureRow, age_text

SortKey = Callable[[FutureRow], tuple[float, str]]
_LIFE: Final = {state: place for place, state in enumerate(FutureState)}


class Column(IntEnum):
    """The columns, from left to right."""

    STATE = 0
    NODE = 1
    MODEL = 2
    PROVIDER = 3
    AGE = 4
    TOKENS = 5
    ATTEMPTS = 6
    TEXT = 7


HEADERS: Final = ("State", "Node", "Model", "Provider", "Time", "Tokens", "Tries", "Answer")
NUMBERS: Final = frozenset({Column.AGE, Column.TOKENS})
"""The columns that stand at the right."""


def cell_text(row: FutureRow, column: int, now: float) -> str:
    """What stands in a cell; `now` in seconds of the model's clock."""
    match column:
        case Column.STATE:
            return WORDS[row.state]
        case Column.NODE:
            return row.node
        case Column.MODEL:
            return row.model
        case Column.PROVIDER:
            return row.provider
        case Column.AGE:
            return age_text(row.age(now))
        case Column.ATTEMPTS:
            return str(row.attempts) if row.attempts else ""
        case Column.TOKENS:
            return "" if row.tokens is None else f"{row.tokens:,}"
        case _:
            return row.text


def sort_key(column: Column, now: float) -> SortKey:
    """By what a column sorts: states by their place in a request's life, numbers by value, words by letters."""
    match column:
        case Column.STATE:
            return lambda row: (_LIFE[row.state], "")
        case Column.AGE:
            return lambda row: (row.age(now), "")
        case Column.ATTEMPTS:
            return lambda row: (row.attempts, "")
        case Column.TOKENS:
            return lambda row: (-1 if row.tokens is None else row.tokens, "")
        case _:
            return lambda row: (0, cell_text(row, column, now).casefold())
