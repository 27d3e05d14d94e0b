"""What outlives a run: the node types, providers, conversations, futures, and those who listen."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import platformdirs

from .catalogue import builtin_registry
from .completions import Completions, Network
from .document.flow import Flow
from .engine.debugger import Debugger
from .engine.events import Event, EventSink, RunPart, Trigger
from .engine.preparing import LastValues
from .engine.run import Run, RunResult
from .errors import RunError
from .futures.events import StoreNotice
from .futures.registry import FutureRegistry
from .futures.store import FutureStore
from .ids import NodeId, RunId
from .listening.causes import Causes
from .listening.clock import Clock, SystemClock
from .listening.listening import Host, Listening
from .llm.conversations import Conversations
from .llm.local_model import LocalModel, LocalModelProgress, Stage
from .llm.network import NetworkThread
from .llm.providers import Providers
from .nodes.pins import NodeModel
from .nodes.registry import NodeRegistry
from .source import FlowSource
from .spending.spending import Spending
from .state import SessionState

_log = logging.getLogger(__name__)

CLOSE_SECONDS: Final = 10.0
"""How long cancelled runs may take to end; connections have a limit of their own (`runtime.llm.network`)."""


class Session:
    """Runs flows, and keeps what they leave behind. To be made, used and closed on one running asyncio loop.

    Attributes:
        registry: the node types it knows.
        debugger: where its runs stand still.
        providers, conversations, state, futures, completions: what its nodes work with.
        store: where futures are on disk; None if they are not kept.
    """

    def __init__(
        self,
        registry: NodeRegistry | None = None,
        providers: Providers | None = None,
        data_folder: Path | None = None,
        *,
        keeps_futures: bool = True,
        network: Network | None = None,
        spending: Spending | None = None,
    ) -> None:
        """Whatever is not given is the built-in one, the user's own settings, or the user's data folder.

        `keeps_futures`: whether futures are stored in the data folder, else they are gone with the session. `network`
        is what answers requests in place of providers, as a recording; `spending` what they cost and may cost.
        """
        self._loop = asyncio.get_running_loop()
        self._started = time.time()
        self._sinks: list[EventSink] = []
        self._tasks: dict[Run, asyncio.Task[RunResult]] = {}
        self._listening: dict[Listening, asyncio.Task[None]] = {}
        self._causes: Causes | None = None
        self._closing: asyncio.Task[None] | None = None
        self.registry = builtin_registry() if registry is None else registry
        self.providers = Providers() if providers is None else providers
        self.debugger = Debugger()
        self.conversations = Conversations()
        self.state = SessionState()
        folder = data_folder or platformdirs.user_data_path("futureflow")
        self.store = FutureStore(folder, told=self._store_told) if keeps_futures else None
        self.futures = FutureRegistry(self._tell, self.store)
        local_model = LocalModel(folder, self._local_model_moved)
        self._spent: asyncio.Task[None] | None = None
        spending = spending or Spending(elsewhere=self.store.spent_elsewhere if self.store is not None else None)
        self.completions = Completions(self.futures, self.providers, network or NetworkThread(local_model), spending)
        lent = (self.conversations, self.state, self.futures, self.completions, self.providers)
        self._resources = {type(resource): resource for resource in lent}

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs that have not ended, oldest first."""
        return tuple(self._tasks)

    def run(self, run_id: RunId) -> Run | None:
        """The run of this id that is on: one of `runs`, or one that they call."""
        ahead = list(self._tasks)
        while ahead:
            run = ahead.pop()
            if run.run_id == run_id:
                return run
            ahead += run.calls
        return None

    def subscribe(self, sink: EventSink) -> Callable[[], None]:
        """Call `sink` on the session's loop with every event from now on, until the returned function is called."""
        self._sinks.append(sink)

        def unsubscribe() -> None:
            if sink in self._sinks:
                self._sinks.remove(sink)

        return unsubscribe

    def start(  # noqa: PLR0913 (each argument stands by itself)
        self,
        flow: Flow,
        *,
        entry: NodeId | None = None,
        inputs: Mapping[str, object] | None = None,
        source: FlowSource | None = None,
        trigger: Trigger = "person",
        outputs: Mapping[str, object] | NodeModel | None = None,
        part: RunPart = "whole",
        values: LastValues | None = None,
    ) -> Run:
        """Begin a run of the flow; the session keeps it going.

        `entry` is the event node to start from (None: the only one), `inputs` the flow's parameters by name, `source`
        where the flow comes from (None: it was never saved). `trigger` tells who starts it, and `outputs` what
        happened: the event's data outputs by pin, or as an instance of its `outputs_model` (None: the defaults).

        With `part`, `entry` is another node to run `from`, or to run `only`, and `values` are what the nodes before it
        gave, as from `ValueHistory.last`. To run up to a node, start and call `debugger.run_to` at once.

        Raises RunError if the run cannot start.
        """
        if self._closing is not None:
            raise RunError("the session is closing: start the run in a new one")
        run = Run(
            flow,
            self.registry,
            entry=entry,
            inputs=inputs or {},
            source=source,
            sink=self._tell,
            trigger=trigger,
            outputs=outputs,
            part=part,
            values=values or {},
            debugger=self.debugger,
            resources=self._resources,
        )
        if self._spent is None:
            self._spent = self._loop.create_task(self.completions.spending.refresh(), name="what was spent today")
        task = self._loop.create_task(run.execute(), name=f"run {run.run_id}")
        self._tasks[run] = task
        task.add_done_callback(lambda _: self._tasks.pop(run))
        return run

    async def wait(self, run: Run) -> RunResult:
        """How a run of this session ended, once it has. Cancelling the wait leaves the run going."""
        if run in self._tasks:
            return await asyncio.shield(self._tasks[run])
        assert run.result is not None, "a run that this session has not started"
        return run.result

    def listen(
        self,
        flow: Flow,
        source: FlowSource | None = None,
        *,
        inputs: Mapping[str, object] | None = None,
        on_start: Callable[[Run], None] | None = None,
        clock: Clock | None = None,
    ) -> Listening:
        """Start a run of the flow, as it is now, whenever one of its events happens, until that is stopped.

        `inputs` are the flow's parameters in all these runs. `on_start` is called with each before it does anything.
        `clock` is what the events go by (None: the machine's). Raises RunError if a run could not start, or if the
        flow has no such event.
        """
        if self._closing is not None:
            raise RunError("the session is closing: listen in a new one")
        if self._causes is None:
            self._causes = Causes()
            self.subscribe(self._causes)
        host = Host(
            registry=self.registry,
            start=self.start,
            wait=self.wait,
            tell=self._tell,
            resources=self._resources,
            causes=self._causes,
            clock=clock or SystemClock(),
        )
        listening = Listening(flow, source or FlowSource.unsaved(), inputs or {}, host, on_start)
        task = self._loop.create_task(listening.listen(), name=f"listen to {flow.name or 'a flow'}")
        self._listening[listening] = task
        task.add_done_callback(lambda _: self._listening.pop(listening))
        return listening

    async def close(self) -> None:
        """Stop listening, cancel all runs, interrupt all futures, close connections and the store, end the local model.

        May be called again.
        """
        if self._closing is None:
            for listening in self._listening:
                listening.stop()
            self._closing = self._loop.create_task(self._close(), name="closing the session")
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        for run in self.runs:
            run.cancel()
        if tasks := [*self._listening.values(), *self._tasks.values()]:
            _, stuck = await asyncio.wait(tasks, timeout=CLOSE_SECONDS)
            for task in stuck:
                _log.warning("%s did not end within %g s of being cancelled", task.get_name(), CLOSE_SECONDS)
        await self.completions.close()
        await self.futures.close()
        if self._spent is not None:
            await self._spent
        if self.store is not None:
            await self.store.close()

    def _tell(self, event: Event) -> None:
        for sink in tuple(self._sinks):
            try:
                sink(event)
            except Exception:  # noqa: BLE001 (who listens badly must hurt neither the run nor the other listeners)
                _log.exception("a listener failed on %s and goes on with the next event", type(event).__name__)

    def _local_model_moved(self, stage: Stage, message: str, done: int, total: int) -> None:
        """Called on the network thread, where the local model is started."""
        self._tell_from_elsewhere(LocalModelProgress(time.time() - self._started, None, stage, message, done, total))

    def _store_told(self, message: str) -> None:
        """Called on the store's thread."""
        self._tell_from_elsewhere(StoreNotice(time.time() - self._started, None, message))

    def _tell_from_elsewhere(self, event: Event) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._tell, event)
