"""The asyncio event loop of the window: Qt's loop driven by qasync, with asyncio's own promises kept.

What this adds to qasync 0.28 (pitfalls C2 to C6 and C11):

- All timers wait in one heap behind one Qt timer, so a cancelled timeout leaves nothing behind, and none fires early.
- Callbacks run in passes of bounded length: Qt gets its turn for input and painting however many are ready.
- A Qt event loop started inside a callback (`exec()`, `processEvents()`) cannot tear tasks apart: asyncio stands still
  until it ends, and the mistake is reported.
- Async generators are finalised, the default executor is the standard one, `SystemExit` ends the program.

Run it by `asyncio.Runner(loop_factory=EditorEventLoop)` after the QApplication was made.
"""

from __future__ import annotations

import asyncio
import collections
import contextvars
import heapq
import math
import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal  # before qasync: it takes the first binding it finds (C9)
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop  # type: ignore[import-untyped]

PASS_SECONDS = 0.008
"""After this long a pass lets Qt work: half a frame at 60 Hz, so that painting keeps up with a busy flow."""

_LONGEST_WAIT_MS = 24 * 60 * 60 * 1000
"""One day: a Qt timer counts milliseconds in 32 bits. A longer wait is simply armed again."""


class NestedLoopError(RuntimeError):
    """A Qt event loop was started inside an asyncio callback or task: use `open()` or `popup()`, never `exec()`."""


class _Waker(QObject):
    """Carries `call_soon_threadsafe` from other threads into the loop's thread."""

    woken = Signal()


