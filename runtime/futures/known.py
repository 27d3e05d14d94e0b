"""All futures that can be redeemed: in memory what is in flight or has settled lately, in the store the others."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ..errors import UnknownFutureError
from ..ids import FutureId, RunId
from .future import FutureResponse
from .query import FutureQuery
from .store import FutureStore

MOST_REMEMBERED: Final = 500
"""Settled futures that stay in memory; older ones are read from the store when somebody asks for them."""
MOST_CHARACTERS: Final = 10_000_000
"""Of their answers together."""
REMEMBERED_S: Final = 1.0
"""How long at least a settled future stays in memory: who was told of it may look at it a little later."""


class KnownFutures:
    """Futures by id. Iterating gives those in memory, oldest first; `find` knows those in the store as well.

    To be used on the engine's loop. Without a store all stay in memory.
    """

    def __init__(self, store: FutureStore | None) -> None:
        self._store = store
        self._futures: dict[FutureId, FutureResponse] = {}
        self._stored: deque[_Stored] = deque()
        self._characters = 0
        self._forgetting: asyncio.TimerHandle | None = None

    def __iter__(self) -> Iterator[FutureResponse]:
        return iter(self._futures.values())

    def __len__(self) -> int:
        return len(self._futures)

    def get(self, future_id: FutureId) -> FutureResponse:
        """The future of this id, if it is in memory (see `find`). Raises UnknownFutureError."""
        try:
            return self._futures[future_id]
        except KeyError:
            raise UnknownFutureError(
                f"there is no future {future_id!r}: use the FutureResponseId of an asynchronous node; old ones are "
                "removed after a while"
            ) from None

    async def find(self, future_id: FutureId) -> FutureResponse:
        """The future of this id, of this program or another, now or earlier.

        Raises UnknownFutureError, FutureStoreError.
        """
        if (known := self._futures.get(future_id)) is not None:
            return known
        (future,) = await self.find_all([future_id])
        return future

    async def find_all(self, ids: Iterable[FutureId]) -> list[FutureResponse]:
        """The futures of these ids, as `find` knows them. Raises UnknownFutureError, FutureStoreError."""
        wanted = list(ids)
        if self._store is None or all(future_id in self._futures for future_id in wanted):
            return [self.get(future_id) for future_id in wanted]
        known = {future_id: self._futures[future_id] for future_id in wanted if future_id in self._futures}
        known |= await self._store.find(future_id for future_id in wanted if future_id not in known)
        return [known.get(future_id) or self.get(future_id) for future_id in wanted]

    async def all(self, run_id: RunId | None = None) -> list[FutureResponse]:
        """All futures that there are, or all of a run, oldest first. Raises FutureStoreError."""
        known = {future.id: future for future in self if run_id in (None, future.origin.run_id)}
        if self._store is not None:
            ids = await self._store.ids(FutureQuery(run_id=run_id))
            known = await self._store.find(future_id for future_id in ids if future_id not in known) | known
        return [known[future_id] for future_id in sorted(known)]

    async def to_resend(self) -> list[FutureId]:
        """What was interrupted, in any program, and has not been asked again; oldest first. Raises FutureStoreError."""
        return [] if self._store is None else await self._store.to_resend()

    def _may_be_forgotten(self, future: FutureResponse) -> None:
        """It has settled and is stored: the memory lets go of the oldest of these once there are too many of them."""
        length = sum(map(len, future.result.messages)) if future.result else 0
        self._stored.append(_Stored(future.id, length, time.monotonic() + REMEMBERED_S))
        self._characters += length
        if self._forgetting is None and self._remembers_too_much:
            self._forget_in(REMEMBERED_S)

    def _stop_forgetting(self) -> None:
        if self._forgetting is not None:
            self._forgetting.cancel()

    @property
    def _remembers_too_much(self) -> bool:
        return len(self._stored) > MOST_REMEMBERED or self._characters > MOST_CHARACTERS

    def _forget_in(self, seconds: float) -> None:
        self._forgetting = asyncio.get_running_loop().call_later(seconds, self._forget)

    def _forget(self) -> None:
        self._forgetting = None
        now = time.monotonic()
        while self._remembers_too_much and self._stored[0].until <= now:
            oldest = self._stored.popleft()
            self._characters -= oldest.length
            del self._futures[oldest.id]
        if self._remembers_too_much:
            self._forget_in(self._stored[0].until - now)


@dataclass(frozen=True, slots=True)
class _Stored:
    """A settled future on disk: the length of its answers, and until when it stays in memory whatever comes."""

    id: FutureId
    length: int
    until: float
