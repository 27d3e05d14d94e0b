"""Putting a node into a wire on which it is dropped: where it fits, and who moves aside for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF

from runtime.document.flow import ConnectionKey, PinDirection, Point
from runtime.ids import NodeId

from .. import commands, selecting, wires
from ..places import moved_by
from .projection import Projection
from .rows import HEADER, PinKey

GAP: Final = 60.0
"""Canvas units between a node that was put into a wire and its neighbours, at least."""


def wire_under(projection: Projection) -> ConnectionKey | None:
    """The wire into which the node that is dragged would go: it lies on it, and fits it."""
    if len(projection.lifted) != 1 or projection.lifted_frames:
        return None
    (node,) = projection.lifted.values()
    rect = node.rect.translated(projection.offset)
    middle = rect.adjusted(rect.width() * 0.2, 0, -rect.width() * 0.2, 0)
    near = [wire for wire in projection.wire_grid.within(middle) if any(_meets(middle, wire.lines))]
    document, signature = projection.document, projection.document.signature(node.id)
    at = QPointF(rect.center().x(), rect.top() + HEADER)
    fitting = (wire for wire in near if wires.fit_into(document, signature, wire.key, node.id) is not None)
    best = min(fitting, key=lambda wire: wire.distance(at), default=None)
    return best.key if best is not None else None


def move_into(projection: Projection, node_id: NodeId, offset: QPointF, key: ConnectionKey) -> None:
    """Move a node and put it into a wire; its neighbours move aside: one undo step."""
    document = projection.document
    pins = wires.fit_into(document, document.signature(node_id), key, node_id)
    place = moved_by(document.nodes[node_id].position, offset)
    width = projection.nodes[node_id].rect.width()
    with wires.step(document, f"Insert {document.node_title(node_id)}"):
        commands.move_nodes(document, {node_id: place})
        if pins is not None and key in document.connections:
            wires.insert_into(document, node_id, key, pins, _aside(projection, place, width, key, node_id))


def add_at(projection: Projection, type_id: str, place: Point, key: ConnectionKey | None) -> NodeId:
    """Add a node; on a wire that it fits it goes into that: one undo step. Returns its id."""
    document = projection.document
    pins = wires.fit_into(document, document.registry.instance(type_id).signature, key) if key is not None else None
    if key is None or pins is None:
        return commands.add_node(document, type_id, place)
    with wires.step(document, f"Add {document.registry.get(type_id).title}"):
        node_id = commands.add_node(document, type_id, place)
        width = projection.nodes[node_id].rect.width()
        wires.insert_into(document, node_id, key, pins, _aside(projection, place, width, key, node_id))
    return node_id


def _aside(
    projection: Projection, place: Point, width: float, key: ConnectionKey, node_id: NodeId
) -> dict[NodeId, Point]:
    """The new places of the target and of all that follows it to the right, if the node has no room before it."""
    document, target = projection.document, key.target.node
    missing = place[0] + width + GAP - projection.nodes[target].rect.left()
    end = projection.nodes[target].point_of(PinKey(PinDirection.IN, key.kind, key.target.pin))
    if missing <= 0 or missing > 2 * width + GAP or end.x() < projection.nodes[key.source.node].rect.left():
        return {}  # there is room; or the wire runs back or far below, where moving others aside helps nobody
    left = projection.nodes[target].rect.left()
    after = selecting.along_wires(document, [target], "downstream") - {node_id, key.source.node}
    moved = (other for other in after if projection.nodes[other].rect.left() >= left)
    return {other: moved_by(document.nodes[other].position, QPointF(missing, 0)) for other in moved}


def _meets(rect: QRectF, lines: Iterable[QLineF]) -> Iterable[bool]:
    for line in lines:
        box = QRectF(line.p1(), line.p2()).normalized().adjusted(-0.5, -0.5, 0.5, 0.5)
        yield box.intersects(rect)
