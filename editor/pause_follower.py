"""Goes where a run has come to a stand: brings its flow to the front, opens that of a call, and marks the place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from runtime.engine.pauses import Frame

from .canvas.locating import bring_in_sight
from .canvas.standing import NOWHERE, Standing
from .flow_tab import FlowTab
from .pauses import Pauses
from .tabs import FlowTabs


class PauseFollower(QObject):
    """Shows on the canvases what stands still."""

    def __init__(self, pauses: Pauses, tabs: FlowTabs, open_file: Callable[[Path], object]) -> None:
        """`open_file` opens a flow in a tab, in its own time."""
        super().__init__(tabs)
        self._pauses = pauses
        self._tabs = tabs
        self._open_file = open_file
        self._awaited: Frame | None = None
        pauses.changed.connect(self._mark)
        pauses.stopped.connect(self.go_there)
        tabs.current_tab_changed.connect(self._on_tab_changed)

    def watch(self, tab: FlowTab) -> None:
        """A new tab: it may show the flow of a call in which a run stands still."""
        tab.show_standing(self._standing_in(tab))

    def tab_of(self, frame: Frame) -> FlowTab | None:
        """The tab that shows the flow of a frame."""
        return next(
            (tab for tab in (self._tabs.current, *self._tabs) if tab is not None and tab.has_frame(frame)), None
        )

    def go_there(self) -> None:
        """Show the frame that is looked at; a flow that is in no tab is opened."""
        frame = self._pauses.frame
        if frame is None:
            return
        tab = self.tab_of(frame)
        if tab is not None:
            self._show(tab, frame)
        elif Path(frame.source).is_file():
            self._awaited = frame
            self._open_file(Path(frame.source))

    def _show(self, tab: FlowTab, frame: Frame) -> None:
        self._awaited = None
        tab.feed.follow(frame.run_id)
        self._tabs.setCurrentWidget(tab)
        if frame.node_id in tab.document.nodes:
            tab.canvas.select([frame.node_id])
            bring_in_sight(tab.canvas, frame.node_id)

    def _on_tab_changed(self) -> None:
        frame, current = self._awaited, self._tabs.current
        if frame is not None and (tab := self.tab_of(frame)) is not None:
            tab.show_standing(self._standing_in(tab))
            self._show(tab, frame)
            return
        there = self._pauses.within(current.has_frame) if current is not None else []
        if there and not any(pause is self._pauses.focused for pause in there):
            self._pauses.look_at(there[0])

    def _mark(self) -> None:
        for tab in self._tabs:
            tab.show_standing(self._standing_in(tab))

    def _standing_in(self, tab: FlowTab) -> Standing:
        here = [pause for pause in self._pauses.standing if tab.has_frame(pause.frames[0])]
        nodes = frozenset(pause.node_id for pause in here)
        hits = frozenset(pause.node_id for pause in here if pause.reason == "breakpoint")
        focused, frame = self._pauses.focused, self._pauses.frame
        if focused is None or frame is None or not any(map(tab.has_frame, focused.frames)):
            return Standing(nodes, hits) if here else NOWHERE
        is_here = tab.has_frame(focused.frames[0])
        seen_at = frame if tab.has_frame(frame) else next(filter(tab.has_frame, focused.frames))
        return Standing(
            nodes,
            hits,
            focus=frame.node_id if tab.has_frame(frame) else None,
            around=frozenset(other.node_id for other in focused.frames[1:] if tab.has_frame(other)),
            inputs={focused.node_id: focused.inputs} if is_here else {},
            outputs=focused.outputs_in(seen_at),
        )
