"""Values that are read where they cannot be, or need not be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..document.flow import Connection, Node
from ..ids import NodeId, PinName
from ..nodes.inputs import input_errors
from ..nodes.node_type import PureNode
from . import fixes
from .graph import FlowGraph
from .order import RunOrder, branches_of
from .problem import Fix, Problem, Severity


@dataclass(frozen=True, slots=True)
class _Read:
    """A node that tokens reach reads another one: by `wire`, the last of the wires between them, perhaps by way of pure
    nodes; `origin` is the first."""

    reader: NodeId
    wire: Connection
    origin: Connection

    @property
    def pair(self) -> tuple[NodeId, NodeId]:
        return self.origin.source.node, self.reader


def read_problems(graph: FlowGraph, order: RunOrder) -> Iterator[Problem]:
    """Reads of nodes that are muted, or that do not run before."""
    wires_into = _wires_by_reader(graph)
    reads = [read for node_id in graph.nodes if node_id in order for read in _reads(graph, wires_into, node_id)]
    for read in reads:
        if _is_silent(graph.nodes[read.origin.source.node]):
            yield _muted(graph, read)
    timely = [read for read in reads if read.origin.source.node in order and read.origin.source.node != read.reader]
    possible = order.can_precede(read.pair for read in timely)
    certain = order.always_precedes(read.pair for read in timely if read.pair in possible)
    for read in reads:
        source = read.origin.source.node
        if _is_silent(graph.nodes[source]) or source == read.reader or graph.kind(source) not in ("exec", "event"):
            continue
        if read.pair not in possible:
            yield _too_early(graph, order, read)
        elif read.pair not in certain:
            yield _perhaps_too_early(graph, read)


def unread(graph: FlowGraph) -> Iterator[Problem]:
    """Pure nodes that nobody asks. A parameter of the flow is no such node: it is there for the flow's callers."""
    read = {wire.source.node for wire in graph.data_wires.values()}
    for node_id, known in graph.types.items():
        if known is None or known.kind != "pure" or node_id in read:
            continue
        if known.signature.outputs and known.flow_parameter() is None:
            message = "nobody reads what it computes, so it is never evaluated: wire one of its outputs, or delete it"
            yield Problem("hint", message, node_id, fixes=(fixes.delete_node(node_id, "nodes that nobody reads"),))


def _wires_by_reader(graph: FlowGraph) -> dict[NodeId, list[Connection]]:
    found: dict[NodeId, list[Connection]] = {}
    for wire in graph.data_wires.values():
        if wire.source.node in graph.nodes and wire.target.node in graph.nodes:
            found.setdefault(wire.target.node, []).append(wire)
    return found


def _reads(graph: FlowGraph, wires_into: dict[NodeId, list[Connection]], reader: NodeId) -> Iterator[_Read]:
    """What a node reads of nodes that tokens reach, and of muted pure ones."""
    if not _asks(graph.nodes[reader]):
        return
    ahead = [(wire, wire) for wire in wires_into.get(reader, ())]
    seen: set[NodeId] = set()
    while ahead:
        wire, origin = ahead.pop()
        source = origin.source.node
        if graph.kind(source) in ("exec", "event") or _is_silent(graph.nodes[source]):
            yield _Read(reader, wire, origin)
        elif source not in seen:
            seen.add(source)
            ahead += [(wire, deeper) for deeper in wires_into.get(source, ()) if _is_surely_read(graph, deeper)]


def _is_surely_read(graph: FlowGraph, wire: Connection) -> bool:
    """Whether a pure node reads this whenever it is evaluated: `Select` reads one of its sides only."""
    known = graph.types[wire.target.node]
    lazy = known.lazy_inputs if isinstance(known, PureNode) else ()
    return _asks(graph.nodes[wire.target.node]) and wire.target.pin not in lazy


def _asks(node: Node) -> bool:
    return node.mode != "mute" and not node.pinned_outputs


def _is_silent(node: Node) -> bool:
    return node.mode == "mute" and not node.pinned_outputs


def _muted(graph: FlowGraph, read: _Read) -> Problem:
    source = read.origin.source.node
    message = f"{_says(graph, read)}, which is muted and so gives nothing: unmute it, or mock its outputs"
    return _problem("warning", message, read, tuple(_unmuting(graph, source)))


def _unmuting(graph: FlowGraph, node_id: NodeId) -> Iterator[Fix]:
    """Offered only if the node could run then."""
    node, known = graph.nodes[node_id], graph.types[node_id]
    if known is not None:
        pins = known.signature.inputs
        wired = frozenset(pin for pin in pins if (node_id, pin) in graph.data_wires)
        if not input_errors(known.inputs_model, pins, node.inputs, wired=wired):
            yield fixes.unmute(node_id, graph.title(node_id))


def _too_early(graph: FlowGraph, order: RunOrder, read: _Read) -> Problem:
    block = _parting(graph, order, *read.pair)
    if block is not None:
        message = (
            f"{_says(graph, read)}, which runs in another branch of {graph.called(block)}: branches do not see what "
            "the others compute; read it behind Done"
        )
    else:
        message = f"{_says(graph, read)}, which never runs before it: wire it so that it does, or read another node"
    return _problem("warning", message, read)


def _perhaps_too_early(graph: FlowGraph, read: _Read) -> Problem:
    message = (
        f"{_says(graph, read)}, but there is a way here that does not lead through it; a run that takes it fails here "
        "unless the flow sees to it: wire it so that it always runs before"
    )
    return _problem("hint", message, read)


def _parting(graph: FlowGraph, order: RunOrder, source: NodeId, reader: NodeId) -> NodeId | None:
    """The block in whose branches, one each, two nodes are."""
    for node_id, known in graph.types.items():
        branches = branches_of(known) if known is not None and node_id in order else ()
        bodies = [order.body(node_id, pin) for pin in branches]
        mine = [body for body in bodies if reader in body]
        if mine and all(source not in body for body in mine) and any(source in body for body in bodies):
            return node_id
    return None


def _says(graph: FlowGraph, read: _Read) -> str:
    by_way = ""
    if read.origin.source != read.wire.source:
        by_way = f" by way of {graph.called(read.wire.source.node)}"
    return f"{read.wire.target.pin}: reads {read.origin.source.pin} of {graph.called(read.origin.source.node)}{by_way}"


def _problem(severity: Severity, message: str, read: _Read, mends: tuple[Fix, ...] = ()) -> Problem:
    return Problem(severity, message, read.reader, PinName(read.wire.target.pin), read.wire.key, fixes=mends)
