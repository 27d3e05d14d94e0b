"""What is wrong with a document, given the node types."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from .document.flow import Connection, Node, PinKind, PinRef
from .errors import IllegalConnectionError
from .ids import PinName
from .nodes.conversions import CONVERSION_NODES, refusal
from .nodes.pins import DataPin, PinType, Signature
from .nodes.registry import NodeRegistry


def node_signature(node: Node, registry: NodeRegistry, connections: Iterable[Connection]) -> Signature:
    """The pins of a node.

    Of an unknown type (or a config that does not fit) a placeholder's: the pins that its wires and values name.
    """
    if node.type in registry:
        try:
            return registry.instance(node.type, node.config).signature
        except ValidationError:
            pass
    return _placeholder(node, connections)


def connection_refusal(
    kind: PinKind, source: PinRef, source_pins: Signature, target: PinRef, target_pins: Signature
) -> IllegalConnectionError | None:
    """Why a wire from an output to an input may not be drawn, or None if it may."""
    outgoing, incoming = (
        (source_pins.exec_out, target_pins.exec_in)
        if kind is PinKind.EXEC
        else (source_pins.outputs, target_pins.inputs)
    )
    if source.pin not in outgoing:
        return IllegalConnectionError(f"{source.node} has no {kind} output {source.pin}")
    if target.pin not in incoming:
        return IllegalConnectionError(f"{target.node} has no {kind} input {target.pin}")
    if kind is PinKind.EXEC:
        return None
    if source.node == target.node:
        return IllegalConnectionError("a node cannot feed itself")
    here, there = source_pins.outputs[source.pin].type, target_pins.inputs[target.pin].type
    reason = refusal(here, there)
    if reason is None:
        return None
    return IllegalConnectionError(
        f"{source.pin} → {target.pin}: {reason}", conversion_type=CONVERSION_NODES.get((here, there))
    )


def _placeholder(node: Node, connections: Iterable[Connection]) -> Signature:
    wires = list(connections)
    leaving = [wire for wire in wires if wire.source.node == node.id]
    arriving = [wire for wire in wires if wire.target.node == node.id]
    named_in = [wire.target.pin for wire in arriving if wire.kind is PinKind.DATA]
    named_out = [wire.source.pin for wire in leaving if wire.kind is PinKind.DATA]
    return Signature(
        exec_in=tuple(dict.fromkeys(wire.target.pin for wire in arriving if wire.kind is PinKind.EXEC)),
        exec_out=tuple(dict.fromkeys(wire.source.pin for wire in leaving if wire.kind is PinKind.EXEC)),
        inputs={name: _any_pin(name) for name in (*named_in, *node.inputs)},
        outputs={name: _any_pin(name) for name in (*named_out, *node.pinned_outputs)},
    )


def _any_pin(name: PinName) -> DataPin:
    return DataPin(name=name, field=name, type=PinType.ANY, optional=True)
