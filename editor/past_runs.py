"""Runs of before in the window, as one: the run history, recordings that are played, and the Record switch."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from runtime.history.history import RunHistory
from runtime.session import Session

from .actions import Actions
from .flow_files import FlowFiles
from .flow_tab import FlowTab
from .history_controller import HistoryController
from .notices import NoticeBar
from .record_switch import RecordSwitch
from .replays import Replays
from .settings import Settings
from .side_panels import SidePanels
from .status_bar import StatusBar
from .tabs import FlowTabs
from .tasks import Tasks
from .theme import Theme


class PastRuns(QObject):
    """Makes the parts of it and ties them to the window.

    Attributes:
        replays: the recordings that are played.
    """

    def __init__(  # noqa: PLR0913 (the parts of the window that it ties together)
        self,
        window: QWidget,
        session: Session,
        history: RunHistory,
        *,
        tabs: FlowTabs,
        files: FlowFiles,
        panels: SidePanels,
        tasks: Tasks,
        settings: Settings,
        notices: NoticeBar,
        status: StatusBar,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self.replays = Replays(tabs, files, panels, history, tasks=tasks, notices=notices, theme=theme)
        files.openers[".jsonl"] = self.replays.open
        self._history = HistoryController(
            window, history, panels.history, self.replays, tasks=tasks, settings=settings, notices=notices
        )
        self._switch = RecordSwitch(
            window, tabs, session, tasks=tasks, settings=settings, notices=notices, status=status,
            play=self.replays.open,
        )  # fmt: skip

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What each action does."""
        return self._switch.handlers()

    def attach(self, actions: Actions) -> None:
        """Keep the actions where the flow in front has them."""
        self._switch.attach(actions)

    def watch(self, tab: FlowTab) -> None:
        """Listen to a new tab."""
        self.replays.watch(tab)

    def set_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self.replays.set_theme(theme)

    async def close(self) -> None:
        """Stop all recording, and return when it is on the disk."""
        self._history.close()
        await self._switch.close()
