"""Futures that a test moves by hand through their lives, in a real registry."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from runtime.choices import Choice, Piece
from runtime.futures.events import FutureEvent
from runtime.futures.future import Attempt, FutureOrigin, FutureResponse, FutureResult, FutureState, StateChange
from runtime.futures.registry import FutureRegistry
from runtime.ids import FutureId, NodeId, RunId, StepId
from runtime.usage import TokenCount

START = 1_790_000_000.0
"""Unix seconds: when lives begin whose times a test tells."""


class MovedFutures:
    """A registry, and what moves its futures.

    Attributes:
        cancelled: ids that were asked to end.
    """

    def __init__(self, hear: Callable[[FutureEvent], None]) -> None:
        self.registry = FutureRegistry(hear)
        self.cancelled: list[FutureId] = []

    def ask(
        self,
        node: str = "ask",
        text: str = "Why?",
        *,
        run: str = "run_1",
        step: int = 1,
        model: str = "m",
        provider: str = "p",
        **request: Any,
    ) -> FutureId:
        """A new future in state `queued`."""
        asked = {
            "model": model,
            "messages": [{"role": "system", "content": "Be <b>brief</b>."}, {"role": "user", "content": text}],
            "parameters": {"temperature": 0.5},
            "stream": True,
            **request,
        }
        origin = FutureOrigin(RunId(run), NodeId(node), StepId(step), time.time(), "/flows/talk.flow.json")
        future = self.registry.create(
            request=asked, provider=provider, model=model, origin=origin, cancel=self.cancelled.append
        )
        return future.id

    def move(self, future_id: FutureId, *states: FutureState, reason: str = "", next_at: float | None = None) -> None:
        """Through states that are not final; the reason is the last one's."""
        for state in states:
            last = state is states[-1]
            self.registry.advance(future_id, state, reason if last else "", next_at=next_at if last else None)

    def stream(self, future_id: FutureId, *pieces: str, choice: int = 0) -> None:
        """Text comes."""
        if self.registry.get(future_id).state is FutureState.QUEUED:
            self.move(future_id, FutureState.SENDING, FutureState.STREAMING)
        for piece in pieces:
            self.registry.add_piece(future_id, Piece(piece, choice=choice))

    def succeed(self, future_id: FutureId, *messages: str, tokens: int | None = 7, cost: float | None = None) -> None:
        """The answer is whole; of its tokens, two are the request's."""
        self.stream(future_id)
        count = None if tokens is None else TokenCount(prompt=2, completion=tokens - 2)
        choices = tuple(Choice(message, finish_reason="stop") for message in messages)
        result = FutureResult(choices, response={"id": "r"}, tokens=count, cost=cost)
        self.registry.settle(future_id, FutureState.SUCCEEDED, result)

    def fail(self, future_id: FutureId, error: str, state: FutureState = FutureState.FAILED) -> None:
        """It ends badly."""
        self.registry.settle(future_id, state, FutureResult(error=error, error_type="ServerError"))


def lived(*life: tuple[FutureState, float], future_id: str = "fut_1", run_started: float = START) -> FutureResponse:
    """A future whose states came so many seconds after START."""
    history = [StateChange(state, START + seconds) for state, seconds in life]
    attempts = [
        Attempt(number, change.at)
        for number, change in enumerate((at for at in history if at.state is FutureState.SENDING), 1)
    ]
    result = FutureResult() if history[-1].state.is_final else None
    origin = FutureOrigin(RunId("run_1"), NodeId("ask"), StepId(1), run_started)
    return FutureResponse(FutureId(future_id), origin, {}, "p", "m", history, attempts, {}, result)
