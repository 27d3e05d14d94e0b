"""Edits of the pins about which a node's config decides: more, fewer, another order, other names. Wires follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pydantic import ValidationError

from runtime.document.flow import Connection, ConnectionKey, Node, PinKind, PinRef
from runtime.errors import DocumentError
from runtime.ids import NodeId, PinName
from runtime.nodes.dynamic_pins import DynamicPins, Slot, deciding_field, dynamic_pins
from runtime.validation import instance_of

from . import commands
from .change import difference
from .document import FlowDocument


def pins_of(document: FlowDocument, node_id: NodeId) -> DynamicPins | None:
    """The pins of a node about which its config decides, or None."""
    node_type = document.node_type(node_id)
    if node_type is None or deciding_field(node_type.Config) is None:
        return None
    node = instance_of(document.nodes[node_id], document.registry, None)
    return dynamic_pins(node) if node is not None else None


def add(document: FlowDocument, node_id: NodeId) -> None:
    """Give a node one more pin, if it may have one."""
    pins = pins_of(document, node_id)
    if pins is not None and pins.may_grow:
        name = pins.new_name()
        arrange(document, node_id, f"Add {name}", [*pins.slots, Slot(None, name)])


def remove(document: FlowDocument, node_id: NodeId, name: PinName | None = None) -> list[str]:
    """Take a pin from a node, by default the last, if it may have fewer. Returns the wires that went with it."""
    pins = pins_of(document, node_id)
    if pins is None or not pins.may_shrink or not pins.names:
        return []
    doomed = pins.names[-1] if name is None else name
    rest = [slot for slot in pins.slots if slot.before != doomed]
    return arrange(document, node_id, f"Remove {doomed}", rest)


def arrange(document: FlowDocument, node_id: NodeId, text: str, slots: Sequence[Slot]) -> list[str]:
    """Give a node these pins instead: one undo step. Values and wires follow theirs.

    Returns the wires of pins that are gone, in words. Raises DocumentError if the node's type does not take them.
    """
    pins = pins_of(document, node_id)
    if pins is None or slots == pins.slots:
        return []
    before, renamed = document.flow, pins.renamed(slots)
    gone = set(pins.names) - renamed.keys()
    node = _arranged(document, node_id, pins, slots)
    cut: list[str] = []
    wires: dict[ConnectionKey, Connection] = {}
    for wire in document.connections.values():
        end = _own_end(wire, node_id, pins)
        if end is not None and end in gone:
            cut.append(_in_words(document, wire))
            continue
        moved = wire if end is None else _moved(wire, node_id, renamed.get(end, end), pins)
        wires[moved.key] = moved
    nodes = tuple(node if one.id == node_id else one for one in before.nodes)
    after = before.model_copy(update={"nodes": nodes, "connections": _in_order(document.connections, wires)})
    commands.push(document, text, difference(before, after))
    return cut


def cut_in_words(cut: Iterable[str]) -> str:
    """What a person is told about wires that were cut; "" if none were."""
    wires = list(cut)
    return f"Cut {', '.join(wires)}. Undo brings {'it' if len(wires) == 1 else 'them'} back." if wires else ""


def _arranged(document: FlowDocument, node_id: NodeId, pins: DynamicPins, slots: Sequence[Slot]) -> Node:
    """The node with its new config, and the values of inputs under their new names."""
    node, renamed = document.nodes[node_id], pins.renamed(slots)
    config = {**node.config, pins.field: pins.arranged(slots)}
    names = [slot.name for slot in slots if pins.kind != "count"]
    if doubled := next((name for name in names if names.count(name) > 1), None):
        raise DocumentError(f"{document.node_title(node_id)}: there are two pins named {doubled!r}")
    try:
        made = dynamic_pins(document.registry.instance(node.type, config))
    except ValidationError as error:
        raise DocumentError(commands.misfit(document, node_id, error)) from error
    if made is not None and names and set(made.names) != set(names):
        wrong = next(iter(set(names) - set(made.names)), "")
        raise DocumentError(f"{document.node_title(node_id)}: {wrong!r} cannot be the name of a pin")
    inputs = node.inputs if pins.are_outputs else _renamed(node.inputs, pins, renamed)
    return node.model_copy(update={"config": config, "inputs": inputs})


def _renamed(
    values: Mapping[PinName, object], pins: DynamicPins, renamed: Mapping[PinName, PinName]
) -> dict[PinName, object]:
    own = set(pins.names)
    return {renamed.get(name, name): value for name, value in values.items() if name not in own or name in renamed}


def _own_end(wire: Connection, node_id: NodeId, pins: DynamicPins) -> PinName | None:
    """The pin of the node about which its config decides at which a wire ends, or None."""
    end = wire.source if pins.are_outputs else wire.target
    kind = PinKind.EXEC if pins.are_outputs else PinKind.DATA
    return end.pin if wire.kind is kind and end.node == node_id and end.pin in pins.names else None


def _moved(wire: Connection, node_id: NodeId, name: PinName, pins: DynamicPins) -> Connection:
    side = "source" if pins.are_outputs else "target"
    return wire.model_copy(update={side: PinRef(node_id, name)})


def _in_order(
    before: Mapping[ConnectionKey, Connection], after: Mapping[ConnectionKey, Connection]
) -> tuple[Connection, ...]:
    """Wires that were there in the order in which they were, then the others."""
    kept = (after[key] for key in before if key in after)
    return (*kept, *(wire for key, wire in after.items() if key not in before))


def _in_words(document: FlowDocument, wire: Connection) -> str:
    ends = (f"{document.node_title(end.node)} · {end.pin}" for end in (wire.source, wire.target))
    return f"the wire {' → '.join(ends)}"
