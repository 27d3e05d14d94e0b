"""What was spent and what is under way, by run, by flow and day, and by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ..ids import FutureId, RunId

KEPT_RUNS: Final = 10_000
"""Of so many runs, the latest, the sum is known."""


@dataclass(frozen=True, slots=True)
class _Entry:
    run_id: RunId
    flow: str
    amount: float


class Ledger:
    """Amounts in US dollars. What is under way counts with what is known of it; a flow is told by its source's key."""

    def __init__(self, today: Callable[[], date]) -> None:
        self._today = today
        self._day = today()
        self._total = 0.0
        self._flows: defaultdict[str, float] = defaultdict(float)
        self._others: dict[str, float] = {}
        self._runs: dict[RunId, float] = {}
        self._under_way: dict[FutureId, _Entry] = {}

    def note_others(self, flows: Mapping[str, float]) -> None:
        """What other sessions have spent today, by flow; it takes the place of what was noted before."""
        self._turn_page()
        self._others = dict(flows)

    def begin(self, future_id: FutureId, run_id: RunId, flow: str, at_least: float | None) -> None:
        """A request is under way that will cost at least so much (None: nobody knows its price)."""
        self._turn_page()
        self._under_way[future_id] = _Entry(run_id, flow, at_least or 0.0)
        self._add(run_id, flow, at_least or 0.0)

    def end(self, future_id: FutureId, cost: float | None) -> None:
        """It has ended and cost so much, which takes the place of what `begin` said."""
        self._turn_page()
        entry = self._under_way.pop(future_id, None)
        if entry is not None:
            self._add(entry.run_id, entry.flow, (cost or 0.0) - entry.amount)

    def of_run(self, run_id: RunId) -> float:
        """By one run."""
        return self._runs.get(run_id, 0.0)

    def of_flow(self, flow: str) -> float:
        """By one flow today."""
        self._turn_page()
        return self._flows.get(flow, 0.0) + self._others.get(flow, 0.0)

    def of_day(self) -> float:
        """By everything today."""
        self._turn_page()
        return self._total + sum(self._others.values())

    def _add(self, run_id: RunId, flow: str, amount: float) -> None:
        self._runs[run_id] = self._runs.pop(run_id, 0.0) + amount
        self._flows[flow] += amount
        self._total += amount
        if len(self._runs) > KEPT_RUNS:
            del self._runs[next(iter(self._runs))]

    def _turn_page(self) -> None:
        """A new day begins with what is under way."""
        if (today := self._today()) != self._day:
            self._day = today
            self._flows.clear()
            self._others.clear()
            for entry in self._under_way.values():
                self._flows[entry.flow] += entry.amount
            self._total = sum(self._flows.values())
