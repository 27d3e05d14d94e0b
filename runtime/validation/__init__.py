"""What is wrong with a flow, given the node types."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ..document.flow import ConnectionKey, Flow
from ..ids import NodeId
from ..nodes.node_type import FlowParameter
from ..nodes.registry import NodeRegistry
from ..source import FlowSource
from . import fixes
from .blocks import block_problems
from .graph import FlowGraph, instance_of, node_signature
from .node_problems import doubled_ids, node_problems
from .order import RunOrder
from .problem import Fix, Problem, Severity
from .reads import read_problems, unread
from .ways import events_of, way_problems
from .wires import connection_refusal, wire_problems

__all__ = [
    "Fix",
    "Problem",
    "Severity",
    "connection_refusal",
    "find_problems",
    "flow_parameters",
    "instance_of",
    "node_signature",
]


def find_problems(flow: Flow, registry: NodeRegistry, source: FlowSource | None = None) -> list[Problem]:
    """Everything that is wrong with a flow; empty if it is ready to run.

    `source` tells where the flow comes from (None: it was never saved).
    """
    graph = FlowGraph(flow, registry, source or FlowSource.unsaved())
    reached = graph.reachable(events_of(graph))
    order = RunOrder(graph, reached)
    return [
        *problems_of_parts(graph),
        *way_problems(graph, reached, order),
        *block_problems(graph, reached, order),
        *read_problems(graph, order),
        *unread(graph),
    ]


def problems_of_parts(graph: FlowGraph) -> Iterator[Problem]:
    """What is wrong with ids, nodes and wires, and pure nodes that wait for each other."""
    yield from doubled_ids(graph)
    for node in graph.nodes.values():
        yield from node_problems(graph, node)
    yield from wire_problems(graph)
    yield from _cycle_problems(graph)


def flow_parameters(flow: Flow, registry: NodeRegistry) -> dict[str, FlowParameter]:
    """What the flow takes from its caller, by name. Of two declarations of one name the first one counts."""
    return declared_parameters(FlowGraph(flow, registry, FlowSource.unsaved()))


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
        message = f"these nodes wait for each other: {named}: cut one of the wires"
        yield Problem("error", message, cycle[0], fixes=tuple(_cuts(graph, cycle)))


def _cuts(graph: FlowGraph, cycle: list[NodeId]) -> Iterator[Fix]:
    """One fix for each place where the cycle can be cut; the one that closes it first."""
    between: dict[tuple[NodeId, NodeId], list[ConnectionKey]] = {}
    for wire in graph.data_wires.values():
        between.setdefault((wire.source.node, wire.target.node), []).append(wire.key)
    ends = list(pairwise(cycle))
    for source, target in (ends[-1], *ends[:-1]):
        yield fixes.cut(between[source, target], f"{graph.title(source)} → {graph.title(target)}")
