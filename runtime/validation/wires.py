"""What is wrong with wires."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..document.flow import Connection, PinKind, PinRef
from ..errors import IllegalConnectionError
from ..ids import PinName
from ..nodes.conversions import CONVERSION_NODES, refusal
from ..nodes.pins import Signature
from . import fixes
from .graph import FlowGraph
from .problem import Fix, Problem


def connection_refusal(
    kind: PinKind, source: PinRef, source_signature: Signature, target: PinRef, target_signature: Signature
) -> IllegalConnectionError | None:
    """Why a wire may not be drawn from an output to an input, or None if it may."""
    outputs = source_signature.exec_out if kind is PinKind.EXEC else source_signature.outputs
    inputs = target_signature.exec_in if kind is PinKind.EXEC else target_signature.inputs
    if source.pin not in outputs:
        return IllegalConnectionError(f"{source.node} has no {kind} output {source.pin}; {_those_there(outputs)}")
    if target.pin not in inputs:
        return IllegalConnectionError(f"{target.node} has no {kind} input {target.pin}; {_those_there(inputs)}")
    if kind is PinKind.EXEC:
        return None
    if source.node == target.node:
        return IllegalConnectionError("a node cannot read its own outputs: they are not there before it has run")
    pair = (source_signature.outputs[source.pin].type, target_signature.inputs[target.pin].type)
    reason = refusal(*pair)
    return IllegalConnectionError(reason, conversion_type=CONVERSION_NODES.get(pair)) if reason else None


def _those_there(names: Iterable[PinName]) -> str:
    return f"it has: {', '.join(names) or 'none'}"


def wire_problems(graph: FlowGraph) -> Iterator[Problem]:
    """Wires that lead nowhere, do not fit, or share an end that only one may have."""
    for wire in graph.flow.connections:
        found = _ends_missing(graph, wire) or _doubled(graph, wire) or _refused(graph, wire)
        if found:
            message, mends = found
            node_id = next((end.node for end in (wire.target, wire.source) if end.node in graph.nodes), None)
            yield Problem("error", message, node_id, connection=wire.key, fixes=mends)


Found = tuple[str, tuple[Fix, ...]]
"""What is wrong with a wire, and what would mend it."""


def _ends_missing(graph: FlowGraph, wire: Connection) -> Found | None:
    missing = [end.node for end in (wire.source, wire.target) if end.node not in graph.nodes]
    if not missing:
        return None
    message = f"the wire {_drawn(wire)} ends at a node that is not there ({missing[0]}): delete it"
    return message, (fixes.delete_wire(wire.key, "dangling wires"),)


def _doubled(graph: FlowGraph, wire: Connection) -> Found | None:
    if wire.kind is PinKind.EXEC:
        first, which = graph.exec_wires[wire.source], f"to {graph.called(wire.target.node)}"
        message = (
            f"the exec output {wire.source.pin} of {graph.called(wire.source.node)} has more than one wire: "
            "delete all but one, or put a Sequence between"
        )
    else:
        first, which = graph.data_wires[wire.target], f"from {graph.called(wire.source.node)}"
        message = f"the input {wire.target.pin} has more than one wire: delete all but one"
    if first is wire:
        return None
    if first.key == wire.key:
        return message, (fixes.keep_only(wire.key, "Keep only one of them"),)
    return message, (
        fixes.delete_wire(wire.key, "doubled wires"),
        fixes.keep_only(wire.key, f"Keep only the wire {which}"),
    )


def _refused(graph: FlowGraph, wire: Connection) -> Found | None:
    signatures = graph.signature(wire.source.node), graph.signature(wire.target.node)
    refused = connection_refusal(wire.kind, wire.source, signatures[0], wire.target, signatures[1])
    if refused is None:
        return None
    mends: tuple[Fix, ...] = (fixes.delete_wire(wire.key, "wires that are refused"),)
    if refused.conversion_type in graph.registry:
        mends = (fixes.insert_between(wire.key, str(refused.conversion_type), graph.registry), *mends)
    return f"the wire {_drawn(wire)} is refused: {refused}", mends


def _drawn(wire: Connection) -> str:
    return f"{wire.source.node}.{wire.source.pin} → {wire.target.node}.{wire.target.pin}"
