"""A run under way, as the history keeps it: what is to be written next, and when nothing more can come."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from ..engine.events import Event, RunFinished, RunStarted
from ..futures.events import FutureCreated, FutureSettled
from ..ids import FutureId
from ..recording.writing import Hide
from .digest import Digest
from .files import RunFile

MOST_EVENTS: Final = 20_000
MOST_BYTES: Final = 32 * 2**20
"""A run that tells more than this is kept as a digest from there on: what waits to be written, collections of garbage
walk through, and with more than so many events that is seen (10 ms).
"""


class LiveRun:
    """Gathers the events of a run, of the flows that it calls, and of its futures, which may outlive it.

    Attributes:
        started: how it began.
        path, file: its recording.
    """

    def __init__(self, started: RunStarted, path: Path) -> None:
        self.started = started
        self.path = path
        self.file = RunFile(path)
        self._count = 0
        self._waiting: list[Event] = []
        self._left_out = 0
        self._digest: Digest | None = None
        self._pending: set[FutureId] = set()
        self._has_finished = False

    @property
    def is_over(self) -> bool:
        """Whether the run and all its futures have ended."""
        return self._has_finished and not self._pending

    def take(self, event: Event) -> None:
        """Take an event in."""
        self._count += 1
        if self._digest is None and (self._count > MOST_EVENTS or self.file.size > MOST_BYTES):
            self._digest = Digest()
        if self._digest is None:
            self._waiting.append(event)
        else:
            self._digest.add(event)
        match event:
            case FutureCreated():
                self._pending.add(event.future_id)
            case FutureSettled():
                self._pending.discard(event.future_id)
            case RunFinished() if event.run_id == self.started.run_id:
                self._has_finished = True
                self.end_digest()

    def end_digest(self) -> None:
        """What the digest has kept is to be written now."""
        if self._digest is not None:
            self._left_out += self._digest.left_out
            self._waiting += self._digest.events()
            self._digest = Digest()

    def next_write(self, hide: Hide) -> Callable[[], None] | None:
        """What writes all that waits, for the history's thread; None if nothing does."""
        if not self._waiting:
            return None
        write = partial(self.file.write, self._waiting, hide, self._left_out)
        self._waiting, self._left_out = [], 0
        return write
