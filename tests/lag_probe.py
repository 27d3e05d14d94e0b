"""How late a loop is: the promise that the program answers within 100 ms, held by tests with and without a window."""

from __future__ import annotations

import asyncio

MOST_LAG_SECONDS = 0.1
"""The window answers within 100 ms whatever a flow does: promised by design 11, not guessed."""
ATTEMPTS = 3
"""Other processes on the machine can only add to the lag: what one undisturbed attempt shows is the program's own."""
TICK_SECONDS = 0.005


class LagProbe:
    """Ticks on the window's loop and notes how late it is at worst."""

    def __init__(self) -> None:
        self.worst = 0.0

    async def __aenter__(self) -> LagProbe:
        self._task = asyncio.create_task(self._tick())
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + TICK_SECONDS
            await asyncio.sleep(TICK_SECONDS)
            self.worst = max(self.worst, loop.time() - due)
