"""Who may ask a provider now: so many in flight, so many requests and tokens a minute, first come first served."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from aiolimiter import AsyncLimiter

from .changes import Moved, Queued
from .providers import ProviderProfile

NEWS_S: Final = 1.0
"""How often those who wait are told where they stand; less often if there are more than `NEWS_EACH_S`."""
NEWS_EACH_S: Final = 1000
_REMEMBERED: Final = 20
"""Requests from whose duration the wait is estimated."""

Tell = Callable[[Moved | Queued], None]


class Admission:
    """The queue before one provider. To be used on one loop.

    The limits per minute are leaky buckets: as many as fit into a minute may go at once, then the rest evenly. A
    request that is more than a whole minute's tokens goes when the bucket is empty.
    """

    def __init__(self, profile: ProviderProfile, news_s: float = NEWS_S) -> None:
        self._profile = profile
        self._news_s = news_s
        self._places = asyncio.Semaphore(profile.most_in_flight)
        self._requests = AsyncLimiter(profile.requests_per_minute) if profile.requests_per_minute else None
        self._tokens = AsyncLimiter(profile.tokens_per_minute) if profile.tokens_per_minute else None
        self._owed = 0.0
        """Tokens by which earlier requests took more (or fewer) than they were let in for."""
        self._head = asyncio.Lock()
        """Held by the first in the queue: a lock is first come first served, which a bucket is not."""
        self._waiting: dict[object, Tell] = {}
        self._durations: deque[float] = deque(maxlen=_REMEMBERED)
        self._sizes: deque[float] = deque(maxlen=_REMEMBERED)
        self._news: asyncio.TimerHandle | None = None

    @property
    def counts_tokens(self) -> bool:
        """Whether it matters to `place` how many tokens a request is."""
        return self._tokens is not None

    @asynccontextmanager
    async def place(self, tokens: float, tell: Tell) -> AsyncIterator[None]:
        """Hold a place in flight for the length of the block; `tell` gets the reason and the place in the queue.

        `tokens`: how many the request will take, as far as that can be guessed.
        """
        ticket = object()
        self._waiting[ticket] = tell
        try:
            if self._must_wait(tokens):
                self._tell_arrival(tell)
            async with self._head:
                await self._admit(tokens)
        finally:
            del self._waiting[ticket]
        began = time.monotonic()
        try:
            yield
        finally:
            self._places.release()
            self._durations.append(time.monotonic() - began)

    def took(self, tokens: float, expected: float) -> None:
        """A request that was let in for `expected` tokens took `tokens`; the next ones make up for the difference."""
        self._owed += tokens - expected
        self._sizes.append(tokens)

    async def _admit(self, tokens: float) -> None:
        await self._places.acquire()
        try:
            if self._requests is not None:
                await self._requests.acquire()
            if self._tokens is not None:
                amount = self._to_acquire(tokens, self._tokens)
                await self._tokens.acquire(amount)
                self._owed += tokens - amount
        except BaseException:
            self._places.release()
            raise

    def _must_wait(self, tokens: float) -> bool:
        return (
            self._head.locked()
            or self._places.locked()
            or (self._requests is not None and not self._requests.has_capacity())
            or (self._tokens is not None and not self._tokens.has_capacity(self._to_acquire(tokens, self._tokens)))
        )

    def _to_acquire(self, tokens: float, bucket: AsyncLimiter) -> float:
        return min(max(tokens + self._owed, 0.0), bucket.max_rate)

    def _tell_arrival(self, tell: Tell) -> None:
        """Why it waits, in words, and where it stands; later the place alone is told."""
        position = len(self._waiting)
        wait = self._wait_s(position)
        guess = f", {_duration(wait)} to go" if wait is not None else ""
        reason = f"number {position} in the queue of provider {self._profile.name!r}{guess} ({self._limits})"
        tell(Moved("queued", reason, place=self._place(position)))
        if self._news is None:
            self._tell_later()

    @property
    def _limits(self) -> str:
        profile = self._profile
        limits = [f"at most {profile.most_in_flight} in flight"]
        if profile.requests_per_minute:
            limits.append(f"{profile.requests_per_minute:g} requests a minute")
        if profile.tokens_per_minute:
            limits.append(f"{profile.tokens_per_minute:g} tokens a minute")
        return ", ".join(limits)

    def _place(self, position: int) -> Queued:
        wait = self._wait_s(position)
        return Queued(position, time.time() + wait if wait is not None else None)

    def _tell_later(self) -> None:
        interval = max(self._news_s, len(self._waiting) / NEWS_EACH_S)
        self._news = asyncio.get_running_loop().call_later(interval, self._tell_news)

    def _tell_news(self) -> None:
        self._news = None
        for position, tell in enumerate(self._waiting.values(), 1):
            tell(self._place(position))
        if self._waiting:
            self._tell_later()

    def _wait_s(self, position: int) -> float | None:
        """A guess from what requests took lately and from the limits; None while there is nothing to guess from."""
        waits = []
        if self._durations:
            waits.append(position * _mean(self._durations) / self._profile.most_in_flight)
        if self._requests is not None:
            waits.append(position * 60 / self._requests.max_rate)
        if self._tokens is not None and self._sizes:
            waits.append(position * 60 * _mean(self._sizes) / self._tokens.max_rate)
        return max(waits, default=None)


def _mean(values: deque[float]) -> float:
    return sum(values) / len(values)


def _duration(seconds: float) -> str:
    if seconds < 1:
        return "less than a second"
    return f"about {seconds:.0f} s" if seconds < 120 else f"about {seconds / 60:.0f} min"
