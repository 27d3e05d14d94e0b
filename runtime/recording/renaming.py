"""Recorded runs as runs of their own: to be told beside those that they were recorded from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..engine.events import Event, RunStarted
from ..ids import RunId, new_run_id


def as_new_runs(events: Iterable[Event], later: float = 0.0) -> list[Event]:
    """The events with new ids of their runs, which start so many seconds later than they did.

    Futures keep their ids: values of pins name them.
    """
    ids: dict[RunId, RunId] = {}

    def renamed(run_id: RunId) -> RunId:
        if run_id not in ids:
            ids[run_id] = new_run_id()
        return ids[run_id]

    def of_new_run(event: Event) -> Event:
        if event.run_id is None:
            return event
        if not isinstance(event, RunStarted):
            return replace(event, run_id=renamed(event.run_id))
        parent = renamed(event.parent_run_id) if event.parent_run_id is not None else None
        started = event.started + later if event.started else 0.0
        return replace(event, run_id=renamed(event.run_id), parent_run_id=parent, started=started)

    return [of_new_run(event) for event in events]
