"""What fixes do: pure functions from a flow to a flow. One that no longer applies gives the flow back as it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..document.flow import Connection, ConnectionKey, Flow, Node, PinKind, PinRef, Point
from ..ids import NodeId, PinName, new_node_id

_BETWEEN = 40
"""Canvas units below the ends of a wire at which a node inserted into it begins, so that it hides none of them."""


def without_wires(keys: Collection[ConnectionKey], flow: Flow) -> Flow:
    """The flow without some wires."""
    kept = tuple(wire for wire in flow.connections if wire.key not in keys)
    return _with_wires(flow, kept)


def with_one_wire(kept: ConnectionKey, flow: Flow) -> Flow:
    """The flow in which a wire alone has the end that only one may have: its exec output, or its data input."""
    if not any(wire.key == kept for wire in flow.connections):
        return flow
    end = _sole_end(kept)
    wires: dict[ConnectionKey, Connection] = {}
    for wire in flow.connections:
        if _sole_end(wire.key) != end or wire.key == kept:
            wires.setdefault(wire.key, wire)
    return _with_wires(flow, tuple(wires.values()))


def with_wire(key: ConnectionKey, flow: Flow) -> Flow:
    """The flow with one more wire, if its ends are there and the one that only one wire may have is free."""
    there = {node.id for node in flow.nodes}
    taken = any(_sole_end(wire.key) == _sole_end(key) for wire in flow.connections)
    if taken or not {key.source.node, key.target.node} <= there:
        return flow
    return _with_wires(flow, (*flow.connections, Connection(kind=key.kind, source=key.source, target=key.target)))


def with_node_between(key: ConnectionKey, type_id: str, pins: tuple[PinName, PinName], flow: Flow) -> Flow:
    """The flow with a node put into a data wire; `pins` are the new node's input and output."""
    nodes = {node.id: node for node in flow.nodes}
    wire = next((wire for wire in flow.connections if wire.key == key), None)
    if wire is None or not {key.source.node, key.target.node} <= nodes.keys():
        return flow
    at = _halfway(nodes[key.source.node].position, nodes[key.target.node].position)
    between = Node(id=new_node_id(), type=type_id, position=at)
    halves = (
        Connection(kind=PinKind.DATA, source=key.source, target=PinRef(between.id, pins[0])),
        Connection(kind=PinKind.DATA, source=PinRef(between.id, pins[1]), target=key.target),
    )
    wires = tuple(part for old in flow.connections for part in (halves if old is wire else (old,)))
    return flow.model_copy(update={"nodes": (*flow.nodes, between), "connections": wires})


def without_node(node_id: NodeId, flow: Flow) -> Flow:
    """The flow without a node and all its wires."""
    nodes = tuple(node for node in flow.nodes if node.id != node_id)
    if len(nodes) == len(flow.nodes):
        return flow
    wires = tuple(wire for wire in flow.connections if node_id not in (wire.source.node, wire.target.node))
    return flow.model_copy(update={"nodes": nodes, "connections": wires})


def with_ids_of_their_own(node_id: NodeId, flow: Flow) -> Flow:
    """The flow in which only the first node of an id keeps it; the wires stay with that one."""
    nodes: list[Node] = []
    taken = False
    for node in flow.nodes:
        nodes.append(node.model_copy(update={"id": new_node_id()}) if node.id == node_id and taken else node)
        taken = taken or node.id == node_id
    return flow.model_copy(update={"nodes": tuple(nodes)})


def with_fields(node_id: NodeId, fields: Mapping[str, Any], flow: Flow) -> Flow:
    """The flow with fields of a node set: its type, its mode."""
    nodes = tuple(node.model_copy(update=dict(fields)) if node.id == node_id else node for node in flow.nodes)
    return flow.model_copy(update={"nodes": nodes})


def with_entry(node_id: NodeId, table: str, name: str, value: object, flow: Flow) -> Flow:
    """The flow with one entry of a node's `inputs` or `config` set."""
    node = _node(node_id, flow)
    return flow if node is None else with_fields(node_id, {table: {**getattr(node, table), name: value}}, flow)


def without_entry(node_id: NodeId, table: str, name: str, flow: Flow) -> Flow:
    """The flow without one entry of a node's `inputs`, `config` or `pinned_outputs`."""
    node = _node(node_id, flow)
    if node is None or name not in getattr(node, table):
        return flow
    return with_fields(node_id, {table: {key: held for key, held in getattr(node, table).items() if key != name}}, flow)


def _node(node_id: NodeId, flow: Flow) -> Node | None:
    return next((node for node in flow.nodes if node.id == node_id), None)


def _with_wires(flow: Flow, wires: tuple[Connection, ...]) -> Flow:
    return flow if len(wires) == len(flow.connections) else flow.model_copy(update={"connections": wires})


def _sole_end(key: ConnectionKey) -> tuple[PinKind, PinRef]:
    """The end at which there may be one wire only (design 3)."""
    return key.kind, key.source if key.kind is PinKind.EXEC else key.target


def _halfway(one: Point, other: Point) -> Point:
    return round((one[0] + other[0]) / 2), round((one[1] + other[1]) / 2) + _BETWEEN
