"""Listening to all events of a flow that start runs by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..document.flow import Flow
from ..engine.event_inputs import event_inputs
from ..engine.events import EventSink, ListeningLogged
from ..engine.run import Run, RunResult
from ..errors import FutureflowError, RunError
from ..ids import NodeId
from ..nodes.context import LogLevel
from ..nodes.crew import Crew
from ..nodes.node_type import EventNode, Occurrence
from ..nodes.registry import NodeRegistry
from ..source import FlowSource
from ..validation.graph import FlowGraph
from .causes import Causes, EventKey
from .clock import Clock
from .launcher import Launcher
from .listener import EventListener

NO_EVENT = (
    "the flow has no event that starts runs by itself: add one, for example a Cron Event or an Interval Event, "
    "and wire its Out to the first node"
)


@dataclass(frozen=True)
class Host:
    """What a session lends to those that listen.

    Attributes:
        start: begins a run, as `Session.start`.
        wait: returns when a run has ended.
        tell: takes events.
        resources: what nodes may ask for, by type.
        causes: which events led to which runs.
        clock: what the events go by.
    """

    registry: NodeRegistry
    start: Callable[..., Run]
    wait: Callable[[Run], Awaitable[RunResult]]
    tell: EventSink
    resources: Mapping[type, object]
    causes: Causes
    clock: Clock


class Listening:
    """Starts a run of the flow, as it is now, whenever one of its events happens.

    Attributes:
        flow, source: what is listened to, and where it comes from.
        events: its event nodes, each with what it does and when it comes next.
    """

    def __init__(
        self,
        flow: Flow,
        source: FlowSource,
        inputs: Mapping[str, object],
        host: Host,
        on_start: Callable[[Run], None] | None = None,
    ) -> None:
        """`inputs` are the flow's parameters in all runs; `on_start` is called with each run before it does anything.

        Raises RunError, which says what is wrong, if a run could not start or an event not be listened to.
        """
        self.flow = flow
        self.source = source
        self._inputs = inputs
        self._host = host
        self._on_start = on_start
        self._began = host.clock.monotonic()
        self._crew = Crew()
        self._ended = asyncio.Event()
        self._launchers: dict[NodeId, Launcher] = {}
        self.events: tuple[EventListener, ...] = tuple(self._listeners(FlowGraph(flow, host.registry, source)))
        if not self.events:
            raise RunError(NO_EVENT)

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs that it started and that have not ended."""
        runs = (run for launcher in self._launchers.values() for run in launcher.runs)
        return tuple(run for run in runs if run.result is None)

    @property
    def is_on(self) -> bool:
        """Whether any of its events is listened to, or will be again."""
        return not self._ended.is_set()

    async def listen(self) -> None:
        """Listen until `stop` is called, or no event can be listened to any longer. For the session to call, once."""
        try:
            for listener in self.events:
                self._crew.start(listener.listen(), f"listen to {listener.title} ({listener.node_id})")
            await self._crew.wait()
        finally:
            for launcher in self._launchers.values():
                launcher.stop()
            self._ended.set()

    def stop(self) -> None:
        """Start no more runs; those that are on go on. `ended` returns when nothing listens any more."""
        self._crew.cancel()
        for launcher in self._launchers.values():
            launcher.stop()

    async def ended(self) -> None:
        """Return when nothing listens any more."""
        await self._ended.wait()

    def _listeners(self, graph: FlowGraph) -> Iterator[EventListener]:
        for node_id, node_type in listened_events(graph):
            inputs = event_inputs(graph, node_id, self._inputs)
            try:
                node_type.check_listening(inputs, self.source)
            except FutureflowError as error:
                raise RunError(f"{graph.called(node_id)} cannot be listened to: {error}") from error
            yield self._listener(graph, node_id, node_type, inputs)

    def _listener(self, graph: FlowGraph, node_id: NodeId, node_type: EventNode, inputs: Any) -> EventListener:
        listener = EventListener(
            node_id=node_id,
            title=graph.title(node_id),
            node_type=node_type,
            inputs=inputs,
            source=self.source,
            clock=self._host.clock,
            resources=self._host.resources,
            offer=partial(self._offer, node_id),
            tell=self._tell,
        )
        start = partial(self._start, node_id)
        self._launchers[node_id] = Launcher(node_type.config.overlap, start, self._host.wait, listener.say)
        return listener

    def _offer(self, node_id: NodeId, occurrence: Occurrence) -> None:
        if not self._host.causes.led_to(EventKey(self.source.key, node_id), occurrence.cause):
            self._launchers[node_id].offer(occurrence)

    def _start(self, node_id: NodeId, occurrence: Occurrence) -> Run:
        run = self._host.start(
            self.flow,
            entry=node_id,
            inputs=self._inputs,
            source=self.source,
            trigger="event",
            outputs=occurrence.outputs,
        )
        self._host.causes.note(run.run_id, EventKey(self.source.key, node_id), occurrence.cause)
        if self._on_start is not None:
            self._on_start(run)
        return run

    def _tell(self, listener: EventListener, level: LogLevel, message: str) -> None:
        since = self._host.clock.monotonic() - self._began
        self._host.tell(
            ListeningLogged(
                since, None, self.source.key, listener.node_id, listener.title, listener.state, level, message
            )
        )


def listened_events(graph: FlowGraph) -> Iterator[tuple[NodeId, EventNode]]:
    """The event nodes of a flow that start runs by themselves; one that is muted does not."""
    for node_id, node_type in graph.types.items():
        if isinstance(node_type, EventNode) and node_type.listens and graph.nodes[node_id].mode != "mute":
            yield node_id, node_type
