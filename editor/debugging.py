"""Debugging in the window, as one: breakpoints, mocks, stepping, where runs stand still, and what is watched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from runtime.engine.debugger import Debugger
from runtime.engine.pauses import Pause

from .actions import Actions
from .breakpoint_menu import BreakpointMenu
from .breakpoint_sync import BreakpointSync
from .canvas import announce
from .debug_bar import DebugBar
from .flow_tab import FlowTab
from .mock_menu import MockMenu
from .panels.debugger_panel import reason_text
from .pause_follower import PauseFollower
from .pauses import Pauses
from .run_bridge import RunBridge
from .run_control import RunControl
from .settings import Settings
from .side_panels import SidePanels
from .tabs import FlowTabs
from .watches import Watches


class Debugging(QObject):
    """Makes the parts of it and ties them to the window.

    Attributes:
        tabs: the flows.
        bar: the buttons in the toolbar, once they are made.
        pauses: where runs stand still, and which of it is looked at.
        watches: the values that are watched.

    Signals:
        changed(): another run is acted on, or it stands still, or goes on.
    """

    changed = Signal()

    def __init__(
        self,
        debugger: Debugger,
        tabs: FlowTabs,
        panels: SidePanels,
        bridge: RunBridge,
        settings: Settings,
        open_file: Callable[[Path], object],
    ) -> None:
        """`open_file` opens a flow in a tab, in its own time."""
        super().__init__(tabs)
        self._debugger = debugger
        self.tabs = tabs
        self._panels = panels
        self.bar: DebugBar | None = None
        self.pauses = Pauses(debugger, self._is_in_front, self)
        self.watches = Watches(panels.debugger, self.pauses, tabs, settings)
        self._control = RunControl(debugger, self.pauses, tabs, settings)
        self._follower = PauseFollower(self.pauses, tabs, open_file)
        self._menus = (BreakpointMenu(tabs), MockMenu(tabs, panels), self._control)
        self._watching = (*self._menus, BreakpointSync(debugger, tabs), self._follower, self.watches)
        bridge.listen(self.pauses.on_event)
        panels.debugger.frame_chosen.connect(self._look_at)
        self._control.changed.connect(self._refresh)
        self.pauses.changed.connect(self._show_pauses)
        self.pauses.stopped.connect(self._on_stopped)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What each action does."""
        return {name: handler for part in self._menus for name, handler in part.handlers().items()}

    def attach(self, actions: Actions) -> None:
        """Keep these actions enabled while they can do something."""
        for part in self._menus:
            part.attach(actions)

    def make_bar(self, actions: Actions, parent: QWidget) -> DebugBar:
        """The buttons for the toolbar."""
        self.bar = DebugBar(actions, parent)
        return self.bar

    def watch(self, tab: FlowTab) -> None:
        """Listen to a new tab."""
        for part in self._watching:
            part.watch(tab)
        tab.document.changed.connect(self._say_reason)
        tab.listening.changed.connect(self._refresh)

    @property
    def acting_tab(self) -> FlowTab | None:
        """The flow whose run is acted on: the one in front, or that which calls it."""
        run_id = self._control.run_id
        return next((tab for tab in self.tabs if tab.runs.has_on(run_id)), self.tabs.current)

    @property
    def is_paused(self) -> bool:
        """Whether the run that is acted on stands still, or is about to."""
        run_id = self._control.run_id
        return run_id is not None and self._debugger.state(run_id) != "running"

    def _is_in_front(self, pause: Pause) -> bool:
        tab = self.tabs.current
        return tab is not None and any(map(tab.has_frame, pause.frames))

    def _look_at(self, pause: Pause, frame_index: int) -> None:
        self.pauses.look_at(pause, frame_index)
        self._follower.go_there()

    def _refresh(self) -> None:
        if self.bar is not None:
            tab = self.tabs.current
            comes = tab is not None and tab.listening.is_on  # else the bar would come and go with every run of an event
            self.bar.show_run(is_on=comes or self._control.run_id is not None, stands=self.is_paused)
        self.changed.emit()

    def _show_pauses(self) -> None:
        pauses = self.pauses
        self._panels.debugger.show_pauses(pauses.standing, pauses.focused, pauses.frame_index)
        self._say_reason()

    def _on_stopped(self) -> None:
        """A token has come to a stand: while a person steps, the panel in front stays as they have it."""
        pause, tab = self.pauses.focused, self.tabs.current
        if pause is not None and pause.reason != "step":
            self._panels.docks.raise_panel("debugger")
        if tab is not None:
            announce.say(tab.canvas, self._panels.debugger.reason)

    def _say_reason(self) -> None:
        focused = self.pauses.focused
        if focused is None:
            return
        tab = self._follower.tab_of(focused.frames[0])
        is_gone = tab is not None and focused.node_id not in tab.document.nodes
        others = len(self.pauses.standing) - 1
        self._panels.debugger.say(reason_text(focused, is_gone=is_gone, others=others))
