"""One future and its state machine (design 6)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from ..choices import Choice, PartialChoice
from ..ids import FutureId, NodeId, RunId, StepId
from ..usage import TokenCount, tokens_of_size


class FutureState(StrEnum):
    """Where a future is in its life; the last six are final."""

    QUEUED = "queued"
    SENDING = "sending"
    WAITING = "waiting"
    STREAMING = "streaming"
    RETRY_WAIT = "retry_wait"
    CANCELLING = "cancelling"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    TRUNCATED = "truncated"
    INTERRUPTED = "interrupted"

    @property
    def is_final(self) -> bool:
        """Whether nothing comes after it."""
        return self in FINAL

    @property
    def has_failed(self) -> bool:
        """Whether it ended without a whole answer, though nobody asked for its end."""
        return self in _FAILED


_FAILED = frozenset({FutureState.FAILED, FutureState.TIMED_OUT, FutureState.TRUNCATED})
FINAL = frozenset({
    FutureState.SUCCEEDED, FutureState.FAILED, FutureState.CANCELLED, FutureState.TIMED_OUT,
    FutureState.TRUNCATED, FutureState.INTERRUPTED,
})  # fmt: skip

_ENDS = FINAL | {FutureState.CANCELLING}

TRANSITIONS: Mapping[FutureState, frozenset[FutureState]] = MappingProxyType({
    # From queued to queued: it waits for something else than before.
    FutureState.QUEUED: _ENDS | {FutureState.QUEUED, FutureState.SENDING},
    FutureState.SENDING: _ENDS | {FutureState.WAITING, FutureState.STREAMING, FutureState.RETRY_WAIT},
    FutureState.WAITING: _ENDS | {FutureState.STREAMING, FutureState.RETRY_WAIT},
    FutureState.STREAMING: _ENDS,
    FutureState.RETRY_WAIT: _ENDS | {FutureState.QUEUED, FutureState.SENDING},
    # A result that crosses a request to cancel on its way is kept: the answer is there and was paid for.
    FutureState.CANCELLING: FINAL,
} | dict.fromkeys(FINAL, frozenset()))  # fmt: skip
"""The one table of what may follow what. Nothing is retried after text has streamed."""


@dataclass(frozen=True, slots=True)
class StateChange:
    """A state and since when: `at` in Unix seconds; `reason` is for people."""

    state: FutureState
    at: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """Where a queued future stands: `position` counts from 1, `due` (Unix seconds) is a guess, None is none."""

    position: int
    due: float | None


@dataclass(frozen=True, slots=True)
class FutureOrigin:
    """Who asked: the run, the node and the step of it; `source` tells the flow (`FlowSource.key`)."""

    run_id: RunId
    node_id: NodeId
    step_id: StepId
    run_started: float
    """Unix seconds; the times of this future's events count from it."""
    source: str = ""


@dataclass(frozen=True, slots=True)
class FutureResult:
    """What a settled future holds. The pins `R` of the catalogue read from here.

    Attributes:
        choices: every answer, by index.
        usage: token counts as the server gave them, or None.
        response: the whole answer as a JSON-able value, or None.
        error: what went wrong and what to do, "" for a success.
        error_type: class of the error, as `RateLimitError`, "" for a success.
        tokens: the server's count or our estimate; None if nothing is known.
        cost: in US dollars; None if the price of the model is not known.
    """

    choices: tuple[Choice, ...] = ()
    usage: Mapping[str, Any] | None = None
    response: Any = None
    error: str = ""
    error_type: str = ""
    tokens: TokenCount | None = None
    cost: float | None = None

    @property
    def messages(self) -> tuple[str, ...]:
        """The text of every choice, by index."""
        return tuple(choice.text for choice in self.choices)

    @property
    def message(self) -> str:
        """The text of the first choice."""
        return self.choices[0].text if self.choices else ""

    @property
    def finish_reason(self) -> str:
        """Of the first choice; "" if none came."""
        return self.choices[0].finish_reason if self.choices else ""


