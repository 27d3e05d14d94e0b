"""Whether a run can start: from which event, with which parameters, and without errors on its ways."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ..document.flow import PinKind
from ..errors import InputError, RunError
from ..ids import NodeId, PinName
from ..nodes.inputs import fitted
from ..nodes.node_type import EventNode
from ..nodes.pins import DataPin, NodeModel
from ..validation import Problem, declared_parameters, problems_of_parts
from ..validation.graph import FlowGraph
from .events import RunPart


def entry_of(graph: FlowGraph, entry: NodeId | None, part: RunPart) -> NodeId:
    """The node to start from: the event that is named; of a part any node. Raises RunError.

    Without a name it is the only event, or the only one that waits for a person: others start runs by themselves.
    """
    if part != "whole":
        return _entry_of_part(graph, entry, part)
    events = [node_id for node_id in graph.nodes if graph.kind(node_id) == "event"]
    if not events:
        raise RunError("the flow has no event to start from: add one, for example a Button Event")
    for_people = [node_id for node_id in events if not _starts_by_itself(graph, node_id)]
    for choice in (events, for_people):
        if entry is None and len(choice) == 1:
            return choice[0]
    named = _listed(graph.called(node_id) for node_id in events)
    if entry is None:
        raise RunError(f"the flow has several events to start from, name one as entry: {named}")
    if entry not in graph.nodes:
        raise RunError(f"the flow has no node {entry!r} to start from; its events are: {named}")
    if entry not in events:
        raise RunError(f"{graph.called(entry)} is no event, so no run can start there; the events are: {named}")
    return entry


def _starts_by_itself(graph: FlowGraph, node_id: NodeId) -> bool:
    node_type = graph.types[node_id]
    return isinstance(node_type, EventNode) and node_type.listens


def _entry_of_part(graph: FlowGraph, entry: NodeId | None, part: RunPart) -> NodeId:
    if entry is None or entry not in graph.nodes:
        raise RunError(f"the flow has no node {entry!r} to run" if entry else "name the node to run")
    called = graph.called(entry)
    if graph.kind(entry) == "pure" and part == "from":
        raise RunError(f"{called} has no exec output to go on from: run it alone, or run from the node that reads it")
    if graph.nodes[entry].mode == "mute" and not graph.nodes[entry].pinned_outputs:
        raise RunError(f"{called} is muted: switch it on to run it")
    return entry


def check_start(graph: FlowGraph, reached: Collection[NodeId]) -> None:
    """Raises RunError that lists the errors in what a token can reach; elsewhere a flow may be unfinished."""
    errors = [
        f"{graph.called(problem.node)}: {problem.message}" if problem.node else problem.message
        for problem in problems_of_parts(graph)
        if problem.severity == "error" and not problem.handled_in_run and _is_within(problem, reached)
    ]
    if errors:
        listed = errors[0] if len(errors) == 1 else "".join(f"\n- {error}" for error in errors)
        raise RunError(f"the flow cannot run: {listed}")


def _is_within(problem: Problem, reached: Collection[NodeId]) -> bool:
    """A wire matters to the node that follows it: an exec wire to its source, a data wire to its target."""
    wire = problem.connection
    if wire is None:
        return problem.node in reached
    return (wire.source if wire.kind is PinKind.EXEC else wire.target).node in reached


def parameters_of(graph: FlowGraph, reached: Iterable[NodeId], given: Mapping[str, object]) -> dict[str, object]:
    """The values of the flow's parameters, as their types want them.

    Raises RunError for a name that the flow does not know, a value that does not fit, and one that is missing.
    """
    declared = declared_parameters(graph)
    for name in given:
        if name not in declared:
            known = f"its inputs are: {_listed(declared)}" if declared else "it has none"
            raise RunError(f"the flow has no input {name!r}; {known}")
    for node_id in reached:
        _check_given(graph, node_id, given)
    try:
        return {
            name: fitted(copy.deepcopy(value), DataPin(PinName(name), field=name, type=declared[name].type))
            for name, value in given.items()
        }
    except InputError as error:
        raise RunError(f"the flow's input {error}") from error


def entry_outputs(graph: FlowGraph, entry: NodeId, given: Mapping[str, object] | NodeModel | None) -> NodeModel | None:
    """What an event is said to have given, as its type has it; None if nothing is said.

    Raises RunError for an output that it does not have, and for a value that does not fit.
    """
    node_type = graph.types[entry]
    assert node_type is not None, "the entry was checked"
    if given is not None and node_type.kind != "event":
        raise RunError(f"{graph.called(entry)} is no event, so nothing can have happened there")
    if given is None or isinstance(given, NodeModel):
        return given
    pins = node_type.signature.outputs
    values: dict[str, Any] = {}
    for name, value in given.items():
        pin = pins.get(PinName(name))
        if pin is None:
            known = f"it has: {_listed(pins)}" if pins else "it has none"
            raise RunError(f"{graph.called(entry)} has no output {name!r}; {known}")
        try:
            values[pin.field] = fitted(copy.deepcopy(value), pin)
        except InputError as error:
            raise RunError(f"{graph.called(entry)}: {error}") from error
    return node_type.outputs_model.model_construct(**values)


def _check_given(graph: FlowGraph, node_id: NodeId, given: Mapping[str, object]) -> None:
    node_type = graph.types[node_id]
    parameter = node_type.flow_parameter() if node_type is not None else None
    if parameter is None or not parameter.required or parameter.name in given:
        return
    if not graph.nodes[node_id].inputs and not any(wire.node == node_id for wire in graph.data_wires):
        name = parameter.name
        raise RunError(f"the flow needs its input {name!r}: give it with --input {name}=VALUE, or set its Default")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
