"""A run under way, and what it told: for tests that do something to it at a certain point."""

from __future__ import annotations

import asyncio
from typing import Any

from flows import TIMEOUT, in_words, registry_with
from toys import Gates

from runtime.document.flow import Flow
from runtime.engine.events import Event
from runtime.engine.run import Run, RunResult
from runtime.nodes.node_type import NodeType


class WatchedRun:
    """Starts a run at once.

    Attributes:
        run, task: it, and the task that executes it.
        gates: what its toys open and wait at.
        events: what it told.
    """

    def __init__(self, flow: Flow, *node_types: type[NodeType], **arguments: Any) -> None:
        """`arguments` are those of `Run`; `also` is a further sink."""
        self.events: list[Event] = []
        self._also = arguments.pop("also", None)
        self.gates = Gates()
        self._told = asyncio.Event()
        resources = {Gates: self.gates, **arguments.pop("resources", {})}
        self.run = Run(flow, registry_with(*node_types), sink=self._note, resources=resources, **arguments)
        self.task = asyncio.ensure_future(self.run.execute())

    @property
    def told(self) -> list[str]:
        """What it told, in words."""
        return in_words(self.events)

    async def until(self, line: str, times: int = 1) -> None:
        """Return when it has told this, so many times."""
        async with asyncio.timeout(TIMEOUT):
            while self.told.count(line) < times:
                self._told.clear()
                await self._told.wait()

    async def result(self) -> RunResult:
        """How it ended, once it has."""
        async with asyncio.timeout(TIMEOUT):
            return await asyncio.shield(self.task)

    async def cancel(self) -> RunResult:
        """Cancel it; how it ended."""
        self.run.cancel()
        return await self.result()

    def _note(self, event: Event) -> None:
        self.events.append(event)
        if self._also is not None:
            self._also(event)
        self._told.set()
