"""Pausing, stepping, going on: what menus, keys and the bar do to the run in front, and what of it can be done now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QObject, Signal

from runtime.engine.debugger import Debugger
from runtime.engine.events import RunPart
from runtime.ids import NodeId, RunId

from . import breakpoints
from .actions import Actions
from .flow_tab import FlowTab
from .pauses import Pauses, started_run
from .settings import Settings
from .tabs import FlowTabs
from .typing_in import take_in_typing

STEPS: Final = ("step_over", "step_into", "step_out")


class RunControl(QObject):
    """Acts on the run whose token is looked at, if that belongs to the flow in front; else on the flow's own run.

    Signals:
        changed(): another run is acted on, or something else can be done to it.
    """

    changed = Signal()

    def __init__(self, debugger: Debugger, pauses: Pauses, tabs: FlowTabs, settings: Settings) -> None:
        super().__init__(tabs)
        self._debugger = debugger
        self._pauses = pauses
        self._tabs = tabs
        self._settings = settings
        self._actions: Actions | None = None
        debugger.breaks_on_failure = settings.breaks_on_failure

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What each action does."""
        return {
            "pause": lambda: self._act(self._debugger.pause),
            "continue": lambda: self._act(self._debugger.resume),
            "step_over": lambda: self._step(self._debugger.step_over),
            "step_into": lambda: self._step(self._debugger.step_into),
            "step_out": lambda: self._step(self._debugger.step_out),
            "run_to_here": self._run_to_here,
            "run_node": lambda: self._run_part("only"),
            "run_from": lambda: self._run_part("from"),
            "break_on_failure": self._switch_break_on_failure,
        }

    def attach(self, actions: Actions) -> None:
        """Keep these actions enabled while they can do something."""
        self._actions = actions
        actions["break_on_failure"].setChecked(self._debugger.breaks_on_failure)
        self._tabs.current_tab_changed.connect(self._refresh)
        self._pauses.changed.connect(self._refresh)
        self._refresh()

    def watch(self, tab: FlowTab) -> None:
        """Listen to a new tab."""
        tab.runs.running_changed.connect(self._refresh)
        tab.canvas.selection_changed.connect(self._refresh)

    @property
    def run_id(self) -> RunId | None:
        """The run that is acted on, None if none is on."""
        tab, focused = self._tabs.current, self._pauses.focused
        if tab is None:
            return None
        if focused is not None and any(map(tab.has_frame, focused.frames)):
            return started_run(focused)
        return tab.runs.run_id

    # -- acting

    def _act(self, act: Callable[[RunId], None]) -> None:
        if (run_id := self.run_id) is not None:
            act(run_id)
            self._refresh()

    def _step(self, step: Callable[[RunId, int | None], None]) -> None:
        """Step the token that is looked at; where no run is on, start one that stands still at its event."""
        tab, run_id, focused = self._tabs.current, self.run_id, self._pauses.focused
        if run_id is not None:
            step(run_id, focused.token if focused is not None and started_run(focused) == run_id else None)
            self._refresh()
        elif tab is not None:
            take_in_typing()
            tab.runs.start_somewhere(self._only_selected(tab), self._debugger.pause)

    def _run_to_here(self) -> None:
        tab, run_id = self._tabs.current, self.run_id
        node_id = self._only_selected(tab) if tab is not None else None
        if tab is None or node_id is None:
            return
        if run_id is not None:
            self._debugger.run_to(run_id, node_id, tab.document.source.key)
            self._refresh()
        else:
            take_in_typing()
            tab.runs.start_somewhere(node_id, lambda started: self._debugger.run_to(started, node_id))

    def _run_part(self, part: RunPart) -> None:
        tab = self._tabs.current
        if tab is not None and (node_id := self._only_selected(tab)) is not None:
            take_in_typing()
            is_event = self._kind(tab, node_id) == "event"
            tab.runs.start(node_id, part="whole" if is_event else part)

    def _switch_break_on_failure(self) -> None:
        if self._actions is not None:
            breaks = self._actions["break_on_failure"].isChecked()
            self._debugger.breaks_on_failure = self._settings.breaks_on_failure = breaks

    def _kind(self, tab: FlowTab | None, node_id: NodeId | None) -> str:
        node_type = tab.document.node_type(node_id) if tab is not None and node_id is not None else None
        return node_type.kind if node_type is not None else ""

    def _only_selected(self, tab: FlowTab) -> NodeId | None:
        nodes = tab.canvas.selection.nodes
        return next(iter(nodes)) if len(nodes) == 1 else None

    # -- what can be done

    def _refresh(self) -> None:
        if (actions := self._actions) is None:
            return
        tab, run_id = self._tabs.current, self.run_id
        state = self._debugger.state(run_id) if run_id is not None else None
        can_start = run_id is None and tab is not None
        actions["pause"].setEnabled(state == "running")
        actions["continue"].setEnabled(state in ("pausing", "paused"))
        for name in STEPS:
            actions[name].setEnabled(state == "paused" or (can_start and name != "step_out"))
        selected = self._only_selected(tab) if tab is not None else None
        reachable = tab is not None and selected is not None and breakpoints.can_pause(tab.document, selected)
        actions["run_to_here"].setEnabled(reachable and (run_id is not None or can_start))
        reachable = reachable and tab is not None and tab.runs.can_start
        actions["run_node"].setEnabled(reachable and self._kind(tab, selected) != "event")
        actions["run_from"].setEnabled(reachable and self._kind(tab, selected) != "pure")
        self.changed.emit()
