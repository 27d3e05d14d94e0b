"""Which node or pin comes next in a direction: arithmetic on the projection."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from PySide6.QtCore import QRectF

from runtime.document.flow import PinDirection

from .geometry import NodeShape
from .projection import PlacedNode, Projection
from .rows import PinKey

Way = Literal["left", "right", "up", "down"]
_ASIDE = 2.0
"""How much more a unit across the way counts than one along it."""
_BAND = 100.0
"""Nodes whose tops lie in one band of this height are read as a line."""


def in_sight(projection: Projection) -> Iterable[PlacedNode]:
    """The nodes that no collapsed frame hides."""
    return (node for node in projection.nodes.values() if node.id not in projection.folded)


def in_reading_order(projection: Projection) -> list[PlacedNode]:
    """The nodes as one reads: line by line, each from the left."""
    return sorted(in_sight(projection), key=lambda node: (node.rect.y() // _BAND, node.rect.x()))


def node_towards(projection: Projection, start: PlacedNode, way: Way) -> PlacedNode | None:
    """The nearest node in a direction, or None. What lies straight ahead comes before what lies aside."""
    others = [
        (detour, node) for node in in_sight(projection) if node is not start and (detour := _far(start, node, way))
    ]
    return min(others, key=lambda other: other[0])[1] if others else None


def pin_towards(shape: NodeShape, start: PinKey, way: Way) -> PinKey | None:
    """The next pin of a node in a direction, or None at its edge: along a side, or over to the other one."""
    if way in ("up", "down"):
        side = pins_of(shape, start.direction)
        goal = side.index(start) + (1 if way == "down" else -1)
        return side[goal] if 0 <= goal < len(side) else None
    direction = PinDirection.IN if way == "left" else PinDirection.OUT
    if direction is start.direction:
        return None
    y = shape.places[start].y
    return min(pins_of(shape, direction), key=lambda key: abs(shape.places[key].y - y), default=None)


def pins_of(shape: NodeShape, direction: PinDirection) -> list[PinKey]:
    """The shown pins of one side of a node, from the top."""
    side = [place for key, place in shape.places.items() if key.direction is direction]
    return [place.pin.key for place in sorted(side, key=lambda place: place.y)]


def _far(start: PlacedNode, node: PlacedNode, way: Way) -> float:
    """How long the way to a node is; 0 if its middle does not lie beyond the edge that the way crosses."""
    here, there = start.rect, node.rect.center()
    beyond = {
        "left": here.left() - there.x(),
        "right": there.x() - here.right(),
        "up": here.top() - there.y(),
        "down": there.y() - here.bottom(),
    }[way]
    aside = _gap(here, node.rect, across=way in ("up", "down"))
    return beyond + _ASIDE * aside if beyond > 0 else 0.0


def _gap(one: QRectF, other: QRectF, *, across: bool) -> float:
    """The distance between two rectangles from side to side (`across`) or from top to bottom; 0 if they overlap."""
    if across:
        return max(one.left() - other.right(), other.left() - one.right(), 0.0)
    return max(one.top() - other.bottom(), other.top() - one.bottom(), 0.0)
