"""What a double-click and the right button ask for: a node's details, its menu, or a new node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QContextMenuEvent

from .add_request import AddRequest
from .hit import Hit

if TYPE_CHECKING:
    from .view import CanvasView


def ask_for_details(view: CanvasView, place: QPointF) -> bool:
    """Open the node at a place of the viewport, or ask for a new one on nothing; False on anything else."""
    hit = view.hit(place)
    if hit.part == "void":
        _ask_for_node(view, view.camera.to_scene(place))
    elif hit.part == "body":
        view.node_activated.emit(hit.node)
    else:
        return False
    return True


def ask_for_menu(view: CanvasView, event: QContextMenuEvent) -> None:
    """Ask for the menu of what is under the mouse, and select it; on nothing ask for a new node.

    The menu key asks for the selected node, or for a new one in the middle.
    """
    by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
    hit = Hit("body", next(iter(view.selected_nodes()), None)) if by_key else view.hit(QPointF(event.pos()))
    if hit.node is not None and hit.node not in view.selection.nodes:
        view.selection.set([hit.node])
    elif hit.wire is not None and hit.wire not in view.selection.wires:
        view.selection.set(wires=[hit.wire])
    if hit.node is None and hit.wire is None:
        _ask_for_node(view, view.camera.center if by_key else view.camera.to_scene(event.pos()))
    else:
        view.context_menu_requested.emit(hit, event.globalPos())


def _ask_for_node(view: CanvasView, place: QPointF) -> None:
    view.add_requested.emit(AddRequest(place, view.global_position(place)))
