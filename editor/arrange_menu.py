"""What the Select and Arrange menus do to the flow in front."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial

from runtime.ids import NodeId

from . import arrange, selecting
from .flow_tab import FlowTab
from .tabs import FlowTabs


class ArrangeMenu:
    """Handlers for `Actions`."""

    def __init__(self, tabs: FlowTabs) -> None:
        self._tabs = tabs

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What each action does."""
        edges: tuple[arrange.Edge, ...] = ("left", "right", "top", "bottom", "center", "middle")
        axes: tuple[arrange.Axis, ...] = ("x", "y")
        sides: tuple[selecting.Side, ...] = ("upstream", "downstream")
        return {
            "select_none": self._tabs.on_front(lambda tab: tab.canvas.selection.clear()),
            "select_inverse": self._tabs.on_front(_invert),
            "select_same_type": self._tabs.on_front(_select_same_type),
            **{f"select_{side}": self._tabs.on_front(partial(_select_along, side=side)) for side in sides},
            **{f"align_{edge}": self._tabs.on_front(partial(_align, edge=edge)) for edge in edges},
            **{f"distribute_{axis}": self._tabs.on_front(partial(_distribute, axis=axis)) for axis in axes},
            "straighten": self._tabs.on_front(_straighten),
            "tidy": self._tabs.on_front(_tidy),
        }


def _invert(tab: FlowTab) -> None:
    tab.canvas.select(tab.document.nodes.keys() - tab.canvas.selection.nodes)


def _select_same_type(tab: FlowTab) -> None:
    tab.canvas.select(selecting.of_same_type(tab.document, tab.canvas.selection.nodes))


def _select_along(tab: FlowTab, side: selecting.Side) -> None:
    tab.canvas.select(selecting.along_wires(tab.document, tab.canvas.selection.nodes, side))


def _align(tab: FlowTab, edge: arrange.Edge) -> None:
    if nodes := _enough(tab, 2):
        arrange.align(tab.canvas.projection, nodes, edge)


def _distribute(tab: FlowTab, axis: arrange.Axis) -> None:
    if nodes := _enough(tab, 3):
        arrange.distribute(tab.canvas.projection, nodes, axis)


def _straighten(tab: FlowTab) -> None:
    selection = tab.canvas.selection
    if selection.wires or _enough(tab, 2):
        arrange.straighten(tab.canvas.projection, selection.nodes, selection.wires)


def _tidy(tab: FlowTab) -> None:
    """The selection, or the whole flow if nothing or one node is selected."""
    chosen = tab.canvas.selection.nodes
    arrange.tidy(tab.canvas.projection, chosen if len(chosen) > 1 else tab.document.nodes.keys())


def _enough(tab: FlowTab, least: int) -> Collection[NodeId]:
    """The selected nodes, or none, with a hint, if these are too few."""
    nodes = tab.canvas.selection.nodes
    if len(nodes) >= least:
        return nodes
    tab.message.emit(f"Select at least {least} nodes first.")
    return ()
