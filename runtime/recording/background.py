"""A recording written in a thread of its own, for those who must not wait for a disk."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Final

from ..engine.events import Event
from .writing import EventWriter

MOST_BEHIND: Final = 10_000
"""A disk that is slower than the flow may be so many events behind; from there on it slows the flow down."""


class BackgroundWriter:
    """A sink that has each event written elsewhere. To be closed, which ends its thread.

    Attributes:
        problem: why lines are missing, for people; "" if none are.
    """

    def __init__(self, open_writer: Callable[[], EventWriter]) -> None:
        """`open_writer` is called in the thread; it may raise OSError."""
        self._open_writer = open_writer
        self._events: queue.Queue[Event | None] = queue.Queue(MOST_BEHIND)
        self.problem = ""
        self._thread = threading.Thread(target=self._work, name="futureflow-recording")
        self._thread.start()

    def __call__(self, event: Event) -> None:
        """Have the event written."""
        self._events.put(event)

    def close(self) -> None:
        """Return when all is written and the file is closed. May be called in any thread, once."""
        self._events.put(None)
        self._thread.join()

    def _work(self) -> None:
        writer = self._opened()
        while (event := self._events.get()) is not None:
            if writer is not None:
                writer(event)
        if writer is not None:
            writer.close()
            self.problem = writer.problem

    def _opened(self) -> EventWriter | None:
        try:
            return self._open_writer()
        except OSError as error:
            self.problem = f"{error.filename} cannot be written ({error.strerror}): record into another file"
            return None
