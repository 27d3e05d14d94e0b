"""How a run tells what happens: builds the events, masks secrets, stamps times."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from pydantic_core import to_jsonable_python

from ..errors import NodeFailure, RunError, message_of
from ..ids import NodeId, PinName, RunId, StepId
from ..nodes.pins import DataPin, NodeModel
from .context import StepContext
from .events import (
    LogWritten,
    NodeFailed,
    NodeFinished,
    NodeOutputs,
    NodeStarted,
    RunEvent,
    RunFinished,
    RunPaused,
    RunResumed,
    RunStarted,
    RunStatus,
    TokenMoved,
)
from .pauses import Pause
from .planned import PlannedNode
from .wires import Exit

MASK = "•••"
"""What is shown in place of a secret."""


class Teller:
    """Hands a run's events to its sink. Made only where there is a sink: building events costs as much as a step."""

    def __init__(self, run_id: RunId, sink: Callable[[RunEvent], None]) -> None:
        self._run_id = run_id
        self._sink = sink
        self._began = time.perf_counter()

    def _now(self) -> float:
        return time.perf_counter() - self._began

    def run_started(self, event: RunStarted) -> None:
        """The run begins; times count from here."""
        self._began = time.perf_counter()
        self._sink(event)

    def run_finished(self, status: RunStatus, outputs: Mapping[str, Any], error: Mapping[str, Any] | None) -> None:
        """The run is over."""
        self._sink(RunFinished(self._now(), self._run_id, status, outputs, error))

    def token_moved(self, exit_: Exit) -> None:
        """A token goes along a wire."""
        to_node, to_pin = exit_.node.id, exit_.pin
        self._sink(TokenMoved(self._now(), self._run_id, exit_.source, exit_.source_pin, to_node, to_pin))

    def node_started(self, ctx: StepContext) -> None:
        """A step begins."""
        around = ctx.enclosing
        if around is None:
            self._sink(NodeStarted(self._now(), self._run_id, ctx.node.id, ctx.step_id))
        else:
            self._sink(NodeStarted(self._now(), self._run_id, ctx.node.id, ctx.step_id, around.step_id, around.turn))

    def node_outputs(self, node: PlannedNode, step_id: StepId, outputs: NodeModel) -> None:
        """A node set its outputs, or a pure node was evaluated in this step."""
        shown = shown_values(node.type.signature.outputs, outputs.__dict__)
        self._sink(NodeOutputs(self._now(), self._run_id, node.id, step_id, shown, node.mocked))

    def node_finished(self, ctx: StepContext, way_out: str | None) -> None:
        """A step ended; the token leaves by `way_out`."""
        pin = PinName(way_out) if way_out is not None else None
        self._sink(NodeFinished(self._now(), self._run_id, ctx.node.id, ctx.step_id, pin))

    def node_cancelled(self, ctx: StepContext, way_out: str | None = None) -> None:
        """A step was broken off; the token ends, or leaves by `way_out`."""
        pin = PinName(way_out) if way_out is not None else None
        self._sink(NodeFinished(self._now(), self._run_id, ctx.node.id, ctx.step_id, pin, cancelled=True))

    def node_failed(self, ctx: StepContext, error: BaseException, *, handled: bool) -> None:
        """A step failed."""
        kind, message = type(error).__name__, message_of(error)
        self._sink(NodeFailed(self._now(), self._run_id, ctx.node.id, ctx.step_id, kind, message, handled))

    def run_paused(self, pause: Pause) -> None:
        """A token stands still."""
        frames = tuple({part.name: getattr(frame, part.name) for part in fields(frame)} for frame in pause.frames)
        self._sink(
            RunPaused(
                self._now(),
                self._run_id,
                pause.node_id,
                pause.reason,
                frames,
                pause.message,
                pause.token,
                pause.step_id,
            )
        )

    def run_resumed(self, token: int) -> None:
        """A token goes on."""
        self._sink(RunResumed(self._now(), self._run_id, token))

    def log_written(self, node_id: NodeId | None, level: str, message: str) -> None:
        """A line for the console."""
        self._sink(LogWritten(self._now(), self._run_id, node_id, level, message))


def shown_values(pins: Mapping[PinName, DataPin], by_field: Mapping[str, Any]) -> dict[str, Any]:
    """The values of pins by their names, secrets masked; pins without a value are left out."""
    return {
        name: MASK if pin.secret and by_field[pin.field] else by_field[pin.field]
        for name, pin in pins.items()
        if pin.field in by_field
    }


def masked(pins: Mapping[PinName, DataPin], values: Mapping[PinName, object]) -> dict[PinName, object]:
    """Values by pin, secrets masked."""
    return {name: MASK if value and pins[name].secret else value for name, value in values.items()}


def error_fields(failure: NodeFailure | RunError) -> dict[str, Any]:
    """A failure as RunFinished carries it."""
    if isinstance(failure, RunError):
        return {"node": None, "type": None, "title": None, "message": str(failure), "inputs": {}}
    return {
        "node": failure.node_id,
        "type": failure.node_type,
        "title": failure.title,
        "message": failure.message,
        "inputs": failure.inputs,
    }


def jsonable(values: object) -> dict[str, Any]:
    """Values as JSON can write them; what it does not know as text."""
    written: dict[str, Any] = to_jsonable_python(values, fallback=str)
    return written
