"""The fixes that are offered, each an edit with a name."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from typing import Any

from ..document.flow import ConnectionKey, Node, PinKind, PinRef
from ..errors import InputError
from ..ids import NodeId, PinName
from ..nodes.conversions import shown
from ..nodes.inputs import input_errors
from ..nodes.node_type import NodeType
from ..nodes.pins import DataPin
from ..nodes.registry import NodeRegistry
from ..source import FlowSource
from . import edits
from .problem import Fix

_SIMILAR = 0.6
"""From this likeness on (difflib's measure) a name is offered in place of an unknown one."""


def delete_wire(key: ConnectionKey, which: str) -> Fix:
    """Delete a wire; `which` are all of its kind: `dangling wires`."""
    return Fix("Delete the wire", partial(edits.without_wires, frozenset({key})), f"Delete all {which}")


def cut(keys: Collection[ConnectionKey], where: str) -> Fix:
    """Delete the wires between two nodes."""
    return Fix(f"Cut {where}", partial(edits.without_wires, frozenset(keys)))


def keep_only(key: ConnectionKey, title: str) -> Fix:
    """Delete all wires that share the end of one that only one may have."""
    return Fix(title, partial(edits.with_one_wire, key))


def draw_wire(source: PinRef, target: PinRef, where: str) -> Fix:
    """Draw an exec wire."""
    return Fix(f"Wire {where}", partial(edits.with_wire, ConnectionKey(PinKind.EXEC, source, target)))


def insert_between(key: ConnectionKey, type_id: str, registry: NodeRegistry) -> Fix:
    """Put the conversion node into a wire that is refused without it."""
    node_type = registry.instance(type_id)
    ends = next(iter(node_type.signature.inputs)), next(iter(node_type.signature.outputs))
    apply = partial(edits.with_node_between, key, type_id, ends)
    return Fix(f"Insert “{node_type.title}” between", apply, "Insert all conversion nodes that are missing")


def delete_node(node_id: NodeId, which: str) -> Fix:
    """Delete a node with its wires; `which` are all of its kind: `nodes that never run`."""
    return Fix("Delete the node", partial(edits.without_node, node_id), f"Delete all {which}")


def own_ids(node_id: NodeId) -> Fix:
    """Give all nodes of one id but the first ids of their own."""
    apply = partial(edits.with_ids_of_their_own, node_id)
    return Fix("Give the later ones ids of their own", apply, "Give all later ones ids of their own")


def unmute(node_id: NodeId, title: str) -> Fix:
    """Take a node's mute mode away."""
    return Fix(
        f"Unmute {title}", partial(edits.with_fields, node_id, {"mode": "normal"}), "Unmute all nodes that are read"
    )


def remove_entry(node_id: NodeId, table: str, name: str, title: str) -> Fix:
    """Take an entry out of a node's `inputs`, `config` or `pinned_outputs`; the title ends in what it is."""
    which = {"inputs": "ignored values", "config": "settings that do not fit", "pinned_outputs": "wrong mocked values"}
    return Fix(title, partial(edits.without_entry, node_id, table, name), f"Remove all {which[table]}")


def set_setting(node_id: NodeId, name: str, value: object, title: str) -> Fix:
    """Change a node's config."""
    return Fix(title, partial(edits.with_entry, node_id, "config", name, value))


def similar_types(node: Node, registry: NodeRegistry) -> Iterator[Fix]:
    """Node types with names like an unknown one."""
    known = {node_type.type_id: node_type for node_type in registry}
    for type_id in difflib.get_close_matches(node.type, known, n=2, cutoff=_SIMILAR):
        apply = partial(edits.with_fields, node.id, {"type": type_id})
        yield Fix(f"Make it “{known[type_id].title}” ({type_id})", apply, f"Make all “{node.type}” a “{type_id}”")


def similar_files(node: Node, source: FlowSource) -> Iterator[Fix]:
    """Flows in the folder with names like that of one that is not there."""
    path = node.config.get("path")
    if source.folder is None or not isinstance(path, str) or (source.folder / path).is_file():
        return
    there = sorted(file.name for file in source.folder.glob("*.flow.json"))
    for name in difflib.get_close_matches(path, there, n=2, cutoff=_SIMILAR):
        yield set_setting(node.id, "path", name, f"Call {name}")


def mended_value(known: NodeType, node: Node, pin: DataPin, wired: frozenset[PinName]) -> Iterator[Fix]:
    """What an input can be set to whose value does not fit: the nearest that does, and its default."""

    def fits(inputs: Mapping[PinName, Any]) -> bool:
        errors = input_errors(known.inputs_model, known.signature.inputs, inputs, wired=wired)
        return not any(isinstance(error, InputError) and error.pin == pin.name for error in errors)

    near = _nearest(node.inputs.get(pin.name), pin)
    if near is not None and not pin.secret and fits({**node.inputs, pin.name: near}):
        apply = partial(edits.with_entry, node.id, "inputs", pin.name, near)
        yield Fix(f"Set {pin.name} to {shown(near)}", apply, "Set all to the nearest value that fits")
    if pin.name in node.inputs and fits({name: value for name, value in node.inputs.items() if name != pin.name}):
        title = f"Leave {pin.name} unset" if pin.optional else f"Set {pin.name} to its default, {shown(pin.default)}"
        apply = partial(edits.without_entry, node.id, "inputs", pin.name)
        yield Fix(title, apply, "Set all to their defaults")


def _nearest(value: object, pin: DataPin) -> object:
    """The value nearest to one that does not fit, or None."""
    if pin.choices is not None:
        likely = {str(choice): choice for choice in pin.choices}
        return next((likely[name] for name in difflib.get_close_matches(str(value), likely, n=1, cutoff=0.0)), None)
    number = _number(value)
    if number is None:
        return None
    if pin.type == "integer":
        number = round(number)
    if pin.minimum is not None and number < pin.minimum:
        return type(number)(pin.minimum)
    if pin.maximum is not None and number > pin.maximum:
        return type(number)(pin.maximum)
    return number


def _number(value: object) -> int | float | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None
