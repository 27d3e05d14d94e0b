"""What a future tells: frozen events, each future's in order, in a stream of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..ids import FutureId, NodeId, RunId, StepId


@dataclass(frozen=True, slots=True)
class FutureCreated:
    """A request was registered; no network I/O has happened yet. `request`: what is asked, without secrets."""

    t: float
    run_id: RunId
    future_id: FutureId
    node_id: NodeId
    step_id: StepId
    provider: str
    model: str
    retry_of: FutureId | None = None
    request: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FutureStateChanged:
    """One transition. `reason` is for people; `attempt` counts from 1 (0 before the first)."""

    t: float
    run_id: RunId
    future_id: FutureId
    node_id: NodeId
    state: str
    reason: str = ""
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class FutureDelta:
    """New text of one choice; several pieces may be merged into one."""

    t: float
    run_id: RunId
    future_id: FutureId
    node_id: NodeId
    delta: str
    choice: int = 0


@dataclass(frozen=True, slots=True)
class FutureSettled:
    """The future's last event: its final state and what it holds. `response`: the server's whole answer, or None."""

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


FutureEvent = FutureCreated | FutureStateChanged | FutureDelta | FutureSettled
