"""A loop whose clock jumps over every wait, so that an hour of waiting takes no time and always the same turns."""

from __future__ import annotations

import asyncio
import math
import selectors
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import Any, Final

STUCK_S: Final = 5.0
"""Real seconds of silence, with nothing left to wait for, after which nobody will ever wake the loop."""

_PIECE_S: Final = 0.02
_FileObject = Any  # an int or something with a `fileno`


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Time passes only while the loop waits, and then at once: to the next call that is due.

    While something outside is under way (a job in a thread, a socket, a child process) waits take as long as they do.

    Attributes:
        on_stuck: called when it waits for what can never come.
    """

    def __init__(self) -> None:
        self._clock = _JumpingSelector(self._is_stuck)
        super().__init__(self._clock)
        self._clock.begin()
        self.on_stuck: Callable[[], object] = lambda: None

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._clock.now

    def run_in_executor(self, executor: Executor | None, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]  # typeshed's has type variables
        """As every loop does; time takes its real course until the job is done."""
        job = super().run_in_executor(executor, func, *args)
        self._clock.jobs += 1
        job.add_done_callback(self._job_done)
        return job

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """As every loop does; time takes its real course until the threads have ended."""
        self._clock.jobs += 1
        try:
            if sys.version_info >= (3, 12):
                await super().shutdown_default_executor(timeout)
            else:  # it has no limit there
                await super().shutdown_default_executor()
        finally:
            self._clock.jobs -= 1

    def _job_done(self, _: asyncio.Future[Any]) -> None:
        self._clock.jobs -= 1

    def _is_stuck(self) -> None:
        self.call_soon(self.on_stuck)


class _JumpingSelector(selectors.BaseSelector):
    """The system's selector, but waiting moves a clock.

    Attributes:
        now: virtual seconds.
        jobs: how many threads do something for the loop.
    """

    def __init__(self, stuck: Callable[[], None]) -> None:
        self._real = selectors.DefaultSelector()
        self._stuck = stuck
        self._own = 0
        self.now = 0.0
        self.jobs = 0

    def begin(self) -> None:
        """What is registered by now is the loop's own: by it other threads wake the loop."""
        self._own = len(self._real.get_map())

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What is ready, at once; if nothing is, the clock has moved by `timeout`."""
        ready = self._real.select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if self._waits_for_others():
            return self._wait(math.inf if timeout is None else timeout)
        if timeout is not None:
            self.now += timeout
            return []
        ready = self._real.select(STUCK_S)
        if not ready:
            self._stuck()
        return ready

    def _wait(self, timeout: float) -> list[tuple[selectors.SelectorKey, int]]:
        """A real wait, in short pieces: what is waited for may end without waking the loop."""
        began = time.monotonic()
        ready = self._real.select(min(timeout, _PIECE_S))
        self.now += min(timeout, time.monotonic() - began)
        return ready

    def _waits_for_others(self) -> bool:
        if self.jobs or len(self._real.get_map()) > self._own:
            return True
        # How asyncio waits for child processes where it has no file descriptor for them.
        return any(thread.name.startswith("asyncio-waitpid") for thread in threading.enumerate())

    # -- what the system's selector does

    def register(self, fileobj: _FileObject, events: int, data: Any = None) -> selectors.SelectorKey:
        """See selectors.BaseSelector."""
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: _FileObject) -> selectors.SelectorKey:
        """See selectors.BaseSelector."""
        return self._real.unregister(fileobj)

    def modify(self, fileobj: _FileObject, events: int, data: Any = None) -> selectors.SelectorKey:
        """See selectors.BaseSelector."""
        return self._real.modify(fileobj, events, data)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        """See selectors.BaseSelector."""
        return self._real.get_map()

    def close(self) -> None:
        """See selectors.BaseSelector."""
        self._real.close()
