"""Recordings in the window: opened from files and from the run history, one a tab."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject

from runtime.errors import RecordingError
from runtime.history.history import RunHistory
from runtime.history.summary import RunSummary
from runtime.recording.reading import Recording, load_recording
from runtime.recording.writing import RECORDING_SUFFIX

from .flow_files import FlowFiles
from .flow_tab import FlowTab
from .notices import NoticeBar
from .panels.history.model import moment
from .replay import ReadyEvents, Replay
from .side_panels import SidePanels
from .tabs import FlowTabs
from .tasks import Tasks
from .theme import Theme

MOST_BYTES: Final = 256 * 2**20
"""A longer recording would fill the memory."""


class Replays(QObject):
    """Opens recordings, and takes them away when their tab is closed or a run begins there."""

    def __init__(  # noqa: PLR0913 (the parts of the window that it ties together)
        self,
        tabs: FlowTabs,
        files: FlowFiles,
        panels: SidePanels,
        history: RunHistory,
        *,
        tasks: Tasks,
        notices: NoticeBar,
        theme: Theme,
    ) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self._tasks = tasks
        self._files = files
        self._panels = panels
        self._history = history
        self._notices = notices
        self._theme = theme
        self._replays: dict[FlowTab, Replay] = {}
        tabs.dropped.connect(self.end)

    def of(self, tab: FlowTab) -> Replay | None:
        """What is played in a tab."""
        return self._replays.get(tab)

    def watch(self, tab: FlowTab) -> None:
        """Listen to a new tab."""
        tab.runs.begins.connect(partial(self.end, tab))

    async def open(self, path: Path) -> None:
        """Open a recording in a tab of its own, with the flow as it was. A broken one gives a message."""
        try:
            recording = await asyncio.to_thread(_load, path)
        except RecordingError as error:
            self._notices.say("error", f"Could not open the recording {error}")
            return
        await self._show_original(recording, path.name.removesuffix(RECORDING_SUFFIX))

    async def show_run(self, run: RunSummary) -> None:
        """Show a run of the history: on its flow, opened if need be, or on the flow as it was."""
        try:
            recording = await self._history.recording(run.run_id)
        except RecordingError as error:
            self._notices.say("error", f"Could not open the run {error}")
            return
        title = f"Run of {moment(run.started)}"
        tab = await self.tab_of(run)
        if tab is None or tab.runs.running:
            await self._show_original(recording, title)
        else:
            await self._show(tab, recording, title)

    async def tab_of(self, run: RunSummary) -> FlowTab | None:
        """The tab of a run's flow, in front; its file is opened if need be. None if it has no file."""
        tab = next(
            (tab for tab in self._tabs if tab.document.source.key == run.source or tab.owns_run(run.run_id)), None
        )
        if tab is None and await asyncio.to_thread(_is_file, run.source):
            tab = await self._files.open(Path(run.source))
        if tab is not None:
            self._tabs.setCurrentWidget(tab)
        return tab

    async def original_tab(self, recording: Recording) -> FlowTab:
        """A new tab with the flow as it was recorded."""
        name = f"{recording.flow.name or 'Untitled'} ({moment(recording.recorded)})"
        return await self._files.open_copy(recording.flow.model_copy(update={"name": name}))

    def end(self, tab: FlowTab) -> None:
        """Take away what is played in a tab."""
        if (replay := self._replays.pop(tab, None)) is not None:
            replay.end()

    def set_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._theme = theme
        for replay in self._replays.values():
            replay.bar.set_theme(theme)

    async def _show_original(self, recording: Recording, title: str) -> None:
        await self._show(await self.original_tab(recording), recording, title)

    async def _show(self, tab: FlowTab, recording: Recording, title: str) -> None:
        events = await asyncio.to_thread(ReadyEvents.of, recording)
        if tab not in self._tabs:
            return
        self.end(tab)
        replay = self._replays[tab] = Replay(tab, recording, events, title, self._panels, self._theme)
        replay.ended.connect(partial(self._replays.pop, tab, None))
        replay.bar.original_wanted.connect(
            lambda: self._tasks.spawn("show the flow as it was", self._show_original(recording, title))
        )


def _is_file(source: str) -> bool:
    """Whether the key of a flow's source is a file that is there."""
    return Path(source).is_absolute() and Path(source).is_file()


def _load(path: Path) -> Recording:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise RecordingError(f"cannot be read ({error.strerror})", path) from error
    if size > MOST_BYTES:
        what = f"{size / 2**20:,.0f} MB are too much for the window: futureflow replay tells it on the command line"
        raise RecordingError(what, path)
    return load_recording(path)
