"""Copy, cut, paste and duplicate: nodes with the wires between them, their bends, and frames."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF

from runtime.document.flow import Connection, Frame, Node, PinRef, Point
from runtime.ids import NodeId, new_node_id
from runtime.validation import connection_refusal, node_signature

from .change import Change, Edit
from .clipboard_text import Copied, copied_parts, parsed, text_of
from .commands import inserting, push, remove
from .document import FlowDocument
from .frames import frame_rect
from .places import moved_by, rect_numbers

_STEP: Final = 40
"""How far a copy stands from its original, in canvas units, so that both are seen."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """The ids of what was added."""

    nodes: list[NodeId]
    frames: list[str]


def copied_text(document: FlowDocument, nodes: Collection[NodeId], frames: Collection[str] = ()) -> str:
    """The text that stands for some nodes, the wires between them, and some frames."""
    return text_of(copied_parts(document, nodes, frames))


def cut_text(document: FlowDocument, nodes: Collection[NodeId], frames: Collection[str] = ()) -> str:
    """The text that stands for some nodes and frames, which are deleted."""
    text = copied_text(document, nodes, frames)
    remove(document, nodes, frames=frames)
    return text


def paste(document: FlowDocument, text: str, at: Point | None = None, *, wired: bool = False) -> Pasted:
    """Add the nodes and frames of a copied text, or of a whole flow file's text, under new ids.

    `at` is where the top left corner of them goes; without it they stand beside where they were copied. `wired`: values
    that came from elsewhere come from there again, where the document has that node.
    Raises DocumentError, which says what is wrong with the text.
    """
    return _insert(document, parsed(text), at, "Paste", wired=wired)


def duplicate(
    document: FlowDocument, nodes: Collection[NodeId], frames: Collection[str] = (), *, wired: bool = False
) -> Pasted:
    """Add a copy of some nodes and frames beside them; `wired`: with the data wires that come from elsewhere."""
    return _insert(document, copied_parts(document, nodes, frames), None, "Duplicate", wired=wired)


def _insert(document: FlowDocument, copied: Copied, at: Point | None, verb: str, *, wired: bool) -> Pasted:
    new_ids = {node.id: new_node_id() for node in copied.nodes}
    shift = _shift(document, copied, at)
    nodes = [
        node.model_copy(update={"id": new_ids[node.id], "position": moved_by(node.position, shift)})
        for node in copied.nodes
    ]
    wires = [_moved(wire, new_ids, shift) for wire in copied.connections]
    wires += _incoming(document, copied.incoming, {node.id: node for node in nodes}, new_ids) if wired else ()
    frames = [
        frame.model_copy(update={"id": new_node_id(), "rect": rect_numbers(frame_rect(frame).translated(shift))})
        for frame in copied.frames
    ]
    added = inserting(document, nodes, {wire.key: wire for wire in wires}.values())
    push(document, f"{verb} {_counted(nodes, frames)}", Change(added.nodes, added.connections, _new(document, frames)))
    return Pasted([node.id for node in nodes], [frame.id for frame in frames])


def _counted(nodes: Collection[Node], frames: Collection[Frame]) -> str:
    count, what = (len(nodes), "node") if nodes else (len(frames), "frame")
    return what if count == 1 else f"{count} {what}s"


def _new(document: FlowDocument, frames: Iterable[Frame]) -> tuple[Edit[str, Frame], ...]:
    return tuple(Edit(frame.id, len(document.frames) + i, None, frame) for i, frame in enumerate(frames))


def _shift(document: FlowDocument, copied: Copied, at: Point | None) -> QPointF:
    places = [node.position for node in copied.nodes] + [frame.rect[:2] for frame in copied.frames]
    if at is not None:
        return QPointF(*at) - QPointF(min(x for x, _ in places), min(y for _, y in places))
    taken = {node.position for node in document.nodes.values()} | {frame.rect[:2] for frame in document.frames.values()}
    shift = _STEP
    while any((x + shift, y + shift) in taken for x, y in places):
        shift += _STEP
    return QPointF(shift, shift)


def _incoming(
    document: FlowDocument, wires: Iterable[Connection], nodes: dict[NodeId, Node], new_ids: dict[NodeId, NodeId]
) -> Iterator[Connection]:
    """The wires from nodes that the document has, as far as they may be drawn; without bends, which lie elsewhere."""
    for wire in wires:
        target = PinRef(new_ids[wire.target.node], wire.target.pin)
        if wire.source.node in document.nodes:
            pins = node_signature(nodes[target.node], document.registry, (), document.source)
            source = document.signature(wire.source.node)
            if connection_refusal(wire.kind, wire.source, source, target, pins) is None:
                yield wire.model_copy(update={"target": target, "via": ()})


def _moved(wire: Connection, new_ids: dict[NodeId, NodeId], shift: QPointF) -> Connection:
    source, target = (PinRef(new_ids[end.node], end.pin) for end in (wire.source, wire.target))
    via = tuple(moved_by(bend, shift) for bend in wire.via)
    return wire.model_copy(update={"source": source, "target": target, "via": via})
