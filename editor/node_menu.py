"""What menus and keys do to the selected nodes of the flow in front."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from runtime.ids import NodeId

from . import nodes
from .adding import NodeAdder
from .flow_tab import FlowTab
from .tabs import FlowTabs


class NodeMenu:
    """Handlers for `Actions`."""

    def __init__(self, tabs: FlowTabs, adder: NodeAdder) -> None:
        self._tabs = tabs
        self._adder = adder

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What each action does."""
        return {
            "mute": self._on_selected(lambda tab, chosen: nodes.switch_mode(tab.document, chosen, "mute")),
            "bypass": self._on_selected(lambda tab, chosen: nodes.switch_mode(tab.document, chosen, "bypass")),
            "collapse": self._on_selected(lambda tab, chosen: nodes.switch_collapsed(tab.document, chosen)),
            "reset_inputs": self._on_selected(lambda tab, chosen: nodes.reset_inputs(tab.document, chosen)),
            "swap": self._on_selected(self._swap),
        }

    def _swap(self, tab: FlowTab, chosen: list[NodeId]) -> None:
        if len(chosen) != 1:
            tab.message.emit("Select one node to swap it for another.")
            return
        rect = tab.canvas.projection.nodes[chosen[0]].rect
        self._adder.choose(tab, tab.canvas.global_position(rect.topLeft()), partial(_swapped, tab, chosen[0]))

    def _on_selected(self, act: Callable[[FlowTab, list[NodeId]], None]) -> Callable[[], None]:
        def handler() -> None:
            tab = self._tabs.current
            if tab is None:
                return
            if chosen := tab.canvas.selected_nodes():
                act(tab, chosen)
            else:
                tab.message.emit("Select a node first.")

        return handler


def _swapped(tab: FlowTab, node_id: NodeId, type_id: str) -> None:
    if node_id in tab.document.nodes:
        lost = nodes.swap(tab.document, node_id, type_id)
        tab.message.emit(f"Did not fit: {', '.join(lost)}. Undo brings it back." if lost else "")
