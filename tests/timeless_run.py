"""Runs of flows that wait for timers, to their end, in no time: for flows that were drawn at random."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

from flows import in_words, registry_with
from toys import Gates
from virtual_time import VirtualTimeLoop

from runtime.document.flow import Flow
from runtime.engine.events import Event
from runtime.engine.run import Run, RunResult
from runtime.state import SessionState

T = TypeVar("T")


def run_timeless(flow: Flow) -> tuple[RunResult, list[str]]:
    """How the flow ends, and all that it tells; it must leave nothing running."""
    events: list[Event] = []
    result = timeless(Run(flow, registry_with(), sink=events.append, resources=lent()).execute())
    return result, in_words(events)


def timeless(work: Coroutine[Any, Any, T]) -> T:
    """What comes of it on a loop of its own; it must leave nothing running there."""

    async def alone() -> T:
        result = await work
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return result

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(alone())


def lent() -> Mapping[type, object]:
    """What the nodes of random flows ask their session for."""
    return {Gates: Gates(), SessionState: SessionState()}
