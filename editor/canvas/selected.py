"""What keys and menus do with all that is selected on a canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from runtime.ids import NodeId

from .. import commands, frames
from .keyboard_wires import delete_wires

if TYPE_CHECKING:
    from .view import CanvasView


def select_all(view: CanvasView) -> None:
    """Select all nodes."""
    view.selection.set(view.document.nodes)


def delete_selection(view: CanvasView) -> None:
    """Delete what is selected, or the wires of the pin that the keyboard is at: one undo step."""
    view.hand.cancel()
    if not delete_wires(view):
        chosen = view.selection
        commands.remove(view.document, chosen.nodes, chosen.wires, chosen.frames)


def nudge(view: CanvasView, dx: float, dy: float) -> None:
    """Move what is selected a little; moves in a row are one undo step."""
    frames.move(view.document, *moving(view), QPointF(dx, dy), "nudge")


def moving(view: CanvasView) -> tuple[set[NodeId], set[str]]:
    """The nodes and frames that move with the selection: with a frame goes all that it owns."""
    selection = view.selection
    chosen = selection.frames.union(*(frames.inner_frames(view.document, one) for one in selection.frames))
    return set(selection.nodes).union(*map(view.projection.owned_by, chosen)), set(chosen)


def activate_selected(view: CanvasView) -> None:
    """What a double-click on the selected node does."""
    if len(view.selection.nodes) == 1:
        view.node_activated.emit(next(iter(view.selection.nodes)))


def fit_selection(view: CanvasView) -> None:
    """Show all selected nodes, or everything if no node is selected."""
    view.fit_area(view.projection.bounds(view.selection.nodes))
