"""One run of the history in a few words, as its recording tells."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

from ..engine.events import RunFinished, RunPart, RunStarted, RunStatus, Trigger
from ..errors import RecordingError
from ..ids import NodeId, RunId
from ..recording.decoding import decoded_event
from ..recording.writing import RECORDING_SUFFIX

_STARTED: Final = b'{"event": "RunStarted"'
_FINISHED: Final = b'{"event": "RunFinished"'
_END: Final = 1 << 16
"""Bytes at the end of a file in which a run's last event is looked for first."""

Status = RunStatus | Literal["running", "interrupted"]
"""`interrupted`: the program ended before the run did."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run.

    Attributes:
        flow, source: the flow's name, and its `FlowSource.key`.
        entry, trigger, part, inputs, outputs: as in `RunStarted`; what it takes to make it again.
        started: in Unix seconds. duration: in seconds, None as long as it runs, or if that is not known.
        error: what made it fail, "" if nothing did. error_node: where.
        file: its recording.
    """

    run_id: RunId
    flow: str
    source: str
    entry: NodeId
    trigger: Trigger
    started: float
    file: Path
    part: RunPart = "whole"
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    status: Status = "running"
    duration: float | None = None
    error: str = ""
    error_node: NodeId | None = None


def summary_of(started: RunStarted, file: Path, finished: RunFinished | None, otherwise: Status) -> RunSummary:
    """The run that began so; `otherwise` is its status if it has not finished."""
    error = (finished.error if finished is not None else None) or {}
    return RunSummary(
        run_id=started.run_id,
        flow=started.flow,
        source=started.source,
        entry=started.entry,
        trigger=started.trigger,
        started=started.started,
        file=file,
        part=started.part,
        inputs=started.inputs,
        outputs=started.outputs,
        status=finished.status if finished is not None else otherwise,
        duration=finished.t if finished is not None else None,
        error=str(error.get("message") or ""),
        error_node=error.get("node"),
    )


def read_summaries(folder: Path) -> list[RunSummary]:
    """The runs whose recordings are in a folder, oldest first; files that are none are passed over."""
    found = []
    for file in sorted(folder.glob(f"*{RECORDING_SUFFIX}")):
        try:
            summary = _read(file)
        except (OSError, RecordingError, ValueError):
            continue
        if summary is not None:
            found.append(summary)
    return found


def _read(path: Path) -> RunSummary | None:
    """The first run of a recording. Its flow, which may be long, is not looked at."""
    with path.open("rb") as file:
        file.readline()
        line = file.readline()
        if not line.startswith(_STARTED):
            return None
        started = decoded_event(json.loads(line))
        if not isinstance(started, RunStarted):
            return None
        finished = _finished(_last_lines(file), started.run_id) or _finished(file, started.run_id)
    return summary_of(started, path, finished, "interrupted")


def _last_lines(file: BinaryIO) -> list[bytes]:
    """Whole lines from the end of the file; then the file stands after its second line again."""
    after = file.tell()
    end = file.seek(0, os.SEEK_END)
    file.seek(max(after, end - _END))
    lines = file.read().splitlines(keepends=True)
    file.seek(after)
    return lines


def _finished(lines: Iterable[bytes], run_id: RunId) -> RunFinished | None:
    for line in lines:
        if line.startswith(_FINISHED) and line.endswith(b"\n"):
            event = decoded_event(json.loads(line))
            if isinstance(event, RunFinished) and event.run_id == run_id:
                return event
    return None
