"""A wire that could lose something is refused; here the node is offered that makes it legal (design 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QMenu

from runtime.document.flow import ConnectionKey, PinDirection, PinKind, PinRef
from runtime.nodes.conversions import CONVERSION_NODES

from .. import commands, wires
from ..document import FlowDocument
from ..places import snapped
from .geometry import MIN_WIDTH
from .rows import HEADER, PinKey

if TYPE_CHECKING:
    from .view import CanvasView


def offer_conversion(view: CanvasView, wire: ConnectionKey, instead_of: ConnectionKey | None, at: QPoint) -> None:
    """Open a menu at a place of the screen that puts the conversion node between; nothing if there is none."""
    type_id = conversion_for(view.document, wire)
    if type_id is None:
        return
    menu = QMenu(view)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    title = view.document.registry.get(type_id).title
    menu.addAction(f"Insert “{title}” between").triggered.connect(lambda: insert_conversion(view, wire, instead_of))
    menu.popup(at)


def conversion_for(document: FlowDocument, wire: ConnectionKey) -> str | None:
    """The type of the node that a refused wire needs between its ends, or None if no node would help."""
    if wire.kind is not PinKind.DATA:
        return None
    source = document.signature(wire.source.node).outputs.get(wire.source.pin)
    target = document.signature(wire.target.node).inputs.get(wire.target.pin)
    type_id = CONVERSION_NODES.get((source.type, target.type)) if source and target else None
    return type_id if type_id in document.registry else None


def insert_conversion(view: CanvasView, wire: ConnectionKey, instead_of: ConnectionKey | None = None) -> None:
    """Draw a refused wire by way of its conversion node; one undo step. Nothing if the wire's ends are gone."""
    document = view.document
    if not {wire.source.node, wire.target.node} <= document.nodes.keys():
        return
    type_id = conversion_for(document, wire)
    if type_id is None:
        return
    signature = document.registry.instance(type_id).signature
    with wires.step(document, f"Insert {document.registry.get(type_id).title}"):
        between = commands.add_node(document, type_id, snapped(_middle(view, wire)))
        _join(document, wire.source, PinRef(between, next(iter(signature.inputs))), instead_of)
        _join(document, PinRef(between, next(iter(signature.outputs))), wire.target)
    view.select([between])
    view.message.emit("")  # what was refused is mended


def _join(document: FlowDocument, source: PinRef, target: PinRef, instead_of: ConnectionKey | None = None) -> None:
    held = instead_of if instead_of in document.connections else None
    commands.connect(document, PinKind.DATA, source, target, instead_of=held)


def _middle(view: CanvasView, wire: ConnectionKey) -> QPointF:
    """The corner of a node that lies halfway."""
    ends = ((wire.source, PinDirection.OUT), (wire.target, PinDirection.IN))
    place = view.projection.pin_position
    start, end = (place(ref.node, PinKey(direction, wire.kind, ref.pin)) for ref, direction in ends)
    return (start + end) / 2 - QPointF(MIN_WIDTH / 2, HEADER)
