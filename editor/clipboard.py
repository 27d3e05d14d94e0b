"""Copy and paste: nodes and the wires between them travel as JSON text, readable and fit to be sent to others."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any, Final

from pydantic import ValidationError

from runtime.document.flow import FORMAT as FLOW_FORMAT
from runtime.document.flow import VERSION, Connection, Flow, Node, PinRef, Point
from runtime.errors import DocumentError
from runtime.ids import NodeId, new_node_id

from .commands import inserting, push, remove
from .document import FlowDocument

FORMAT: Final = "futureflow-clipboard"
_STEP: Final = 40
"""How far a copy stands from its original, in canvas units, so that both are seen."""


def copied_text(document: FlowDocument, nodes: Collection[NodeId]) -> str:
    """The text that stands for some nodes and the wires between them."""
    wires = [wire for wire in document.connections.values() if wire.source.node in nodes and wire.target.node in nodes]
    value = {
        "format": FORMAT,
        "version": VERSION,
        "nodes": [_dumped(node) for node in document.nodes.values() if node.id in nodes],
        "connections": [_dumped(wire) for wire in wires],
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def cut_text(document: FlowDocument, nodes: Collection[NodeId]) -> str:
    """The text that stands for some nodes, which are deleted."""
    text = copied_text(document, nodes)
    remove(document, nodes)
    return text


def paste(document: FlowDocument, text: str, at: Point | None = None) -> list[NodeId]:
    """Add the nodes of a copied text, or of a whole flow file's text, under new ids; returns these.

    `at` is where the top left corner of them goes; without it they stand beside where they were copied.
    Raises DocumentError, which says what is wrong with the text.
    """
    return _insert(document, _parsed(text), at, "Paste")


def duplicate(document: FlowDocument, nodes: Collection[NodeId]) -> list[NodeId]:
    """Add a copy of some nodes beside them; returns the ids of the copies."""
    return _insert(document, _parsed(copied_text(document, nodes)), None, "Duplicate")


def _insert(document: FlowDocument, copied: Flow, at: Point | None, verb: str) -> list[NodeId]:
    new_ids = {node.id: new_node_id() for node in copied.nodes}
    dx, dy = _shift(document, copied.nodes, at)
    nodes = [
        node.model_copy(update={"id": new_ids[node.id], "position": (node.position[0] + dx, node.position[1] + dy)})
        for node in copied.nodes
    ]
    wires = {wire.key: wire for wire in (_moved(wire, new_ids, dx, dy) for wire in copied.connections)}
    count = f"{len(nodes)} nodes" if len(nodes) > 1 else "node"
    push(document, f"{verb} {count}", inserting(document, nodes, wires.values()))
    return [node.id for node in nodes]


def _shift(document: FlowDocument, nodes: Iterable[Node], at: Point | None) -> tuple[float, float]:
    corner = min(node.position[0] for node in nodes), min(node.position[1] for node in nodes)
    if at is not None:
        return at[0] - corner[0], at[1] - corner[1]
    taken = {node.position for node in document.nodes.values()}
    shift = _STEP
    while any((node.position[0] + shift, node.position[1] + shift) in taken for node in nodes):
        shift += _STEP
    return shift, shift


def _moved(wire: Connection, new_ids: dict[NodeId, NodeId], dx: float, dy: float) -> Connection:
    source, target = (PinRef(new_ids[end.node], end.pin) for end in (wire.source, wire.target))
    via = tuple((x + dx, y + dy) for x, y in wire.via)
    return wire.model_copy(update={"source": source, "target": target, "via": via})


def _parsed(text: str) -> Flow:
    """The copied nodes and wires as a flow of their own. Raises DocumentError."""
    try:
        value = json.loads(text)
    except ValueError:
        raise DocumentError("the clipboard holds no nodes: copy some on a canvas first (Ctrl+C)") from None
    known = (FORMAT, FLOW_FORMAT)
    if not isinstance(value, dict) or value.get("format") not in known:
        raise DocumentError("the clipboard holds JSON, but no nodes: copy some on a canvas first (Ctrl+C)")
    version = value.get("version")
    if version != VERSION:
        problem = f"the clipboard holds nodes of version {version}, this Futureflow reads version {VERSION}"
        raise DocumentError(f"{problem}: copy them again in a Futureflow of this version")
    try:
        copied = Flow.model_validate({"nodes": value.get("nodes"), "connections": value.get("connections", ())})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise DocumentError(
            f"the nodes in the clipboard are damaged: {place}: {first['msg']}; copy them again"
        ) from error
    _check_ends(copied)
    return copied


def _check_ends(copied: Flow) -> None:
    ids = [node.id for node in copied.nodes]
    if not ids:
        raise DocumentError("the clipboard holds a flow without nodes: there is nothing to paste")
    if len(set(ids)) < len(ids):
        twice = next(node_id for node_id in ids if ids.count(node_id) > 1)
        raise DocumentError(f"the nodes in the clipboard are damaged: two have the id {twice!r}; copy them again")
    ends = {end.node for wire in copied.connections for end in (wire.source, wire.target)}
    if missing := ends - set(ids):
        problem = f"a wire leads to {min(missing)!r}, which is not among them"
        raise DocumentError(f"the nodes in the clipboard are damaged: {problem}; copy them again")


def _dumped(part: Node | Connection) -> dict[str, Any]:
    return part.model_dump(mode="json", by_alias=True)
