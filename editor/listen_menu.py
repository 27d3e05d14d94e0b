"""The Listen switch in the window: what it shows of the flow in front, and the news of what listens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from runtime.engine.events import Event, ListeningLogged
from runtime.engine.run import RunResult
from runtime.errors import NodeFailure
from runtime.ids import NodeId

from .actions import Actions
from .canvas.locating import show_place
from .flow_tab import FlowTab
from .notices import Action, Level, NoticeBar
from .status_bar import StatusBar
from .tabs import FlowTabs
from .typing_in import take_in_typing

_LOOK_MS: Final = 250
"""What comes next is looked at so often: who waits for it reads seconds."""
STALE: Final = "“{}” was edited: its events still start the flow as it was before."
RENEW: Final = "Listen to the edited flow"


class ListenMenu(QObject):
    """Turns listening on and off, for each flow by itself.

    Signals:
        looked(): the status bar says anew what comes next.
    """

    looked = Signal()

    def __init__(self, tabs: FlowTabs, notices: NoticeBar, status: StatusBar) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self._notices = notices
        self._status = status
        self._actions: Actions | None = None
        self._stale: dict[FlowTab, Callable[[], None]] = {}
        self._news: dict[FlowTab, list[Callable[[], None]]] = {}
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._show_summary)
        tabs.current_tab_changed.connect(self._refresh)
        tabs.dropped.connect(self._forget)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What each action does."""
        return {"listen": self._switch}

    def attach(self, actions: Actions) -> None:
        """Keep the switch where the flow in front has it."""
        self._actions = actions
        self._refresh()

    def watch(self, tab: FlowTab) -> None:
        """Listen to a new tab."""
        tab.listening.changed.connect(partial(self._on_changed, tab))
        tab.listening.refused.connect(lambda why: self._say(tab, "warning", f"“{tab.document.title}”: {why}"))
        tab.runs.event_run_ended.connect(lambda result: self._tell(tab, result))

    def on_event(self, event: Event) -> None:
        """Take an event of the session in: an event that is listened to no longer is news."""
        if isinstance(event, ListeningLogged) and event.level == "error":
            for tab in self._tabs:
                if tab.listening.hears(event.source):
                    show = ("Show the node", partial(self._show, tab, event.node_id))
                    self._say(tab, "error", f"“{tab.document.title}”: {event.title} {event.message}", show)

    def _switch(self) -> None:
        tab = self._tabs.current
        if tab is not None:
            take_in_typing()
            self._take_away(tab)
            tab.listening.switch()
        self._refresh()

    def _on_changed(self, tab: FlowTab) -> None:
        if not tab.listening.is_stale:
            if (take_away := self._stale.pop(tab, None)) is not None:
                take_away()
        elif tab not in self._stale:
            text = STALE.format(tab.document.title)
            self._stale[tab] = self._notices.say("info", text, (RENEW, partial(self._renew, tab)))
        self._refresh()

    def _renew(self, tab: FlowTab) -> None:
        take_in_typing()
        self._take_away(tab)
        tab.listening.begin()

    def _refresh(self) -> None:
        tab = self._tabs.current
        is_on = tab is not None and tab.listening.is_on
        if self._actions is not None:
            self._actions["listen"].setEnabled(tab is not None)
            self._actions["listen"].setChecked(is_on)
        if is_on:
            self._look.start()
        else:
            self._look.stop()
        self._show_summary()

    def _show_summary(self) -> None:
        tab = self._tabs.current
        self._status.set_listening(tab.listening.summary() if tab is not None else "")
        self.looked.emit()

    def _tell(self, tab: FlowTab, result: RunResult) -> None:
        """A run that failed is told, but nothing moves: nobody may be looking, and the next one may come soon."""
        if result.error is None:
            return
        text = f"“{tab.document.title}” failed while it was listening: {result.error}"
        if isinstance(result.error, NodeFailure):
            self._say(tab, "error", text, ("Show the node", partial(self._show, tab, result.error.node_id)))
        else:
            self._say(tab, "error", text)

    def _say(self, tab: FlowTab, level: Level, text: str, *actions: Action) -> None:
        """News stay until they are closed, or the switch is turned."""
        self._news.setdefault(tab, []).append(self._notices.say(level, text, *actions))

    def _take_away(self, tab: FlowTab) -> None:
        for take_away in self._news.pop(tab, []):
            take_away()

    def _forget(self, tab: FlowTab) -> None:
        self._take_away(tab)
        if (take_away := self._stale.pop(tab, None)) is not None:
            take_away()

    def _show(self, tab: FlowTab, node_id: NodeId) -> None:
        if tab in self._tabs and node_id in tab.document.nodes:
            self._tabs.setCurrentWidget(tab)
            show_place(tab.canvas, node_id)
