"""Runs of flows that wait for timers, to their end, in no time: for flows that were drawn at random."""

from __future__ import annotations

import asyncio

from flows import in_words, registry_with
from toys import Gates
from virtual_time import VirtualTimeLoop

from runtime.document.flow import Flow
from runtime.engine.events import Event
from runtime.engine.run import Run, RunResult
from runtime.state import SessionState


def run_timeless(flow: Flow) -> tuple[RunResult, list[str]]:
    """How the flow ends, and all that it tells; it must leave nothing running."""
    events: list[Event] = []
    lent = {Gates: Gates(), SessionState: SessionState()}
    made = Run(flow, registry_with(), sink=events.append, resources=lent)
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(_executed(made)), in_words(events)


async def _executed(made: Run) -> RunResult:
    result = await made.execute()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    return result
