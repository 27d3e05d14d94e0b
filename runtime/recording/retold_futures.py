"""Futures as the events of a recording tell of them: to be looked at, for nobody works on them any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..choices import Choice, PartialChoice, Piece
from ..engine.events import Event, RunStarted
from ..errors import UnknownFutureError
from ..futures.events import FutureCreated, FutureDelta, FutureSettled, FutureStateChanged
from ..futures.future import Attempt, FutureOrigin, FutureResponse, FutureResult, FutureState, StateChange
from ..ids import FutureId, RunId
from ..usage import TokenCount


class RetoldFutures:
    """A sink that folds events into futures, oldest first. Events of futures that it has not seen made are ignored."""

    def __init__(self) -> None:
        self._futures: dict[FutureId, FutureResponse] = {}
        self._started: dict[RunId, RunStarted] = {}

    def __iter__(self) -> Iterator[FutureResponse]:
        return iter(self._futures.values())

    def get(self, future_id: FutureId) -> FutureResponse:
        """The future of this id. Raises UnknownFutureError."""
        try:
            return self._futures[future_id]
        except KeyError:
            raise UnknownFutureError(f"the recording has no future {future_id!r}") from None

    def clear(self) -> None:
        """Forget all: the events come again from the first."""
        self._futures.clear()
        self._started.clear()

    def __call__(self, event: Event) -> None:
        """Take an event in."""
        match event:
            case RunStarted():
                self._started[event.run_id] = event
            case FutureCreated():
                self._futures[event.future_id] = self._made(event)
            case FutureStateChanged() | FutureDelta() | FutureSettled() if event.future_id in self._futures:
                _take(self._futures[event.future_id], event)

    def _made(self, event: FutureCreated) -> FutureResponse:
        run = self._started.get(event.run_id)
        source, started = (run.source, run.started) if run is not None else ("", 0.0)
        return FutureResponse(
            id=event.future_id,
            origin=FutureOrigin(event.run_id, event.node_id, event.step_id, started, source),
            request=event.request,
            provider=event.provider,
            model=event.model,
            history=[StateChange(FutureState.QUEUED, started + event.t)],
            retry_of=event.retry_of,
        )


def result_of(event: FutureSettled) -> FutureResult:
    """What a settled future holds."""
    choices = tuple(map(Choice.from_json, event.choices)) or tuple(map(Choice, event.messages))
    if choices and not choices[0].finish_reason:
        choices = (replace(choices[0], finish_reason=event.finish_reason), *choices[1:])
    return FutureResult(
        choices=choices,
        usage=event.usage,
        response=event.response,
        error=event.error,
        error_type=event.error_type,
        tokens=TokenCount(**event.tokens) if event.tokens is not None else None,
        cost=event.cost,
    )


def _take(future: FutureResponse, event: FutureStateChanged | FutureDelta | FutureSettled) -> None:
    at = future.origin.run_started + event.t
    match event:
        case FutureDelta():
            piece = Piece(event.delta, event.kind, event.choice, event.call, name=event.name)
            future.parts.setdefault(event.choice, PartialChoice()).add(piece)
        case FutureStateChanged():
            state = FutureState(event.state)
            future.history.append(StateChange(state, at, event.reason))
            _count_attempt(future, event, state)
        case FutureSettled():
            future.history.append(StateChange(FutureState(event.state), at, event.error))
            _end_attempt(future, at)
            future.result = result_of(event)
            future.parts.clear()


def _count_attempt(future: FutureResponse, event: FutureStateChanged, state: FutureState) -> None:
    at = future.history[-1].at
    if state is FutureState.SENDING:
        future.attempts.append(Attempt(len(future.attempts) + 1, at))
    elif state is FutureState.RETRY_WAIT and future.attempts:
        ended = replace(future.attempts[-1], ended=at, error=event.reason, next_at=event.next_at)
        future.attempts[-1] = ended


def _end_attempt(future: FutureResponse, at: float) -> None:
    if future.attempts and future.attempts[-1].ended is None:
        future.attempts[-1] = replace(future.attempts[-1], ended=at)
