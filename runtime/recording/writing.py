"""Events as lines of JSON in a file: plain, or as a recording that holds the flow as well."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any, Final, TextIO

from ..document.files import dump_flow
from ..document.flow import Flow
from ..engine.events import Event, event_line

Hide = Callable[[str], str]
"""Takes secrets out of a text, as `Providers.hidden` does."""

FLOOD_SECONDS: Final = 0.005
"""Lines that come faster than this are flushed together: a flush takes as long as all else about a line."""
RECORDING_FORMAT: Final = "futureflow-recording"
RECORDING_VERSION: Final = 1
RECORDING_SUFFIX: Final = ".recording.jsonl"
"""How the names of recordings end where a person has not named them otherwise."""


class EventWriter:
    """A sink that writes each event as one line. It stops at the first line that cannot be written.

    Attributes:
        problem: why lines are missing, for people; "" if none are, or if the one who read them has gone.
    """

    def __init__(self, file: TextIO, name: str, hide: Hide) -> None:
        """`name` is what messages call the file. The writer closes it."""
        self._file = file
        self._hide = hide
        self._name = name
        self._has_stopped = False
        self._flushed = 0.0
        self._is_flush_due = False
        self.problem = ""

    def __call__(self, event: Event) -> None:
        """Write the event, and let whoever reads the file see it at once; of a flood, in the loop's next turn."""
        if self._has_stopped:
            return
        try:
            self._file.write(self._hide(event_line(event)) + "\n")
            if not self._is_flush_due:
                self._flush_soon()
        except OSError as error:
            self._stop(error)

    def _flush_soon(self) -> None:
        if perf_counter() - self._flushed < FLOOD_SECONDS:
            with suppress(RuntimeError):  # there is no loop
                asyncio.get_running_loop().call_soon(self._flush_now)
                self._is_flush_due = True
                return
        self._flush()

    def _flush_now(self) -> None:
        self._is_flush_due = False
        if self._has_stopped or self._file.closed:
            return
        try:
            self._flush()
        except OSError as error:
            self._stop(error)

    def _flush(self) -> None:
        self._file.flush()
        self._flushed = perf_counter()

    def _stop(self, error: OSError) -> None:
        self._has_stopped = True
        if not isinstance(error, BrokenPipeError):
            self.problem = (
                f"{self._name}: events are missing from here on ({error.strerror}): free some space, run again"
            )

    def close(self) -> None:
        """Close the file."""
        try:
            self._file.close()
        except OSError as error:
            self.problem = self.problem or f"{self._name}: its end is missing ({error.strerror}): run again"


def open_events(path: Path, hide: Hide) -> EventWriter:
    """A new file of event lines. Raises OSError."""
    return EventWriter(_opened(path), str(path), hide)


def open_recording(path: Path, flow: Flow, hide: Hide) -> EventWriter:
    """A new recording: a header line with the flow, then all events, which hold the results. Raises OSError.

    The flow is written as it is: `without_secrets` takes out what stands at secret pins.
    """
    file = _opened(path)
    file.write(hide(header_line(flow)) + "\n")
    return EventWriter(file, str(path), hide)


def header_line(flow: Flow) -> str:
    """The first line of a recording: `format`, `version`, `recorded` (Unix seconds) and `flow` (as in its file)."""
    header: dict[str, Any] = {
        "format": RECORDING_FORMAT,
        "version": RECORDING_VERSION,
        "recorded": time.time(),
        "flow": json.loads(dump_flow(flow)),
    }
    return json.dumps(header, ensure_ascii=False)


def _opened(path: Path) -> TextIO:
    """Half a surrogate pair is no UTF-8; with a backslash it is as JSON escapes it."""
    return path.open("w", encoding="utf-8", errors="backslashreplace")
