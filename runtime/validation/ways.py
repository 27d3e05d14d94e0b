"""What is wrong with the ways that tokens take: nodes that none reaches, ways out that are missing, strange ways in."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..document.flow import Connection, PinRef
from ..ids import NodeId, PinName
from . import fixes
from .graph import FlowGraph
from .order import RunOrder
from .problem import Fix, Problem


def events_of(graph: FlowGraph) -> list[NodeId]:
    """The nodes at which runs begin."""
    return [node_id for node_id in graph.nodes if graph.kind(node_id) == "event"]


def way_problems(graph: FlowGraph, reached: Collection[NodeId], order: RunOrder) -> Iterator[Problem]:
    """Everything about exec wires that no single wire shows."""
    lost = list(_lost(graph, reached))
    idle = [node_id for node_id in events_of(graph) if not _wired_outputs(graph, node_id)]
    yield from _idle_events(graph, idle, lost)
    yield from _lost_nodes(graph, idle, lost)
    yield from _stray_wires(graph, order)


def _lost(graph: FlowGraph, reached: Collection[NodeId]) -> Iterator[NodeId]:
    """Where tokens would have to begin to reach the nodes that none reaches: only these are told of, not all behind."""
    unreached = [node_id for node_id in graph.nodes if graph.kind(node_id) == "exec" and node_id not in reached]
    led_to = {wire.target.node for wire in graph.exec_wires.values() if wire.source.node in graph.nodes}
    covered: set[NodeId] = set()
    for node_id in sorted(unreached, key=lambda node_id: node_id in led_to):  # then circles without a beginning
        if node_id not in covered:
            covered |= graph.reachable([node_id])
            yield node_id


def _idle_events(graph: FlowGraph, idle: list[NodeId], lost: list[NodeId]) -> Iterator[Problem]:
    for node_id in idle:
        pin = graph.signature(node_id).exec_out[0]
        mends = tuple(_wiring(graph, node_id, lost[0])) if len(lost) == 1 else ()
        yield Problem("warning", f"leads nowhere: wire its {pin} to the node that comes first", node_id, fixes=mends)


def _lost_nodes(graph: FlowGraph, idle: list[NodeId], lost: list[NodeId]) -> Iterator[Problem]:
    message = "no event leads here, so it never runs: wire one of its exec inputs"
    for node_id in lost:
        wiring = tuple(_wiring(graph, idle[0], node_id)) if len(idle) == 1 else ()
        yield Problem("warning", message, node_id, fixes=(*wiring, fixes.delete_node(node_id, "nodes that never run")))


def _wiring(graph: FlowGraph, event: NodeId, node_id: NodeId) -> Iterator[Fix]:
    source = PinRef(event, graph.signature(event).exec_out[0])
    target = PinRef(node_id, graph.signature(node_id).exec_in[0])
    yield fixes.draw_wire(source, target, f"{source.pin} of {graph.title(event)} to {graph.title(node_id)}")


def _stray_wires(graph: FlowGraph, order: RunOrder) -> Iterator[Problem]:
    """Wires to `Continue` or `Break` of a loop in whose body they do not begin."""
    bodies: dict[NodeId, set[NodeId]] = {}
    for wire in graph.exec_wires.values():
        loop = wire.target.node
        if wire.source.node not in order or loop not in order or not _leaves_body(graph, wire):
            continue
        if loop not in bodies:
            bodies[loop] = order.body(loop, PinName("Do"))
        if wire.source.node not in bodies[loop] and wire.source != (loop, "Do"):
            message = (
                f"its {wire.source.pin} leads to {wire.target.pin} of {graph.called(loop)}, but it is not in the body "
                "of that loop: wire it from behind Do only"
            )
            mends = (fixes.delete_wire(wire.key, "wires to loops that they are not in"),)
            yield Problem("warning", message, wire.source.node, wire.source.pin, wire.key, fixes=mends)


def _leaves_body(graph: FlowGraph, wire: Connection) -> bool:
    known = graph.types[wire.target.node]
    return known is not None and (wire.target.pin in known.ends_token or wire.target.pin == known.breaks_loop)


def _wired_outputs(graph: FlowGraph, node_id: NodeId) -> list[PinName]:
    return [pin for pin in graph.signature(node_id).exec_out if PinRef(node_id, pin) in graph.exec_wires]
