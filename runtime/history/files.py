"""The recordings of a history on disk: written in a thread of their own, so that a slow disk holds nothing up."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from ..document.flow import Flow
from ..engine.events import Event, event_line
from ..nodes.registry import NodeRegistry
from ..recording.masking import without_secrets
from ..recording.writing import Hide, header_line
from .summary import RunSummary

MOST_RUNS: Final = 500
MOST_OF_A_FLOW: Final = 100
"""Of one flow: one that runs every second must not drive out all others."""
MOST_BYTES: Final = 512 * 2**20
_AT_ONCE: Final = 32
_PAUSE_S: Final = 0.001
"""After each so many events, half a millisecond of work, the other threads have Python to themselves (pitfall C33)."""


class RunFile:
    """The recording of one run. Every method is to be called on the history's thread.

    Attributes:
        size: bytes so far.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self.size = 0

    def begin(self, flow: Flow, registry: NodeRegistry, hide: Hide) -> None:
        """Make the file, with its header. Raises OSError."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Nobody else's business: prompts, answers and values are in it.
        self._file = os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        self._write([hide(header_line(without_secrets(flow, registry)))])

    def write(self, events: Sequence[Event], hide: Hide, left_out: int = 0) -> None:
        """Add events, after how many were left out before them. Raises OSError."""
        if left_out:
            self._write([f'{{"left_out": {left_out}}}'])
        for start in range(0, len(events), _AT_ONCE):
            self._write([hide(event_line(event)) for event in events[start : start + _AT_ONCE]])
            time.sleep(_PAUSE_S)

    def close(self) -> None:
        """Nothing more comes. Raises OSError."""
        if self._file is not None:
            self._file.close()

    def _write(self, lines: Sequence[str]) -> None:
        if self._file is None:
            return
        # Half a surrogate pair is no UTF-8; with a backslash it is as JSON escapes it.
        data = "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")
        self._file.write(data)
        self._file.flush()
        self.size += len(data)


def sizes_of(files: Iterable[Path]) -> dict[Path, int]:
    """Bytes of each file; those that are gone are left out."""
    sizes = {}
    for file in files:
        with suppress(OSError):
            sizes[file] = file.stat().st_size
    return sizes


def superfluous(runs: Sequence[RunSummary], sizes: Mapping[Path, int]) -> list[RunSummary]:
    """Which of the runs (oldest first) must go, so that those that stay are within the limits; never one under way."""
    kept_of: dict[str, int] = {}
    kept, kept_bytes = 0, 0
    doomed = []
    for run in reversed(runs):
        of_flow, size = kept_of.get(run.source, 0), sizes.get(run.file, 0)
        fits = kept < MOST_RUNS and of_flow < MOST_OF_A_FLOW and kept_bytes + size <= MOST_BYTES
        if fits or run.status == "running":
            kept, kept_bytes, kept_of[run.source] = kept + 1, kept_bytes + size, of_flow + 1
        else:
            doomed.append(run)
    return doomed
