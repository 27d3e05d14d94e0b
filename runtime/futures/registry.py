"""The futures of a session: the only writer of their states, and where others wait for them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from ..choices import PartialChoice, Piece
from ..errors import FutureError, FutureSettledError
from ..ids import FutureId, RunId, new_future_id
from .events import FutureCreated, FutureDelta, FutureEvent, FutureStateChanged, settled_event
from .future import (
    TRANSITIONS,
    Attempt,
    FutureOrigin,
    FutureResponse,
    FutureResult,
    FutureState,
    QueuePlace,
    StateChange,
)
from .keeping import Keeping
from .known import KnownFutures
from .store import FutureStore

Begin = Callable[[FutureId], None]
"""Starts the work on a future, unless it has settled or is being cancelled meanwhile."""
Cancel = Callable[[FutureId], None]
"""Asks whoever works on a future to stop; the future settles later, when that has happened."""


ELSEWHERE_S: Final = 0.5
"""How often to look whether a future of another program has settled."""


class FutureRegistry(KnownFutures):
    """Makes futures, moves and settles them. Every method is to be called on the engine's loop.

    Each transition is one event to `sink`: a future's creation is `FutureCreated`, its settling `FutureSettled`. With a
    store that last event comes when the result is on disk, and only then do those go on who wait for it.
    """

    def __init__(self, sink: Callable[[FutureEvent], None], store: FutureStore | None = None) -> None:
        super().__init__(store)
        self._sink = sink
        self._keeping = Keeping(store, self._on_disk)
        self._pending: dict[FutureId, Cancel] = {}
        self._to_begin: dict[FutureId, Begin] = {}
        self._settling: set[FutureId] = set()
        self._awaited: dict[FutureId, asyncio.Event] = {}
        self._heard: dict[FutureId, asyncio.Event] = {}
        self._listening: set[asyncio.Queue[FutureResponse]] = set()

    def create(  # noqa: PLR0913 (by keyword only: what a future is made of)
        self,
        *,
        request: Mapping[str, Any],
        provider: str,
        model: str,
        origin: FutureOrigin,
        cancel: Cancel,
        begin: Begin | None = None,
        retry_of: FutureId | None = None,
        reason: str = "",
        prompt_estimate: int = 0,
    ) -> FutureResponse:
        """Register a future in state `queued`; `reason` says what it waits for.

        `begin` is called once the request is on disk, so that whatever a server has seen is known after a crash.
        """
        now = time.time()
        future = FutureResponse(
            id=new_future_id(),
            origin=origin,
            request=request,
            provider=provider,
            model=model,
            history=[StateChange(FutureState.QUEUED, now, reason)],
            retry_of=retry_of,
            prompt_estimate=prompt_estimate,
        )
        self._futures[future.id] = future
        self._pending[future.id] = cancel
        if begin is not None:
            self._to_begin[future.id] = begin
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
                reason=reason,
            )
        )
        self._keeping.note(future, urgent=True)
        return future

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
        self._keeping.note(future, urgent=False)

    def add_piece(self, future_id: FutureId, piece: Piece) -> None:
        """Add what has streamed to its choice. Raises UnknownFutureError, FutureSettledError."""
        future = self._unsettled(future_id)
        future.parts.setdefault(piece.choice, PartialChoice()).add(piece)
        self._keeping.note_text(future)
        self._wake(self._heard, future_id)
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
        """End a future; all who wait for it go on once that is stored.

        What has streamed is kept where the result has nothing. Raises UnknownFutureError, FutureSettledError, or
        FutureError if `state` is not final.
        """
        if not state.is_final:
            raise FutureError(f"{state} is not final: a future cannot settle there")
        future = self._step(future_id, state, result.error)
        future.end(result)
        del self._pending[future_id]
        self._settling.add(future_id)
        self._keeping.note(future, urgent=True)

    def cancel(self, future_id: FutureId, reason: str = "") -> None:
        """Ask for an end: the future is `cancelling` until its work has stopped. Asking twice is asking once.

        Raises UnknownFutureError, FutureSettledError.
        """
        future = self._unsettled(future_id)
        if future.state is FutureState.CANCELLING:
            return
        self.advance(future_id, FutureState.CANCELLING, reason)
        self._pending[future_id](future_id)

    async def cancel_ticket(self, future_id: FutureId, reason: str = "") -> None:
        """`cancel` for an id that may be of another program or an earlier one. Raises FutureStoreError as well."""
        future = await self.find(future_id)
        _refuse_settled(future)
        if future_id not in self._pending:
            raise FutureError(f"future {future_id} is in flight in another program that is open: cancel it there")
        self.cancel(future_id, reason)

    def cancel_pending(self, run_id: RunId | None = None, reason: str = "") -> int:
        """Cancel all that is pending (of one run); how many were asked to end."""
        futures = [future for future in self.pending(run_id) if future.state is not FutureState.CANCELLING]
        for future in futures:
            self.cancel(future.id, reason)
        return len(futures)

    async def wait(self, future_id: FutureId) -> FutureResponse:
        """The future once it has settled. Cancelling the wait leaves the future running.

        Raises UnknownFutureError, FutureStoreError.
        """
        future = await self.find(future_id)
        if future_id in self._pending or future_id in self._settling:
            await self._awaited.setdefault(future_id, asyncio.Event()).wait()
        while not future.state.is_final:
            future = await self._look_elsewhere(future_id)
        return future

    async def wait_for_news(self, future_id: FutureId) -> FutureResponse:
        """The future once more of it has streamed, or it has settled. Raises as `wait`."""
        if future_id not in self._pending and future_id not in self._settling:
            return await self.wait(future_id)
        await self._heard.setdefault(future_id, asyncio.Event()).wait()
        return await self.find(future_id)

    async def wait_all(self) -> None:
        """Return when nothing is pending, whatever was added meanwhile."""
        while unfinished := self._pending or self._settling:
            await self.wait(next(iter(unfinished)))

    async def settling(self) -> AsyncGenerator[FutureResponse, None]:
        """Each future that settles from now on, in order, until this generator is closed."""
        settled: asyncio.Queue[FutureResponse] = asyncio.Queue()
        self._listening.add(settled)
        try:
            while True:
                yield await settled.get()
        finally:
            self._listening.discard(settled)

    async def close(self) -> None:
        """Return when all that has happened is stored; nothing is forgotten any more."""
        await self._keeping.flush()
        self._stop_forgetting()

    @staticmethod
    def _wake(waiting: dict[FutureId, asyncio.Event], future_id: FutureId) -> None:
        if (event := waiting.pop(future_id, None)) is not None:
            event.set()

    def _unsettled(self, future_id: FutureId) -> FutureResponse:
        future = self.get(future_id)
        _refuse_settled(future)
        return future

    def _step(self, future_id: FutureId, state: FutureState, reason: str, at: float | None = None) -> FutureResponse:
        """The one place where a state changes."""
        future = self._unsettled(future_id)
        if state not in TRANSITIONS[future.state]:
            raise FutureError(f"future {future_id} cannot go from {future.state} to {state}")
        future.history.append(StateChange(state, max(at or time.time(), future.history[-1].at), reason))
        future.queue_place = None
        return future

    async def _look_elsewhere(self, future_id: FutureId) -> FutureResponse:
        """A future in flight in another program, a little later; settled if that program has ended meanwhile."""
        await asyncio.sleep(ELSEWHERE_S)
        assert self._store is not None
        await self._store.interrupt_lost()
        return await self.find(future_id)

    def _on_disk(self, written: FutureResponse, is_stored: bool) -> None:
        """What was noted has been written, or cannot be."""
        if (begin := self._to_begin.pop(written.id, None)) is not None:
            begin(written.id)
        if not written.state.is_final:
            return
        future = self._futures[written.id]
        if future.id in self._settling:  # else it is written late, when the disk was full before
            self._settling.discard(future.id)
            self._sink(settled_event(future))
            self._wake(self._awaited, future.id)
            self._wake(self._heard, future.id)
            for listening in self._listening:
                listening.put_nowait(future)
        if is_stored:
            self._may_be_forgotten(future)


_PAST = {
    FutureState.SUCCEEDED: "succeeded",
    FutureState.FAILED: "failed",
    FutureState.CANCELLED: "was cancelled",
    FutureState.TIMED_OUT: "timed out",
    FutureState.TRUNCATED: "was cut off",
    FutureState.INTERRUPTED: "was interrupted by the program's end",
}


def _refuse_settled(future: FutureResponse) -> None:
    if future.state.is_final:
        raise FutureSettledError(f"future {future.id} has already settled: it {_PAST[future.state]}")
