"""Every edit there is: functions that make a Change from the document, and the one undo command that applies it.

Commands know nothing of views; what they refuse, they refuse before anything is pushed.
"""

from __future__ import annotations

import weakref
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError
from PySide6.QtGui import QUndoCommand

from runtime.document.flow import Connection, ConnectionKey, Node, PinKind, PinRef, Point
from runtime.errors import DocumentError
from runtime.ids import NodeId, PinName, new_node_id
from runtime.nodes.inputs import in_words
from runtime.nodes.pins import Signature
from runtime.validation import Fix, node_signature

from .change import Change, Edit, alike, difference
from .document import FlowDocument

T = TypeVar("T")


class ChangeCommand(QUndoCommand):
    """One entry of the undo stack. Entries with equal `merge_key` on the same parts become one, or none."""

    def __init__(self, document: FlowDocument, text: str, change: Change, merge_key: str = "") -> None:
        super().__init__(text)
        # Weak: document → undo stack → command → document would be a cycle through C++, and collecting it crashes.
        self._document = weakref.ref(document)
        self.change = change
        self.merge_key = merge_key

    def _apply(self, change: Change) -> None:
        document = self._document()
        assert document is not None, "the undo stack belongs to the document"
        document.apply(change)

    def id(self) -> int:
        return 1 if self.merge_key else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, ChangeCommand) or other.merge_key != self.merge_key:
            return False
        if not self.change.same_parts(other.change):
            return False
        self.change = self.change.then(other.change)
        self.setObsolete(self.change.is_void)
        return True

    def redo(self) -> None:
        self._apply(self.change)

    def undo(self) -> None:
        self._apply(self.change.inverse())


def push(document: FlowDocument, text: str, change: Change, merge_key: str = "") -> None:
    """Make a change and put it on the undo stack under a name; an empty change does nothing."""
    if change:
        document.undo_stack.push(ChangeCommand(document, text, change, merge_key))


# -- nodes


def add_node(
    document: FlowDocument, type_id: str, position: Point, *, inputs: Mapping[PinName, Any] | None = None
) -> NodeId:
    """Add a node of a type and return its id."""
    node = Node(id=new_node_id(), type=type_id, position=position, inputs=dict(inputs or {}))
    push(document, f"Add {_type_title(document, type_id)}", inserting(document, [node]))
    return node.id


def inserting(document: FlowDocument, nodes: Iterable[Node], wires: Iterable[Connection] = ()) -> Change:
    """The change that adds nodes and wires at the end of the file."""
    first_node, first_wire = len(document.nodes), len(document.connections)
    return Change(
        nodes=tuple(Edit(node.id, first_node + i, None, node) for i, node in enumerate(nodes)),
        connections=tuple(Edit(wire.key, first_wire + i, None, wire) for i, wire in enumerate(wires)),
    )


def remove(
    document: FlowDocument,
    nodes: Collection[NodeId],
    wires: Collection[ConnectionKey] = (),
    frames: Collection[str] = (),
) -> None:
    """Delete nodes with all their wires, further wires, and frames, which leave behind what they own."""
    doomed = set(wires) | {wire.key for node_id in nodes for wire in document.connections_of(node_id)}
    change = Change(
        nodes=tuple(_removals(document.nodes, set(nodes))),
        connections=tuple(_removals(document.connections, doomed)),
        frames=tuple(_removals(document.frames, frames)),
    )
    push(document, _counted("Delete", len(change.nodes), len(change.connections), len(change.frames)), change)


def move_nodes(document: FlowDocument, positions: Mapping[NodeId, Point], merge_key: str = "", text: str = "") -> None:
    """Put nodes at new places."""
    text = text or ("Move node" if len(positions) == 1 else f"Move {len(positions)} nodes")
    push(document, text, altering(document, {i: {"position": at} for i, at in positions.items()}), merge_key)


def set_input(document: FlowDocument, node_id: NodeId, pin: PinName, value: object, typing: str = "") -> None:
    """Set the value of an unconnected data input. Edits with one `typing` are one undo step (typing_session.py)."""
    inputs = {**document.nodes[node_id].inputs, pin: value}
    push(document, f"Set {pin}", altering(document, {node_id: {"inputs": inputs}}), _merging(typing, pin))


def unset_input(document: FlowDocument, node_id: NodeId, pin: PinName, typing: str = "") -> None:
    """Give a data input its default back, or leave it unset."""
    inputs = {name: value for name, value in document.nodes[node_id].inputs.items() if name != pin}
    push(document, f"Unset {pin}", altering(document, {node_id: {"inputs": inputs}}), _merging(typing, pin))


def set_fields(document: FlowDocument, node_id: NodeId, text: str, *, typing: str = "", **fields: object) -> None:
    """Set fields of a node itself: title, comment, mode, collapsed, breakpoint."""
    push(document, text, altering(document, {node_id: fields}), _merging(typing, *fields))


