"""A flow that is listened to, by a clock that stands still until a test moves it, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from fake_clock import FakeClock
from flows import TIMEOUT, Drawing, registry_with

from runtime.engine.events import Event, ListeningLogged, RunStarted
from runtime.llm.providers import Providers
from runtime.nodes.context import NodeContext
from runtime.nodes.node_type import ExecNode, NodeType
from runtime.nodes.pins import NodeModel
from runtime.session import Session
from runtime.source import FlowSource


class Held:
    """Runs that stand at a `toy.hold` until they are let go, in the order in which they came there."""

    def __init__(self) -> None:
        self._standing: list[asyncio.Future[None]] = []
        held = self

        class Hold(ExecNode):
            """Stands still until the test lets go."""

            type_id = "toy.hold"
            title = "Hold"
            category = "Toys"
            exec_in = ("In",)
            exec_out = ("Out",)

            async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str:
                standing = asyncio.get_running_loop().create_future()
                held._standing.append(standing)
                try:
                    await standing
                finally:
                    held._standing.remove(standing)
                return "Out"

        self.node_type: type[NodeType] = Hold

    def __len__(self) -> int:
        return len(self._standing)

    def let_go(self) -> None:
        """Let the first one go on."""
        self._standing[0].set_result(None)


class Listened:
    """What a flow does while it is listened to.

    Attributes:
        session, source, clock: what it is listened to by.
        listening: begun at once.
        told: all events.
    """

    def __init__(
        self, session: Session, drawing: Drawing, source: FlowSource, clock: FakeClock, **options: Any
    ) -> None:
        self.session = session
        self.source = source
        self.clock = clock
        self.told: list[Event] = []
        self._came = asyncio.Event()
        session.subscribe(self._note)
        self.listening = session.listen(drawing.flow(), source, clock=clock, **options)

    @property
    def started(self) -> list[tuple[str, Mapping[str, Any]]]:
        """The runs that began: (event node, its outputs)."""
        return [(event.entry, event.outputs) for event in self.told if isinstance(event, RunStarted)]

    @property
    def said(self) -> list[str]:
        """What people are told of the events, as `level: message`."""
        return [f"{event.level}: {event.message}" for event in self.told if isinstance(event, ListeningLogged)]

    async def until(self, count: int) -> None:
        """Return when so many runs have begun."""
        async with asyncio.timeout(TIMEOUT):
            while len(self.started) < count:
                self._came.clear()
                await self._came.wait()

    def _note(self, event: Event) -> None:
        self.told.append(event)
        self._came.set()


@asynccontextmanager
async def listened(
    drawing: Drawing,
    *node_types: type[NodeType],
    now: datetime | None = None,
    source: FlowSource | None = None,
    providers: Providers | None = None,
    **options: Any,
) -> AsyncIterator[Listened]:
    """Listen to a flow until the end of the block; `options` are those of `Session.listen`."""
    session = Session(registry_with(*node_types), providers or Providers([]))
    try:
        yield Listened(session, drawing, source or FlowSource.unsaved(), FakeClock(now), **options)
    finally:
        await session.close()
