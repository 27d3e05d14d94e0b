"""What the window has to do with futures outside of their panel: counts, ways there and back, notifications."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from runtime.engine.events import Event
from runtime.futures.events import FutureCreated, FutureSettled, FutureStateChanged
from runtime.futures.future import FutureOrigin, FutureState
from runtime.futures.registry import FutureRegistry
from runtime.ids import NodeId

from .canvas.locating import show_place
from .desktop_notifications import Notify
from .docks import Docks
from .panels.futures.panel import FuturesPanel
from .panels.futures.row import STATE_GROUPS, WORDS, age_text
from .settings import Settings
from .status_bar import StatusBar
from .tabs import FlowTabs

_COUNT_MS: Final = 100
"""Pending futures are counted ten times a second at most."""
_GATHER_MS: Final = 1000
"""What ends within a second is told together."""
_CHOICES: Final = {
    "Never": None,
    "After 10 seconds": 10.0,
    "After 30 seconds": 30.0,
    "After a minute": 60.0,
    "After five minutes": 300.0,
}
_TOLD: Final = 160
"""Characters of an answer that a notification shows."""


class FuturesWatch(QObject):
    """Counts what is pending, leads from there and from nodes to the panel, and tells of ends in the background."""

    def __init__(
        self,
        window: QWidget,
        futures: FutureRegistry,
        panel: FuturesPanel,
        docks: Docks,
        status: StatusBar,
        tabs: FlowTabs,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._futures = futures
        self._panel = panel
        self._docks = docks
        self._status = status
        self._tabs = tabs
        self._settings: Settings | None = None
        self._notify: Notify | None = None
        self._ended: list[FutureSettled] = []
        self._count_timer = QTimer(self, interval=_COUNT_MS, singleShot=True)
        self._count_timer.timeout.connect(self._count)
        self._gather_timer = QTimer(self, interval=_GATHER_MS, singleShot=True)
        self._gather_timer.timeout.connect(self._tell)
        status.pending_clicked.connect(lambda: self.show_only("is", "pending"))
        panel.message.connect(status.hint)
        panel.origin_located.connect(self._show_origin)
        self._count()

    def notify_by(self, notify: Notify, settings: Settings) -> None:
        """Tell by notifications of the desktop when long requests have ended, as the settings say."""
        self._notify, self._settings = notify, settings
        self._panel.add_to_view(self._choices(settings))

    def on_event(self, event: Event) -> None:
        """Take an event of the session in."""
        match event:
            case FutureSettled():
                self._note_end(event)
            case FutureCreated() | FutureStateChanged():
                pass
            case _:
                return
        if not self._count_timer.isActive():
            self._count_timer.start()

    # -- ways to the panel and back

    def offer(self, menu: QMenu, node_id: NodeId | None) -> None:
        """Put into the menu of a node that its futures can be shown, if it has any."""
        count = self._panel.model.count_of_node(node_id) if node_id is not None else 0
        if node_id is None or not count:
            return
        action = QAction(f"Show its futures ({count:,})", menu)
        action.triggered.connect(lambda: self.show_only("node", node_id))
        menu.addSeparator()
        menu.addAction(action)

    def show_only(self, field: str, value: str) -> None:
        """Bring the panel to the front, with nothing but what has this value in a field of its filter."""
        self._docks.raise_panel("futures")
        self._panel.show_only(field, value)
        self._panel.setFocus()

    def _show_origin(self, origin: FutureOrigin, number: int) -> None:
        """Show what nodes gave in the very turn that asked (a loop has many), and say which it is."""
        began = datetime.fromtimestamp(origin.run_started).astimezone().strftime("%H:%M:%S")
        told = f"Request {number} of this node in the run of {began}, asked in step {origin.step_id}."
        tab = next((tab for tab in self._tabs if tab.owns_run(origin.run_id)), None)
        if tab is not None and origin.node_id in tab.document.nodes:
            self._tabs.setCurrentWidget(tab)
            show_place(tab.canvas, origin.node_id)
            values = tab.feed.activity.values
            kept = values.entries(origin.node_id, origin.run_id)
            entry = next((entry for entry in kept if entry.step_id == origin.step_id), None)
            if entry is not None:
                values.pick(entry)
                tab.feed.look_again()
                told += " All nodes show what they gave in that turn."
        self._status.hint(told)

    # -- counting

    def _count(self) -> None:
        states = Counter(future.state for future in self._futures.pending())
        self._status.set_pending(states)
        self._docks.set_title("futures", f"{states.total():,}" if states else "")

    # -- telling

    def _choices(self, settings: Settings) -> QMenu:
        """After how long a request is told of, to choose from."""
        menu = QMenu("&Notify of long requests", self._panel)
        group = QActionGroup(menu)
        for text, seconds in _CHOICES.items():
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(seconds == settings.notify_after_s)
            action.triggered.connect(lambda _on, seconds=seconds: setattr(settings, "notify_after_s", seconds))
            group.addAction(action)
        return menu

    def _note_end(self, event: FutureSettled) -> None:
        least = self._settings.notify_after_s if self._settings is not None else None
        if least is None or event.elapsed_s < least or self._window.isActiveWindow():
            return
        if event.state == FutureState.CANCELLED:  # somebody has just asked for that
            return
        self._ended.append(event)
        if not self._gather_timer.isActive():
            self._gather_timer.start()

    def _tell(self) -> None:
        ended, self._ended = self._ended, []
        if self._notify is not None and not self._window.isActiveWindow():
            QApplication.alert(self._window)
            self._notify(*notification(ended))


def notification(ended: list[FutureSettled]) -> tuple[str, str]:
    """Title and text of a notification of futures that have settled."""
    bad = [event for event in ended if FutureState(event.state) in STATE_GROUPS["Failed"]]
    if len(ended) == 1:
        (event,) = ended
        title = f"Request {WORDS[FutureState(event.state)].lower()} after {age_text(event.elapsed_s)}"
        return title, _line(event.error or event.message)
    title = f"{len(ended)} requests have ended" + (f", {len(bad)} badly" if bad else "")
    return title, _line(bad[0].error if bad else ended[-1].message)


def _line(text: str) -> str:
    line = " ".join(text[: 4 * _TOLD].split())
    return line if len(line) <= _TOLD else line[: _TOLD - 1] + "…"
