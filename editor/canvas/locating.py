"""Where a thing is that somebody wants to see."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from runtime.document.flow import ConnectionKey
from runtime.ids import NodeId, PinName

from .camera import Camera
from .projection import Projection
from .subject import Flash

NO_PIN = PinName("")


def locate(projection: Projection, node: NodeId | None, pin: PinName, wire: ConnectionKey | None) -> Flash | None:
    """What to light up: the wire if it lies on the canvas, else the node, its pin unfolded; None if both are gone."""
    if wire is not None and wire in projection.wires:
        return Flash(wire=wire)
    if node is None or node not in projection.nodes:
        return None
    if pin and all(key.name != pin for key in projection.nodes[node].shape.places):
        projection.expand([node])
    return Flash(node=node, pin=pin)


def place_of(projection: Projection, camera: Camera, flash: Flash) -> QPointF:
    """What to bring to the middle: of a wire longer than the view the end that is read."""
    if flash.wire is None:
        assert flash.node is not None, "what is located is a wire or a node"
        return projection.nodes[flash.node].rect.center()
    wire, seen = projection.wires[flash.wire], camera.visible.size()
    fits = wire.box.width() < seen.width() and wire.box.height() < seen.height()
    return (wire.start + wire.end) / 2 if fits else wire.end
