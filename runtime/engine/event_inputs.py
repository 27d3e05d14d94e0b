"""What an event is listened to with: its data inputs, before there is a run."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import NodeError, RunError, message_of
from ..ids import NodeId
from ..nodes.pins import NodeModel
from ..validation.graph import FlowGraph
from .needs import chosen
from .plan import Plan
from .planned import Inputs, PlannedExec
from .start import check_start, parameters_of


def event_inputs(graph: FlowGraph, event: NodeId, given: Mapping[str, object]) -> Inputs:
    """The inputs of an event node; the pure nodes that they are wired to are evaluated now, once.

    An event that is mocked, for runs by hand, has its inputs all the same. `given` are the flow's parameters. Raises
    RunError, also if a run from this event could not start.
    """
    flow = graph.flow
    as_itself = {"mode": "normal", "pinned_outputs": {}}
    nodes = tuple(node.model_copy(update=as_itself) if node.id == event else node for node in flow.nodes)
    graph = FlowGraph(flow.model_copy(update={"nodes": nodes}), graph.registry, graph.source)
    reached = graph.reachable([event])
    check_start(graph, reached)
    plan = Plan(graph, reached, parameters_of(graph, reached, given)).entry(event)
    try:
        return _read(plan)
    except NodeError as error:
        raise RunError(f"{plan.called} cannot be listened to: {error}") from error


def _read(plan: PlannedExec) -> Inputs:
    evaluated: dict[NodeId, NodeModel] = {}
    for pure in chosen(plan.asked(), {}, evaluated):
        try:
            evaluated[pure.id] = pure.evaluate(pure.read({}, evaluated), pure.context)
        except Exception as error:
            raise NodeError(f"{pure.called}: {message_of(error)}") from error
    return plan.read({}, evaluated)
