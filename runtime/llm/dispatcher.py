"""What lives inside the network thread: one task per request, one link per provider."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Final

from ..ids import FutureId
from .changes import Settled
from .delivery import Outbox
from .exchange import Call, Exchange
from .provider_link import LocalEndpoint, ProviderLink
from .providers import ProviderProfile

_log = logging.getLogger(__name__)

CLOSE_S: Final = 5.0
"""The longest that ending the requests, and then each closing, may take; ten streams took 15 ms (pitfall C16)."""


class Dispatcher:
    """Starts, cancels and ends requests. Every method is to be called on the network's loop."""

    def __init__(self, outbox: Outbox, local: LocalEndpoint | None) -> None:
        self._outbox = outbox
        self._local = local
        self._links: dict[ProviderProfile, ProviderLink] = {}
        self._tasks: dict[FutureId, asyncio.Task[Settled]] = {}
        """Strong references: the loop itself keeps only weak ones."""

    def begin(self, future_id: FutureId, call: Call) -> None:
        """Start working on a request."""
        link = self._links.get(call.profile)
        if link is None:
            link = self._links[call.profile] = ProviderLink(call.profile, call.key, self._local)
        exchange = Exchange(call, link, partial(self._outbox.add, future_id))
        task = asyncio.get_running_loop().create_task(exchange.run(), name=f"request {future_id}")
        self._tasks[future_id] = task
        task.add_done_callback(partial(self._ended, future_id, exchange))

    def cancel(self, future_id: FutureId) -> None:
        """End a request if it is still under way; its connection is closed with it."""
        if future_id in self._tasks:
            self._tasks[future_id].cancel()

    async def close(self) -> None:
        """Cancel everything, then close all connections and the local model."""
        for task in self._tasks.values():
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=CLOSE_S)
        for link in self._links.values():
            await _close_in_time(link)
        if self._local is not None:
            await _close_in_time(self._local)

    def _ended(self, future_id: FutureId, exchange: Exchange, task: asyncio.Task[Settled]) -> None:
        # Here and not at the end of the task: a task that is cancelled before its first step runs none of its code.
        del self._tasks[future_id]
        if task.cancelled():
            settled = exchange.cut_short("cancelled", "", "Cancelled")
        elif (error := task.exception()) is not None:
            settled = exchange.broken(error)
        else:
            settled = task.result()
        self._outbox.add(future_id, settled)


async def _close_in_time(what: ProviderLink | LocalEndpoint) -> None:
    try:
        async with asyncio.timeout(CLOSE_S):
            await what.close()
    except TimeoutError:
        _log.warning("closing: %r did not end within %g s and is left as it is", what, CLOSE_S)
