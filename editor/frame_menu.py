"""What menus and keys do to frames in the flow in front, and renaming, which frames share with nodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QRectF

from . import frames
from .flow_tab import FlowTab
from .tabs import FlowTabs

_EMPTY = QRectF(-200, -120, 400, 240)
"""A frame around nothing, from the middle of the view."""


class FrameMenu:
    """Handlers for `Actions`."""

    def __init__(self, tabs: FlowTabs) -> None:
        self._tabs = tabs

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What each action does."""
        return {
            "frame": self._tabs.on_front(_frame_selection),
            "rename": self._tabs.on_front(_rename),
            "fold_frames": self._tabs.on_front(_fold),
            "select_members": self._tabs.on_front(_select_members),
            **{f"frame_{color}": self._tabs.on_front(partial(_paint, color=color)) for color in frames.COLORS},
        }


def _frame_selection(tab: FlowTab) -> None:
    """Put a frame around what is selected, or an empty one where one looks, and name it."""
    canvas, projection = tab.canvas, tab.canvas.projection
    chosen = [projection.nodes[node_id].rect for node_id in canvas.selection.nodes]
    chosen += [projection.frame_place(frame_id) for frame_id in canvas.selection.frames]
    rect = frames.around(chosen) if chosen else _EMPTY.translated(canvas.camera.center)
    frame_id = frames.add_frame(tab.document, rect)
    canvas.selection.set(frames=[frame_id])
    canvas.titles.edit_frame(frame_id)


def _rename(tab: FlowTab) -> None:
    selection = tab.canvas.selection
    if selection.nodes:
        tab.canvas.titles.edit_node(tab.canvas.selected_nodes()[0])
    elif selection.frames:
        tab.canvas.titles.edit_frame(min(selection.frames))
    else:
        tab.message.emit("Select a node or a frame first.")


def _fold(tab: FlowTab) -> None:
    """Fold the selected frames, or unfold them if all are folded."""
    if chosen := _chosen(tab):
        folded = all(tab.document.frames[frame_id].collapsed for frame_id in chosen)
        frames.fold(tab.document, chosen, folded=not folded)
        tab.canvas.selection.set(frames=chosen)


def _select_members(tab: FlowTab) -> None:
    if chosen := _chosen(tab):
        tab.canvas.select(set().union(*map(tab.canvas.projection.owned_by, chosen)))


def _paint(tab: FlowTab, color: str) -> None:
    if chosen := _chosen(tab):
        frames.set_frames(tab.document, chosen, "Colour frame", color=color)


def _chosen(tab: FlowTab) -> list[str]:
    """The selected frames, or none, with a hint."""
    chosen = sorted(tab.canvas.selection.frames)
    if not chosen:
        tab.message.emit("Select a frame first: click on its title.")
    return chosen
