"""Editing breakpoints where their nodes are: opens the pop-up, and makes of what comes out of it a step for undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from runtime.document.flow import Breakpoint
from runtime.engine.conditions import as_name
from runtime.ids import NodeId

from .. import breakpoints
from ..document import FlowDocument
from .breakpoint_editor import BreakpointEditor

if TYPE_CHECKING:
    from .view import CanvasView


class BreakpointEditing(QObject):
    """Opens at most one editor over a view, and makes of what comes out of it a step for undo."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self.editor: BreakpointEditor | None = None
        self._node: NodeId | None = None

    def edit(self, node_id: NodeId) -> None:
        """Edit the breakpoint of a node; one that has none gets one, unless the person escapes."""
        self.close()
        document = self._view.document
        if node_id not in document.nodes or not breakpoints.can_pause(document, node_id):
            return
        stop = document.nodes[node_id].breakpoint or Breakpoint()
        names = [*document.signature(node_id).inputs, *_outputs_before(document, node_id)]
        editor = BreakpointEditor(self._view.viewport(), document.node_title(node_id), stop, names, self._view.theme)
        self.editor, self._node = editor, node_id
        editor.committed.connect(lambda wanted: self._set(node_id, wanted))
        editor.finished.connect(self._forget)
        editor.open_at(self._view.camera.rect_to_view(self._view.projection.nodes[node_id].rect))

    def close(self) -> None:
        """End the editing under way, and keep what was set."""
        if self.editor is not None:
            self.editor.leave()

    def cancel(self) -> None:
        """End the editing under way, and keep nothing."""
        if self.editor is not None:
            self.editor.cancel()

    def follow_document(self) -> None:
        """The document changed: a node that is gone has no breakpoint to edit."""
        if self._node is not None and self._node not in self._view.document.nodes:
            self.cancel()

    def _set(self, node_id: NodeId, wanted: Breakpoint | None) -> None:
        if node_id in self._view.document.nodes:
            breakpoints.edit(self._view.document, node_id, wanted)

    def _forget(self) -> None:
        self.editor = self._node = None


def _outputs_before(document: FlowDocument, node_id: NodeId) -> list[str]:
    """The values that a condition is most likely to ask for, as it names them: outputs of the nodes that lead here."""
    before = dict.fromkeys(wire.source.node for wire in document.connections_of(node_id) if wire.target.node == node_id)
    return [
        f"{as_name(document.node_title(source))}.{pin}"
        for source in before
        for pin in document.signature(source).outputs
        if pin != "ErrorMessage"
    ]
