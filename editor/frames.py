"""Frames: titled rectangles that own the nodes inside them. Every edit of them, as commands on the document.

Which nodes a frame owns follows from where they lie: those whose middle is inside. Nothing of it is stored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from PySide6.QtCore import QPointF, QRectF

from runtime.document.flow import Frame
from runtime.ids import NodeId, new_node_id

from . import commands, wires
from .change import Change, Edit, alike
from .document import FlowDocument
from .places import moved_by, rect_numbers

COLORS: Final = ("blue", "green", "yellow", "red", "purple", "grey")
"""Each theme has a token `frame.COLOR`."""
LEAST_SIZE: Final = 80.0
_ROOM, _TITLE_ROOM = 30.0, 20.0
"""Canvas units between a new frame and the nodes that it is put around; more above them."""


def frame_rect(frame: Frame) -> QRectF:
    """The place of a frame, unfolded."""
    return QRectF(*frame.rect)


def inner_frames(document: FlowDocument, frame_id: str) -> set[str]:
    """The frames that lie wholly in another."""
    outer = frame_rect(document.frames[frame_id])
    return {
        other_id
        for other_id, other in document.frames.items()
        if other_id != frame_id and outer.contains(frame_rect(other))
    }


def add_frame(document: FlowDocument, rect: QRectF, title: str = "Frame", color: str = COLORS[0]) -> str:
    """Add a frame and return its id."""
    frame = Frame(id=new_node_id(), title=title, rect=rect_numbers(rect), color=color)
    commands.push(document, "Add frame", Change(frames=(Edit(frame.id, len(document.frames), None, frame),)))
    return frame.id


def around(places: Iterable[QRectF]) -> QRectF:
    """Where a frame around some nodes goes."""
    total = QRectF()
    for place in places:
        total |= place
    return total.adjusted(-_ROOM, -_ROOM - _TITLE_ROOM, _ROOM, _ROOM)


def set_frames(document: FlowDocument, frame_ids: Iterable[str], text: str, **fields: object) -> None:
    """Set fields of frames: title, color, collapsed."""
    ids = list(frame_ids)
    commands.push(document, text, altering(document, dict.fromkeys(ids, fields)), f"{text} {ids}")


def resize(document: FlowDocument, frame_id: str, rect: QRectF, merge_key: str = "") -> None:
    """Give a frame another place and size; the nodes stay."""
    commands.push(document, "Resize frame", altering(document, {frame_id: {"rect": rect_numbers(rect)}}), merge_key)


def fold(document: FlowDocument, frame_ids: Iterable[str], *, folded: bool) -> None:
    """Show frames as bars, or unfold them."""
    set_frames(document, frame_ids, "Fold frame" if folded else "Unfold frame", collapsed=folded)


def altering(document: FlowDocument, fields: Mapping[str, Mapping[str, object]]) -> Change:
    """The change that sets fields of frames; what is equal already is left out."""
    edits = []
    for frame_id, new in fields.items():
        before = document.frames[frame_id]
        after = before.model_copy(update=dict(new))
        if not alike(after, before):
            edits.append(Edit(frame_id, 0, before, after))
    return Change(frames=tuple(edits))


def move(
    document: FlowDocument, nodes: Collection[NodeId], frame_ids: Collection[str], offset: QPointF, merge_key: str = ""
) -> None:
    """Move nodes and frames: one undo step. Nothing happens for no way at all."""
    if offset.isNull():
        return
    positions = {node_id: {"position": moved_by(document.nodes[node_id].position, offset)} for node_id in nodes}
    rects = {
        frame_id: {"rect": rect_numbers(frame_rect(document.frames[frame_id]).translated(offset))}
        for frame_id in frame_ids
    }
    change = Change(
        commands.altering(document, positions).nodes,
        wires.bends_moved(document, set(nodes), offset),
        altering(document, rects).frames,
    )
    commands.push(document, _moving(len(nodes), len(frame_ids)), change, merge_key)


def _moving(nodes: int, frames: int) -> str:
    if frames:
        return "Move frame" if frames == 1 else f"Move {frames} frames"
    return "Move node" if nodes == 1 else f"Move {nodes} nodes"
