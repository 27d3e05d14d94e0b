"""What a future tells: frozen events, each future's in order, in a stream of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ..choices import PieceKind
from ..ids import FutureId, NodeId, RunId, StepId
from .future import FutureResponse, FutureResult


@dataclass(frozen=True, slots=True)
class FutureCreated:
    """A request was registered; no network I/O has happened yet.

    `request`: what is asked, without secrets. `reason`: what it waits for, if for more than its turn.
    """

    t: float
    run_id: RunId
    future_id: FutureId
    node_id: NodeId
    step_id: StepId
    provider: str
    model: str
    retry_of: FutureId | None = None
    request: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FutureStateChanged:
    """One transition. `reason` is for people; `attempt` counts from 1 (0 before the first).

    `next_at` (Unix seconds) belongs to `retry_wait`: when the next try is due.
    """

    t: float
    run_id: RunId
    future_id: FutureId
    node_id: NodeId
    state: str
    reason: str = ""
    attempt: int = 0
    next_at: float | None = None


@dataclass(frozen=True, slots=True)
class FutureDelta:
    """More of one choice; several pieces may be merged into one.

    `kind` says of what: only `text` belongs to the answer proper. Of a `tool_call` it is more of its arguments, `call`
    being its index in the choice and `name` the tool (in the call's first piece, then "").
    """

    t: float
    run_id: RunId
    future_id: FutureId
    node_id: NodeId
    delta: str
    choice: int = 0
    kind: PieceKind = "text"
    call: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class FutureSettled:
    """The future's last event: its final state and what it holds.

    Attributes:
        message, messages, finish_reason: of the first choice, of all, of the first.
        usage, response: the server's count of tokens and its whole answer, or None.
        choices: every answer as an object (`runtime.choices.Choice.as_json`).
        tokens: the server's count or our estimate (`runtime.usage.TokenCount` as an object), or None.
        cost: in US dollars; None if the price of the model is not known.
    """

    t: float
    run_id: RunId
    future_id: FutureId
    node_id: NodeId
    state: str
    message: str
    messages: tuple[str, ...]
    finish_reason: str
    usage: Mapping[str, Any] | None
    error: str
    elapsed_s: float
    error_type: str = ""
    response: Any = None
    choices: tuple[Mapping[str, Any], ...] = ()
    tokens: Mapping[str, Any] | None = None
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class StoreNotice:
    """Something that a person must know of the store of futures: a damaged database, a full disk. Of no run."""

    t: float
    run_id: None
    message: str


FutureEvent = FutureCreated | FutureStateChanged | FutureDelta | FutureSettled


def settled_event(future: FutureResponse) -> FutureSettled:
    """The last event of a future that has just settled."""
    result = future.result or FutureResult()
    return FutureSettled(
        t=future.history[-1].at - future.origin.run_started,
        run_id=future.origin.run_id,
        future_id=future.id,
        node_id=future.origin.node_id,
        state=future.state,
        message=result.message,
        messages=result.messages,
        finish_reason=result.finish_reason,
        usage=result.usage,
        error=result.error,
        elapsed_s=future.elapsed(),
        error_type=result.error_type,
        response=result.response,
        choices=tuple(choice.as_json() for choice in result.choices),
        tokens=asdict(result.tokens) if result.tokens is not None else None,
        cost=result.cost,
    )
