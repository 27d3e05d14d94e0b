"""The scale of time that the waterfall's bars share: where it begins, how long it is, where its marks stand."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Final

from .row import FutureRow

LATEST_S: Final = 30.0
"""How much of the past a scale shows that follows the clock."""
_MARKS: Final = 4
_SHORTEST_S: Final = 0.1
_STEPS: Final = (
    0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400,
)  # fmt: skip
"""Distances between marks, in seconds, that people read easily."""


class ScaleMode(StrEnum):
    """From when bars are measured."""

    RUN = "run"
    CLOCK = "clock"
    LATEST = "latest"
    OWN = "own"


MODE_NAMES: Final = {
    ScaleMode.RUN: "From the start of the run",
    ScaleMode.OWN: "From the start of each request",
    ScaleMode.CLOCK: "By the clock",
    ScaleMode.LATEST: f"By the clock, the last {LATEST_S:.0f} seconds",
}


@dataclass(frozen=True)
class TimeScale:
    """Seconds as places between 0 and 1. Equal scales paint the same."""

    mode: ScaleMode
    start: float
    end: float
    step: float

    @staticmethod
    def fitting(rows: Iterable[FutureRow], mode: ScaleMode, now: float) -> TimeScale:
        """The scale on which all these rows can be seen whole, with some reserve, so that it seldom changes."""
        if mode is ScaleMode.LATEST:
            return TimeScale(mode, now - LATEST_S, now, 10)
        spans = [(row.created - zero_of(row, mode), row.end(now) - zero_of(row, mode)) for row in rows]
        low = min((start for start, _ in spans), default=0.0)
        high = max((end for _, end in spans), default=1.0)
        step = _step(max(high - low, _SHORTEST_S))
        start = math.floor(low / step) * step
        return TimeScale(mode, start, max(math.ceil(high / step) * step, start + step), step)

    def place(self, seconds: float) -> float:
        """Where a time stands, in seconds from the row's zero; not cut off at the ends."""
        return (seconds - self.start) / (self.end - self.start)

    @cached_property
    def places(self) -> tuple[float, ...]:
        """Where the marks stand."""
        return tuple(place for place, _ in self.marks())

    def marks(self) -> Iterator[tuple[float, str]]:
        """(place, text) of what is written above the bars."""
        first = math.ceil(self.start / self.step - 1e-6)
        for number in range(first, math.floor(self.end / self.step + 1e-6) + 1):
            yield self.place(number * self.step), self._text(number * self.step)

    def _text(self, seconds: float) -> str:
        if self.mode is ScaleMode.LATEST:
            return f"-{self.end - seconds:.0f} s" if seconds < self.end else "now"
        if self.mode is ScaleMode.CLOCK:
            clock = datetime.fromtimestamp(seconds).astimezone()
            return clock.strftime("%H:%M:%S" if self.step >= 1 else "%S.%f"[:5])
        return _duration(seconds, self.step)


def zero_of(row: FutureRow, mode: ScaleMode) -> float:
    """From when a row's bar is measured, in Unix seconds; one that repeats another has left the time of its run."""
    if mode is ScaleMode.OWN or (mode is ScaleMode.RUN and row.retry_of):
        return row.created
    return row.origin.run_started if mode is ScaleMode.RUN else 0.0


def _step(span: float) -> float:
    return next((step for step in _STEPS if step * _MARKS >= span), float(math.ceil(span / _MARKS / 86400) * 86400))


def _duration(seconds: float, step: float) -> str:
    if step < 1:
        return f"{seconds:.{2 if step < 0.1 else 1}f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
