"""Mocked outputs as edits of the flow: a node with them does not run, it gives these values (`pinned_outputs`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Final

from runtime.engine.telling import jsonable
from runtime.errors import InputError
from runtime.ids import NodeId, PinName
from runtime.nodes.inputs import fitted
from runtime.nodes.pins import DataPin, PinType

from . import commands
from .document import FlowDocument

Outputs = Mapping[str, object]
"""Values of a node's outputs, by pin name."""
_NEUTRAL: Final[Mapping[PinType, object]] = {
    PinType.INTEGER: 0,
    PinType.FLOAT: 0.0,
    PinType.BOOLEAN: False,
    PinType.JSON: None,
    PinType.ANY: None,
}


def mockable(document: FlowDocument, node_id: NodeId) -> dict[PinName, DataPin]:
    """The outputs that can be mocked: none of an unknown type; secrets never go into a flow (design 3)."""
    if document.node_type(node_id) is None:
        return {}
    return {name: pin for name, pin in document.signature(node_id).outputs.items() if not pin.secret}


def begin(document: FlowDocument, node_id: NodeId, last: Outputs) -> None:
    """Mock all outputs of a node: with its last values where there are some, else with values that say nothing."""
    _mock(document, [node_id], lambda _node: last)


def take(document: FlowDocument, node_ids: Collection[NodeId], outputs_of: Callable[[NodeId], Outputs]) -> None:
    """Mock those of the nodes that have had outputs with just these: one step for undo."""
    _mock(document, [node_id for node_id in node_ids if outputs_of(node_id)], outputs_of)


def set_output(document: FlowDocument, node_id: NodeId, pin: PinName, value: object, typing: str = "") -> None:
    """Set one mocked value; edits with one `typing` are one undo step."""
    values = {**document.nodes[node_id].pinned_outputs, pin: value}
    change = commands.altering(document, {node_id: {"pinned_outputs": values}})
    commands.push(document, f"Mock {pin}", change, f"{typing} mock {pin}" if typing else "")


def clear(document: FlowDocument, node_ids: Collection[NodeId]) -> None:
    """Let the nodes run again."""
    change = commands.altering(document, {node_id: {"pinned_outputs": {}} for node_id in node_ids})
    commands.push(document, "Clear mock" if len(change.nodes) < 2 else f"Clear {len(change.nodes)} mocks", change)


def neutral(pin: DataPin) -> object:
    """A value of the pin's type that says nothing."""
    if pin.choices:
        return pin.choices[0]
    if not pin.required and pin.default is not None:
        return pin.default
    return None if pin.optional else _NEUTRAL.get(pin.type, "")


def _mock(document: FlowDocument, node_ids: Collection[NodeId], outputs_of: Callable[[NodeId], Outputs]) -> None:
    mocked = {node_id: {"pinned_outputs": _values(document, node_id, outputs_of(node_id))} for node_id in node_ids}
    change = commands.altering(document, {node_id: fields for node_id, fields in mocked.items() if fields})
    commands.push(document, "Mock outputs" if len(mocked) < 2 else f"Mock outputs of {len(mocked)} nodes", change)


def _values(document: FlowDocument, node_id: NodeId, last: Outputs) -> dict[PinName, object]:
    pins = mockable(document, node_id)
    return {name: _storable(last[name], pin) if name in last else neutral(pin) for name, pin in pins.items()}


def _storable(value: object, pin: DataPin) -> object:
    """The value as a flow file can hold it; one that no longer fits the pin, which is of another type now, is none."""
    plain = jsonable({"value": value})["value"]
    if pin.type is PinType.JSON and isinstance(plain, str):
        plain = json.dumps(plain, ensure_ascii=False)  # a text in a pin for JSON is read as JSON text
    try:
        fitted(plain, pin)
    except InputError:
        return neutral(pin)
    return plain
