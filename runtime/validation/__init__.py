"""What is wrong with a flow, given the node types."""

from __future__ import annotations

from collections.abc import Iterator

from ..document.flow import Flow, PinRef
from ..nodes.node_type import FlowParameter
from ..nodes.registry import NodeRegistry
from .graph import FlowGraph, node_signature
from .node_problems import doubled_ids, node_problems
from .problem import Fix, Problem, Severity
from .wires import connection_refusal, wire_problems

__all__ = ["Fix", "Problem", "Severity", "connection_refusal", "find_problems", "flow_parameters", "node_signature"]


def find_problems(flow: Flow, registry: NodeRegistry) -> list[Problem]:
    """Everything that is wrong with a flow; empty if it is ready to run."""
    graph = FlowGraph(flow, registry)
    return [*problems_of_parts(graph), *_ways(graph)]


def problems_of_parts(graph: FlowGraph) -> Iterator[Problem]:
    """What is wrong with ids, nodes and wires, and pure nodes that wait for each other."""
    yield from doubled_ids(graph)
    for node in graph.nodes.values():
        yield from node_problems(graph, node)
    yield from wire_problems(graph)
    yield from _cycle_problems(graph)


def flow_parameters(flow: Flow, registry: NodeRegistry) -> dict[str, FlowParameter]:
    """What the flow takes from its caller, by name. Of two declarations of one name the first one counts."""
    return declared_parameters(FlowGraph(flow, registry))


def declared_parameters(graph: FlowGraph) -> dict[str, FlowParameter]:
    """What a flow takes from its caller, by name."""
    found: dict[str, FlowParameter] = {}
    for known in graph.types.values():
        parameter = known.flow_parameter() if known is not None else None
        if parameter is not None:
            found.setdefault(parameter.name, parameter)
    return found


def _cycle_problems(graph: FlowGraph) -> Iterator[Problem]:
    for cycle in graph.pure_cycles():
        named = " → ".join(graph.called(node_id) for node_id in cycle)
        yield Problem("error", f"these nodes wait for each other: {named}: cut one of the wires", cycle[0])


def _ways(graph: FlowGraph) -> Iterator[Problem]:
    events = [node_id for node_id in graph.nodes if graph.kind(node_id) == "event"]
    reached = graph.reachable(events)
    for node_id in graph.nodes:
        kind, pins = graph.kind(node_id), graph.signature(node_id).exec_out
        if kind == "event" and not any(PinRef(node_id, pin) in graph.exec_wires for pin in pins):
            yield Problem("warning", f"leads nowhere: wire its {pins[0]} to the node that comes first", node_id)
        if kind == "exec" and node_id not in reached:
            yield Problem("warning", "no event leads here, so it never runs: wire one of its exec inputs", node_id)
