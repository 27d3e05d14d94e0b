"""Shows a thing that somebody wants to see: a node, a pin of it, or a wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from runtime.document.flow import ConnectionKey
from runtime.ids import NodeId, PinName

from .. import frames
from .camera import Camera
from .projection import Projection
from .subject import Flash

if TYPE_CHECKING:
    from .view import CanvasView

NO_PIN = PinName("")


def show_place(view: CanvasView, node: NodeId | None, pin: PinName = NO_PIN, wire: ConnectionKey | None = None) -> None:
    """Bring a wire, or else a node, to the middle, select it and flash it, and the pin of this name with it.

    What is gone is no error. A node that is folded away is unfolded.
    """
    if node is not None and wire is None:
        unfold_around(view, node)
    flash = _locate(view.projection, node, pin, wire)
    if flash is None:
        return
    view.selection.set(filter(None, [flash.node]), filter(None, [flash.wire]))
    view.center_at(_place_of(view.projection, view.camera, flash))
    view.highlights.flash(flash)


def bring_in_sight(view: CanvasView, node_id: NodeId) -> None:
    """Move the view if the node, or the bar in which it is folded away, is not seen whole."""
    bring_area_in_sight(view, view.projection.nodes[node_id].rect)


def bring_area_in_sight(view: CanvasView, area: QRectF) -> None:
    """Move the view if an area of the canvas is not seen whole."""
    if not view.camera.visible.contains(area):
        view.center_at(area.center())


def unfold_around(view: CanvasView, node_id: NodeId) -> None:
    """Unfold all frames that fold a node away: one undo step; nothing if it is seen."""
    if node_id not in view.projection.folded:
        return
    document = view.document
    collapsed = [frame.id for frame in document.frames.values() if frame.collapsed]
    frames.fold(document, [one for one in collapsed if node_id in view.projection.owned_by(one)], folded=False)


def _locate(projection: Projection, node: NodeId | None, pin: PinName, wire: ConnectionKey | None) -> Flash | None:
    """What to light up: the wire if it lies on the canvas, else the node, its pin unfolded; None if both are gone."""
    if wire is not None and wire in projection.wires:
        return Flash(wire=wire)
    if node is None or node not in projection.nodes:
        return None
    if pin and all(key.name != pin for key in projection.nodes[node].shape.places):
        projection.expand([node])
    return Flash(node=node, pin=pin)


def _place_of(projection: Projection, camera: Camera, flash: Flash) -> QPointF:
    """What to bring to the middle: of a wire longer than the view the end that is read."""
    if flash.wire is None:
        assert flash.node is not None, "what is located is a wire or a node"
        return projection.nodes[flash.node].rect.center()
    wire, seen = projection.wires[flash.wire], camera.visible.size()
    fits = wire.box.width() < seen.width() and wire.box.height() < seen.height()
    return (wire.start + wire.end) / 2 if fits else wire.end
