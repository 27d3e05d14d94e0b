"""What menus and keys do to mocked outputs in the flow in front, and which of it can be done now."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject

from runtime.ids import NodeId

from . import mocks
from .actions import Actions
from .flow_tab import FlowTab
from .side_panels import SidePanels
from .tabs import FlowTabs


class MockMenu(QObject):
    """Mocked outputs of the selected nodes; their values are edited in the inspector."""

    def __init__(self, tabs: FlowTabs, panels: SidePanels) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self._panels = panels
        self._actions: Actions | None = None

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What each action does."""
        return {
            "mock": self._on_selected(self._edit),
            "mock_last": self._on_selected(
                lambda tab, nodes: mocks.take(tab.document, nodes, tab.feed.activity.values.outputs_of)
            ),
            "clear_mock": self._on_selected(lambda tab, nodes: mocks.clear(tab.document, nodes)),
        }

    def attach(self, actions: Actions) -> None:
        """Keep these actions enabled while they can do something."""
        self._actions = actions
        self._tabs.current_tab_changed.connect(self._refresh)
        self._refresh()

    def watch(self, tab: FlowTab) -> None:
        """Listen to a new tab."""
        tab.canvas.selection_changed.connect(self._refresh)
        tab.document.changed.connect(self._refresh)
        tab.document.reset.connect(self._refresh)
        tab.feed.activity_changed.connect(lambda nodes: self._follow_run(tab, nodes))

    def _edit(self, _tab: FlowTab, nodes: list[NodeId]) -> None:
        self._panels.docks.raise_panel("inspector")
        self._panels.show_selection()
        self._panels.inspector.edit_mock(nodes[0])

    def _on_selected(self, act: Callable[[FlowTab, list[NodeId]], object]) -> Callable[[], None]:
        def handler() -> None:
            if (tab := self._tabs.current) is not None and (nodes := tab.canvas.selected_nodes()):
                act(tab, nodes)

        return handler

    def _follow_run(self, tab: FlowTab, nodes: frozenset[NodeId]) -> None:
        if tab is self._tabs.current and nodes & tab.canvas.selection.nodes:
            self._refresh()

    def _refresh(self) -> None:
        if (actions := self._actions) is None:
            return
        tab = self._tabs.current
        nodes = [] if tab is None else [node for node in tab.canvas.selection.nodes if node in tab.document.nodes]
        able = tab is not None and any(mocks.mockable(tab.document, node) for node in nodes)
        actions["mock"].setEnabled(able and len(nodes) == 1)
        actions["mock_last"].setEnabled(
            able and tab is not None and any(map(tab.feed.activity.values.outputs_of, nodes))
        )
        actions["clear_mock"].setEnabled(tab is not None and any(tab.document.nodes[n].pinned_outputs for n in nodes))
