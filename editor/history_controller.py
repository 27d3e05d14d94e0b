"""The run history in the window: keeps its panel up to date, and does what is asked of it there."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from runtime.errors import RecordingError
from runtime.history.history import RunHistory
from runtime.history.summary import RunSummary
from runtime.recording.writing import RECORDING_SUFFIX

from .dialogs.asking import choose_recording_to_save
from .notices import NoticeBar
from .panels.history.panel import HistoryPanel
from .replays import Replays
from .settings import Settings
from .tasks import Tasks

_TICK_MS: Final = 100


class HistoryController(QObject):
    """Between the history and its panel."""

    def __init__(  # noqa: PLR0913 (the parts of the window that it ties together)
        self,
        window: QWidget,
        history: RunHistory,
        panel: HistoryPanel,
        replays: Replays,
        *,
        tasks: Tasks,
        settings: Settings,
        notices: NoticeBar,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._history = history
        self._panel = panel
        self._replays = replays
        self._tasks = tasks
        self._settings = settings
        self._notices = notices
        self._told = ""
        self._turn = QTimer(self, interval=_TICK_MS, singleShot=True)
        self._turn.timeout.connect(self._show)
        self._unsubscribe = history.subscribe(self._on_change)
        panel.open_wanted.connect(lambda run: self._do("show the run", replays.show_run(run)))
        panel.again_wanted.connect(lambda run: self._do("run it again", self._make_again(run)))
        panel.save_wanted.connect(lambda run: self._do("save the recording", self._save(run)))
        panel.delete_wanted.connect(lambda runs: self._do("delete runs", self._delete(runs)))
        self._do("read the run history", history.load())
        self._show()

    def close(self) -> None:
        """Follow the history no more."""
        self._unsubscribe()

    def _do(self, what: str, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.spawn(what, work)

    def _on_change(self) -> None:
        if not self._turn.isActive():
            self._turn.start()

    def _show(self) -> None:
        self._panel.show_runs(self._history.runs)
        if self._history.problem != self._told:
            self._told = self._history.problem
            self._notices.say("warning", self._told)

    async def _make_again(self, run: RunSummary) -> None:
        """The flow of today with the inputs of then; a flow that is nowhere any more as it was."""
        tab = await self._replays.tab_of(run)
        if tab is None:
            try:
                recording = await self._history.recording(run.run_id)
            except RecordingError as error:
                self._notices.say("error", f"Could not run it again: {error}")
                return
            tab = await self._replays.original_tab(recording)
        if tab.runs.running:
            tab.message.emit("The flow is running: stop it first, then run it again.")
            return
        tab.runs.make_again(run)

    async def _save(self, run: RunSummary) -> None:
        name = f"{run.flow or 'Untitled'}{RECORDING_SUFFIX}"
        path = await choose_recording_to_save(self._window, self._settings.folder / name)
        if path is None:
            return
        try:
            await self._history.save(run.run_id, path)
        except OSError as error:
            self._notices.say("error", f"Could not save {path}: {error.strerror}. Save it elsewhere.")
        else:
            self._notices.say("info", f"Saved the recording {path}.")

    async def _delete(self, runs: list[RunSummary]) -> None:
        try:
            await self._history.delete([run.run_id for run in runs])
        except OSError as error:
            self._notices.say("error", f"Could not delete {error.filename}: {error.strerror}.")
