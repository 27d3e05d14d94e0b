"""One run of one flow."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

from ..document.files import load_flow
from ..document.flow import Flow
from ..errors import CalleeError, FlowFileError, FlowPathError, NodeError, NodeFailure, RunError
from ..ids import NodeId, RunId, StepId, new_run_id
from ..nodes.crew import Crew
from ..nodes.pins import NodeModel
from ..nodes.registry import NodeRegistry
from ..source import FlowSource
from ..state import SessionState
from ..validation.graph import FlowGraph
from .context import RunFacts, StepContext
from .debugger import Debugger
from .events import RunEvent, RunPart, RunStarted, RunStatus, Trigger
from .preparing import LastValues, Start, prepared
from .signals import RunEnded
from .telling import Teller, error_fields, shown_values
from .tokens import Tokens

_NOTHING: Mapping[Any, Any] = MappingProxyType({})
MOST_CALLS: Final = 100
"""Flows that call each other, one within the other (catalogue, flow.call)."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended.

    Attributes:
        outputs: the flow's results by name.
        error: what made it fail, None unless it failed.
    """

    run_id: RunId
    status: RunStatus
    outputs: dict[str, Any]
    error: NodeFailure | RunError | None


class Run:
    """One run. It works on copies of the flow's values: the flow may be edited meanwhile.

    Attributes:
        flow, source: what it runs, and where that comes from.
    """

    def __init__(  # noqa: PLR0913 (each argument stands by itself)
        self,
        flow: Flow,
        registry: NodeRegistry,
        *,
        entry: NodeId | None = None,
        inputs: Mapping[str, object] = _NOTHING,
        source: FlowSource | None = None,
        sink: Callable[[RunEvent], None] | None = None,
        resources: Mapping[type, object] = _NOTHING,
        trigger: Trigger = "person",
        outputs: Mapping[str, object] | NodeModel | None = None,
        part: RunPart = "whole",
        values: LastValues = _NOTHING,
        caller: StepContext | None = None,
        debugger: Debugger | None = None,
    ) -> None:
        """Get ready to run from the event node `entry` (None: the only one), or a part of the flow.

        `inputs`, `trigger`, `outputs`, `part` and `values` are those of `Start`. `source` tells where the flow comes
        from (None: it was never saved), `resources` are what the session lends to nodes, by type. `sink` is called with
        every event on the loop that runs the flow. `caller` is the step of another run that calls this one, `debugger`
        may let the run stand still.

        Raises RunError, which lists what is wrong, if the run cannot start.
        """
        self.source = source or FlowSource.unsaved()
        begin = Start(entry, inputs, trigger, outputs, part, values)
        ready = prepared(FlowGraph(flow, registry, self.source), begin)
        self.run_id = new_run_id()
        self._registry = registry
        self._sink = sink
        self._caller = caller
        self._depth = 0
        self._calls: list[Run] = []
        self.flow = flow
        self._start = begin
        self._ready = ready
        self._facts = RunFacts(
            self.run_id,
            time.time(),
            flow.name,
            self.source,
            ready.nodes,
            ready.parameters,
            resources,
            outputs={},
            call=self._call,
            caller=caller,
            part=part,
        )
        self._teller = Teller(self.run_id, sink) if sink is not None else None
        self._tokens = Tokens(self._facts, self._teller, self._spawn)
        self._debugger = debugger
        self._debugged = debugger.watch(self._facts, self._tokens, self._teller) if debugger is not None else None
        self._crew = Crew()
        self._is_started = False
        self._result: RunResult | None = None
        self._is_cancelled = False

    @property
    def result(self) -> RunResult | None:
        """How it ended and with what, None before that."""
        return self._result

    @property
    def status(self) -> RunStatus | Literal["running"]:
        """How it ended, or `running` before that."""
        return self._result.status if self._result is not None else "running"

    async def execute(self) -> RunResult:
        """Run to the end. A failing flow is a result, not an exception; may be called once.

        Cancelling the task that awaits this cancels the run, and is passed on when the run has cleaned up.
        """
        if self._is_started:
            raise RunError("this run has been executed already: make a new one")
        self._is_started = True
        if self._facts.caller is None:
            self._tokens.awaited_by = asyncio.current_task()
        if self._teller is not None:
            self._teller.run_started(self._started_event())
        broken = RunError("the run broke off by an error of the engine itself: report this with the flow")
        result = RunResult(self.run_id, "failed", self._facts.outputs, broken)
        try:
            result = await self._until_no_token_is_left()
        except asyncio.CancelledError:
            result = RunResult(self.run_id, "cancelled", self._facts.outputs, None)
            raise
        finally:
            self._finish(result)
        return result

    def cancel(self) -> None:
        """Cancel the run at its tokens' next await; nothing happens if it is over. Asks nothing of its futures."""
        self._is_cancelled = True
        self._tokens.stop()
        self._crew.cancel()

    def cancel_step(self, step_id: StepId) -> bool:
        """Cancel one step with all that runs in it: the token goes on as if the node had failed.

        At its `Failed`, with a message that says so, else the failure goes out as any other: to a `Try`, or the run
        fails. False if no such step is running.
        """
        return self._tokens.running.cancel(step_id, "step")

    def cancel_branch(self, step_id: StepId) -> bool:
        """Cancel one step and let its token end there, as at the end of the body that it is in; see `cancel_step`."""
        return self._tokens.running.cancel(step_id, "branch")

    @property
    def calls(self) -> tuple[Run, ...]:
        """The runs of other flows that its steps wait for now."""
        return tuple(self._calls)

    async def _call(
        self, step: StepContext, path: str, inputs: Mapping[str, object], shares_state: bool
    ) -> Mapping[str, Any]:
        """Run another flow file for a step of this run. Raises NodeError."""
        if self._depth >= MOST_CALLS:
            raise NodeError(
                f"{MOST_CALLS} flows are calling each other: a flow that calls itself has to stop somewhere"
            )
        try:
            file = self.source.path(path)
            resources = (
                self._facts.resources if shares_state else {**self._facts.resources, SessionState: SessionState()}
            )
            child = Run(
                load_flow(file),
                self._registry,
                inputs=inputs,
                source=FlowSource.of_file(file, is_trusted=self.source.is_trusted),
                sink=self._sink,
                resources=resources,
                trigger="call",
                caller=step,
                debugger=self._debugger,
            )
        except (FlowFileError, FlowPathError) as error:  # which name the file themselves
            raise NodeError(str(error)) from error
        except RunError as error:
            raise CalleeError(path, str(error)) from error
        child._depth = self._depth + 1
        self._calls.append(child)
        try:
            result = await child.execute()
        finally:
            self._calls.remove(child)
        if result.status == "succeeded":
            return result.outputs
        reason = result.error if isinstance(result.error, NodeFailure) else str(result.error or "it was cancelled")
        raise CalleeError(path, reason)

    def _started_event(self) -> RunStarted:
        caller, ready = self._caller, self._ready
        pins = ready.entry.type.signature.outputs
        return RunStarted(
            0.0,
            self.run_id,
            self.flow.name,
            ready.entry.id,
            source=self.source.key,
            trigger=self._start.trigger,
            inputs=dict(ready.parameters),
            outputs=shown_values(pins, ready.happened.__dict__) if ready.happened is not None else {},
            started=self._facts.started,
            parent_run_id=caller.run_id if caller is not None else None,
            parent_step_id=caller.step_id if caller is not None else None,
            part=self._start.part,
        )

    def _spawn(self, tokens: Coroutine[Any, Any, None]) -> None:
        self._crew.start(tokens, f"tokens of {self.run_id}")

    async def _until_no_token_is_left(self) -> RunResult:
        self._spawn(self._tokens.begin(self._ready.entry, self._ready.scope))
        try:
            await self._crew.wait()
        except (NodeFailure, RunEnded) as ended:
            return self._result_of(ended)
        return self._result_of(self._tokens.ended_by)  # the signal may be lost where its branch was just cancelled

    def _result_of(self, ended_by: NodeFailure | RunEnded | None) -> RunResult:
        outputs = self._facts.outputs
        failure = ended_by.failure if isinstance(ended_by, RunEnded) else ended_by
        if self._is_cancelled:
            return RunResult(self.run_id, "cancelled", outputs, None)
        if failure is not None:
            return RunResult(self.run_id, "failed", outputs, failure)
        return RunResult(self.run_id, "succeeded", outputs, None)

    def _finish(self, result: RunResult) -> None:
        self._result = result
        if self._debugged is not None:
            self._debugged.end()
        if self._teller is not None:
            error = error_fields(result.error) if result.error is not None else None
            self._teller.run_finished(result.status, dict(result.outputs), error)
