"""Which events led to which runs, so that no event wakes itself for ever."""

from __future__ import annotations

from typing import Final, NamedTuple

from ..engine.events import Event, RunStarted
from ..ids import NodeId, RunId

MOST_REMEMBERED: Final = 100_000
"""Runs; of older ones it is forgotten what led to them."""


class EventKey(NamedTuple):
    """An event node among all flows: `source` is the key of its flow's `FlowSource`."""

    source: str
    node_id: NodeId


class Causes:
    """Remembers for each run the events that it goes back to: a sink for events, as called flows have runs too."""

    def __init__(self) -> None:
        self._events: dict[RunId, frozenset[EventKey]] = {}

    def note(self, run_id: RunId, event: EventKey, cause: RunId | None) -> None:
        """An event has started a run; `cause` is the run that made it happen."""
        self._keep(run_id, self._leading_to(cause) | {event})

    def led_to(self, event: EventKey, run_id: RunId | None) -> bool:
        """Whether a run goes back to an event: it started the run itself, or a run that led to it."""
        return event in self._leading_to(run_id)

    def __call__(self, event: Event) -> None:
        """A run that is called by another goes back to what that one goes back to."""
        if isinstance(event, RunStarted) and (events := self._leading_to(event.parent_run_id)):
            self._keep(event.run_id, events)

    def _leading_to(self, run_id: RunId | None) -> frozenset[EventKey]:
        return self._events.get(run_id, frozenset()) if run_id is not None else frozenset()

    def _keep(self, run_id: RunId, events: frozenset[EventKey]) -> None:
        self._events[run_id] = events
        if len(self._events) > MOST_REMEMBERED:
            del self._events[next(iter(self._events))]
