"""Which pins a loose wire may go to, and why not the others."""

from __future__ import annotations

from runtime.document.flow import ConnectionKey, PinDirection, PinKind, PinRef
from runtime.ids import NodeId

from ..document import FlowDocument
from .add_request import WireEnd
from .rows import PinKey


def key_between(end: WireEnd, node: NodeId, pin: PinKey) -> ConnectionKey:
    """The wire between a loose end and a pin of the other direction."""
    other = PinRef(node, pin.name)
    source, target = (end.pin, other) if end.direction is PinDirection.OUT else (other, end.pin)
    return ConnectionKey(end.kind, source, target)


def opposite(direction: PinDirection) -> PinDirection:
    """The side of the pins to which a wire goes from this side."""
    return PinDirection.IN if direction is PinDirection.OUT else PinDirection.OUT


def why_not(document: FlowDocument, end: WireEnd, node: NodeId, pin: PinKey) -> str | None:
    """Why a loose wire may not go to a pin, or None if it may."""
    if pin.kind is not end.kind:
        exec_one, data_one = (pin.name, end.pin.pin) if pin.kind is PinKind.EXEC else (end.pin.pin, pin.name)
        return f"{exec_one} passes the run on, {data_one} passes a value: they do not fit together"
    if pin.direction is end.direction:
        side = "outputs" if pin.direction is PinDirection.OUT else "inputs"
        return f"{end.pin.pin} and {pin.name} are both {side}: connect an output with an input"
    refused = document.refusal(*key_between(end, node, pin))
    return str(refused) if refused else None


def legal_pins(document: FlowDocument, end: WireEnd, node: NodeId) -> frozenset[PinKey]:
    """All pins of a node to which a loose wire may go, folded ones too."""
    signature = document.signature(node)
    if end.kind is PinKind.EXEC:
        names = signature.exec_in if end.direction is PinDirection.OUT else signature.exec_out
    else:
        names = tuple(signature.inputs if end.direction is PinDirection.OUT else signature.outputs)
    keys = (PinKey(opposite(end.direction), end.kind, name) for name in names)
    return frozenset(key for key in keys if why_not(document, end, node, key) is None)
