"""Values of nodes as a run tells them, for tests of what shows them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from editor.activity import RunActivity
from runtime.engine.events import NodeFinished, NodeOutputs, NodeStarted, RunStarted
from runtime.ids import NodeId, RunId, StepId


class ToldRun:
    """A run that tells of itself what a test says; times count up by a tenth of a second."""

    def __init__(self, activity: RunActivity, name: str = "r") -> None:
        self._activity = activity
        self._run_id = RunId(name)
        self._steps = count(1)
        self._tenths = count(1)
        activity.apply(RunStarted(0.0, self._run_id, "test", NodeId("start")))

    def begin(self, node_id: str, parent: StepId | None = None, turn: int = 0) -> StepId:
        """A step begins, in a turn of another one; returns it."""
        step = StepId(next(self._steps))
        self._activity.apply(NodeStarted(self._now(), self._run_id, NodeId(node_id), step, parent, turn))
        return step

    def give(self, node_id: str, step: StepId, outputs: Mapping[str, object]) -> frozenset[NodeId]:
        """A step sets its outputs; returns the nodes that look different."""
        return self._activity.apply(NodeOutputs(self._now(), self._run_id, NodeId(node_id), step, outputs))

    def gave(
        self, node_id: str, outputs: Mapping[str, object], parent: StepId | None = None, turn: int = 0
    ) -> frozenset[NodeId]:
        """A whole step; returns the nodes that look different."""
        step = self.begin(node_id, parent, turn)
        touched = self.give(node_id, step, outputs)
        self._activity.apply(NodeFinished(self._now(), self._run_id, NodeId(node_id), step, None))
        return touched

    def _now(self) -> float:
        return next(self._tenths) / 10


def gave(activity: RunActivity, node_id: str, outputs: Mapping[str, object]) -> frozenset[NodeId]:
    """In a new run, a node gives this; returns the nodes that look different."""
    return ToldRun(activity).gave(node_id, outputs)