INTERRUPTED: Final = FutureResult(error="the program ended before the answer came: ask again", error_type="Interrupted")
"""Of a future that the end of the program has cut off."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at sending: `error` says why it ended in a retry ("" for the one that is under way or answered).

    Times in Unix seconds; `next_at` is when the next try is due. `error_type` as in `FutureResult`.
    """

    number: int
    started: float
    ended: float | None = None
    error: str = ""
    next_at: float | None = None
    error_type: str = ""


@dataclass(slots=True)
class FutureResponse:
    """An answer that may not be there yet. Written by the registry alone.

    Attributes:
        request: what is asked, as a JSON-able value without secrets (`model`, `messages`, `parameters`).
        provider, model: whom is asked; for people.
        history: every state with its time, oldest first; the last one is the state now.
        prompt_estimate: about how many tokens the request is.
        parts: what has streamed so far, by choice index; empty once it has settled.
        retry_of: the future of which this is a repetition.
        queue_place: while it is queued for want of a place, if that is known; renewed every second.
    """

    id: FutureId
    origin: FutureOrigin
    request: Mapping[str, Any]
    provider: str
    model: str
    history: list[StateChange]
    attempts: list[Attempt] = field(default_factory=list)
    parts: dict[int, PartialChoice] = field(default_factory=dict)
    result: FutureResult | None = None
    retry_of: FutureId | None = None
    queue_place: QueuePlace | None = None
    prompt_estimate: int = 0

    @property
    def state(self) -> FutureState:
        """The state now."""
        return self.history[-1].state

    @property
    def created(self) -> float:
        """Unix seconds."""
        return self.history[0].at

    @property
    def settled(self) -> float | None:
        """Unix seconds, or None while pending."""
        return self.history[-1].at if self.state.is_final else None

    @property
    def error(self) -> str:
        """Why there is no answer, in words; empty for a success and while pending."""
        if not self.state.is_final or self.state is FutureState.SUCCEEDED:
            return ""
        return (self.result.error if self.result else "") or f"the request has ended as {self.state} without an answer"

    def end(self, result: FutureResult) -> None:
        """Take the result, once the state is final. What has streamed is kept where it has nothing."""
        self.result = replace(result, choices=result.choices or self.choices())
        self.parts.clear()
        if self.attempts and self.attempts[-1].ended is None:
            self.attempts[-1] = replace(self.attempts[-1], ended=self.settled)

    def copy(self) -> FutureResponse:
        """As it is now, whatever becomes of it; what has streamed so far is put together as a result."""
        result = FutureResult(self.choices()) if self.parts else self.result
        return replace(self, history=list(self.history), attempts=list(self.attempts), parts={}, result=result)

    def elapsed(self, now: float | None = None) -> float:
        """Seconds from its making until it settled, or until now."""
        return (self.settled or now or time.time()) - self.created

    def text(self, choice: int = 0) -> str:
        """What has streamed of a choice so far; once settled, the whole text."""
        if self.result is None:
            return self.parts[choice].text() if choice in self.parts else ""
        return self.result.choices[choice].text if choice < len(self.result.choices) else ""

    def choices(self) -> tuple[Choice, ...]:
        """Every choice as far as it has come, by index."""
        return self.result.choices if self.result is not None else choices_of(self.parts)

    def tokens(self) -> TokenCount | None:
        """How many tokens it took; while it is under way, an estimate of what it has taken so far."""
        if self.result is not None:
            return self.result.tokens
        written = tokens_of_size(sum(part.size for part in self.parts.values()))
        return TokenCount(self.prompt_estimate, written, is_estimate=True)


def choices_of(parts: Mapping[int, PartialChoice]) -> tuple[Choice, ...]:
    """By index; one of which nothing came is empty."""
    return tuple(parts[index].choice() if index in parts else Choice() for index in range(max(parts, default=-1) + 1))
