"""Node types that are dragged onto a canvas, as from the palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QDragEnterEvent, QDropEvent

from .placing import add_node

if TYPE_CHECKING:
    from .view import CanvasView

MIME_NODE_TYPE = "application/x-futureflow-node-type"
"""What the palette drags: the id of a node type as UTF-8."""


def enter(event: QDragEnterEvent) -> None:
    """Accept what may be dropped."""
    if event.mimeData().hasFormat(MIME_NODE_TYPE):
        event.acceptProposedAction()


def drop(view: CanvasView, event: QDropEvent) -> None:
    """Add a node of the dropped type; on a wire that it fits it goes into that."""
    type_id = bytes(event.mimeData().data(MIME_NODE_TYPE).data()).decode()
    if type_id in view.document.registry:
        add_node(view, type_id, view.camera.to_scene(event.position()), view.hit(event.position()).wire)
        event.acceptProposedAction()
