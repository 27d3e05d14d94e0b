"""The Record switch: asks for a file, and writes the runs of the flow in front there until it is switched off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from runtime.recording.writing import RECORDING_SUFFIX
from runtime.session import Session

from .actions import Actions
from .dialogs.asking import choose_recording_to_save
from .flow_tab import FlowTab
from .notices import NoticeBar
from .settings import Settings
from .status_bar import StatusBar
from .tab_recording import TabRecording
from .tabs import FlowTabs
from .tasks import Tasks


class RecordSwitch(QObject):
    """Records each flow by itself: several may be recorded at once."""

    def __init__(  # noqa: PLR0913 (the parts of the window that it ties together)
        self,
        window: QWidget,
        tabs: FlowTabs,
        session: Session,
        *,
        tasks: Tasks,
        settings: Settings,
        notices: NoticeBar,
        status: StatusBar,
        play: Callable[[Path], Coroutine[Any, Any, None]],
    ) -> None:
        """`play` opens a recording."""
        super().__init__(tabs)
        self._window = window
        self._tabs = tabs
        self._session = session
        self._tasks = tasks
        self._settings = settings
        self._notices = notices
        self._status = status
        self._play = play
        self._actions: Actions | None = None
        self._recordings: dict[FlowTab, TabRecording] = {}
        tabs.current_tab_changed.connect(self._refresh)
        tabs.dropped.connect(self._stop)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What each action does."""
        return {"record": self._switch}

    def attach(self, actions: Actions) -> None:
        """Keep the switch where the flow in front has it."""
        self._actions = actions
        self._refresh()

    async def close(self) -> None:
        """Stop all, and return when all is on the disk."""
        recordings, self._recordings = list(self._recordings.values()), {}
        for recording in recordings:
            await recording.close()

    def _switch(self) -> None:
        tab = self._tabs.current
        if tab in self._recordings:
            self._stop(tab)
        elif tab is not None:
            self._tasks.spawn("record the flow", self._start(tab))
        self._refresh()

    async def _start(self, tab: FlowTab) -> None:
        folder = tab.document.path.parent if tab.document.path else self._settings.folder
        path = await choose_recording_to_save(self._window, folder / f"{tab.document.title}{RECORDING_SUFFIX}")
        if path is None or tab not in self._tabs or tab in self._recordings:
            return
        try:
            await asyncio.to_thread(_try_to_write, path)
        except OSError as error:
            self._notices.say("error", f"Could not record into {path}: {error.strerror}. Choose another file.")
            return
        self._recordings[tab] = TabRecording(tab, self._session, path)
        tab.set_recorded_to(path)
        self._refresh()

    def _stop(self, tab: FlowTab) -> None:
        if (recording := self._recordings.pop(tab, None)) is not None:
            tab.set_recorded_to(None)
            self._tasks.spawn("end the recording", self._end(recording))
        self._refresh()

    async def _end(self, recording: TabRecording) -> None:
        await recording.close()
        if recording.problem:
            self._notices.say("error", recording.problem)
        elif not recording.files:
            await asyncio.to_thread(_remove_if_empty, recording.path)
            self._status.hint("Nothing was recorded: the flow did not run meanwhile.")
        else:
            runs = f"{recording.runs} runs" if recording.runs > 1 else "1 run"
            last = recording.files[-1]
            said = f"Recorded {runs} in {', '.join(map(str, recording.files))}"
            self._notices.say("info", said, ("Play", lambda: self._tasks.spawn("play it", self._play(last))))

    def _refresh(self) -> None:
        tab = self._tabs.current
        recording = self._recordings.get(tab) if tab is not None else None
        self._status.set_recording(recording.path.name if recording is not None else "")
        if self._actions is not None:
            self._actions["record"].setEnabled(tab is not None)
            self._actions["record"].setChecked(recording is not None)


def _try_to_write(path: Path) -> None:
    """Raises OSError where nothing can be written; what is there stays."""
    path.open("ab").close()


def _remove_if_empty(path: Path) -> None:
    if path.exists() and not path.stat().st_size:
        path.unlink()
