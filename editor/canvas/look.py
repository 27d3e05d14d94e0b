"""What a node looks like, as a value: all texts and marks that decide about its size and its picture.

Nodes that look alike share one shape and one picture, so everything here is a tuple of plain values.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from runtime.document.flow import Node, PinDirection, PinKind
from runtime.ids import NodeId, PinName
from runtime.nodes.pins import DataPin, PinType, Signature

from ..document import FlowDocument
from ..values import value_text

Tone = Literal["set", "default", "unset", "missing"]
Form = Literal["text", "check", "choice"]


class PinKey(NamedTuple):
    """What tells a pin from all others of its node (design 3)."""

    direction: PinDirection
    kind: PinKind
    name: PinName


class FieldLook(NamedTuple):
    """The value of an unconnected input: what it says, how sure it is of it, and how it is edited."""

    text: str
    tone: Tone
    form: Form = "text"
    checked: bool = False


class PinLook(NamedTuple):
    """One pin: `color` is a theme token; `field` is None for everything but an unconnected data input."""

    key: PinKey
    color: str
    connected: bool
    field: FieldLook | None = None


class NodeLook(NamedTuple):
    """A whole node. `folded` inputs are not shown; `expanded` says whether the person unfolded them."""

    title: str
    category: str
    exec_in: tuple[PinLook, ...]
    exec_out: tuple[PinLook, ...]
    outputs: tuple[PinLook, ...]
    inputs: tuple[PinLook, ...]
    folded: int = 0
    expanded: bool = False
    unknown: bool = False


def look_of(document: FlowDocument, node_id: NodeId, *, expanded: bool = False) -> NodeLook:
    """How a node looks now."""
    node, signature, node_type = document.nodes[node_id], document.signature(node_id), document.node_type(node_id)
    wired = _wired_pins(document, node_id)
    foldable = [pin.name for pin in signature.inputs.values() if _may_fold(pin, node, wired)]
    hidden = set() if expanded or len(foldable) < 2 else set(foldable)  # a fold of one would save no row
    return NodeLook(
        title=document.node_title(node_id),
        category=node_type.category if node_type else "",
        exec_in=_exec_pins(signature, PinDirection.IN, wired),
        exec_out=_exec_pins(signature, PinDirection.OUT, wired),
        outputs=tuple(_data_pin(pin, PinDirection.OUT, wired, None) for pin in signature.outputs.values()),
        inputs=tuple(
            _data_pin(pin, PinDirection.IN, wired, field_look(pin, node))
            for pin in signature.inputs.values()
            if pin.name not in hidden
        ),
        folded=len(hidden),
        expanded=expanded and len(foldable) > 1,
        unknown=node_type is None,
    )


def pin_color(pin_type: PinType | None) -> str:
    """The theme token of a pin and its wires; None is exec."""
    return "pin.exec" if pin_type is None else f"pin.{pin_type.value}"


def field_look(pin: DataPin, node: Node) -> FieldLook:
    """How the value of an unconnected input is shown."""
    value, tone = _value(pin, node)
    if pin.type is PinType.BOOLEAN and tone in ("set", "default"):
        return FieldLook("", tone, "check", bool(value))
    text = {"unset": "unset", "missing": "required"}.get(tone) or value_text(value, pin)
    return FieldLook(text, tone, "choice" if pin.choices else "text")


def _value(pin: DataPin, node: Node) -> tuple[object, Tone]:
    if pin.name in node.inputs:
        return node.inputs[pin.name], "set"
    if pin.required:
        return None, "missing"
    return pin.default, "unset" if pin.optional else "default"


def _wired_pins(document: FlowDocument, node_id: NodeId) -> set[PinKey]:
    wired = set()
    for wire in document.connections_of(node_id):
        if wire.source.node == node_id:
            wired.add(PinKey(PinDirection.OUT, wire.kind, wire.source.pin))
        if wire.target.node == node_id:
            wired.add(PinKey(PinDirection.IN, wire.kind, wire.target.pin))
    return wired


def _may_fold(pin: DataPin, node: Node, wired: set[PinKey]) -> bool:
    if pin.required or not (pin.optional or pin.advanced) or pin.name in node.inputs:
        return False
    return PinKey(PinDirection.IN, PinKind.DATA, pin.name) not in wired


def _exec_pins(signature: Signature, direction: PinDirection, wired: set[PinKey]) -> tuple[PinLook, ...]:
    names = signature.exec_in if direction is PinDirection.IN else signature.exec_out
    keys = [PinKey(direction, PinKind.EXEC, name) for name in names]
    return tuple(PinLook(key, pin_color(None), key in wired) for key in keys)


def _data_pin(pin: DataPin, direction: PinDirection, wired: set[PinKey], field: FieldLook | None) -> PinLook:
    key = PinKey(direction, PinKind.DATA, pin.name)
    connected = key in wired
    return PinLook(key, pin_color(pin.type), connected, None if connected else field)
