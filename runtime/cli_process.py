"""A call of the command line as a process: its exit codes, its event lines, and the signals that end it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

from .errors import RunError
from .recording.writing import EventWriter, open_events

SUCCEEDED: Final = 0
FAILED: Final = 1
CANNOT_RUN: Final = 2
INTERRUPTED: Final = 130
"""128 and the number of SIGINT, as shells have it."""


STDOUT: Final = "-"


def event_writer(events: str | None, hide: Callable[[str], str]) -> EventWriter | None:
    """What writes the lines that `--events` asks for, without what `hide` hides. Raises RunError."""
    if events is None:
        return None
    if events == STDOUT:
        return EventWriter(sys.stdout, "stdout", hide)
    try:
        return open_events(Path(events), hide)
    except OSError as error:
        raise RunError(f"{error.filename} cannot be written ({error.strerror}): name another file") from error


@contextmanager
def interrupts(stop: asyncio.Future[signal.Signals]) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM settle `stop`; a second one ends the process at once.

    Plain handlers, not the loop's: they also end a process whose loop is stuck in a write to a full pipe, and Windows
    has no others. The local model's process ends with its parent, however that ends.
    """
    loop = asyncio.get_running_loop()
    seen = False

    def interrupt(number: int, _frame: FrameType | None) -> None:
        nonlocal seen
        if seen:
            os._exit(INTERRUPTED)
        seen = True
        loop.call_soon_threadsafe(give_up, signal.Signals(number))

    def give_up(number: signal.Signals) -> None:
        print("futureflow: stopping; Ctrl-C again stops at once", file=sys.stderr, flush=True)
        if not stop.done():
            stop.set_result(number)

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
