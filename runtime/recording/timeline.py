"""When the events of a recording happened, on one clock for all its runs."""

from __future__ import annotations

from collections.abc import Iterable

from ..engine.events import Event, RunStarted
from ..ids import RunId


def offsets_of(events: Iterable[Event]) -> list[float]:
    """Seconds of each event since the first one; they never go back, for the order of a recording is what happened.

    Events count from the start of their own run. A run whose start is not in the recording counts from where its first
    event stands, and what belongs to no run happens at the time of the event before it.
    """
    starts: dict[RunId, float] = {}
    first: float | None = None
    now = 0.0
    offsets = []
    for event in events:
        if isinstance(event, RunStarted) and event.started:
            first = event.started if first is None else first
            starts[event.run_id] = event.started - first
        if event.run_id is not None:
            now = max(now, starts.setdefault(event.run_id, now - event.t) + event.t)
        offsets.append(now)
    return offsets
