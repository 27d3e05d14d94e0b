"""A flow as a graph: who is wired to whom, and what a token can reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from pydantic import ValidationError

from ..document.flow import Connection, Flow, Node, PinKind, PinRef
from ..errors import FutureflowError, RegistrationError
from ..ids import NodeId, PinName
from ..nodes.node_type import NodeType
from ..nodes.pins import DataPin, PinType, Signature
from ..nodes.registry import NodeRegistry
from ..source import FlowSource


def node_signature(
    node: Node, registry: NodeRegistry, connections: Iterable[Connection], source: FlowSource | None = None
) -> Signature:
    """The pins of a node, given its config and where its flow comes from (None: without what that adds).

    Where the type is unknown, the config does not fit or what it needs from elsewhere is not there, those which its
    wires and values name are pins too. `connections` may hold wires of other nodes too.
    """
    known = instance_of(node, registry, source)
    return known.signature if known is not None else _placeholder(node, registry, connections)


def instance_of(node: Node, registry: NodeRegistry, source: FlowSource | None) -> NodeType | None:
    """The node's type with its config, or None if there is something wrong with one of them."""
    if node.type not in registry:
        return None
    try:
        return registry.instance(node.type, node.config, source)
    except (ValidationError, FutureflowError):
        return None


def _placeholder(node: Node, registry: NodeRegistry, connections: Iterable[Connection]) -> Signature:
    """The pins that the config alone gives, and those that wires and values name."""
    alone = _alone(node, registry)
    exec_in, exec_out = dict.fromkeys(alone.exec_in), dict.fromkeys(alone.exec_out)
    inputs = dict.fromkeys([*alone.inputs, *node.inputs])
    outputs = dict.fromkeys([*alone.outputs, *node.pinned_outputs])
    for wire in connections:
        if wire.target.node == node.id:
            (exec_in if wire.kind is PinKind.EXEC else inputs)[wire.target.pin] = None
        if wire.source.node == node.id:
            (exec_out if wire.kind is PinKind.EXEC else outputs)[wire.source.pin] = None
    return Signature(
        tuple(exec_in), tuple(exec_out), {**_any_pins(inputs), **alone.inputs}, {**_any_pins(outputs), **alone.outputs}
    )


def _alone(node: Node, registry: NodeRegistry) -> Signature:
    """What a type is without what it needs from elsewhere; no pins if it is unknown or the config does not fit."""
    try:
        return registry.instance(node.type, node.config).signature
    except (ValidationError, RegistrationError):
        return Signature((), (), {}, {})


def _any_pins(names: Iterable[PinName]) -> dict[PinName, DataPin]:
    return {name: DataPin(name, field=name, type=PinType.ANY, optional=True) for name in names}


class FlowGraph:
    """Indexes of a flow. Where ids or wires are doubled, the first one counts.

    Attributes:
        flow, registry, source: what it was made of.
        nodes: by id.
        types: each node's type with its config, None where there is something wrong with one of them.
        exec_wires: by the exec output where they begin.
        data_wires: by the data input where they end.
    """

    def __init__(self, flow: Flow, registry: NodeRegistry, source: FlowSource) -> None:
        self.flow = flow
        self.registry = registry
        self.source = source
        self.nodes: dict[NodeId, Node] = {}
        for node in flow.nodes:
            self.nodes.setdefault(node.id, node)
        self.types = {node.id: instance_of(node, registry, source) for node in self.nodes.values()}
        self.exec_wires: dict[PinRef, Connection] = {}
        self.data_wires: dict[PinRef, Connection] = {}
        self._wires_of: dict[NodeId, list[Connection]] = {node_id: [] for node_id in self.nodes}
        self._signatures: dict[NodeId, Signature] = {}
        for wire in flow.connections:
            self._index(wire)

    def _index(self, wire: Connection) -> None:
        if wire.kind is PinKind.EXEC:
            self.exec_wires.setdefault(wire.source, wire)
        else:
            self.data_wires.setdefault(wire.target, wire)
        for node_id in {wire.source.node, wire.target.node}:
            if node_id in self._wires_of:
                self._wires_of[node_id].append(wire)

    def signature(self, node_id: NodeId) -> Signature:
        """The pins of a node."""
        known = self.types[node_id]
        if known is not None:
            return known.signature
        found = self._signatures.get(node_id)
        if found is None:
            found = self._signatures[node_id] = _placeholder(
                self.nodes[node_id], self.registry, self._wires_of[node_id]
            )
        return found

    def title(self, node_id: NodeId) -> str:
        """What the node is called on the canvas."""
        node, known = self.nodes[node_id], self.types[node_id]
        return node.title or (known.title if known is not None else node.type)

    def called(self, node_id: NodeId) -> str:
        """The node's title and id, for messages."""
        return f"{self.title(node_id)} ({node_id})" if node_id in self.nodes else f"({node_id})"

    def kind(self, node_id: NodeId) -> str:
        """`event`, `exec`, `pure`, or `unknown`."""
        known = self.types[node_id]
        return known.kind if known is not None else "unknown"

    def reachable(self, entries: Iterable[NodeId], *, follows_exec: bool = True) -> set[NodeId]:
        """What tokens from these nodes can reach, unless they are not followed, and what must be evaluated for it."""
        found: set[NodeId] = set()
        ahead = list(entries)
        while ahead:
            node_id = ahead.pop()
            if node_id not in found and node_id in self.nodes:
                found.add(node_id)
                ahead += self._next(node_id, follows_exec=follows_exec)
        return found

    def _next(self, node_id: NodeId, *, follows_exec: bool) -> Iterator[NodeId]:
        for wire in self._wires_of[node_id]:
            if wire.kind is PinKind.EXEC:
                if follows_exec and wire.source.node == node_id:
                    yield wire.target.node
            elif wire.source.node in self.nodes and self.kind(wire.source.node) in ("pure", "unknown"):
                yield wire.source.node

    def pure_cycles(self) -> Iterator[list[NodeId]]:
        """Pure nodes that wait for each other, in the order of their wires; of cycles that share a node, one."""
        needs: dict[NodeId, set[NodeId]] = {}
        for wire in self.data_wires.values():
            ends = (wire.source.node, wire.target.node)
            if all(end in self.nodes and self.kind(end) == "pure" for end in ends):
                needs.setdefault(wire.target.node, set()).add(wire.source.node)
        while cycle := _cycle(needs):
            yield cycle
            for node_id in cycle:
                needs.pop(node_id, None)


def _cycle(needs: dict[NodeId, set[NodeId]]) -> list[NodeId]:
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        cycle: list[NodeId] = error.args[1]
        return cycle
    return []
