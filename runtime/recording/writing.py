"""Events as lines of JSON in a file: plain, or as a recording that holds the flow as well."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TextIO

from ..document.files import dump_flow
from ..document.flow import Flow
from ..engine.events import Event, event_line

Hide = Callable[[str], str]
"""Takes secrets out of a text, as `Providers.hidden` does."""

RECORDING_FORMAT: Final = "futureflow-recording"
RECORDING_VERSION: Final = 1


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
        self.problem = ""

    def __call__(self, event: Event) -> None:
        """Write the event, and let whoever reads the file see it at once."""
        if self._has_stopped:
            return
        try:
            self._file.write(self._hide(event_line(event)) + "\n")
            self._file.flush()
        except BrokenPipeError:
            self._has_stopped = True
        except OSError as error:
            self._has_stopped = True
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
