"""What menus and keys do to the selected nodes of the flow in front."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import partial

from runtime.ids import NodeId
from runtime.nodes.dynamic_pins import DynamicPins

from . import nodes, pins, wires
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
            "add_pin": self._on_selected(_add_pins),
            "remove_pin": self._on_selected(_remove_pins),
            "edit_pins": self._on_selected(_edit_pins),
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


def _edit_pins(tab: FlowTab, chosen: list[NodeId]) -> None:
    if able := list(_dynamic_pins(tab, chosen)):
        tab.canvas.pins.edit(able[0])


def _add_pins(tab: FlowTab, chosen: list[NodeId]) -> None:
    able = [node_id for node_id, found in _dynamic_pins(tab, chosen).items() if found.may_grow]
    _each(tab, able, "Add pins", lambda node_id: pins.add(tab.document, node_id))


def _remove_pins(tab: FlowTab, chosen: list[NodeId]) -> None:
    able = [node_id for node_id, found in _dynamic_pins(tab, chosen).items() if found.may_shrink]
    cut: list[str] = []
    _each(tab, able, "Remove pins", lambda node_id: cut.extend(pins.remove(tab.document, node_id)))
    if able:
        tab.message.emit(pins.cut_in_words(cut))


def _each(tab: FlowTab, able: list[NodeId], text: str, act: Callable[[NodeId], None]) -> None:
    """Edit nodes: one undo step, with a name of its own if there are several."""
    with wires.step(tab.document, text) if len(able) > 1 else nullcontext():
        for node_id in able:
            act(node_id)


def _dynamic_pins(tab: FlowTab, chosen: list[NodeId]) -> dict[NodeId, DynamicPins]:
    found = {node_id: pins.pins_of(tab.document, node_id) for node_id in chosen}
    able = {node_id: one for node_id, one in found.items() if one is not None}
    if not able:
        tab.message.emit("The pins of this node stay as they are: select a Sequence, a Switch, a Template or the like.")
    return able
