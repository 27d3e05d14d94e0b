"""What a part of the canvas is that a screen reader finds: its names, its keys in the flow, where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF

from runtime.document.flow import ConnectionKey
from runtime.ids import NodeId

from . import announce
from .hit import Hit
from .rows import PinKey

if TYPE_CHECKING:
    from .view import CanvasView


@dataclass(frozen=True, slots=True)
class FrameThing:
    """A frame; its id alone could be that of a node."""

    id: str


Thing = NodeId | ConnectionKey | tuple[NodeId, PinKey] | FrameThing
"""A node, a wire, a pin of a node, or a frame."""
_PIN_SIZE = 20.0
"""Pixels around the middle of a pin that stand for it."""


def things_of(view: CanvasView) -> list[Thing]:
    """What the canvas holds: all nodes, then all wires, then the frames that are seen."""
    frames = (FrameThing(frame.id) for frame in view.projection.shown_frames())
    return [*view.document.nodes, *view.projection.wires, *frames]


def focused_thing(view: CanvasView) -> Thing | None:
    """Where the keyboard is."""
    focus = view.keyboard
    if focus.frame is not None:
        return FrameThing(focus.frame)
    return (focus.node, focus.pin) if focus.node is not None and focus.pin is not None else focus.node


def hit_of(thing: Thing) -> Hit:
    """The same as the mouse would tell it."""
    match thing:
        case FrameThing():
            return Hit("frame", frame=thing.id)
        case ConnectionKey():
            return Hit("wire", wire=thing)
        case (node_id, pin):
            return Hit("pin", node_id, pin)
        case _:
            return Hit("body", thing)


def thing_at(hit: Hit) -> Thing | None:
    """The node, wire or frame that was hit."""
    if hit.frame is not None:
        return FrameThing(hit.frame)
    return hit.node if hit.node is not None else hit.wire


def is_there(view: CanvasView, thing: Thing) -> bool:
    """Whether the flow has it, and the canvas shows it."""
    match thing:
        case FrameThing():
            return any(frame.id == thing.id for frame in view.projection.shown_frames())
        case ConnectionKey():
            return thing in view.document.connections
        case (node_id, pin):
            return node_id in view.document.nodes and pin in pins_shown(view, node_id)
        case _:
            return thing in view.document.nodes


def pins_shown(view: CanvasView, node_id: NodeId) -> list[PinKey]:
    """The pins of a node, unfolded or not."""
    placed = view.projection.nodes.get(node_id)
    return [pin.key for pin in placed.shape.look.rows.all] if placed is not None else []


def name_of(view: CanvasView, thing: Thing) -> str:
    """What one calls it."""
    match thing:
        case FrameThing():
            return view.document.frames[thing.id].title
        case ConnectionKey():
            return announce.about_wire(view.document, thing)
        case (_, pin):
            return pin.name
        case _:
            return view.document.node_title(thing)


def description_of(view: CanvasView, thing: Thing) -> str:
    """All that is told about it; a wire's name says everything."""
    match thing:
        case FrameThing():
            return announce.about_frame(view.projection, thing.id)
        case ConnectionKey():
            return ""
        case (node_id, pin):
            return announce.about(view.subject, node_id, pin)
        case _:
            return announce.about(view.subject, thing)


def area_of(view: CanvasView, thing: Thing) -> QRect:
    """Where it is painted, on the screen."""
    camera, projection = view.camera, view.projection
    match thing:
        case FrameThing():
            area = camera.rect_to_view(projection.frame_place(thing.id))
        case ConnectionKey():
            area = camera.rect_to_view(projection.wires[thing].box)
        case (node_id, pin):
            reach = QPointF(_PIN_SIZE, _PIN_SIZE) / 2
            at = camera.to_view(projection.pin_position(node_id, pin))
            area = QRectF(at - reach, at + reach).toAlignedRect()
        case _:
            area = camera.rect_to_view(projection.nodes[thing].rect)
    return QRect(view.viewport().mapToGlobal(area.topLeft()), area.size())
