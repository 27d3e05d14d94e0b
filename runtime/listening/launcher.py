"""From occurrences to runs: what happens when an event comes again while its run is on."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from ..engine.run import Run
from ..errors import RunError
from ..nodes.context import LogLevel
from ..nodes.node_type import Occurrence, Overlap

MOST_AT_ONCE: Final = 100
"""Runs of one event at the same time, and"""
MOST_QUEUED: Final = 1000
"""occurrences that wait for their run: what comes on top is skipped, else an event that is faster than its runs would
fill the memory."""


class Launcher:
    """Starts the runs of one event.

    Attributes:
        runs: those that are on.
    """

    def __init__(
        self,
        overlap: Overlap,
        start: Callable[[Occurrence], Run],
        wait: Callable[[Run], Awaitable[object]],
        say: Callable[[LogLevel, str], None],
    ) -> None:
        """`start` begins a run and may raise RunError, `wait` returns when it has ended, `say` is for people."""
        self.runs: set[Run] = set()
        self._most = MOST_AT_ONCE if overlap == "parallel" else 1
        self._queues = overlap == "queue"
        self._start = start
        self._wait = wait
        self._say = say
        self._waiting: deque[Occurrence] = deque()
        self._watching: set[asyncio.Task[None]] = set()
        self._skipped = 0

    def offer(self, occurrence: Occurrence) -> None:
        """Start a run now or later, or not at all."""
        if len(self.runs) < self._most:
            self._launch(occurrence)
        elif self._queues and len(self._waiting) < MOST_QUEUED:
            self._waiting.append(occurrence)
        else:
            self._skipped += 1

    def stop(self) -> None:
        """Start no more runs, also not for what waits; those that are on go on."""
        for task in self._watching:
            task.cancel()

    def _launch(self, occurrence: Occurrence) -> None:
        try:
            run = self._start(occurrence)
        except RunError as error:
            self._say("error", f"no run was started: {error}")
            return
        self.runs.add(run)
        task = asyncio.get_running_loop().create_task(self._follow(run), name=f"follow {run.run_id}")
        self._watching.add(task)
        task.add_done_callback(self._watching.discard)

    async def _follow(self, run: Run) -> None:
        await self._wait(run)
        self.runs.discard(run)
        if self._skipped:
            times = "once" if self._skipped == 1 else f"{self._skipped} times"
            self._say("info", f"came {times} more while its run was on, and was skipped")
            self._skipped = 0
        while self._waiting and len(self.runs) < self._most:
            self._launch(self._waiting.popleft())
