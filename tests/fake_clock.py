"""A clock that stands still until a test moves it, for events that go by time."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Final

TURNS: Final = 15
"""Turns of the loop in which whatever a moment brings about is done: far more than any tiny flow needs."""


class FakeClock:
    """Both clocks of `runtime.listening.clock.Clock`."""

    def __init__(self, now: datetime | None = None) -> None:
        """`now` is what the wall clock shows at first."""
        self._wall = now.timestamp() if now is not None else 1_700_000_000.0
        self._steady = 0.0
        self._sleeping: list[tuple[float, asyncio.Future[None]]] = []

    def time(self) -> float:
        return self._wall

    def monotonic(self) -> float:
        return self._steady

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        self._sleeping.append((self._steady + seconds, woken))
        await woken

    @property
    def sleepers(self) -> int:
        """How many wait for it."""
        return sum(not woken.done() for _, woken in self._sleeping)

    async def pass_by(self, seconds: float) -> None:
        """Let time pass: whoever waits is woken in order, each at the moment that it waits for."""
        await self._settle()
        end = self._steady + seconds
        while (due := min((due for due, woken in self._sleeping if not woken.done()), default=end)) <= end:
            self._move(max(0.0, due - self._steady))
            for at, woken in self._sleeping:
                if at <= self._steady and not woken.done():
                    woken.set_result(None)
            self._sleeping = [sleeper for sleeper in self._sleeping if not sleeper[1].done()]
            await self._settle()
            if due >= end:
                break
        self._move(end - self._steady)

    async def pass_until(self, moment: datetime) -> None:
        """Let time pass until the wall clock shows this."""
        await self.pass_by(moment.timestamp() - self._wall)

    def set_wall_clock(self, moment: datetime) -> None:
        """A person sets it, or the machine wakes from sleep: no time has passed for whoever waits."""
        self._wall = moment.timestamp()

    def hold_up(self, seconds: float) -> None:
        """Time passes while the loop is busy, so nobody is woken."""
        self._move(seconds)

    def _move(self, seconds: float) -> None:
        self._wall += seconds
        self._steady += seconds

    async def _settle(self) -> None:
        for _ in range(TURNS):
            await asyncio.sleep(0)
