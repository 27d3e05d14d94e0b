"""A clock that a test moves by hand, with calls that are due later, as an asyncio loop has them."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable


class ManualClock:
    """Time stands still until `advance`.

    Attributes:
        made: how many calls it has made.
    """

    def __init__(self) -> None:
        self.made = 0
        self._now = 0.0
        self._numbers = itertools.count()
        self._calls: list[tuple[float, int, _Call]] = []

    def time(self) -> float:
        """Seconds since the clock was made."""
        return self._now

    def call_later(self, delay: float, callback: Callable[[], None]) -> _Call:
        """Call a function after so many seconds; what is returned can cancel that."""
        call = _Call(callback)
        heapq.heappush(self._calls, (self._now + delay, next(self._numbers), call))
        return call

    def advance(self, seconds: float) -> None:
        """Let time pass, and make every call that is due in it, also those that they add."""
        end = self._now + seconds
        while self._calls and self._calls[0][0] <= end:
            at, _, call = heapq.heappop(self._calls)
            self._now = max(self._now, at)
            self.made += call.make()
        self._now = end

    def work_off(self) -> None:
        """Make every call that is due now."""
        self.advance(0.0)


class _Call:
    def __init__(self, callback: Callable[[], None]) -> None:
        self._callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self._callback = None

    def make(self) -> bool:
        if self._callback is None:
            return False
        self._callback()
        return True
