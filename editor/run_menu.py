"""Run and Stop in the window: the button, the choice of an event, the questions before, the news after."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMainWindow

from runtime.engine.run import RunResult
from runtime.errors import NodeFailure
from runtime.ids import NodeId
from runtime.nodes.node_type import FlowParameter

from . import menus
from .actions import Actions
from .canvas.locating import show_place
from .debugging import Debugging
from .dialogs.flow_inputs import FlowInputsDialog
from .flow_tab import FlowTab
from .notices import Action, Level, NoticeBar
from .status_bar import StatusBar
from .theme import Theme

_ENDED: Final = {"succeeded": "Succeeded", "failed": "Failed", "cancelled": "Stopped"}


class RunMenu(QObject):
    """Runs the flow in front; several tabs may run at once, each flow once by hand.

    Attributes:
        button: for the toolbar. entries: the menu of events to start from.
    """

    def __init__(
        self,
        window: QMainWindow,
        debugging: Debugging,
        actions: Actions,
        notices: NoticeBar,
        status: StatusBar,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._debugging = debugging
        self._tabs = tabs = debugging.tabs
        self._actions = actions
        self._notices = notices
        self._status = status
        self._theme = theme
        self._ended: dict[FlowTab, str] = {}
        self._told: dict[FlowTab, Callable[[], None]] = {}
        self.entries = menus.listing_menu("Run &From", window, self._choices, "The flow has no event to start from")
        self.button = menus.run_button(actions["run"], self.entries)
        debugging.changed.connect(self.refresh)
        tabs.dropped.connect(self._forget)

    def watch(self, tab: FlowTab) -> None:
        """Listen to a new tab's runs."""
        tab.runs.running_changed.connect(self.refresh)
        tab.runs.refused.connect(lambda text: self._say(tab, "warning", f"“{tab.document.title}”: {text}"))
        tab.runs.entry_wanted.connect(self._show_entries)
        tab.runs.values_wanted.connect(lambda entry, wanted: self._ask_values(tab, entry, wanted))
        tab.runs.finished.connect(lambda result: self._tell(tab, result))

    def run(self, tab: FlowTab) -> None:
        """Run a flow from the selected event, its only one, or the last one; else ask."""
        self._take_away_news(tab)
        selected = tab.canvas.selected_nodes()
        tab.runs.start_somewhere(selected[0] if len(selected) == 1 else None)

    def refresh(self) -> None:
        """Show what the flow in front does, or the one that calls it and stands still in it."""
        tab = self._debugging.acting_tab
        running = tab is not None and tab.runs.running
        self._actions["run"].setEnabled(tab is not None and tab.runs.can_start and not self._debugging.is_paused)
        self._actions["stop"].setEnabled(running)
        self._status.set_run(
            ("Paused" if self._debugging.is_paused else "Running")
            if running
            else self._ended.get(tab, "Idle")
            if tab
            else ""
        )

    def set_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._theme = theme

    def _choices(self) -> Iterable[tuple[str, Callable[[], object]]]:
        tab = self._tabs.current
        if tab is None or not tab.runs.can_start:
            return
        titles = {entry: tab.document.node_title(entry) for entry in tab.runs.entries()}
        doubles = len(set(titles.values())) < len(titles)
        for entry, title in titles.items():
            yield f"{title} ({entry})" if doubles else title, partial(tab.runs.start, entry)

    def _show_entries(self) -> None:
        self._status.hint("The flow has several events: choose the one to start from.")
        self.entries.popup(self.button.mapToGlobal(QPoint(0, self.button.height())))

    def _ask_values(self, tab: FlowTab, entry: NodeId, wanted: list[FlowParameter]) -> None:
        dialog = FlowInputsDialog(wanted, self._theme, self._window)
        dialog.values_given.connect(lambda values: tab.runs.start(entry, values))
        tab.destroyed.connect(dialog.close)
        dialog.show()

    def _tell(self, tab: FlowTab, result: RunResult) -> None:
        self._ended[tab] = _ENDED[result.status]
        self.refresh()
        if result.error is None or tab not in self._tabs:
            return
        text = f"“{tab.document.title}” failed: {result.error}"
        if isinstance(result.error, NodeFailure) and result.error.node_id in tab.document.nodes:
            node_id = result.error.node_id
            self._say(tab, "error", text, ("Show the node", lambda: self._show(tab, node_id)))
            self._show(tab, node_id)
        else:
            self._say(tab, "error", text)

    def _say(self, tab: FlowTab, level: Level, text: str, *actions: Action) -> None:
        """News of a flow's run; they stay until its next run."""
        self._take_away_news(tab)
        self._told[tab] = self._notices.say(level, text, *actions)

    def _forget(self, tab: FlowTab) -> None:
        self._take_away_news(tab)
        self._ended.pop(tab, None)

    def _take_away_news(self, tab: FlowTab) -> None:
        if (take_away := self._told.pop(tab, None)) is not None:
            take_away()

    def _show(self, tab: FlowTab, node_id: NodeId) -> None:
        if tab in self._tabs and node_id in tab.document.nodes:
            self._tabs.setCurrentWidget(tab)
            show_place(tab.canvas, node_id)
