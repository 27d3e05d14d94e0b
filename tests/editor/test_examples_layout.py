"""The examples as they are drawn: nothing lies on anything else, frames hold whole nodes, wires lead to the right."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QApplication

from editor.canvas.projection import Projection
from editor.document import FlowDocument
from runtime.catalogue import builtin_registry
from runtime.document.files import load_flow
from runtime.document.flow import PinKind

EXAMPLES = sorted((Path(__file__).parents[2] / "resources" / "examples").glob("*.flow.json"))


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.name.partition(".")[0])
def document(request: pytest.FixtureRequest, qapp: QApplication) -> FlowDocument:
    return FlowDocument(builtin_registry(), load_flow(request.param))


def drawn(document: FlowDocument) -> dict[str, QRectF]:
    """Where each node is painted, with all that belongs to it."""
    return {node.id: node.box for node in Projection(document).nodes.values()}


def test_no_node_lies_on_another(document: FlowDocument) -> None:
    boxes = list(drawn(document).items())
    overlaps = [
        (one, other)
        for index, (one, box) in enumerate(boxes)
        for other, other_box in boxes[index + 1 :]
        if box.intersects(other_box)
    ]
    assert overlaps == []


def test_frames_hold_whole_nodes(document: FlowDocument) -> None:
    frames = {frame.id: QRectF(*frame.rect) for frame in document.frames.values()}
    cut = [
        (frame_id, node_id)
        for frame_id, frame in frames.items()
        for node_id, box in drawn(document).items()
        if frame.intersects(box) and not frame.contains(box)
    ]
    assert cut == []


def test_exec_wires_lead_to_the_right(document: FlowDocument) -> None:
    nodes = Projection(document).nodes
    for wire in document.connections:
        if wire.kind is PinKind.EXEC:
            assert nodes[wire.source.node].rect.right() < nodes[wire.target.node].rect.left(), wire
