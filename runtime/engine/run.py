"""One run of one flow."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from ..document.flow import Flow
from ..errors import NodeFailure, RunError
from ..ids import NodeId, RunId, new_run_id
from ..nodes.registry import NodeRegistry
from ..validation.graph import FlowGraph
from .context import RunFacts
from .events import RunEvent, RunStatus
from .plan import make_plan
from .planned import PlannedExec
from .signals import RunEnded
from .start import check_start, entry_of, parameters_of
from .telling import Teller, error_fields
from .tokens import Tokens

_NOTHING: Mapping[Any, Any] = MappingProxyType({})


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
    """One run. It works on copies of the flow's values: the flow may be edited meanwhile."""

    def __init__(  # noqa: PLR0913 (each argument stands by itself)
        self,
        flow: Flow,
        registry: NodeRegistry,
        *,
        entry: NodeId | None = None,
        inputs: Mapping[str, object] = _NOTHING,
        folder: Path | None = None,
        sink: Callable[[RunEvent], None] | None = None,
        resources: Mapping[type, object] = _NOTHING,
    ) -> None:
        """Get ready to run from the event node `entry` (None: the only one).

        `inputs` are the flow's parameters by name, `folder` that of the flow's file, `resources` what the session
        lends to nodes, by type. `sink` is called with every event on the loop that executes the run.

        Raises RunError, which lists what is wrong, if the run cannot start.
        """
        graph = FlowGraph(flow, registry)
        start = entry_of(graph, entry)
        check_start(graph, start)
        parameters = parameters_of(graph, start, inputs)
        self.run_id = new_run_id()
        self._flow_name = flow.name
        self._entry: PlannedExec = make_plan(graph, start, parameters)
        self._facts = RunFacts(self.run_id, time.time(), folder, parameters, resources, {})
        self._teller = Teller(self.run_id, sink) if sink is not None else None
        self._tokens = Tokens(self._facts, self._teller, self._spawn)
        self._tasks: set[asyncio.Task[None]] = set()
        self._group: asyncio.TaskGroup | None = None
        self._status: RunStatus | Literal["running"] = "running"
        self._is_cancelled = False

    @property
    def status(self) -> RunStatus | Literal["running"]:
        """How it ended, or `running` before that."""
        return self._status

    async def execute(self) -> RunResult:
        """Run to the end. A failing flow is a result, not an exception; may be called once.

        Cancelling the task that awaits this cancels the run, and is passed on when the run has cleaned up.
        """
        if self._group is not None:
            raise RunError("this run has been executed already: make a new one")
        if self._teller is not None:
            self._teller.run_started(self._flow_name, self._entry.id)
        result = RunResult(self.run_id, "cancelled", self._facts.outputs, None)
        try:
            result = await self._until_no_token_is_left()
        finally:
            self._finish(result)
        return result

    def cancel(self) -> None:
        """Cancel the run at its tokens' next await; nothing happens if it is over. Asks nothing of its futures."""
        self._is_cancelled = True
        self._tokens.stop()
        for task in self._tasks:
            task.cancel()

    def _spawn(self, tokens: Coroutine[Any, Any, None]) -> None:
        assert self._group is not None, "tokens move only while the run is executed"
        task = self._group.create_task(tokens, name=f"tokens of {self.run_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _until_no_token_is_left(self) -> RunResult:
        me = asyncio.current_task()
        assert me is not None, "a coroutine runs in a task"
        cancels_before = me.cancelling()
        ended_by: BaseException | None = None
        try:
            async with asyncio.TaskGroup() as self._group:
                self._spawn(self._tokens.begin(self._entry))
                if self._is_cancelled:
                    self.cancel()
        except BaseExceptionGroup as errors:
            ended_by = errors.exceptions[0]
        if me.cancelling() > cancels_before:  # a TaskGroup of Python 3.11 forgets it if a task failed meanwhile
            raise asyncio.CancelledError
        return self._result(ended_by)

    def _result(self, ended_by: BaseException | None) -> RunResult:
        outputs = self._facts.outputs
        if self._is_cancelled:
            return RunResult(self.run_id, "cancelled", outputs, None)
        match ended_by:
            case None | RunEnded(failure=None):
                return RunResult(self.run_id, "succeeded", outputs, None)
            case NodeFailure() as failure:
                return RunResult(self.run_id, "failed", outputs, failure)
            case RunEnded(failure=failure):
                return RunResult(self.run_id, "failed", outputs, failure)
            case _:
                raise ended_by

    def _finish(self, result: RunResult) -> None:
        self._status = result.status
        if self._teller is not None:
            error = error_fields(result.error) if isinstance(result.error, NodeFailure) else None
            self._teller.run_finished(result.status, dict(result.outputs), error)
