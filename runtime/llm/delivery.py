"""From the network's loop to the engine's: batches of changes, text merged, neither loop held up."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from ..choices import Piece, PieceKind
from ..ids import FutureId
from .changes import Change, Settled

TICK_S: Final = 1 / 30
"""Text is merged for this long: as often as a screen that streams needs it (design 6)."""
TURN_S: Final = 0.004
"""How long the engine's loop works on changes before others have their turn (5 ms: design 5.9)."""

Parcel = tuple[FutureId, Change]


class Outbox:
    """The network's side. Keeps each future's changes in order; one batch is under way at a time.

    So when the engine is slow, text is merged for longer and nothing piles up.
    """

    def __init__(self, send: Callable[[list[Parcel]], None]) -> None:
        """`send` takes a batch to the other side, which answers with `taken` when it is done with it."""
        self._loop = asyncio.get_running_loop()
        self._send = send
        self._parcels: list[tuple[FutureId, Change | _Text]] = []
        self._open: dict[FutureId, dict[_Place, _Text]] = {}
        self._timer: asyncio.Handle | None = None
        self._last_sent = -TICK_S
        self._is_under_way = False
        self._is_urgent = False

    def add(self, future_id: FutureId, change: Change) -> None:
        """Send a change: text and phases at the next tick, the end of a request at once."""
        if isinstance(change, Piece):
            self._add_piece(future_id, change)
        else:
            self._open.pop(future_id, None)
            self._parcels.append((future_id, change))
        self._is_urgent = self._is_urgent or isinstance(change, Settled)
        self._schedule()

    def taken(self) -> None:
        """The other side is done with the batch."""
        self._is_under_way = False
        self._schedule()

    def flush(self) -> None:
        """Send what is there now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._parcels:
            return
        batch = [(future_id, item.closed() if isinstance(item, _Text) else item) for future_id, item in self._parcels]
        self._parcels.clear()
        self._open.clear()
        self._last_sent = self._loop.time()
        self._is_under_way = True
        self._is_urgent = False
        self._send(batch)

    def _add_piece(self, future_id: FutureId, piece: Piece) -> None:
        texts = self._open.setdefault(future_id, {})
        place = (piece.choice, piece.kind, piece.call)
        if place in texts:
            texts[place].more.append(piece.text)
        else:
            texts[place] = text = _Text(piece)
            self._parcels.append((future_id, text))

    def _schedule(self) -> None:
        if self._is_under_way or not self._parcels:
            return
        if self._timer is not None:
            if not self._is_urgent:
                return
            self._timer.cancel()
        if self._is_urgent:
            self._timer = self._loop.call_soon(self.flush)
        else:
            self._timer = self._loop.call_at(self._last_sent + TICK_S, self.flush)


_Place = tuple[int, PieceKind, int]
"""What may be merged: choice, kind and call."""


class _Text:
    """A piece that is still being added to."""

    def __init__(self, first: Piece) -> None:
        self._first = first
        self.more: list[str] = []

    def closed(self) -> Piece:
        return replace(self._first, text=self._first.text + "".join(self.more)) if self.more else self._first


class Inbox:
    """The engine's side: applies changes in order, for `TURN_S` at a time."""

    def __init__(self, apply: Callable[[FutureId, Change], None], taken: Callable[[], None]) -> None:
        """`taken` is called when everything received so far has been applied."""
        self._loop = asyncio.get_running_loop()
        self._apply = apply
        self._taken = taken
        self._parcels: deque[Parcel] = deque()
        self._is_working = False

    def receive(self, batch: list[Parcel]) -> None:
        """Take a batch; called on the engine's loop."""
        self._parcels.extend(batch)
        if not self._is_working:
            self._is_working = True
            self._work()

    def work_off(self) -> None:
        """Apply everything now."""
        while self._parcels:
            self._apply(*self._parcels.popleft())

    def _work(self) -> None:
        end = time.perf_counter() + TURN_S
        try:
            while self._parcels and time.perf_counter() < end:
                self._apply(*self._parcels.popleft())
        finally:
            self._is_working = bool(self._parcels)
            if self._is_working:
                self._loop.call_soon(self._work)
            else:
                self._taken()
