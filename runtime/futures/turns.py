"""Futures whose work begins when others have settled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress

from ..errors import FutureError
from ..ids import FutureId
from .registry import FutureRegistry


class Turns:
    """Holds work back until it is its turn. To be used on the engine's loop."""

    def __init__(self, futures: FutureRegistry) -> None:
        self._futures = futures
        self._held: dict[FutureId, asyncio.Task[None]] = {}

    def after(self, others: Collection[FutureId], future_id: FutureId, begin: Callable[[], None]) -> None:
        """Call `begin` for a future once the others have settled, however they end."""
        wait = self._wait(others, future_id, begin)
        self._held[future_id] = asyncio.get_running_loop().create_task(wait, name=f"turn of {future_id}")

    def give_up(self, future_id: FutureId) -> bool:
        """Do not begin any more; False if it has begun, or was never held back."""
        task = self._held.pop(future_id, None)
        if task is not None:
            task.cancel()
        return task is not None

    async def _wait(self, others: Collection[FutureId], future_id: FutureId, begin: Callable[[], None]) -> None:
        for other in others:
            with suppress(FutureError):  # no longer known: so it has settled
                await self._futures.wait(other)
        del self._held[future_id]
        begin()
