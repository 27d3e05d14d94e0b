"""Which node, frame or pin comes next in a direction: arithmetic on the projection."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class PlacedFrame:
    """A frame, and where the keyboard finds it: an open one at its upper edge, since it lies around things."""

    id: str
    rect: QRectF


Stop = PlacedNode | PlacedFrame
"""Where the keyboard may go. There may be thousands: nodes are taken as they are."""


def stop_at_frame(projection: Projection, frame_id: str) -> PlacedFrame:
    """A frame, folded or not."""
    rect = projection.frame_place(frame_id)
    is_bar = projection.document.frames[frame_id].collapsed
    return PlacedFrame(frame_id, rect if is_bar else QRectF(rect.x(), rect.y(), rect.width(), 0))


def in_reading_order(projection: Projection) -> list[Stop]:
    """The nodes and frames as one reads: line by line, each from the left."""
    frames = (stop_at_frame(projection, frame.id) for frame in projection.shown_frames())
    stops: list[Stop] = [*frames, *_nodes(projection)]
    return sorted(stops, key=lambda stop: (stop.rect.y() // _BAND, stop.rect.x()))


def within(projection: Projection, frame_id: str) -> Stop | None:
    """The first node or frame that lies in an open frame, as one reads."""
    area, nodes = projection.frame_place(frame_id), projection.owned_by(frame_id)
    for stop in in_reading_order(projection):
        if isinstance(stop, PlacedNode):
            if stop.id in nodes:
                return stop
        elif stop.id != frame_id and area.contains(projection.frame_place(stop.id)):
            return stop
    return None


def stop_towards(projection: Projection, start: Stop, way: Way) -> Stop | None:
    """The nearest node or folded frame in a direction, or None. What lies straight ahead comes before what lies aside.

    An open frame lies around things, not beside them: it is no goal.
    """
    bars = (frame for frame in projection.shown_frames() if frame.collapsed)
    stops: list[Stop] = [*(stop_at_frame(projection, frame.id) for frame in bars), *_nodes(projection)]
    others = [(detour, stop) for stop in stops if stop != start and (detour := _far(start.rect, stop.rect, way))]
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


def _nodes(projection: Projection) -> list[PlacedNode]:
    """The nodes that no collapsed frame hides."""
    return [node for node in projection.nodes.values() if node.id not in projection.folded]


def _far(here: QRectF, goal: QRectF, way: Way) -> float:
    """How long the way to a place is; 0 if its middle does not lie beyond the edge that the way crosses."""
    there = goal.center()
    beyond = {
        "left": here.left() - there.x(),
        "right": there.x() - here.right(),
        "up": here.top() - there.y(),
        "down": there.y() - here.bottom(),
    }[way]
    aside = _gap(here, goal, across=way in ("up", "down"))
    return beyond + _ASIDE * aside if beyond > 0 else 0.0


def _gap(one: QRectF, other: QRectF, *, across: bool) -> float:
    """The distance between two rectangles from side to side (`across`) or from top to bottom; 0 if they overlap."""
    if across:
        return max(one.left() - other.right(), other.left() - one.right(), 0.0)
    return max(one.top() - other.bottom(), other.top() - one.bottom(), 0.0)
