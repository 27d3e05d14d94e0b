"""What a double-click and the right button ask for: a node's details, its menu, or a new node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF
from PySide6.QtGui import QContextMenuEvent, QCursor

from runtime.document.flow import ConnectionKey
from runtime.ids import NodeId

from .. import frames
from .add_request import AddRequest
from .geometry import MIN_WIDTH, PAD, READABLE
from .gestures.wire import add_bend
from .hit import VOID, Hit
from .insertion import GAP
from .placing import free_place
from .rows import HEADER

if TYPE_CHECKING:
    from .view import CanvasView


def ask_for_details(view: CanvasView, place: QPointF) -> bool:
    """Open the node at a place of the viewport, or ask for a new one on nothing; False on anything else."""
    hit = view.hit(place)
    if hit.part == "void":
        _ask_for_node(view, view.camera.to_scene(place))
    elif hit.frame is not None:
        _open_frame(view, hit)
    elif hit.wire is not None:
        add_bend(view, hit.wire, place)
    elif hit.part == "body" and hit.node is not None:
        if _is_on_title(view, hit.node, view.camera.to_scene(place)):
            view.titles.edit_node(hit.node)
        else:
            view.node_activated.emit(hit.node)
    else:
        return False
    return True


def ask_for_menu(view: CanvasView, event: QContextMenuEvent) -> None:
    """Ask for the menu of what is under the mouse, and select it; on nothing ask for a new node.

    The menu key asks for the selected node, or for a new one in the middle.
    """
    by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
    hit = _selected(view) if by_key else view.hit(QPointF(event.pos()))
    if hit.node is not None and hit.node not in view.selection.nodes:
        view.selection.set([hit.node])
    elif hit.wire is not None and hit.wire not in view.selection.wires:
        view.selection.set(wires=[hit.wire])
    elif hit.frame is not None and hit.frame not in view.selection.frames:
        view.selection.set(frames=[hit.frame])
    if hit == VOID:
        _ask_for_node(view, view.camera.center if by_key else view.camera.to_scene(event.pos()))
    else:
        open_menu_of(view, hit) if by_key else view.context_menu_requested.emit(hit, event.globalPos())


def open_menu_of(view: CanvasView, hit: Hit) -> None:
    """Ask for the menu of a thing, beside it."""
    view.context_menu_requested.emit(hit, _place_of(view, hit))


def request_at_cursor(view: CanvasView) -> AddRequest:
    """The wish for a node at the mouse, or in the middle if the mouse is elsewhere; beside what lies there.

    If the keyboard is at a wire: for one that goes into that.
    """
    if (key := view.bends.wire) is not None:
        return _request_at_wire(view, key)
    area, cursor = view.viewport(), QCursor.pos()
    if not area.rect().contains(area.mapFromGlobal(cursor)):
        cursor = area.mapToGlobal(area.rect().center())
    return AddRequest(free_place(view, view.scene_position(cursor)), cursor, by_keys=True)


def _request_at_wire(view: CanvasView, key: ConnectionKey) -> AddRequest:
    """The wish for a node halfway along a wire, but not over the node at which it begins."""
    wire, before = view.projection.wires[key], view.projection.nodes[key.source.node].rect
    middle = (wire.start + wire.end) / 2
    corner = middle - QPointF(MIN_WIDTH / 2, HEADER)
    if QRectF(corner, QSizeF(MIN_WIDTH, HEADER)).intersects(before.adjusted(-GAP, 0, GAP, 0)):
        corner.setX(before.right() + GAP)
    return AddRequest(corner, view.global_position(middle), into=key, by_keys=True)


def _selected(view: CanvasView) -> Hit:
    """What the menu key means."""
    if len(view.selection.wires) == 1 and not view.selection.nodes:
        return Hit("wire", wire=next(iter(view.selection.wires)))
    if view.keyboard.frame is not None:
        return Hit("frame", frame=view.keyboard.frame)
    if view.keyboard.node is not None:
        return Hit("pin" if view.keyboard.pin else "body", view.keyboard.node, view.keyboard.pin)
    if nodes := view.selected_nodes():
        return Hit("body", nodes[0])
    return Hit("frame", frame=next(iter(view.selection.frames))) if view.selection.frames else VOID


def _place_of(view: CanvasView, hit: Hit) -> QPoint:
    """Where on the screen a menu belongs that a key opens."""
    projection = view.projection
    if hit.frame is not None:
        return view.global_position(projection.frame_place(hit.frame).topLeft())
    if hit.wire is not None:
        wire = projection.wires[hit.wire]
        return view.global_position((wire.start + wire.end) / 2)
    assert hit.node is not None, "the menu key means a frame, a wire or a node"
    if hit.pin is not None:
        return view.global_position(projection.pin_position(hit.node, hit.pin))
    return view.global_position(projection.nodes[hit.node].rect.topLeft())


def _open_frame(view: CanvasView, hit: Hit) -> None:
    """Unfold a bar; rename a frame whose title is hit."""
    if hit.frame is None:
        return
    if view.document.frames[hit.frame].collapsed:
        frames.fold(view.document, [hit.frame], folded=False)
    else:
        view.titles.edit_frame(hit.frame)


def _is_on_title(view: CanvasView, node_id: NodeId, place: QPointF) -> bool:
    """Whether a place of the canvas is on the text of a node's title."""
    placed = view.projection.nodes[node_id]
    shape, local = placed.shape, place - placed.rect.topLeft()
    width = shape.metrics.title_width(shape.title)
    is_header = shape.look.note is None and view.camera.zoom >= READABLE and local.y() <= HEADER
    return is_header and PAD - 4 <= local.x() <= PAD + width + 4


def _ask_for_node(view: CanvasView, place: QPointF) -> None:
    view.add_requested.emit(AddRequest(place, view.global_position(place)))
