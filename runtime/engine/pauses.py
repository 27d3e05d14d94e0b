"""What a debugger shows of a run that stands still."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..ids import NodeId, PinName, RunId, StepId

Outputs = Mapping[NodeId, Mapping[PinName, Any]]
PauseReason = Literal["breakpoint", "step", "pause", "failure", "run to here"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of a call stack.

    Attributes:
        run_id, flow, source: the run, its flow's name and `FlowSource.key`; a called flow's frames have their own.
        node_id, title: the node that is about to run (innermost frame), or the block or call whose body is running.
        body: the exec output whose body is running (`Do`, `Branch2`), "" in the innermost frame and for a call.
        values: the block's data outputs now, by pin: which turn of a loop this is (`Index`, `Key`, `Value`).
        turn: which of the bodies that this step of the block has run this is, counted from 0.
        turns: how many it is going to run at most, None if that is not known.
    """

    run_id: RunId
    flow: str
    source: str
    node_id: NodeId
    title: str
    body: str
    values: Mapping[PinName, Any]
    turn: int = 0
    turns: int | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """A token that stands still: before a node, or at one that failed.

    Attributes:
        run_id: the run that the node is in: the one that was started, or one that it called.
        token: its number among those of the started run that have stood still; it keeps it while it lives.
        step_id: of the node that failed, None before a node.
        message: why, for people: the breakpoint's condition, the error.
        frames: the call stack, innermost first; `frames[0]` is where the token stands.
        inputs: what the node would read now, as far as it is known without evaluating anything.
        outputs: what the token sees of nodes that have run, by node and pin.
        callers: the same of the runs that called this one, by run.
    """

    run_id: RunId
    token: int
    node_id: NodeId
    step_id: StepId | None
    reason: PauseReason
    message: str
    frames: tuple[Frame, ...]
    inputs: Mapping[PinName, Any]
    outputs: Outputs
    callers: Mapping[RunId, Outputs] = field(default_factory=dict)

    def outputs_in(self, frame: Frame) -> Outputs:
        """What is seen where a frame of the call stack is."""
        return self.outputs if frame.run_id == self.run_id else self.callers.get(frame.run_id, {})
