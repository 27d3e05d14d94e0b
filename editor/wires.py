"""Edits of wires that are more than drawing one: bends, moving all wires of a pin, putting a node into a wire."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QPointF

from runtime.document.flow import Connection, ConnectionKey, PinDirection, PinKind, PinRef, Point
from runtime.ids import NodeId, PinName
from runtime.nodes.conversions import refusal
from runtime.nodes.pins import PinType, Signature

from . import commands
from .change import Change, Edit
from .document import FlowDocument
from .places import moved_by

_WAYS_ON: Final = ("Success", "Out", "Done", "Resolved", "True")
"""The exec outputs by which a flow goes on, the likeliest first."""


def set_bends(
    document: FlowDocument, key: ConnectionKey, bends: Sequence[Point], text: str, merge_key: str = ""
) -> None:
    """Give a wire other bend points: layout only."""
    wire = document.connections[key]
    if tuple(bends) != wire.via:
        after = wire.model_copy(update={"via": tuple(bends)})
        commands.push(document, text, Change(connections=(Edit(key, 0, wire, after),)), merge_key)


def bends_moved(
    document: FlowDocument, nodes: Collection[NodeId], offset: QPointF
) -> tuple[Edit[ConnectionKey, Connection], ...]:
    """The bends of the wires between some nodes, moved with them."""
    edits = []
    for key, wire in document.connections.items():
        if wire.via and key.source.node in nodes and key.target.node in nodes:
            after = wire.model_copy(update={"via": tuple(moved_by(bend, offset) for bend in wire.via)})
            edits.append(Edit(key, 0, wire, after))
    return tuple(edits)


# -- all wires of a pin


def wires_at(document: FlowDocument, pin: PinRef, kind: PinKind, direction: PinDirection) -> list[ConnectionKey]:
    """The wires of a pin, in the order of the file."""
    keys = {
        wire.key for wire in document.connections_of(pin.node) if wire.kind is kind and _end(wire.key, direction) == pin
    }
    return [key for key in document.connections if key in keys]


def rewired(key: ConnectionKey, direction: PinDirection, pin: PinRef) -> ConnectionKey:
    """A wire with another pin at its source (`out`) or target (`in`)."""
    return key._replace(source=pin) if direction is PinDirection.OUT else key._replace(target=pin)


def rewire(document: FlowDocument, keys: Iterable[ConnectionKey], direction: PinDirection, pin: PinRef) -> None:
    """Move an end of several wires to another pin: one undo step. Raises IllegalConnectionError."""
    moves = [(key, rewired(key, direction, pin)) for key in keys]
    for _, new in moves:
        if refused := document.refusal(*new):
            raise refused
    with step(document, "Move wires" if len(moves) > 1 else "Move wire"):
        for key, new in moves:
            commands.connect(document, *new, instead_of=key)


# -- putting a node into a wire


def fit_into(
    document: FlowDocument, signature: Signature, key: ConnectionKey, free_of: NodeId | None = None
) -> tuple[PinName, PinName] | None:
    """The input and the output by which a node of these pins fits into a wire, or None.

    `free_of`: a node of the flow, whose pins must not be wired yet and which must not be at an end of the wire.
    """
    taken = set()
    if free_of is not None:
        if free_of in (key.source.node, key.target.node):
            return None
        wires = [wire for wire in document.connections_of(free_of) if wire.kind is key.kind]
        taken = {end.pin for wire in wires for end in (wire.source, wire.target) if end.node == free_of}
    if key.kind is PinKind.EXEC:
        ins = [pin for pin in signature.exec_in if pin not in taken]
        outs = [pin for pin in sorted(signature.exec_out, key=_likelihood) if pin not in taken]
        return (ins[0], outs[0]) if ins and outs else None
    source = document.signature(key.source.node).outputs.get(key.source.pin)
    target = document.signature(key.target.node).inputs.get(key.target.pin)
    if source is None or target is None:
        return None
    fits_in = [
        pin for pin in signature.inputs.values() if refusal(source.type, pin.type) is None and pin.name not in taken
    ]
    fits_out = [
        pin for pin in signature.outputs.values() if refusal(pin.type, target.type) is None and pin.name not in taken
    ]
    fits_in.sort(key=lambda pin: pin.type is not source.type)
    fits_out.sort(key=lambda pin: (pin.type is not target.type, pin.name == "ErrorMessage"))
    return (fits_in[0].name, fits_out[0].name) if fits_in and fits_out else None


def insert_into(
    document: FlowDocument,
    node_id: NodeId,
    key: ConnectionKey,
    pins: tuple[PinName, PinName],
    aside: Mapping[NodeId, Point],
) -> None:
    """Replace a wire by one to a node and one from it, and put others aside: one undo step."""
    before, after = pins
    with step(document, f"Insert {document.node_title(node_id)}"):
        commands.remove(document, (), [key])
        commands.connect(document, key.kind, key.source, PinRef(node_id, before))
        commands.connect(document, key.kind, PinRef(node_id, after), key.target)
        commands.move_nodes(document, aside)


@contextmanager
def step(document: FlowDocument, text: str) -> Iterator[None]:
    """Everything pushed meanwhile is one undo step."""
    document.undo_stack.beginMacro(text)
    try:
        yield
    finally:
        document.undo_stack.endMacro()


def _likelihood(pin: PinName) -> int:
    return _WAYS_ON.index(pin) if pin in _WAYS_ON else len(_WAYS_ON)


def way_on(document: FlowDocument, node_id: NodeId) -> PinName | None:
    """The exec output by which a flow goes on from a node, if it leads nowhere yet."""
    wired = {
        wire.source.pin
        for wire in document.connections_of(node_id)
        if wire.kind is PinKind.EXEC and wire.source.node == node_id
    }
    free = [pin for pin in document.signature(node_id).exec_out if pin not in wired]
    likely = [pin for pin in free if pin in _WAYS_ON]
    return min(likely, key=_likelihood, default=free[0] if len(free) == 1 else None)


def _end(key: ConnectionKey, direction: PinDirection) -> PinRef:
    return key.source if direction is PinDirection.OUT else key.target


def best_pair(document: FlowDocument, source: NodeId, target: NodeId) -> ConnectionKey | None:
    """The wire that one would most likely draw between two nodes: the way on if it is free, else values that fit."""
    exec_in, out = document.signature(target).exec_in, way_on(document, source)
    if exec_in and out is not None:
        return ConnectionKey(PinKind.EXEC, PinRef(source, out), PinRef(target, exec_in[0]))
    return next(iter(fitting_values(document, source, target)), None)


def fitting_values(document: FlowDocument, source: NodeId, target: NodeId) -> list[ConnectionKey]:
    """Data wires that may be drawn to free inputs of a node, the likeliest first: by name, then by type."""
    inputs = [
        pin for pin in document.signature(target).inputs.values() if document.connection_into(target, pin.name) is None
    ]
    outputs = [pin for pin in document.signature(source).outputs.values() if pin.name != "ErrorMessage"]
    pairs = [(out, pin) for out in outputs for pin in inputs if refusal(out.type, pin.type) is None]
    pairs.sort(key=lambda pair: (pair[0].name != pair[1].name, pair[0].type is not pair[1].type, not pair[1].required))
    return [ConnectionKey(PinKind.DATA, PinRef(source, out.name), PinRef(target, pin.name)) for out, pin in pairs]


def obvious_values(document: FlowDocument, source: NodeId, target: NodeId) -> list[ConnectionKey]:
    """Those of them that nobody would draw otherwise: of marked types (conversations, futures) with one pin each."""
    marked = (PinType.CONVERSATION, PinType.FUTURE)
    found = []
    for kind in marked:
        outs = [pin.name for pin in document.signature(source).outputs.values() if pin.type is kind]
        ins = [pin.name for pin in document.signature(target).inputs.values() if pin.type is kind]
        if len(outs) == len(ins) == 1 and document.connection_into(target, ins[0]) is None:
            found.append(ConnectionKey(PinKind.DATA, PinRef(source, outs[0]), PinRef(target, ins[0])))
    return found
