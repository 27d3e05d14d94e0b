"""Unpack Subflow: the nodes of a called flow come into its caller, in the place of the call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF

from runtime.document.flow import Flow, Frame, Node
from runtime.errors import DocumentError
from runtime.ids import NodeId, new_node_id
from runtime.source import FlowSource
from runtime.validation import connection_refusal
from runtime.validation.graph import FlowGraph

from ..change import Change, difference
from ..document import FlowDocument
from ..frames import frame_rect
from ..places import moved_by, rect_numbers, snapped
from .extract import middle_of, rebased
from .inlining import Call, Inlining


@dataclass(frozen=True, slots=True)
class Unpacking:
    """What unpacking a call comes to: the ids of the nodes that come in, and what it changes in the document."""

    nodes: list[NodeId]
    change: Change


def unpack(document: FlowDocument, call_id: NodeId, callee: Flow, path: Path) -> Unpacking:
    """The change that puts the nodes of the flow in the file at `path` into the place of a call of it.

    Raises DocumentError, which says why it cannot be done.
    """
    call, before = document.nodes[call_id], document.flow
    inlining = Inlining(
        FlowGraph(callee, document.registry, FlowSource.of_file(path)), Call(call, document.connections_of(call_id))
    )
    coming = [rebased(node, path, document.path or path) for node in callee.nodes if node.id in inlining.ids]
    shift = QPointF(*snapped(QPointF(*call.position) - QPointF(*middle_of(coming)))) if coming else QPointF()
    wires = [wire for wire in before.connections if call_id not in (wire.source.node, wire.target.node)]
    wires += inlining.wires(shift)
    nodes = {node.id: node for node in before.nodes if node.id != call_id}
    nodes |= {node.id: node for node in _moved(coming, inlining, shift)}
    for target, value in inlining.constants.items():
        node = nodes[target.node]
        nodes[target.node] = node.model_copy(update={"inputs": {**node.inputs, target.pin: value}})
    after = before.model_copy(
        update={
            "nodes": tuple(nodes.values()),
            "connections": tuple({wire.key: wire for wire in wires}.values()),
            "frames": (*before.frames, *_frames(callee, shift)),
        }
    )
    _check_wires(document, after, set(inlining.ids.values()))
    return Unpacking(list(inlining.ids.values()), difference(before, after))


def _moved(coming: list[Node], inlining: Inlining, shift: QPointF) -> Iterator[Node]:
    for node in coming:
        yield node.model_copy(update={"id": inlining.ids[node.id], "position": moved_by(node.position, shift)})


def _frames(callee: Flow, shift: QPointF) -> Iterator[Frame]:
    for frame in callee.frames:
        rect = rect_numbers(frame_rect(frame).translated(shift))
        yield frame.model_copy(update={"id": new_node_id(), "rect": rect})


def _check_wires(document: FlowDocument, after: Flow, inner: set[NodeId]) -> None:
    """Raises DocumentError for a new wire to or from outside that does not fit: across a call, any type passes."""
    graph = FlowGraph(after, document.registry, document.source)
    for wire in after.connections:
        if wire.key not in document.connections and not {wire.source.node, wire.target.node} <= inner:
            source, target = graph.signature(wire.source.node), graph.signature(wire.target.node)
            if refused := connection_refusal(wire.kind, wire.source, source, wire.target, target):
                ends = f"“{graph.title(wire.source.node)}” cannot be wired to “{graph.title(wire.target.node)}”"
                raise DocumentError(f"without the call, {ends}: {refused}") from refused
