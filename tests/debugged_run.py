"""A run under a debugger: it goes on only as a test says."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from flows import TIMEOUT
from watched_run import WatchedRun

from runtime.document.flow import Breakpoint, Flow
from runtime.engine.debugger import Debugger
from runtime.engine.events import RunPaused
from runtime.engine.pauses import Pause
from runtime.ids import NodeId
from runtime.nodes.node_type import NodeType
from runtime.source import FlowSource

SOURCE: Final = FlowSource("the flow")


class DebuggedRun(WatchedRun):
    """A watched run with a debugger of its own.

    Attributes:
        debugger: it, which other runs may share.
    """

    def __init__(self, flow: Flow, *node_types: type[NodeType], stops: dict[str, Breakpoint] | str = "", **more: Any):
        """`stops` are breakpoints by node, or the nodes of plain ones in a row; `more` are arguments of `Run`."""
        self.debugger = more.pop("debugger", None) or Debugger()
        self.source = more.pop("source", SOURCE)
        self.stop_at(stops)
        self._seen = 0
        super().__init__(flow, *node_types, debugger=self.debugger, source=self.source, **more)

    def stop_at(self, stops: dict[str, Breakpoint] | str) -> None:
        """Have these breakpoints, and no others."""
        breakpoints = dict.fromkeys(stops.split(), Breakpoint()) if isinstance(stops, str) else stops
        self.debugger.set_breakpoints(self.source.key, {NodeId(node): stop for node, stop in breakpoints.items()})

    async def paused(self) -> Pause:
        """The next token that comes to a stand."""
        async with asyncio.timeout(TIMEOUT):
            while len(events := [event for event in self.events if isinstance(event, RunPaused)]) <= self._seen:
                self._told.clear()
                await self._told.wait()
        event = events[self._seen]
        self._seen += 1
        return next(pause for pause in self.debugger.pauses() if pause.token == event.token)

    async def places(self, step: str, count: int) -> list[str]:
        """Where so many steps lead to: `over`, `into` or `out`, each of the token that came to a stand last."""
        found = []
        for _ in range(count):
            pause = await self.paused()
            found.append(pause.node_id)
            getattr(self.debugger, f"step_{step}")(self.run.run_id, pause.token)
        return found

    async def rest(self) -> str:
        """Let it go on; how it ended."""
        self.stop_at("")
        self.debugger.breaks_on_failure = False
        self.debugger.resume(self.run.run_id)
        return (await self.result()).status
