"""What lies under a point: arithmetic on the projection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import QPointF, QRectF

from runtime.document.flow import ConnectionKey
from runtime.ids import NodeId, PinName

from .frame_painter import title_height
from .geometry import DOT, DOT_CENTER, PAD, NodeShape, PinButton
from .projection import PlacedNode, Projection
from .rows import ROW, PinKey, data_input

FAR = 0.28
"""Below this zoom nodes are rectangles, wires straight lines, and pins are not offered."""
PIN_REACH = 10.0
"""Least radius around a pin, in pixels, that takes a press."""
BREAKPOINT_REACH = 7.0
"""Least radius of a breakpoint's dot, in pixels, that takes a press."""
WIRE_REACH = 6.0
"""Greatest distance from a wire, in pixels, that takes a press."""

EDGE_REACH = 5.0
"""Greatest distance from the edge of a frame, in pixels, that takes a press."""

Part = Literal[
    "pin", "breakpoint", "field", "more", "more_pins", "fewer_pins", "list_pins", "body", "wire", "frame", "void"
]

_PIN_BUTTONS: Final[dict[PinButton, Part]] = {"more": "more_pins", "fewer": "fewer_pins", "list": "list_pins"}


@dataclass(frozen=True, slots=True)
class Hit:
    """What was hit. `node` stands for all parts of a node; `pin` for pin and field; `wire` for wire.

    `frame` stands for a frame's title and edges; `edges` says which: (-1, 0 or 1 across, -1, 0 or 1 down).
    """

    part: Part = "void"
    node: NodeId | None = None
    pin: PinKey | None = None
    wire: ConnectionKey | None = None
    frame: str | None = None
    edges: tuple[int, int] = (0, 0)

    @property
    def field(self) -> PinName | None:
        """The input whose value was hit."""
        return self.pin.name if self.part == "field" and self.pin else None


VOID = Hit()


def hit_at(projection: Projection, point: QPointF, zoom: float) -> Hit:
    """The topmost thing under a point of the canvas: pins before nodes, nodes before wires, wires before frames."""
    reach = PIN_REACH / zoom
    near = projection.node_grid.within(QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach))
    near.sort(key=lambda node: node.order, reverse=True)
    for node in near:
        pin = pin_at(node, point, zoom) if zoom >= FAR else None
        if pin is not None:
            return Hit("pin", node.id, pin)
        if zoom >= FAR and _is_on_breakpoint(node, point, zoom):
            return Hit("breakpoint", node.id)
        if node.rect.contains(point):
            return _inside(node, point, zoom)
    hit = _wire_at(projection, point, zoom)
    return hit if hit.wire is not None else _frame_at(projection, point, zoom)


def pin_at(node: PlacedNode, point: QPointF, zoom: float) -> PinKey | None:
    """The pin of a node that is nearest to a point, if the point is within its reach.

    Outside of the node the reach is `PIN_REACH` pixels; inside it ends where labels begin, so that values can be hit.
    """
    local = point - node.rect.topLeft()
    best, best_distance = None, PIN_REACH / zoom
    for key, place in node.shape.places.items():
        dx, dy = local.x() - place.x, local.y() - place.y
        inward = dx if place.x == 0 else -dx
        if abs(dy) > max(ROW / 2, 1.0) or inward > max(PAD, best_distance):
            continue
        distance = (dx * dx + dy * dy) ** 0.5
        if distance <= best_distance:
            best, best_distance = key, distance
    return best


def _is_on_breakpoint(node: PlacedNode, point: QPointF, zoom: float) -> bool:
    away = point - node.rect.topLeft() - DOT_CENTER
    reach = max(DOT, BREAKPOINT_REACH / zoom)
    return bool(node.shape.look.marks.breakpoint) and away.x() ** 2 + away.y() ** 2 <= reach * reach


def _inside(node: PlacedNode, point: QPointF, zoom: float) -> Hit:
    local = point - node.rect.topLeft()
    if zoom >= FAR:
        if node.shape.more is not None and node.shape.more.contains(local):
            return Hit("more", node.id)
        button = next((name for name, area in node.shape.pin_buttons.items() if area.contains(local)), None)
        if button is not None:
            return Hit(_PIN_BUTTONS[button], node.id)
        name = _field_at(node.shape, local)
        if name is not None:
            return Hit("field", node.id, data_input(name))
    return Hit("body", node.id)


def _field_at(shape: NodeShape, local: QPointF) -> PinName | None:
    hits = (name for name, field in shape.fields.items() if field.rect.adjusted(-3, -3, 3, 3).contains(local))
    return next(hits, None)


def _wire_at(projection: Projection, point: QPointF, zoom: float) -> Hit:
    reach = WIRE_REACH / zoom
    near = projection.wire_grid.within(QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach))
    nearest = min(near, key=lambda wire: wire.distance(point), default=None)
    if nearest is None or nearest.distance(point) > reach:
        return VOID
    return Hit("wire", wire=nearest.key)


def _frame_at(projection: Projection, point: QPointF, zoom: float) -> Hit:
    reach, title = EDGE_REACH / zoom, title_height(zoom)
    for frame in reversed(projection.shown_frames()):
        rect = projection.frame_place(frame.id)
        if frame.collapsed:
            if rect.contains(point):
                return Hit("frame", frame=frame.id)
            continue
        if not rect.adjusted(-reach, -title, reach, reach).contains(point):
            continue
        if edges := _edges(rect, point, reach):
            return Hit("frame", frame=frame.id, edges=edges)
        if point.y() < rect.top() and rect.left() <= point.x() <= rect.right():
            return Hit("frame", frame=frame.id)
    return VOID


def _edges(rect: QRectF, point: QPointF, reach: float) -> tuple[int, int] | None:
    """The edges of a rectangle that a point is on, or None."""
    across = -1 if abs(point.x() - rect.left()) <= reach else int(abs(point.x() - rect.right()) <= reach)
    down = -1 if abs(point.y() - rect.top()) <= reach else int(abs(point.y() - rect.bottom()) <= reach)
    beside = rect.top() - reach <= point.y() <= rect.bottom() + reach
    return (across, down) if (across and beside) or down else None
