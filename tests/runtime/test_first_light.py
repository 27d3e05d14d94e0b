"""First light without a screen: an example asks the real model on this machine, and the loop stays alive meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import pytest
from lag_probe import ATTEMPTS, MOST_LAG_SECONDS, LagProbe

from runtime.document.files import load_flow
from runtime.engine.events import Event
from runtime.futures.events import FutureDelta
from runtime.futures.future import FutureResponse, FutureState
from runtime.llm.providers import ProviderProfile, Providers
from runtime.session import Session

pytestmark = [pytest.mark.anyio, pytest.mark.local_model, pytest.mark.timeout(600)]

EXAMPLE = Path(__file__).parents[2] / "resources" / "examples" / "eight-questions.flow.json"
QUESTIONS = 8
ANSWERED = ["queued", "sending", "waiting", "streaming", "succeeded"]


class Told:
    """Everything that a session tells, and a way to wait until it has told something."""

    def __init__(self) -> None:
        self._news = asyncio.Event()

    def __call__(self, _event: Event) -> None:
        self._news.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._news.clear()
            await self._news.wait()


async def test_an_example_runs_on_the_local_model_its_futures_are_seen_and_one_is_cancelled() -> None:
    lags = []
    for _ in range(ATTEMPTS):
        lags.append(await first_light())
        if lags[-1] < MOST_LAG_SECONDS:
            return
    pytest.fail(f"the loop was late by {', '.join(f'{lag * 1000:.0f} ms' for lag in lags)}")


async def first_light() -> float:
    """Run, watch, cancel one, see the end; returns the worst lag of the loop in seconds."""
    session, told, texts = Session(providers=local_only(), keeps_futures=False), Told(), []
    session.subscribe(told)
    session.subscribe(lambda event: texts.append(event.delta) if isinstance(event, FutureDelta) else None)
    try:
        async with LagProbe() as lag:
            run = session.start(load_flow(EXAMPLE))
            await told.until(lambda: len(session.futures) == QUESTIONS and bool(texts))
            cancelled = list(session.futures)[-1]
            assert not cancelled.state.is_final
            session.futures.cancel(cancelled.id)
            await session.futures.wait_all()
            await session.wait(run)
        answered = [future for future in session.futures if future is not cancelled]
        assert [states(future) for future in answered] == [ANSWERED] * (QUESTIONS - 1)
        assert all(future.text().strip() for future in answered)
        assert states(cancelled)[-2:] == [FutureState.CANCELLING, FutureState.CANCELLED]
    finally:
        await session.close()
    return lag.worst


def local_only() -> Providers:
    """Nothing but the model on this machine."""
    return Providers([ProviderProfile(name="local", kind="local")], environment={})


def states(future: FutureResponse) -> list[str]:
    """The states one after the other; a request that moves up in its queue is told as queued again."""
    return [state for state, _ in groupby(change.state for change in future.history)]
