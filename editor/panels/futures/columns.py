"""The columns of the futures panel: what stands in them, and by what they sort. Knows no screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final

from runtime.futures.future import FutureState
from runtime.spending.budget import dollars

from .row import WORDS, FutureRow, age_text, exact_text

SortValue = tuple[float, str]
_LIFE: Final = {state: place for place, state in enumerate(FutureState)}
NOT_YET: Final = float("inf")
"""What is not known yet sorts behind everything: so rows do not wander about while their numbers run."""


class Column(IntEnum):
    """The columns, from left to right until somebody moves them."""

    STATE = 0
    NODE = 1
    STEP = 2
    MODEL = 3
    PROVIDER = 4
    STARTED = 5
    AGE = 6
    FIRST = 7
    TOKENS = 8
    COST = 9
    RATE = 10
    ATTEMPTS = 11
    WATERFALL = 12
    TEXT = 13


@dataclass(frozen=True)
class ColumnSpec:
    """How a column presents itself.

    Attributes:
        title: its heading. tip: what it means, for the tool tip of the heading and the menu of columns.
        width: at first, in pixels.
        at_first: whether it is shown before anybody chose.
        number: whether it stands at the right.
    """

    title: str
    tip: str
    width: int
    at_first: bool = True
    number: bool = False


SPECS: Final = {
    Column.STATE: ColumnSpec("State", "What the request does, or how it ended", 116),
    Column.NODE: ColumnSpec("Node", "The node that asked", 136),
    Column.STEP: ColumnSpec("Step", "Which step of its run asked", 50, at_first=False, number=True),
    Column.MODEL: ColumnSpec("Model", "The model that is asked", 100),
    Column.PROVIDER: ColumnSpec("Provider", "Who is asked", 76, at_first=False),
    Column.STARTED: ColumnSpec("Started", "When it was made", 84, at_first=False, number=True),
    Column.AGE: ColumnSpec("Time", "How long it took, or has taken so far", 58, number=True),
    Column.FIRST: ColumnSpec("First token", "Time to the first token", 76, at_first=False, number=True),
    Column.TOKENS: ColumnSpec("Tokens", "Tokens of request and answer; ~ is an estimate", 60, number=True),
    Column.COST: ColumnSpec("Cost", "What it cost, where the price of the model is known", 64, number=True),
    Column.RATE: ColumnSpec("Tokens/s", "Tokens of the answer a second while it streamed", 66, number=True),
    Column.ATTEMPTS: ColumnSpec("Tries", "How often it was sent", 44, at_first=False, number=True),
    Column.WATERFALL: ColumnSpec("Waterfall", "What it waited for, and when, on a scale that all rows share", 170),
    Column.TEXT: ColumnSpec("Answer", "The end of an answer that grows, the beginning of a whole one, an error", 120),
}


def cell_text(row: FutureRow, column: int, now: float) -> str:  # noqa: C901, PLR0912 (one case a column)
    """What stands in a cell; `now` in Unix seconds."""
    match column:
        case Column.STATE:
            return WORDS[row.state]
        case Column.NODE:
            return row.node
        case Column.STEP:
            return str(row.origin.step_id)
        case Column.MODEL:
            return row.model
        case Column.PROVIDER:
            return row.provider
        case Column.STARTED:
            return datetime.fromtimestamp(row.created).astimezone().strftime("%H:%M:%S")
        case Column.AGE:
            return age_text(row.age(now))
        case Column.FIRST:
            return "" if row.first_token is None else exact_text(row.first_token)
        case Column.TOKENS:
            row.count(now)
            return "" if row.tokens is None else f"{'~' if row.tokens.is_estimate else ''}{row.tokens.total:,}"
        case Column.RATE:
            rate = row.rate(now)
            return "" if rate is None else f"{rate:,.0f}"
        case Column.COST:
            row.count(now)
            return "" if row.cost is None else f"{'' if row.state.is_final else '~'}{dollars(row.cost)}"
        case Column.ATTEMPTS:
            return str(row.attempts) if row.attempts else ""
        case Column.TEXT:
            return row.text
        case _:
            return ""


def sort_value(row: FutureRow, column: Column | None) -> SortValue:  # noqa: C901 (one case a column)
    """By what a row is sorted: states by their place in a request's life, numbers by value, words by letters.

    It changes only when the future's state does. None and STARTED mean the order of their making.
    """
    match column:
        case None | Column.STARTED:
            return 0.0, ""
        case Column.STATE:
            return life_of(row.state), ""
        case Column.STEP:
            return row.origin.step_id, row.origin.run_id
        case Column.AGE | Column.WATERFALL:
            return (row.age(0.0) if row.state.is_final else NOT_YET), ""
        case Column.FIRST:
            return _or_not_yet(row.first_token), ""
        case Column.TOKENS:
            return _or_not_yet(row.tokens.total if row.tokens and row.state.is_final else None), ""
        case Column.RATE:
            return _or_not_yet(row.rate(0.0) if row.state.is_final else None), ""
        case Column.COST:
            return _or_not_yet(row.cost if row.state.is_final else None), ""
        case Column.ATTEMPTS:
            return row.attempts, ""
        case Column.TEXT:
            return (0.0, row.text.casefold()) if row.state.is_final else (NOT_YET, "")
        case _:
            return 0.0, cell_text(row, column, 0.0).casefold()


def life_of(state: FutureState) -> int:
    """The place of a state in a request's life, by which states are sorted."""
    return _LIFE[state]


def _or_not_yet(value: float | None) -> float:
    return NOT_YET if value is None else value
