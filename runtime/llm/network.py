"""The network thread: HTTP on a plain asyncio loop of its own, away from the window's (design 6)."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Final

from ..errors import ProviderError
from ..ids import FutureId
from .changes import Change
from .delivery import Inbox, Outbox, Parcel
from .dispatcher import Dispatcher
from .exchange import Call
from .process_settings import settings_for_many_requests
from .provider_link import LocalEndpoint

CLOSE_S: Final = 20.0
"""The longest that closing may take; every step of it has a shorter limit of its own."""

Order = Callable[[Dispatcher], None]
LoopFactory = Callable[[], asyncio.AbstractEventLoop]
BrokeOff = Callable[[BaseException], None]


class NetworkThread:
    """Does requests in a thread that is started with the first one. To be used on one loop, the engine's."""

    def __init__(self, local: LocalEndpoint | None = None, loop_factory: LoopFactory | None = None) -> None:
        """`local` serves profiles of kind `local`; `loop_factory` makes the thread's loop, if not the fastest here."""
        self._local = local
        self._loop_factory = loop_factory or fastest_loop()
        self._thread: threading.Thread | None = None
        self._home: asyncio.AbstractEventLoop | None = None
        self._inbox: Inbox | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._dispatcher: Dispatcher | None = None
        self._outbox: Outbox | None = None
        self._stopping = asyncio.Event()
        self._ended: Future[None] = Future()
        self._orders: deque[Order] = deque()
        self._is_handing_over = False
        self._is_woken = False
        self._is_closed = False
        self._has_broken = False

    def start(self, apply: Callable[[FutureId, Change], None], broke_off: BrokeOff) -> None:
        """Start the thread if it is not running; both functions are called on the loop that calls this.

        `apply` gets every change, `broke_off` the error of its own by which the thread ended: nothing comes after it.
        Raises ProviderError after `close` or `broke_off`.
        """
        if self._is_closed:
            raise ProviderError("the network is closed, since the program is ending: no request can be sent any more")
        if self._has_broken:
            raise ProviderError("the network broke off by an error, so no request can be sent: start the program again")
        if self._thread is None:
            self._home = asyncio.get_running_loop()
            self._inbox = Inbox(apply, self._taken)
            thread = threading.Thread(target=self._main, args=[broke_off], name="futureflow-network", daemon=True)
            thread.start()
            self._thread = thread

    def send(self, future_id: FutureId, call: Call) -> None:
        """Begin a request. Its changes come to what `start` was given."""
        self._order(lambda dispatcher: dispatcher.begin(future_id, call))

    def cancel(self, future_id: FutureId) -> None:
        """End a request; it settles as cancelled when its connection is closed."""
        self._order(lambda dispatcher: dispatcher.cancel(future_id))

    async def close(self) -> None:
        """Cancel what is under way, close all connections, end the thread. Nothing can be sent afterwards."""
        self._is_closed = True
        if self._thread is None or self._inbox is None:
            return
        self._orders.append(lambda _: self._stopping.set())
        self._hand_over()
        await asyncio.wait([asyncio.wrap_future(self._ended)], timeout=CLOSE_S)
        self._inbox.work_off()
        if self._ended.done():
            self._thread.join()

    def _order(self, order: Order) -> None:
        """Hand over once per turn of this loop: each hand-over is a system call that may cost the GIL."""
        self._orders.append(order)
        if not self._is_handing_over and self._home is not None:
            self._is_handing_over = True
            self._home.call_soon(self._hand_over)

    def _hand_over(self) -> None:
        self._is_handing_over = False
        self._wake()

    def _taken(self) -> None:
        if (outbox := self._outbox) is not None:
            self._orders.append(lambda _: outbox.taken())
            self._wake()

    def _wake(self) -> None:
        """Have the network's loop work off the orders, unless it is yet to wake for earlier ones.

        Before that loop runs, the thread itself looks after them.
        """
        if self._loop is not None and not self._is_woken:
            self._is_woken = True
            with contextlib.suppress(RuntimeError):  # that loop is closed: nobody is left to be told
                self._loop.call_soon_threadsafe(self._work_off)

    def _note_break(self, broke_off: BrokeOff, error: BaseException) -> None:
        self._has_broken = True
        if self._inbox is not None:
            self._inbox.work_off()
        broke_off(error)

    # From here on: on the network's thread.

    def _main(self, broke_off: BrokeOff) -> None:
        try:
            with settings_for_many_requests(), asyncio.Runner(loop_factory=self._loop_factory) as runner:
                runner.run(self._serve())
        except BaseException as error:  # noqa: BLE001 (told to those who wait for answers)
            self._at_home(partial(self._note_break, broke_off, error))
        finally:
            self._ended.set_result(None)

    async def _serve(self) -> None:
        self._outbox = Outbox(self._send_home)
        self._dispatcher = Dispatcher(self._outbox, self._local)
        self._loop = asyncio.get_running_loop()
        self._work_off()
        try:
            await self._stopping.wait()
        finally:
            await self._dispatcher.close()
            self._outbox.flush()

    def _work_off(self) -> None:
        self._is_woken = False  # before the orders: one that comes meanwhile wakes this loop once more
        while self._orders and self._dispatcher is not None:
            self._orders.popleft()(self._dispatcher)

    def _send_home(self, batch: list[Parcel]) -> None:
        if self._inbox is not None:
            self._at_home(partial(self._inbox.receive, batch))

    def _at_home(self, function: Callable[[], None]) -> None:
        if self._home is not None:
            with contextlib.suppress(RuntimeError):  # the engine's loop was closed before this thread was
                self._home.call_soon_threadsafe(function)


def fastest_loop() -> LoopFactory:
    """uvloop where it is installed, else asyncio's own.

    WORKAROUND C31: never the policy's loop, which under qasync is Qt's and dies outside the main thread.
    """
    if importlib.util.find_spec("uvloop") is None:
        return asyncio.SelectorEventLoop
    import uvloop  # noqa: PLC0415 (optional, and needed in this thread only)

    factory: LoopFactory = uvloop.new_event_loop
    return factory
