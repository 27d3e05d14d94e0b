"""Into a called flow and back to its caller."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject

from runtime.errors import FlowPathError
from runtime.ids import NodeId, PinName

from ..canvas.locating import show_place
from ..document import FlowDocument
from ..flow_files import FlowFiles
from ..flow_tab import FlowTab
from ..tabs import FlowTabs
from ..tasks import Tasks
from ..theme import Theme
from .breadcrumb import Breadcrumb, Step
from .extract import CALL

_TRIGGER: Final = "flow.trigger_flow"


def called_path(document: FlowDocument, node_id: NodeId) -> Path | None:
    """The file of the flow that a node calls, or None if it calls none.

    Raises FlowPathError if the path leads nowhere it may lead.
    """
    node = document.nodes[node_id]
    if node.type == CALL:
        text = node.config.get("path", "")
    elif node.type == _TRIGGER:
        name = node.inputs.get(PinName("FlowName"), "")
        text = f"{name}.flow.json" if name and not str(name).endswith(".json") else name
    else:
        return None
    return document.source.path(text) if isinstance(text, str) and text else None


class SubflowNavigation(QObject):
    """Opens called flows, each in a tab beside its caller, and keeps a breadcrumb above every flow so opened."""

    def __init__(self, tabs: FlowTabs, files: FlowFiles, tasks: Tasks, theme: Theme) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self._files = files
        self._tasks = tasks
        self._theme = theme
        self._bars: dict[FlowTab, Breadcrumb] = {}
        tabs.dropped.connect(self._forget)

    def trail_of(self, tab: FlowTab) -> tuple[Step, ...]:
        """The calls by which one came to a flow."""
        bar = self._bars.get(tab)
        return bar.trail if bar is not None else ()

    async def enter(self, caller: FlowTab, call: NodeId) -> None:
        """Open the flow that a node calls."""
        try:
            path = called_path(caller.document, call)
        except FlowPathError as error:
            caller.message.emit(f"Not opened: {error}.")
            return
        if path is None or caller.document.path is None:
            caller.message.emit("The node calls no flow yet: choose its file in the inspector.")
            return
        trail = (*self.trail_of(caller), Step(caller.document.path, call))
        was_open = self._tabs.tab_of(path) is not None
        tab = await self._files.open(path)
        if tab is None:
            return
        if tab is caller:
            tab.message.emit("The flow calls itself: it is open already.")
            return
        if not was_open and caller in self._tabs:
            self._tabs.tabBar().moveTab(self._tabs.indexOf(tab), self._tabs.indexOf(caller) + 1)
        self._show(tab, trail)
        tab.setFocus()

    async def leave(self, step: Step) -> None:
        """Go back to a caller, and show the call there; a caller that was closed is opened again."""
        caller = await self._files.open(step.path)
        if caller is not None:
            show_place(caller.canvas, step.call)
            caller.setFocus()

    def set_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._theme = theme
        for bar in self._bars.values():
            bar.set_theme(theme)

    def bar_of(self, tab: FlowTab) -> Breadcrumb | None:
        """The breadcrumb above a flow."""
        return self._bars.get(tab)

    def _show(self, tab: FlowTab, trail: tuple[Step, ...]) -> None:
        """Flows may call each other: a trail that comes back to where it was is cut there."""
        paths = [step.path for step in trail]
        if tab.document.path in paths:
            trail = trail[: paths.index(tab.document.path)]
        bar = self._bars.get(tab)
        if not trail:
            if bar is not None:
                self._close(tab)
            return
        if bar is None:
            bar = self._bars[tab] = Breadcrumb(self._theme)
            bar.step_wanted.connect(lambda step: self._tasks.spawn("go back to the caller", self.leave(step)))
            bar.close_wanted.connect(lambda: self._close(tab))
            tab.put_above(bar)
        bar.show_trail(trail, tab.document.title)

    def _close(self, tab: FlowTab) -> None:
        self._bars.pop(tab).deleteLater()
        tab.setFocus()

    def _forget(self, tab: FlowTab) -> None:
        self._bars.pop(tab, None)
