"""The runs in a recording: how each began and ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..engine.events import Event, RunFinished, RunStarted
from ..ids import RunId
from .timeline import offsets_of


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A run that no other run called.

    Attributes:
        began: seconds from the first event of the recording to its start.
        finished: None if the recording ends before it does.
    """

    began: float
    started: RunStarted
    finished: RunFinished | None


def runs_of(events: Sequence[Event]) -> list[RecordedRun]:
    """The runs whose start is in the recording, in that order, without those that other flows called."""
    began: dict[RunId, tuple[float, RunStarted]] = {}
    finished: dict[RunId, RunFinished] = {}
    for event, offset in zip(events, offsets_of(events), strict=True):
        if isinstance(event, RunStarted) and event.parent_run_id is None:
            began[event.run_id] = offset, event
        elif isinstance(event, RunFinished):
            finished[event.run_id] = event
    return [RecordedRun(offset, start, finished.get(run_id)) for run_id, (offset, start) in began.items()]
