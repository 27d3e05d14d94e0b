"""Recordings read back: a header with the flow, then events, one line each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..document.files import parse_flow
from ..document.flow import Flow
from ..engine.events import Event
from ..errors import FlowFileError, RecordingError
from .decoding import decoded_event
from .writing import RECORDING_FORMAT, RECORDING_VERSION


@dataclass(frozen=True, slots=True)
class Recording:
    """What a recording holds.

    Attributes:
        flow: what ran.
        recorded: when the recording was begun, in Unix seconds.
        events: in the order in which they were told.
        note: what is missing from it and why, for people; "" if it is whole.
    """

    flow: Flow
    recorded: float
    events: tuple[Event, ...]
    note: str = ""


class RecordingReader:
    """Reads a recording event by event: the longest one takes no more memory than its longest line.

    Attributes:
        flow, recorded, note: as in `Recording`; the note is there once all events have been read.
    """

    def __init__(self, path: Path) -> None:
        """Read the header. Raises RecordingError for a file that cannot be read or is no recording."""
        self._path = path
        self.note = ""
        header = next(self._lines(0), None)
        if header is None:
            raise RecordingError("is empty: a recording begins with a line about its flow", path)
        self.flow, self.recorded = self._read_header(header[1])

    def __iter__(self) -> Iterator[Event]:
        """All events, from the first. Raises RecordingError for a line that is none.

        A last line that is cut off is left out and noted: that is what a crash leaves.
        """
        left_out = 0
        for number, line in self._lines(1):
            try:
                value = _json(line)
                if isinstance(value, dict) and value.keys() == {"left_out"}:
                    left_out += int(value["left_out"])
                    continue
                event = decoded_event(value)
            except (ValueError, RecursionError, RecordingError) as error:
                if not line.endswith(b"\n"):
                    self.note = f"line {number} is cut off, as by a crash: what came from there on is missing"
                    break
                raise RecordingError(
                    f"{_reason(error)}: mend the line, or record the run again", self._path, number
                ) from None
            yield event
        if left_out:
            more = f"; {self.note}" if self.note else ""
            self.note = f"{left_out:,} events were left out to keep it small{more}"

    def _lines(self, skipped: int) -> Iterator[tuple[int, bytes]]:
        """(number from 1, line) of all but the first lines."""
        try:
            with self._path.open("rb") as file:
                for number, line in enumerate(file, 1):
                    if number > skipped:
                        yield number, line
        except OSError as error:
            raise RecordingError(f"cannot be read ({error.strerror})", self._path) from error

    def _read_header(self, line: bytes) -> tuple[Flow, float]:
        try:
            header = _json(line)
        except (ValueError, RecursionError) as error:
            raise RecordingError(f"no recording: {_reason(error)}", self._path, 1) from None
        if not isinstance(header, dict) or header.get("format") != RECORDING_FORMAT:
            raise RecordingError(
                "no recording: give a file that `futureflow run FLOW --record FILE` wrote", self._path, 1
            )
        version, recorded = header.get("version"), header.get("recorded", "missing")
        if type(version) is not int or version < 1:
            raise RecordingError(f"no recording: its version is {version!r}", self._path, 1)
        if version > RECORDING_VERSION:
            newer = (
                f"written by a newer Futureflow (version {version} of the format, this one reads {RECORDING_VERSION})"
            )
            raise RecordingError(f"{newer}: update Futureflow to read it", self._path, 1)
        if not isinstance(recorded, (int, float)):
            raise RecordingError(f"no recording: 'recorded' is {recorded!r}, not a time", self._path, 1)
        try:
            return parse_flow(json.dumps(header.get("flow"))), float(recorded)
        except FlowFileError as error:
            error.line = None
            raise RecordingError(f"its flow cannot be read: {error}", self._path, 1) from None


def load_recording(path: Path) -> Recording:
    """The whole recording in a file. Raises RecordingError, which names the line that is wrong."""
    reader = RecordingReader(path)
    events = tuple(reader)
    return Recording(reader.flow, reader.recorded, events, reader.note)


def _json(line: bytes) -> Any:
    return json.loads(line.decode("utf-8"), parse_constant=_refuse)


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


def _reason(error: Exception) -> str:
    match error:
        case json.JSONDecodeError():
            return f"not JSON ({error.msg}, column {error.colno})"
        case UnicodeDecodeError():
            return "not UTF-8 text"
        case RecursionError():
            return "lists and objects are nested too deeply"
        case _:
            return str(error)
