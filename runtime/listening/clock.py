"""The clocks that events go by; tests hand in others."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Two clocks, and waiting."""

    def time(self) -> float:
        """The wall clock, in Unix seconds; people set it, and it goes on while the machine sleeps."""

    def monotonic(self) -> float:
        """Seconds of a clock that nobody sets; only their differences mean something."""

    async def sleep(self, seconds: float) -> None:
        """Return when so much of the second clock has passed."""


class SystemClock:
    """The machine's clocks."""

    def time(self) -> float:
        """The wall clock, in Unix seconds."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
