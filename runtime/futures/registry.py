"""All futures of a session: the only writer of their states, and where others wait for them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

from ..choices import PartialChoice, Piece
from ..errors import FutureError, FutureSettledError, UnknownFutureError
from ..ids import FutureId, RunId, new_future_id
from .events import FutureCreated, FutureDelta, FutureEvent, FutureSettled, FutureStateChanged
from .future import (
    TRANSITIONS,
    Attempt,
    FutureOrigin,
    FutureResponse,
    FutureResult,
    FutureState,
    QueuePlace,
    StateChange,
    choices_of,
)

Cancel = Callable[[FutureId], None]
"""Asks whoever works on a future to stop; the future settles later, when that has happened."""


class FutureRegistry:
    """Futures by id, oldest first. Every method is to be called on the engine's loop.

    Each transition is one event to `sink`: a future's creation is `FutureCreated`, its settling `FutureSettled`.
    """

    def __init__(self, sink: Callable[[FutureEvent], None]) -> None:
        self._sink = sink
        self._futures: dict[FutureId, FutureResponse] = {}
        self._pending: dict[FutureId, Cancel] = {}
        self._awaited: dict[FutureId, asyncio.Event] = {}

    def __iter__(self) -> Iterator[FutureResponse]:
        return iter(self._futures.values())

    def __len__(self) -> int:
        return len(self._futures)

    def create(  # noqa: PLR0913 (by keyword only: what a future is made of)
        self,
        *,
        request: Mapping[str, Any],
        provider: str,
        model: str,
        origin: FutureOrigin,
        cancel: Cancel,
        retry_of: FutureId | None = None,
        reason: str = "",
    ) -> FutureResponse:
        """Register a future in state `queued`; `reason` says what it waits for."""
        now = time.time()
        future = FutureResponse(
            id=new_future_id(),
            origin=origin,
            request=request,
            provider=provider,
            model=model,
            history=[StateChange(FutureState.QUEUED, now, reason)],
            retry_of=retry_of,
        )
        self._futures[future.id] = future
        self._pending[future.id] = cancel
        self._sink(
            FutureCreated(
                t=now - origin.run_started,
                run_id=origin.run_id,
                future_id=future.id,
                node_id=origin.node_id,
                step_id=origin.step_id,
                provider=provider,
                model=model,
                retry_of=retry_of,
                request=request,
            )
        )
        return future

    def get(self, future_id: FutureId) -> FutureResponse:
        """The future of this id. Raises UnknownFutureError."""
        try:
            return self._futures[future_id]
        except KeyError:
            raise UnknownFutureError(
                f"there is no future {future_id!r}: use the FutureResponseId of an asynchronous node of this session"
            ) from None

    def pending(self, run_id: RunId | None = None) -> list[FutureResponse]:
        """What has not settled yet, oldest first; with `run_id` only what that run asked."""
        futures = (self._futures[future_id] for future_id in self._pending)
        return [future for future in futures if run_id is None or future.origin.run_id == run_id]

    def advance(
        self,
        future_id: FutureId,
        state: FutureState,
        reason: str = "",
        *,
        at: float | None = None,
        next_at: float | None = None,
        error_type: str = "",
    ) -> None:
        """Move a future to a state that is not final (for that: `settle`).

        Times in Unix seconds: `at` is when it happened (None: now); `next_at` and `error_type` belong to `retry_wait`:
        when the next try is due, and what ended this one. Raises UnknownFutureError, FutureSettledError, or
        FutureError for a step that the transition table does not know.
        """
        if state.is_final:
            raise FutureError(f"{state} is final: a future gets there by being settled")
        future = self._step(future_id, state, reason, at)
        now = future.history[-1].at
        if state is FutureState.SENDING:
            future.attempts.append(Attempt(len(future.attempts) + 1, now))
        elif state is FutureState.RETRY_WAIT and future.attempts:
            future.attempts[-1] = replace(
                future.attempts[-1], ended=now, error=reason, next_at=next_at, error_type=error_type
            )
        self._sink(
            FutureStateChanged(
                t=now - future.origin.run_started,
                run_id=future.origin.run_id,
                future_id=future_id,
                node_id=future.origin.node_id,
                state=state,
                reason=reason,
                attempt=len(future.attempts),
                next_at=next_at,
            )
        )

    def add_piece(self, future_id: FutureId, piece: Piece) -> None:
        """Add what has streamed to its choice. Raises UnknownFutureError, FutureSettledError."""
        future = self._unsettled(future_id)
        future.parts.setdefault(piece.choice, PartialChoice()).add(piece)
        self._sink(
            FutureDelta(
                t=time.time() - future.origin.run_started,
                run_id=future.origin.run_id,
                future_id=future_id,
                node_id=future.origin.node_id,
                delta=piece.text,
                choice=piece.choice,
                kind=piece.kind,
                call=piece.call,
                name=piece.name,
            )
        )

    def note_place(self, future_id: FutureId, place: QueuePlace) -> None:
        """Note where a queued future stands; this is no event. Raises UnknownFutureError, FutureSettledError."""
        self._unsettled(future_id).queue_place = place

    def settle(self, future_id: FutureId, state: FutureState, result: FutureResult) -> None:
        """End a future and wake all who wait for it. What has streamed is kept where the result has nothing.

        Raises UnknownFutureError, FutureSettledError, or FutureError if `state` is not final.
        """
        if not state.is_final:
            raise FutureError(f"{state} is not final: a future cannot settle there")
        future = self._step(future_id, state, result.error)
        if future.parts and not result.choices:
            result = replace(result, choices=choices_of(future.parts))
        future.result = result
        future.parts.clear()
        if future.attempts and future.attempts[-1].ended is None:
            future.attempts[-1] = replace(future.attempts[-1], ended=future.history[-1].at)
        del self._pending[future_id]
        self._sink(_settled_event(future, result))
        if (awaited := self._awaited.pop(future_id, None)) is not None:
            awaited.set()

    def cancel(self, future_id: FutureId, reason: str = "") -> None:
        """Ask for an end: the future is `cancelling` until its work has stopped. Asking twice is asking once.

        Raises UnknownFutureError, FutureSettledError.
        """
        future = self._unsettled(future_id)
        if future.state is FutureState.CANCELLING:
            return
        self.advance(future_id, FutureState.CANCELLING, reason)
        self._pending[future_id](future_id)

    def cancel_pending(self, run_id: RunId | None = None) -> int:
        """Cancel all that is pending (of one run); how many were asked to end."""
        futures = [future for future in self.pending(run_id) if future.state is not FutureState.CANCELLING]
        for future in futures:
            self.cancel(future.id)
        return len(futures)

    async def wait(self, future_id: FutureId) -> FutureResponse:
        """The future once it has settled. Cancelling the wait leaves the future running. Raises UnknownFutureError."""
        future = self.get(future_id)
        if not future.state.is_final:
            await self._awaited.setdefault(future_id, asyncio.Event()).wait()
        return future

    async def wait_all(self) -> None:
        """Return when nothing is pending, whatever was added meanwhile."""
        while self._pending:
            await self.wait(next(iter(self._pending)))

    def _unsettled(self, future_id: FutureId) -> FutureResponse:
        future = self.get(future_id)
        if future.state.is_final:
            raise FutureSettledError(f"future {future_id} has already settled: it {_PAST[future.state]}")
        return future

    def _step(self, future_id: FutureId, state: FutureState, reason: str, at: float | None = None) -> FutureResponse:
        """The one place where a state changes."""
        future = self._unsettled(future_id)
        if state not in TRANSITIONS[future.state]:
            raise FutureError(f"future {future_id} cannot go from {future.state} to {state}")
        future.history.append(StateChange(state, max(at or time.time(), future.history[-1].at), reason))
        future.queue_place = None
        return future


_PAST = {
    FutureState.SUCCEEDED: "succeeded",
    FutureState.FAILED: "failed",
    FutureState.CANCELLED: "was cancelled",
    FutureState.TIMED_OUT: "timed out",
    FutureState.TRUNCATED: "was cut off",
    FutureState.INTERRUPTED: "was interrupted by the program's end",
}


def _settled_event(future: FutureResponse, result: FutureResult) -> FutureSettled:
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
