"""Edits of nodes as such: how they take part in runs, how much of them is shown, and what they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Literal

from runtime.document.flow import Connection, ConnectionKey, Node, PinKind, PinRef
from runtime.errors import InputError
from runtime.ids import NodeId, PinName
from runtime.nodes.conversions import refusal
from runtime.nodes.inputs import fitted
from runtime.nodes.pins import DataPin, Signature

from . import commands, wires
from .change import Change, Edit
from .document import FlowDocument

Mode = Literal["mute", "bypass"]


def set_all(document: FlowDocument, nodes: Iterable[NodeId], text: str, **fields: object) -> None:
    """Set fields of several nodes: one undo step."""
    commands.push(document, text, commands.altering(document, dict.fromkeys(nodes, fields)))


def switch_mode(document: FlowDocument, nodes: Collection[NodeId], mode: Mode) -> None:
    """Mute (skip) or bypass (pass through) nodes; if all of them are so already, let them run again."""
    is_on = all(document.nodes[node_id].mode == mode for node_id in nodes)
    verb = {"mute": ("Mute", "Unmute"), "bypass": ("Bypass", "Stop bypassing")}[mode][is_on]
    set_all(document, nodes, f"{verb} {_counted(nodes)}", mode="normal" if is_on else mode)


def switch_collapsed(document: FlowDocument, nodes: Collection[NodeId]) -> None:
    """Show only the header and the wired pins of nodes; if all of them are so already, show all of them."""
    are_collapsed = all(document.nodes[node_id].collapsed for node_id in nodes)
    verb = "Expand" if are_collapsed else "Collapse"
    set_all(document, nodes, f"{verb} {_counted(nodes)}", collapsed=not are_collapsed)


def reset_inputs(document: FlowDocument, nodes: Collection[NodeId]) -> None:
    """Give all unconnected inputs of nodes their defaults back."""
    set_all(document, nodes, f"Reset {_counted(nodes)}", inputs={})


def swap(document: FlowDocument, node_id: NodeId, type_id: str) -> list[str]:
    """Make a node one of another type; what fits stays: one undo step. Returns what was lost, in words.

    Values and wires go to pins of the same name, else to the next pin whose type fits.
    """
    before, old = document.nodes[node_id], document.signature(node_id)
    new = document.registry.instance(type_id).signature
    inputs, lost = _kept_values(before, old, new)
    fields = {"type": type_id, "config": {}, "inputs": inputs, "pinned_outputs": {}}
    after = before.model_copy(update=fields)
    wires_before = [wire for wire in document.connections.values() if node_id in (wire.source.node, wire.target.node)]
    kept = _kept_wires(document, node_id, wires_before, new)
    lost += [f"the wire at {_own_pin(wire, node_id)}" for wire in wires_before if wire.key not in kept]
    title = document.registry.get(type_id).title
    with wires.step(document, f"Swap for {title}"):
        commands.remove(document, (), [wire.key for wire in wires_before])
        commands.push(document, title, Change(nodes=(Edit(node_id, 0, before, after),)))
        commands.push(document, title, commands.inserting(document, (), kept.values()))
    return lost


def _kept_values(node: Node, old: Signature, new: Signature) -> tuple[dict[PinName, object], list[str]]:
    kept: dict[PinName, object] = {}
    lost = []
    for name, value in node.inputs.items():
        pin = new.inputs.get(name)
        if pin is not None and _takes(pin, value):
            kept[name] = value
        elif name in old.inputs:
            lost.append(f"the value of {name}")
    return kept, lost


def _takes(pin: DataPin, value: object) -> bool:
    try:
        fitted(value, pin)
    except InputError:
        return False
    return True


def _kept_wires(
    document: FlowDocument, node_id: NodeId, before: Iterable[Connection], new: Signature
) -> Mapping[ConnectionKey, Connection]:
    """The wires that stay, by what they were."""
    kept: dict[ConnectionKey, Connection] = {}
    taken: set[tuple[str, PinName]] = set()
    for wire in before:
        ends = {"source": wire.source, "target": wire.target}
        for side, end in ends.items():
            if end.node != node_id:
                continue
            pin = _new_pin(document, wire, side, new, taken)
            if pin is None:
                break
            taken.add((f"{wire.kind} {side}", pin))
            ends[side] = PinRef(node_id, pin)
        else:
            kept[wire.key] = wire.model_copy(update=ends)
    return kept


def _new_pin(
    document: FlowDocument, wire: Connection, side: str, new: Signature, taken: set[tuple[str, PinName]]
) -> PinName | None:
    """The pin of the new type to which an end of a wire goes: of the same name, else the next that fits and is free."""
    own, other = (wire.source, wire.target) if side == "source" else (wire.target, wire.source)
    one_only = (wire.kind is PinKind.EXEC) == (side == "source")
    place = f"{wire.kind} {side}"
    if wire.kind is PinKind.EXEC:
        names = list(new.exec_out if side == "source" else new.exec_in)
    else:
        pins = new.outputs if side == "source" else new.inputs
        names = [pin.name for pin in pins.values() if _joins(document, pin, other, side)]
    free = [name for name in names if not (one_only and (place, name) in taken)]
    return own.pin if own.pin in free else next(iter(free), None)


def _joins(document: FlowDocument, pin: DataPin, other: PinRef, side: str) -> bool:
    signature = document.signature(other.node)
    far = (signature.inputs if side == "source" else signature.outputs).get(other.pin)
    if far is None:
        return False
    return refusal(*((pin.type, far.type) if side == "source" else (far.type, pin.type))) is None


def _own_pin(wire: Connection, node_id: NodeId) -> PinName:
    return wire.source.pin if wire.source.node == node_id else wire.target.pin


def _counted(nodes: Collection[NodeId]) -> str:
    return "node" if len(nodes) == 1 else f"{len(nodes)} nodes"
