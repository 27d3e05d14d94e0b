"""What is wrong with single nodes: their id, type, config and values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pydantic import ValidationError

from ..document.flow import Node
from ..errors import FutureflowError, InputError, NodeError
from ..ids import PinName
from ..nodes.inputs import checked, fitted, in_words, input_errors
from ..nodes.node_type import EventNode, NodeType
from . import fixes
from .graph import FlowGraph
from .problem import Fix, Problem


def doubled_ids(graph: FlowGraph) -> Iterator[Problem]:
    """Ids that more than one node has."""
    for node_id, count in Counter(node.id for node in graph.flow.nodes).items():
        if count > 1:
            message = f"{count} nodes have this id: give each an id of its own in the file"
            yield Problem("error", message, node_id, fixes=(fixes.own_ids(node_id),))


def node_problems(graph: FlowGraph, node: Node) -> Iterator[Problem]:
    """What is wrong with one node, its wires apart."""
    if node.type not in graph.registry:
        message = f"unknown node type {node.type!r}: delete the node or install what provides it"
        mends = (*fixes.similar_types(node, graph.registry), fixes.delete_node(node.id, "nodes of unknown types"))
        yield Problem("error", message, node.id, fixes=mends)
    elif (known := graph.types[node.id]) is None:
        yield from _config_problems(graph, node)
        yield from _missing(graph, node)
    elif node.pinned_outputs:
        yield from _pinned_problems(node, known)
    elif node.mode == "normal":
        yield from _value_problems(graph, node, known)
        if isinstance(known, EventNode) and known.listens:
            yield from _listening_problems(graph, node, known)


def _config_problems(graph: FlowGraph, node: Node) -> Iterator[Problem]:
    model = graph.registry.get(node.type).Config
    names = {info.alias: name for name, info in model.model_fields.items()}
    try:
        model.model_validate(node.config)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            path = ".".join(str(names.get(str(part), part)) for part in detail["loc"])
            message = f"its setting {path} does not fit: {in_words(detail)}"
            mends = tuple(_setting_fixes(graph, node, str(detail["loc"][0]), names))
            yield Problem("error", message, node.id, fixes=mends)


def _missing(graph: FlowGraph, node: Node) -> Iterator[Problem]:
    """What the type needs from outside of the flow and cannot have."""
    try:
        graph.registry.instance(node.type, node.config, graph.source)
    except FutureflowError as error:
        yield Problem("error", str(error), node.id, fixes=tuple(fixes.similar_files(node, graph.source)))
    except ValidationError:
        return


def _setting_fixes(graph: FlowGraph, node: Node, key: str, names: dict[str | None, str]) -> Iterator[Fix]:
    field = names.get(key, key)
    for written in (key, field):
        if written in node.config:
            yield from _each_once(graph, node, written)
            verb = "Reset" if field in names.values() else "Remove"
            yield fixes.remove_entry(node.id, "config", written, f"{verb} the setting {field}")
            return


def _each_once(graph: FlowGraph, node: Node, name: str) -> Iterator[Fix]:
    """Take the doubles out of a list, if that makes it fit."""
    value = node.config[name]
    if not isinstance(value, list):
        return
    once = [item for number, item in enumerate(value) if item not in value[:number]]
    try:
        graph.registry.instance(node.type, {**node.config, name: once})
    except ValidationError:
        return
    if len(once) < len(value):
        yield fixes.set_setting(node.id, name, once, f"Keep each once: {', '.join(map(str, once))}")


def _pinned_problems(node: Node, known: NodeType) -> Iterator[Problem]:
    for name, value in node.pinned_outputs.items():
        mends = (fixes.remove_entry(node.id, "pinned_outputs", name, f"Remove the mocked value of {name}"),)
        pin = known.signature.outputs.get(name)
        if pin is None:
            unknown = f"{name}: is mocked, but the node has no such output: it is ignored"
            yield Problem("warning", unknown, node.id, name, fixes=mends)
            continue
        try:
            fitted(value, pin)
        except InputError as error:
            yield Problem("error", f"its mocked value does not fit: {error}", node.id, name, fixes=mends)


def _value_problems(graph: FlowGraph, node: Node, known: NodeType) -> Iterator[Problem]:
    pins = known.signature.inputs
    wired = frozenset(pin for pin in pins if (node.id, pin) in graph.data_wires)
    handled = "Failed" in known.signature.exec_out
    for error in input_errors(known.inputs_model, pins, node.inputs, wired=wired):
        name = error.pin if isinstance(error, InputError) else PinName("")
        mends = tuple(fixes.mended_value(known, node, pins[name], wired)) if name in node.inputs else ()
        yield Problem("error", str(error), node.id, name, handled_in_run=handled, fixes=mends)
    for name in node.inputs.keys() - pins.keys():
        message = f"{name}: has a value, but the node has no such input: it is ignored"
        ignored = fixes.remove_entry(node.id, "inputs", name, f"Remove the value of {name}")
        yield Problem("warning", message, node.id, name, fixes=(ignored,))


def _listening_problems(graph: FlowGraph, node: Node, known: EventNode) -> Iterator[Problem]:
    """Why an event can never start runs by itself, although its values fit; started by hand, it may."""
    pins = known.signature.inputs
    if any((node.id, pin) in graph.data_wires for pin in pins):
        return
    try:
        given = {name: fitted(value, pins[name]) for name, value in node.inputs.items() if name in pins}
        inputs = checked(known.inputs_model, pins, given)
    except NodeError:
        return  # told of already
    try:
        known.check_listening(inputs, graph.source)
    except FutureflowError as error:
        pin = error.pin if isinstance(error, InputError) else PinName("")
        yield Problem("warning", f"it cannot be listened to: {error}", node.id, pin)
