"""What menus and keys do to breakpoints of the flow in front, and which of it can be done now."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer

from runtime.ids import NodeId

from . import breakpoints
from .actions import Actions
from .flow_tab import FlowTab
from .tabs import FlowTabs


class BreakpointMenu(QObject):
    """Breakpoints of the selected nodes, and of the whole flow."""

    def __init__(self, tabs: FlowTabs) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self._actions: Actions | None = None
        # Looking through a large flow takes a millisecond: once a turn, however many edits were made in it.
        self._turn = QTimer(self, interval=0, singleShot=True)
        self._turn.timeout.connect(self._refresh_flow)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What each action does."""
        return {
            "toggle_breakpoint": self._on_selected(lambda tab, nodes: breakpoints.toggle(tab.document, nodes)),
            "switch_breakpoint": self._on_selected(lambda tab, nodes: breakpoints.switch(tab.document, nodes)),
            "edit_breakpoint": self._on_selected(lambda tab, nodes: tab.canvas.breakpoints.edit(nodes[0])),
            "switch_breakpoints": self._on_selected(lambda tab, _nodes: breakpoints.switch_all(tab.document)),
            "remove_breakpoints": self._on_selected(lambda tab, _nodes: breakpoints.remove_all(tab.document)),
        }

    def attach(self, actions: Actions) -> None:
        """Keep these actions enabled while they can do something."""
        self._actions = actions
        self._tabs.current_tab_changed.connect(self._refresh)
        self._refresh()

    def watch(self, tab: FlowTab) -> None:
        """Listen to a new tab."""
        tab.canvas.selection_changed.connect(self._refresh_selected)
        tab.document.changed.connect(self._refresh)
        tab.document.reset.connect(self._refresh)

    def _on_selected(self, act: Callable[[FlowTab, list[NodeId]], object]) -> Callable[[], None]:
        def handler() -> None:
            if (tab := self._tabs.current) is not None:
                act(tab, tab.canvas.selected_nodes())

        return handler

    def _refresh(self) -> None:
        self._refresh_selected()
        self._turn.start()

    def _refresh_selected(self) -> None:
        if (actions := self._actions) is None:
            return
        tab = self._tabs.current
        document = tab.document if tab is not None else None
        nodes = tab.canvas.selection.nodes if tab is not None else frozenset()
        there = [node_id for node_id in nodes if document is not None and node_id in document.nodes]
        stops = [stop for node_id in there if document and (stop := document.nodes[node_id].breakpoint)]
        able = document is not None and any(breakpoints.can_pause(document, node_id) for node_id in there)
        actions["toggle_breakpoint"].setEnabled(able or bool(stops))
        actions["edit_breakpoint"].setEnabled(able and len(there) == 1)
        actions["switch_breakpoint"].setEnabled(bool(stops))
        verb = "Enable" if stops and not any(stop.enabled for stop in stops) else "Disable"
        actions["switch_breakpoint"].setText(f"&{verb} Breakpoint")

    def _refresh_flow(self) -> None:
        if (actions := self._actions) is None:
            return
        tab = self._tabs.current
        stops = (
            [tab.document.nodes[node_id].breakpoint for node_id in breakpoints.having_one(tab.document)] if tab else []
        )
        verb = "Enable" if stops and not any(stop is not None and stop.enabled for stop in stops) else "Disable"
        actions["switch_breakpoints"].setText(f"{verb} &All Breakpoints")
        actions["switch_breakpoints"].setEnabled(bool(stops))
        actions["remove_breakpoints"].setEnabled(bool(stops))
