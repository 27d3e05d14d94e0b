"""An event loop whose clock jumps to the next timer: an hour of waiting takes no time, and takes it exactly."""

from __future__ import annotations

import asyncio
import selectors
from typing import Any, Final


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """For what waits for timers and for its own tasks only; the time starts at 0.

    Where nothing is ready and a timer is set, its time is now. Threads and sockets are not waited for meanwhile.
    """

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """The virtual time, in seconds."""
        return self._jumping.now


class _JumpingSelector(selectors.DefaultSelector):
    """Does not wait until a time limit, but lets that time pass."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(timeout if timeout is None else 0)
        if not ready and timeout is not None:
            self.now += max(timeout, 0)
        return ready


VIRTUAL_TIME: Final[tuple[str, dict[str, Any]]] = ("asyncio", {"loop_factory": VirtualTimeLoop})
"""What a test file's own fixture `anyio_backend` returns, to run its tests on such a loop."""
