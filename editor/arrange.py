"""Putting nodes in order: aligned, evenly spaced, straight, tidy. Each is a command on the document."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, Literal

from runtime.document.flow import ConnectionKey, PinDirection, PinKind, Point
from runtime.ids import NodeId

from . import commands
from .canvas.projection import Projection
from .canvas.rows import PinKey
from .document import FlowDocument
from .tidy import Box, Link, tidied

Edge = Literal["left", "right", "top", "bottom", "center", "middle"]
Axis = Literal["x", "y"]
_NAMES: Final[Mapping[Edge, str]] = {
    "left": "Align left edges", "right": "Align right edges", "top": "Align top edges", "bottom": "Align bottom edges",
    "center": "Align centers", "middle": "Align middles",
}  # fmt: skip
_EXEC_WEIGHT: Final = 8.0
"""How much more an exec wire should be level than a data wire."""


def align(projection: Projection, nodes: Collection[NodeId], edge: Edge) -> None:
    """Put an edge of all nodes where the outermost one has it; centers in the middle of them all."""
    rects = {node_id: projection.nodes[node_id].rect for node_id in nodes}
    if len(rects) < 2:
        return
    whole = projection.bounds(nodes)
    places: dict[NodeId, tuple[float, float]] = {}
    for node_id, rect in rects.items():
        x, y = rect.x(), rect.y()
        match edge:
            case "left":
                x = whole.left()
            case "right":
                x = whole.left() + whole.width() - rect.width()
            case "top":
                y = whole.top()
            case "bottom":
                y = whole.top() + whole.height() - rect.height()
            case "center":
                x = whole.center().x() - rect.width() / 2
            case "middle":
                y = whole.center().y() - rect.height() / 2
        places[node_id] = x, y
    _move(projection.document, _NAMES[edge], places)


def distribute(projection: Projection, nodes: Collection[NodeId], axis: Axis) -> None:
    """Make the gaps between nodes equal; the first and the last one stay."""
    rects = {node_id: projection.nodes[node_id].rect for node_id in nodes}
    if len(rects) < 3:
        return
    starts = {node_id: rect.x() if axis == "x" else rect.y() for node_id, rect in rects.items()}
    sizes = {node_id: rect.width() if axis == "x" else rect.height() for node_id, rect in rects.items()}
    order = sorted(rects, key=lambda node_id: starts[node_id] + sizes[node_id] / 2)
    span = starts[order[-1]] + sizes[order[-1]] - starts[order[0]]
    gap = (span - sum(sizes.values())) / (len(order) - 1)
    at, places = starts[order[0]], {}
    for node_id in order:
        rect = rects[node_id]
        places[node_id] = (at, rect.y()) if axis == "x" else (rect.x(), at)
        at += sizes[node_id] + gap
    name = "Distribute horizontally" if axis == "x" else "Distribute vertically"
    _move(projection.document, name, places)


def straighten(projection: Projection, nodes: Collection[NodeId], wires: Collection[ConnectionKey]) -> None:
    """Level the selected wires, or else the exec wires between the selected nodes, by moving what is at their end."""
    document = projection.document
    inner = [key for key in document.connections if key.source.node in nodes and key.target.node in nodes]
    chosen = list(wires) or [key for key in inner if key.kind is PinKind.EXEC] or inner
    known = projection.nodes
    chosen = [key for key in chosen if key.source.node in known and key.target.node in known]
    tops = {end.node: known[end.node].rect.y() for key in chosen for end in (key.source, key.target)}
    moved: set[NodeId] = set()
    for key in sorted(chosen, key=lambda key: known[key.source.node].rect.x()):
        source, target = key.source.node, key.target.node
        if target in moved or source == target:
            continue
        moved.add(target)
        tops[target] = (
            tops[source] + _below(projection, key, PinDirection.OUT) - _below(projection, key, PinDirection.IN)
        )
    places = {node_id: (known[node_id].rect.x(), tops[node_id]) for node_id in moved}
    _move(document, "Straighten", places)


def tidy(projection: Projection, nodes: Collection[NodeId]) -> None:
    """Lay nodes out anew: one undo step. What is tidy already stays."""
    document = projection.document
    boxes = {node_id: _box(projection, node_id) for node_id in document.nodes if node_id in nodes}
    if len(boxes) < 2:
        return
    links = [
        _link(projection, key) for key in document.connections if {key.source.node, key.target.node} <= boxes.keys()
    ]
    _move(document, "Tidy", tidied(boxes, links))


def _box(projection: Projection, node_id: NodeId) -> Box:
    rect = projection.nodes[node_id].rect
    signature = projection.document.signature(node_id)
    floats = not signature.exec_in and not signature.exec_out
    return Box(rect.x(), rect.y(), rect.width(), rect.height(), floats)


def _link(projection: Projection, key: ConnectionKey) -> Link[NodeId]:
    out_y, in_y = _below(projection, key, PinDirection.OUT), _below(projection, key, PinDirection.IN)
    weight = _EXEC_WEIGHT if key.kind is PinKind.EXEC else 1.0
    return Link(key.source.node, key.target.node, out_y, in_y, weight)


def _below(projection: Projection, key: ConnectionKey, side: PinDirection) -> float:
    """How far below its node's corner a wire begins or ends."""
    end = key.source if side is PinDirection.OUT else key.target
    return projection.nodes[end.node].shape.pin_point(PinKey(side, key.kind, end.pin))[1]


def _move(document: FlowDocument, name: str, places: Mapping[NodeId, tuple[float, float]]) -> None:
    """One command; whole numbers, so that files stay readable. Not in steps of the grid: wires are to be level."""
    positions: dict[NodeId, Point] = {node_id: (round(x), round(y)) for node_id, (x, y) in places.items()}
    commands.move_nodes(document, positions, text=name)
