"""The three limits on an attempt's time, each its own error."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ..errors import CallError
from .callee import Callee


class Watch:
    """Moves the deadline on as pieces of the answer come."""

    def __init__(self, callee: Callee, timeout: asyncio.Timeout) -> None:
        self._callee = callee
        self._limits = callee.profile.limits
        self._timeout = timeout
        self._loop = asyncio.get_running_loop()
        self._end = self._loop.time() + self._limits.total_s
        self._name = ""
        self._allow("first_byte_s", self._limits.first_byte_s)

    def piece_came(self) -> None:
        """The answer goes on: from here the gap to the next piece counts."""
        self._allow("idle_s", self._limits.idle_s)

    def error(self) -> CallError:
        """What to tell when time is up."""
        problem, error_type = {
            "first_byte_s": (f"No byte of an answer came within {self._limits.first_byte_s:g} s", "FirstByteTimeout"),
            "idle_s": (f"The answer stood still for {self._limits.idle_s:g} s", "IdleTimeout"),
            "total_s": (f"The answer was not complete within {self._limits.total_s:g} s", "TotalTimeout"),
        }[self._name]
        advice = f"The server may be overloaded: try again, or raise limits.{self._name} of this provider"
        return self._callee.error(problem, advice, error_type=error_type, outcome="timed_out")

    def _allow(self, name: str, seconds: float) -> None:
        due = self._loop.time() + seconds
        self._name = name if due < self._end else "total_s"
        self._timeout.reschedule(min(due, self._end))


@asynccontextmanager
async def time_limits(callee: Callee) -> AsyncIterator[Watch]:
    """Hold the block to the limits of the callee's profile. Raises CallError with outcome `timed_out`."""
    try:
        async with asyncio.timeout(None) as timeout:
            watch = Watch(callee, timeout)
            yield watch
    except TimeoutError as error:
        if not timeout.expired():
            raise
        raise watch.error() from error