class EditorEventLoop(QEventLoop):  # type: ignore[misc]  # qasync is untyped
    """The loop on which the editor and the engine run. Needs the QApplication to exist."""

    def __init__(self) -> None:
        self._soon: collections.deque[asyncio.Handle] = collections.deque()
        self._later: list[asyncio.TimerHandle] = []
        self._cancelled_later = 0
        self._in_pass = False
        self._fatal: BaseException | None = None
        self._pass_timer = _single_shot(self._run_pass)
        self._heap_timer = _single_shot(self._fire_due)
        self._waker = _Waker()
        self._waker.woken.connect(self._ask_for_pass, Qt.ConnectionType.QueuedConnection)
        super().__init__(QApplication.instance())

    # WORKAROUND C11: qasync's default executor is a pool of ten QThreads that asyncio.Runner does not shut down; after
    # a task that raised SystemExit its next run ends at once; the handler that it was given it does not tell.
    run_in_executor = asyncio.BaseEventLoop.run_in_executor
    set_default_executor = asyncio.BaseEventLoop.set_default_executor
    run_until_complete = asyncio.BaseEventLoop.run_until_complete
    set_exception_handler = asyncio.BaseEventLoop.set_exception_handler
    default_exception_handler = asyncio.BaseEventLoop.default_exception_handler
    call_exception_handler = asyncio.BaseEventLoop.call_exception_handler

    def timer_count(self) -> int:
        """How many timers wait; of cancelled ones that are not dropped yet there are never more than live ones."""
        return len(self._later)

    _stopping: bool
    """asyncio's own mark: `stop()` was called and the run has not ended since."""

    def run_forever(self) -> None:
        """Run until `stop()`. WORKAROUND C5: qasync installs no hooks for async generators."""
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(firstiter=self._asyncgen_firstiter_hook, finalizer=self._asyncgen_finalizer_hook)
        try:
            if self._stopping:
                self.call_soon(super().stop)
            self._ask_for_pass()
            super().run_forever()
        finally:
            self._stopping = False
            sys.set_asyncgen_hooks(*hooks)
        if self._fatal is not None:
            fatal, self._fatal = self._fatal, None
            raise fatal

    def stop(self) -> None:
        """End the run once the callbacks that are ready have run; before a run, end the next one so."""
        self._stopping = True
        super().stop()

    def close(self) -> None:
        """Release everything; what still waits is dropped, as on asyncio's own loops."""
        if self.is_closed():
            return
        super().close()
        self._pass_timer.stop()
        self._heap_timer.stop()
        self._soon.clear()
        self._later.clear()

    # -- scheduling

    def call_soon(
        self, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.Handle:
        """Call in the next pass."""
        self._check_closed()
        handle = asyncio.Handle(callback, args, self, context)
        self._add_callback(handle)
        return handle

    def call_soon_threadsafe(
        self, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.Handle:
        """Call in the next pass; may be called from any thread."""
        self._check_closed()
        handle = asyncio.Handle(callback, args, self, context)
        self._soon.append(handle)
        self._waker.woken.emit()
        return handle

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.TimerHandle:
        """Call after `delay` seconds, never earlier."""
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.TimerHandle:
        """Call at `when` on the clock of `time()`, never earlier."""
        self._check_closed()
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        heapq.heappush(self._later, timer)
        if self._later[0] is timer:
            self._arm()
        return timer

    def _add_callback(self, handle: asyncio.Handle, delay: float = 0) -> asyncio.Handle:
        """Also asyncio's way in for signal handlers."""
        assert delay == 0, "timers go through call_at"
        self._soon.append(handle)
        self._ask_for_pass()
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Called by `TimerHandle.cancel`, also for one that has left the heap: that only compacts it sooner."""
        self._cancelled_later += 1
        if 2 * self._cancelled_later > len(self._later):
            # The handle itself is marked as cancelled only after this call.
            self._later = [timer for timer in self._later if timer is not handle and not timer.cancelled()]
            heapq.heapify(self._later)
            self._cancelled_later = 0
            self._arm()

    # -- timers

    def _arm(self) -> None:
        if not self._later:
            self._heap_timer.stop()
            return
        wait_ms = math.ceil((self._later[0].when() - self.time()) * 1000)
        self._heap_timer.start(min(max(wait_ms, 0), _LONGEST_WAIT_MS))

    def _take_due(self) -> None:
        """Make ready what is due, as asyncio does in every turn: under load Qt's own timer comes a few passes late."""
        now = self.time()
        if not (self._later and self._later[0].when() <= now):
            return
        while self._later and (self._later[0].cancelled() or self._later[0].when() <= now):
            self._soon.append(heapq.heappop(self._later))
        self._arm()

    def _fire_due(self) -> None:
        self._take_due()
        self._arm()
        self._run_pass()  # at once: to ask for a pass would put everything that Qt has to do in between

    # -- passes

    def _ask_for_pass(self) -> None:
        if not self._in_pass and self._soon and not self._pass_timer.isActive():
            self._pass_timer.start(0)

    def _run_pass(self) -> None:
        """Run what is ready now; what becomes ready meanwhile waits for the next pass, as asyncio promises."""
        if self._in_pass:
            self._report_nested()
            return
        if not self.is_running():
            return  # Qt may turn outside of a run, as in `processEvents()`; tasks need a running asyncio loop
        self._in_pass = True
        self._take_due()
        # Armed before anything runs: if it fires before the pass is over, a callback has started a loop of its own.
        self._pass_timer.start(0)
        try:
            self._run_handles(until=self.time() + PASS_SECONDS)
        finally:
            self._in_pass = False
            if not self._soon:
                self._pass_timer.stop()
            elif not self._pass_timer.isActive():
                self._pass_timer.start(0)

    def _run_handles(self, until: float) -> None:
        for _ in range(len(self._soon)):
            handle = self._soon.popleft()
            if handle.cancelled():
                continue
            try:
                handle._run()  # noqa: SLF001 (the one way to run a handle, in asyncio's loops and in qasync)
            except (SystemExit, KeyboardInterrupt) as fatal:
                self._fatal = fatal
                self.stop()
                return
            if self.time() >= until:
                return

    def _report_nested(self) -> None:
        self.call_exception_handler(
            {"message": "asyncio stood still meanwhile", "exception": NestedLoopError(NestedLoopError.__doc__)}
        )


def _single_shot(slot: Callable[[], None]) -> QTimer:
    """A timer with millisecond precision; Qt's default is 5 % coarse and fires early (C4)."""
    timer = QTimer()
    timer.setSingleShot(True)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(slot)
    return timer
