"""From what a run is asked to begin with to what it begins with: whole flows, and parts of them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from ..errors import InputError
from ..ids import NodeId
from ..nodes.inputs import fitted
from ..nodes.pins import NodeModel
from ..validation.graph import FlowGraph
from .events import RunPart, Trigger
from .plan import Plan
from .planned import PlannedExec, PlannedNode
from .scope import Scope
from .stand_ins import Begin, only_with
from .start import check_start, entry_of, entry_outputs, parameters_of

LastValues = Mapping[NodeId, Mapping[Any, object]]
"""What nodes gave before, by node and pin, as `ValueHistory.last` has it."""


@dataclass(frozen=True, slots=True)
class Start:
    """What a run is asked to begin with.

    Attributes:
        entry: the node to begin at; None: the only event.
        inputs: the flow's parameters by name.
        trigger: who starts it.
        outputs: what happened: the event's data outputs by pin, or as an instance of its `outputs_model`; None: the
            defaults.
        part: `whole`: from an event; `from`: from any node that a token can reach; `only`: that node, or a pure one,
            and nothing behind it.
        values: for a part, what the nodes before it gave; pinned outputs go before them.
    """

    entry: NodeId | None = None
    inputs: Mapping[str, object] = field(default_factory=dict)
    trigger: Trigger = "person"
    outputs: Mapping[str, object] | NodeModel | None = None
    part: RunPart = "whole"
    values: LastValues = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a run begins with.

    Attributes:
        entry: where its token begins.
        nodes: all that it can reach and what is read there, by id.
        parameters: the values of the flow's parameters, as their types want them.
        happened: the entry's outputs as given, or None.
        scope: what is known before the first step.
    """

    entry: PlannedExec
    nodes: Mapping[NodeId, PlannedNode]
    parameters: Mapping[str, object]
    happened: NodeModel | None
    scope: Scope


def prepared(graph: FlowGraph, start: Start) -> Prepared:
    """Check and plan a run. Raises RunError, which lists what is wrong, if it cannot start."""
    node_id = entry_of(graph, start.entry, start.part)
    reached = graph.reachable([node_id], follows_exec=start.part != "only")
    check_start(graph, reached)
    parameters = parameters_of(graph, reached, start.inputs)
    happened = entry_outputs(graph, node_id, start.outputs)
    plan = Plan(graph, reached, parameters, start.part)
    entry = plan.entry(node_id)
    if happened is not None:  # what really happened, also where the event is mocked
        entry.execute, entry.mocked = Begin(entry.type, happened).execute, False
    scope = _known_before(plan.nodes, start.values) if start.part != "whole" else Scope()
    return Prepared(entry, plan.nodes, parameters, happened, scope)


def _known_before(nodes: Mapping[NodeId, PlannedNode], values: LastValues) -> Scope:
    scope = Scope()
    for node in nodes.values():
        if not isinstance(node, PlannedExec) or node.muted:
            continue
        if node.pinned is not None:
            scope.write(node.id, node.pinned, 0)
        elif node.id in values:
            scope.write(node.id, _as_outputs(node, values[node.id]), 0)
    return scope


def _as_outputs(node: PlannedNode, values: Mapping[Any, object]) -> NodeModel:
    """What still fits of the values: the node may have changed since. Secrets were masked, so they are unknown."""
    fits: dict[str, Any] = {}
    for name, pin in node.type.signature.outputs.items():
        if name in values and not pin.secret:
            with suppress(InputError):
                fits[pin.field] = fitted(copy.deepcopy(values[name]), pin)
    return only_with(node.type.outputs_model, fits)
