"""Between the registry and the store: what has changed goes to disk, and what is on disk may leave the memory."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Final

from ..ids import FutureId
from .future import FutureResponse
from .store import FutureStore

LATER_S: Final = 0.1
"""How long a change of state may wait for others, to be written with them."""
TEXT_S: Final = 5.0
"""How often what has streamed is written: so much of it a crash may take."""
TURN_S: Final = 0.004
"""How long the engine's loop hears what is on disk before others have their turn (5 ms: design 5.9)."""


class Keeping:
    """Hands changed futures to the store, once a turn of the loop, and tells when they are on disk.

    To be used on the engine's loop. Without a store everything is as good as on disk at once.
    """

    def __init__(self, store: FutureStore | None, on_disk: Callable[[FutureResponse, bool], None]) -> None:
        """`on_disk` gets each future as it was handed over, and whether it really could be stored."""
        self._store = store
        self._on_disk = on_disk
        self._changed: dict[FutureId, FutureResponse] = {}
        self._timer: asyncio.TimerHandle | asyncio.Handle | None = None
        self._is_urgent = False
        self._streaming: dict[FutureId, FutureResponse] = {}
        self._text_timer: asyncio.TimerHandle | None = None
        self._told: deque[tuple[FutureResponse, bool]] = deque()
        self._failed: dict[FutureId, FutureResponse] = {}
        self._under_way = 0
        self._is_idle = asyncio.Event()

    def note(self, future: FutureResponse, *, urgent: bool) -> None:
        """The future has changed: have it written in this turn of the loop, or a little later."""
        if self._store is None:
            self._on_disk(future, False)
            return
        self._changed[future.id] = future
        loop = asyncio.get_running_loop()
        if urgent and not self._is_urgent:
            if self._timer is not None:
                self._timer.cancel()
            self._is_urgent = True
            self._timer = loop.call_soon(self._hand_over)
        elif self._timer is None:
            self._timer = loop.call_later(LATER_S, self._hand_over)

    def note_text(self, future: FutureResponse) -> None:
        """More has streamed: have it written some time, for the case that the program is killed."""
        if self._store is not None:
            self._streaming[future.id] = future
            if self._text_timer is None:
                self._text_timer = asyncio.get_running_loop().call_later(TEXT_S, self._note_streaming)

    def _note_streaming(self) -> None:
        self._text_timer = None
        for future in self._streaming.values():
            if not future.state.is_final:
                self._changed[future.id] = future
        self._streaming.clear()
        if self._changed:
            self._hand_over()

    async def flush(self) -> None:
        """Return when all that has changed is on disk and has been told. What could not be written is tried again."""
        self._try_again()
        if self._text_timer is not None:
            self._text_timer.cancel()
            self._note_streaming()
        while self._timer is not None or self._under_way or self._told:
            if self._timer is not None:
                self._hand_over()
            self._is_idle.clear()
            await self._is_idle.wait()

    def _try_again(self) -> None:
        """The disk takes writes again, or it is the last chance."""
        failed, self._failed = self._failed, {}
        for future in failed.values():
            self.note(future, urgent=False)

    def _hand_over(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._is_urgent = None, False
        changed = list(self._changed.values())
        self._changed.clear()
        if self._store is not None:
            self._under_way += 1
            copies = [future.copy() for future in changed]
            self._store.write(copies, partial(self._written, changed, copies))

    def _written(self, futures: list[FutureResponse], as_written: list[FutureResponse], is_stored: bool) -> None:
        self._under_way -= 1
        if is_stored:
            self._try_again()
        else:
            self._failed |= {future.id: future for future in futures}
        is_telling = bool(self._told)
        self._told.extend((future, is_stored) for future in as_written)
        if not is_telling:
            self._tell()

    def _tell(self) -> None:
        end = time.perf_counter() + TURN_S
        try:
            while self._told and time.perf_counter() < end:
                self._on_disk(*self._told.popleft())
        finally:
            if self._told:
                asyncio.get_running_loop().call_soon(self._tell)
            elif not self._under_way:
                self._is_idle.set()
