"""What every node gave lately, run by run and turn by turn: folded from events, for whoever looks at values."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ..ids import NodeId, PinName, RunId, StepId
from .events import Event, NodeFailed, NodeFinished, NodeOutputs, NodeStarted, RunFinished, RunStarted

MOST_VALUES: Final = 100
"""Outputs that are kept of one node in one run, the latest."""
MOST_RUNS: Final = 10
"""Runs that are kept of one flow, the latest; of more that are on at the same time, all."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One body of a block: which of those that this step of the block has run, counted from 0 (of a loop, the turn)."""

    node_id: NodeId
    step_id: StepId
    number: int


@dataclass(frozen=True, slots=True)
class NodeValues:
    """The data outputs that a node set at a time.

    Attributes:
        t: seconds since the run began.
        outputs: by pin, secrets masked; `mocked` if they are pinned.
        turns: the bodies that it was in, innermost first.
    """

    t: float
    run_id: RunId
    node_id: NodeId
    step_id: StepId
    outputs: Mapping[str, Any]
    mocked: bool
    turns: tuple[Turn, ...]


class ValueHistory:
    """An event sink that keeps the latest values of each node. Flows go by the key of their `FlowSource`."""

    def __init__(self, most_values: int = MOST_VALUES, most_runs: int = MOST_RUNS) -> None:
        self._most_values = most_values
        self._most_runs = most_runs
        self._flows: dict[str, dict[RunId, _RunValues]] = {}
        self._on: dict[RunId, _RunValues] = {}

    def __call__(self, event: Event) -> None:
        """Take an event in."""
        if isinstance(event, RunStarted):
            self._begin(event)
            return
        run = self._on.get(event.run_id) if event.run_id is not None else None
        if run is None:
            return
        match event:
            case NodeStarted():
                run.start(event)
            case NodeOutputs():
                run.keep(event, self._most_values)
            case NodeFinished() | NodeFailed():
                run.turns.pop(event.step_id, None)
            case RunFinished():
                del self._on[event.run_id]

    def runs(self, source: str) -> tuple[RunId, ...]:
        """The runs of a flow of which values are kept, oldest first."""
        return tuple(self._flows.get(source, ()))

    def of_node(self, source: str, node_id: NodeId, run_id: RunId | None = None) -> tuple[NodeValues, ...]:
        """What a node gave, oldest first: in one run, or in all that are kept."""
        return tuple(values for run in self._runs(source, run_id) for values in run.values.get(node_id, ()))

    def of_pin(self, source: str, node_id: NodeId, pin: PinName, run_id: RunId | None = None) -> tuple[NodeValues, ...]:
        """Those of `of_node` in which an output has a value: `outputs[pin]`."""
        return tuple(values for values in self.of_node(source, node_id, run_id) if pin in values.outputs)

    def last(self, source: str, run_id: RunId | None = None) -> dict[NodeId, dict[PinName, Any]]:
        """The last outputs of each node, for running a part of the flow: in one run, or in whichever was the last."""
        last = {node_id: values[-1] for run in self._runs(source, run_id) for node_id, values in run.values.items()}
        return {
            node_id: {PinName(pin): value for pin, value in values.outputs.items()} for node_id, values in last.items()
        }

    def inputs(self, source: str, run_id: RunId | None = None) -> Mapping[str, Any]:
        """The flow's parameters as given to a run, or to the last one."""
        runs = list(self._runs(source, run_id))
        return runs[-1].inputs if runs else {}

    def _begin(self, event: RunStarted) -> None:
        runs = self._flows.setdefault(event.source, {})
        over = [run_id for run_id in runs if run_id not in self._on]
        for run_id in over[: max(0, len(runs) + 1 - self._most_runs)]:
            del runs[run_id]
        runs[event.run_id] = self._on[event.run_id] = _RunValues(event.inputs)

    def _runs(self, source: str, run_id: RunId | None) -> Iterator[_RunValues]:
        runs = self._flows.get(source, {})
        if run_id is None:
            yield from runs.values()
        elif run_id in runs:
            yield runs[run_id]


@dataclass(slots=True)
class _RunValues:
    """The values of one run, and the bodies that its steps are in while they are on."""

    inputs: Mapping[str, Any]
    values: dict[NodeId, deque[NodeValues]] = field(default_factory=dict)
    turns: dict[StepId, tuple[NodeId, tuple[Turn, ...]]] = field(default_factory=dict)

    def start(self, event: NodeStarted) -> None:
        turns: tuple[Turn, ...] = ()
        if event.parent_step_id in self.turns:
            block, around = self.turns[event.parent_step_id]
            turns = (Turn(block, event.parent_step_id, event.turn), *around)
        self.turns[event.step_id] = event.node_id, turns

    def keep(self, event: NodeOutputs, most: int) -> None:
        _, turns = self.turns.get(event.step_id, (event.node_id, ()))
        values = NodeValues(event.t, event.run_id, event.node_id, event.step_id, event.outputs, event.mocked, turns)
        kept = self.values.get(event.node_id)
        if kept is None:
            kept = self.values[event.node_id] = deque(maxlen=most)
        kept.append(values)
