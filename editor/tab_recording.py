"""What the runs of one tab tell, written to a file from when recording is switched on until it is switched off."""

from __future__ import annotations

import asyncio
from pathlib import Path

from runtime.document.flow import Flow
from runtime.engine.events import Event, RunStarted
from runtime.ids import RunId
from runtime.recording.background import BackgroundWriter
from runtime.recording.masking import without_secrets
from runtime.recording.writing import RECORDING_SUFFIX, open_recording
from runtime.session import Session

from .flow_tab import FlowTab


class TabRecording:
    """Records the runs that begin in a tab, with the flows that they call and their futures.

    A recording has one flow: once the flow was edited, its next run begins another file.

    Attributes:
        path: the file that was asked for. files: what was written, in order. runs: how many runs there are in it.
        problem: why something is missing, for people; "" if nothing is. Known once it is closed.
    """

    def __init__(self, tab: FlowTab, session: Session, path: Path) -> None:
        self._tab = tab
        self._session = session
        self.path = path
        self._flow: Flow | None = None
        self._writers: list[BackgroundWriter] = []
        self._writer_of: dict[RunId, BackgroundWriter] = {}
        self._unsubscribe = session.subscribe(self._take)
        self.files: list[Path] = []
        self.runs = 0
        self.problem = ""

    async def close(self) -> None:
        """Stop, and return when all is on the disk."""
        self._unsubscribe()
        for writer in self._writers:
            await asyncio.to_thread(writer.close)
        self.problem = next((writer.problem for writer in self._writers if writer.problem), "")

    def _take(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self._begin(event)
        if event.run_id is not None and event.run_id in self._writer_of:
            self._writer_of[event.run_id](event)
        elif event.run_id is None and self._writers:
            self._writers[-1](event)

    def _begin(self, event: RunStarted) -> None:
        if event.parent_run_id is not None:
            if event.parent_run_id in self._writer_of:
                self._writer_of[event.run_id] = self._writer_of[event.parent_run_id]
            return
        flow = next((run.flow for run in self._session.runs if run.run_id == event.run_id), None)
        if flow is None or not self._tab.owns_run(event.run_id):
            return
        if flow != self._flow:
            self._begin_file(flow)
        self._writer_of[event.run_id] = self._writers[-1]
        self.runs += 1

    def _begin_file(self, flow: Flow) -> None:
        file = numbered(self.path, len(self.files) + 1)
        registry, hide = self._session.registry, self._session.providers.hidden
        self._writers.append(BackgroundWriter(lambda: open_recording(file, without_secrets(flow, registry), hide)))
        self._flow = flow
        self.files.append(file)


def numbered(path: Path, number: int) -> Path:
    """The first, second, ... file of a name: `a.recording.jsonl`, `a-2.recording.jsonl`."""
    if number == 1:
        return path
    suffix = RECORDING_SUFFIX if path.name.endswith(RECORDING_SUFFIX) else path.suffix
    return path.with_name(f"{path.name.removesuffix(suffix)}-{number}{suffix}")
