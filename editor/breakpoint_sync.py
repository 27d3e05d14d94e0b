"""Keeps the debugger's breakpoints those of the open flows."""

from __future__ import annotations

from PySide6.QtCore import QObject

from runtime.engine.debugger import Debugger

from . import breakpoints
from .change import Change
from .flow_tab import FlowTab
from .tabs import FlowTabs


class BreakpointSync(QObject):
    """Tells the debugger of every edit of a breakpoint, at once: a run may be just about to come there."""

    def __init__(self, debugger: Debugger, tabs: FlowTabs) -> None:
        super().__init__(tabs)
        self._debugger = debugger
        self._keys: dict[FlowTab, str] = {}
        tabs.dropped.connect(self._forget)

    def watch(self, tab: FlowTab) -> None:
        """Listen to a new tab."""
        tab.document.changed.connect(lambda change: self._on_changed(tab, change))
        tab.document.reset.connect(lambda: self._tell(tab))
        tab.document.path_changed.connect(lambda: self._on_path_changed(tab))
        self._tell(tab)

    def _on_changed(self, tab: FlowTab, change: Change) -> None:
        ends = ((edit.before, edit.after) for edit in change.nodes)
        if any((before and before.breakpoint) != (after and after.breakpoint) for before, after in ends):
            self._tell(tab)

    def _on_path_changed(self, tab: FlowTab) -> None:
        if self._keys.get(tab) != tab.document.source.key:
            if not tab.runs.running:  # a run that is on goes by the old key
                self._forget(tab)
            self._tell(tab)

    def _tell(self, tab: FlowTab) -> None:
        document = tab.document
        key = self._keys[tab] = document.source.key
        stops = {node_id: document.nodes[node_id].breakpoint for node_id in breakpoints.having_one(document)}
        self._debugger.set_breakpoints(key, {node_id: stop for node_id, stop in stops.items() if stop is not None})

    def _forget(self, tab: FlowTab) -> None:
        if (key := self._keys.pop(tab, None)) is not None:
            self._debugger.set_breakpoints(key, {})