def set_config(document: FlowDocument, node_id: NodeId, config: Mapping[str, object]) -> None:
    """Change a node's config; wires to pins that no longer exist go with it.

    Raises DocumentError if the config does not fit the type.
    """
    node = document.nodes[node_id]
    try:
        document.registry.instance(node.type, config)
    except ValidationError as error:
        raise DocumentError(misfit(document, node_id, error)) from error
    configured = node.model_copy(update={"config": dict(config)})
    signature = node_signature(configured, document.registry, document.connections_of(node_id), document.source)
    lost = {wire.key for wire in document.connections_of(node_id) if not _fits(wire, node_id, signature)}
    change = altering(document, {node_id: {"config": dict(config)}})
    push(document, "Change shape", Change(change.nodes, tuple(_removals(document.connections, lost))))


def misfit(document: FlowDocument, node_id: NodeId, error: ValidationError) -> str:
    """Why a config does not fit the type of a node, in words."""
    first = error.errors(include_url=False)[0]
    place = ".".join(map(str, first["loc"]))
    return f"{document.node_title(node_id)}: {place}: {in_words(first)}"


def set_about(document: FlowDocument, text: str, *, typing: str = "", **fields: object) -> None:
    """Set the flow's own name or description."""
    before = {name: document.about[name] for name in fields}
    if before != fields:
        push(document, text, Change(about=(before, fields)), _merging(typing, *fields))


def mend(document: FlowDocument, text: str, fixes: Iterable[Fix]) -> None:
    """Apply fixes one after the other: one undo step. Those whose problem is gone do nothing."""
    before = after = document.flow
    for fix in fixes:
        after = fix.apply(after)
    push(document, text, difference(before, after))


def altering(document: FlowDocument, fields: Mapping[NodeId, Mapping[str, object]]) -> Change:
    """The change that sets fields of nodes; what is equal already is left out."""
    edits = []
    for node_id, new in fields.items():
        before = document.nodes[node_id]
        after = before.model_copy(update=dict(new))
        if not alike(after, before):
            edits.append(Edit(node_id, 0, before, after))
    return Change(nodes=tuple(edits))


# -- wires


def connect(
    document: FlowDocument, kind: PinKind, source: PinRef, target: PinRef, *, instead_of: ConnectionKey | None = None
) -> None:
    """Draw a wire; wires that cannot stay beside it go, and `instead_of`, whose end was picked up, goes too.

    Raises IllegalConnectionError if it may not be drawn.
    """
    change = connecting(document, kind, source, target, instead_of=instead_of)
    push(document, "Connect" if instead_of is None else "Move wire", change)


def connecting(
    document: FlowDocument, kind: PinKind, source: PinRef, target: PinRef, *, instead_of: ConnectionKey | None = None
) -> Change:
    """The change that draws a wire. Raises IllegalConnectionError if it may not be drawn."""
    refused = document.refusal(kind, source, target)
    if refused is not None:
        raise refused
    wire = Connection(kind=kind, source=source, target=target)
    if wire.key == instead_of:
        return Change()
    replaced = {instead_of} & document.connections.keys()
    if wire.key in document.connections:
        return Change(connections=tuple(_removals(document.connections, replaced)))
    replaced |= {old.key for old in displaced(document, kind, source, target)}
    added = Edit(wire.key, len(document.connections) - len(replaced), None, wire)
    return Change(connections=(*_removals(document.connections, replaced), added))


def displaced(document: FlowDocument, kind: PinKind, source: PinRef, target: PinRef) -> list[Connection]:
    """The wires that a new one would replace: one per exec output, one per data input (design 3)."""
    if kind is PinKind.EXEC:
        wires = document.connections_of(source.node)
        return [wire for wire in wires if wire.kind is kind and wire.source == source]
    wires = document.connections_of(target.node)
    return [wire for wire in wires if wire.kind is kind and wire.target == target]


def _merging(typing: str, *fields: str) -> str:
    """The key under which edits of one go of typing become one: "" merges with nothing."""
    return f"{typing} {sorted(fields)}" if typing else ""


def _fits(wire: Connection, node_id: NodeId, signature: Signature) -> bool:
    outgoing = signature.exec_out if wire.kind is PinKind.EXEC else signature.outputs
    incoming = signature.exec_in if wire.kind is PinKind.EXEC else signature.inputs
    return (wire.source.node != node_id or wire.source.pin in outgoing) and (
        wire.target.node != node_id or wire.target.pin in incoming
    )


def _removals(parts: Mapping[Any, T], doomed: Collection[Any]) -> list[Edit[Any, T]]:
    return [Edit(key, i, part, None) for i, (key, part) in enumerate(parts.items()) if key in doomed]


def _type_title(document: FlowDocument, type_id: str) -> str:
    return document.registry.get(type_id).title if type_id in document.registry else type_id


def _counted(verb: str, nodes: int, wires: int, frames: int) -> str:
    """Names what counts most: whoever deletes a node deletes its wires with it."""
    number, what = (nodes, "node") if nodes else (frames, "frame") if frames else (wires, "wire")
    return f"{verb} {number} {what}{'s' if number > 1 else ''}"
