"""What is wrong with single nodes: their id, type, config and values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pydantic import ValidationError

from ..document.flow import Node
from ..errors import InputError
from ..ids import PinName
from ..nodes.inputs import fitted, in_words, input_errors
from ..nodes.node_type import NodeType
from .graph import FlowGraph
from .problem import Problem


def doubled_ids(graph: FlowGraph) -> Iterator[Problem]:
    """Ids that more than one node has."""
    for node_id, count in Counter(node.id for node in graph.flow.nodes).items():
        if count > 1:
            yield Problem("error", f"{count} nodes have this id: give each an id of its own in the file", node_id)


def node_problems(graph: FlowGraph, node: Node) -> Iterator[Problem]:
    """What is wrong with one node, its wires apart."""
    if node.type not in graph.registry:
        yield Problem("error", f"unknown node type {node.type!r}: delete the node or install what provides it", node.id)
    elif (known := graph.types[node.id]) is None:
        yield from _config_problems(graph, node)
    elif node.pinned_outputs:
        yield from _pinned_problems(node, known)
    elif node.mode == "normal":
        yield from _value_problems(graph, node, known)


def _config_problems(graph: FlowGraph, node: Node) -> Iterator[Problem]:
    model = graph.registry.get(node.type).Config
    names = {info.alias: name for name, info in model.model_fields.items()}
    try:
        model.model_validate(node.config)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            path = ".".join(str(names.get(str(part), part)) for part in detail["loc"])
            yield Problem("error", f"its setting {path} does not fit: {in_words(detail)}", node.id)


def _pinned_problems(node: Node, known: NodeType) -> Iterator[Problem]:
    for name, value in node.pinned_outputs.items():
        pin = known.signature.outputs.get(name)
        if pin is None:
            unknown = f"{name}: is pinned, but the node has no such output: it is ignored"
            yield Problem("warning", unknown, node.id, name)
            continue
        try:
            fitted(value, pin)
        except InputError as error:
            yield Problem("error", f"its pinned value does not fit: {error}", node.id, name)


def _value_problems(graph: FlowGraph, node: Node, known: NodeType) -> Iterator[Problem]:
    pins = known.signature.inputs
    wired = frozenset(pin for pin in pins if (node.id, pin) in graph.data_wires)
    for error in input_errors(known.inputs_model, pins, node.inputs, wired=wired):
        pin = error.pin if isinstance(error, InputError) else PinName("")
        handled = "Failed" in known.signature.exec_out
        yield Problem("error", str(error), node.id, pin, handled_in_run=handled)
    for pin in node.inputs.keys() - pins.keys():
        yield Problem("warning", f"{pin}: has a value, but the node has no such input: it is ignored", node.id, pin)
