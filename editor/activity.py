"""What nodes are doing, folded from events: the canvas paints it, the document knows nothing of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

from runtime.engine.events import Event, NodeFailed, NodeFinished, NodeOutputs, NodeStarted, RunFinished, RunStarted
from runtime.futures.events import FutureCreated, FutureDelta, FutureSettled
from runtime.futures.future import FutureState
from runtime.ids import FutureId, NodeId, RunId, StepId

from .seen_values import SeenValues

NodeStatus = Literal["idle", "running", "done", "failed", "cancelled"]
TAIL = 120
"""How many characters of streamed text a node keeps to show."""


@dataclass(frozen=True, slots=True)
class NodeActivity:
    """What one node is doing.

    Attributes:
        status: of its latest step.
        pending, failed_futures: counts of its futures that are in flight, or ended badly, since the run began.
        text: the last streamed words of one of its futures; the next one is heard when that has settled.
        error: why it failed, "" if it did not.
    """

    status: NodeStatus = "idle"
    pending: int = 0
    failed_futures: int = 0
    text: str = ""
    error: str = ""


IDLE = NodeActivity()


class RunActivity:
    """Folds the event stream into one NodeActivity per node.

    Attributes:
        values: what the nodes gave.
    """

    def __init__(self) -> None:
        self.values = SeenValues()
        self._nodes: dict[NodeId, NodeActivity] = {}
        self._runs: set[RunId] = set()
        self._steps: dict[NodeId, set[tuple[RunId, StepId]]] = {}
        self._pending: dict[FutureId, NodeId] = {}
        self._tails: dict[FutureId, str] = {}
        self._speaking: dict[NodeId, FutureId] = {}

    def of(self, node_id: NodeId) -> NodeActivity:
        """What a node is doing."""
        return self._nodes.get(node_id, IDLE)

    @property
    def active(self) -> Collection[NodeId]:
        """The nodes of which there is something to tell; all others are idle."""
        return self._nodes.keys()

    @property
    def running(self) -> Collection[NodeId]:
        """The nodes of which a step is under way."""
        return self._steps.keys()

    def clear(self) -> frozenset[NodeId]:
        """Forget all; returns the nodes that look different now."""
        touched = frozenset(self._nodes) | frozenset(self.values.last())
        self.values.clear()
        self._nodes, self._runs, self._steps, self._pending, self._tails, self._speaking = {}, set(), {}, {}, {}, {}
        return touched

    def apply(self, event: Event) -> frozenset[NodeId]:
        """Take an event in; returns the nodes that look different now."""
        self.values.apply(event)
        match event:
            case RunStarted():
                return self._start(event.run_id, wipes=event.part != "only")
            case RunFinished():
                return self._end(event.run_id)
            case NodeStarted():
                self._steps.setdefault(event.node_id, set()).add((event.run_id, event.step_id))
                return self._set(event.node_id, status="running", error="")
            case NodeFinished():
                return self._finish(event)
            case NodeFailed():
                self._leave(event.node_id, event.run_id, event.step_id)
                return self._set(event.node_id, status="failed", error=event.message)
            case NodeOutputs():
                return frozenset({event.node_id})
            case FutureCreated():
                self._pending[event.future_id] = event.node_id
                return self._set(event.node_id, pending=self.of(event.node_id).pending + 1)
            case FutureDelta(kind="text"):
                return self._hear(event)
            case FutureSettled():
                return self._settle(event)
            case _:
                return frozenset()

    def _start(self, run_id: RunId, *, wipes: bool) -> frozenset[NodeId]:
        """A run begins: what the last one left goes away, unless others are on that still add to it."""
        is_first = not self._runs
        self._runs.add(run_id)
        if not (is_first and wipes):
            return frozenset()
        touched = frozenset(self._nodes)
        pending = {node_id: self.of(node_id).pending for node_id in set(self._pending.values())}
        self._nodes = {node_id: NodeActivity(pending=count) for node_id, count in pending.items()}
        self._steps.clear()
        self._speaking.clear()
        return touched

    def _end(self, run_id: RunId) -> frozenset[NodeId]:
        self._runs.discard(run_id)
        left = [(node_id, step) for node_id, steps in self._steps.items() for step in steps if step[0] == run_id]
        for node_id, (_, step_id) in left:
            if not self._leave(node_id, run_id, step_id) and self.of(node_id).status == "running":
                self._set(node_id, status="idle")
        return frozenset(node_id for node_id, _ in left)

    def _finish(self, event: NodeFinished) -> frozenset[NodeId]:
        """Of a node that runs several times at once, the mark stays until the last of these steps is done."""
        if self._leave(event.node_id, event.run_id, event.step_id):
            return frozenset()
        return self._set(event.node_id, status="cancelled" if event.cancelled else "done")

    def _leave(self, node_id: NodeId, run_id: RunId, step_id: StepId) -> bool:
        """A step has ended; whether others of its node are under way."""
        steps = self._steps.get(node_id, set())
        steps.discard((run_id, step_id))
        if not steps:
            self._steps.pop(node_id, None)
        return bool(steps)

    def _hear(self, event: FutureDelta) -> frozenset[NodeId]:
        if event.choice:
            return frozenset()
        self._tails[event.future_id] = tail = (self._tails.get(event.future_id, "") + event.delta)[-TAIL:]
        if self._speaking.setdefault(event.node_id, event.future_id) != event.future_id:
            return frozenset()
        return self._set(event.node_id, text=tail)

    def _settle(self, event: FutureSettled) -> frozenset[NodeId]:
        if self._pending.pop(event.future_id, None) is None:
            return frozenset()
        now = self.of(event.node_id)
        bad = event.state not in (FutureState.SUCCEEDED, FutureState.CANCELLED)
        self._tails.pop(event.future_id, None)
        heard = self._speaking.get(event.node_id, event.future_id) == event.future_id
        if heard:
            self._speaking.pop(event.node_id, None)
        return self._set(
            event.node_id,
            pending=now.pending - 1,
            failed_futures=now.failed_futures + bad,
            text=(event.message or now.text)[-TAIL:] if heard else now.text,
        )

    def _set(self, node_id: NodeId, **fields: object) -> frozenset[NodeId]:
        self._nodes[node_id] = replace(self.of(node_id), **fields)  # type: ignore[arg-type]  # replace is untyped
        return frozenset({node_id})
