"""Drag from node to node: their best pair of pins is connected, without aiming at any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPen

from runtime.document.flow import ConnectionKey
from runtime.ids import NodeId

from ... import commands, wires
from .gesture import Gesture

if TYPE_CHECKING:
    from ..view import CanvasView


class LazyConnect(Gesture):
    """Alt and a drag from one node to another: the flow goes on there, or the first values that fit are handed over."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: CanvasView, event: QMouseEvent, node: NodeId) -> None:
        super().__init__(view, event)
        self._source = node
        self._at = event.position()
        self._pair: ConnectionKey | None = None
        view.selection.set([node])

    def moved(self, event: QMouseEvent) -> None:
        self._at = event.position()
        hit = self.view.hit(self._at)
        is_other = hit.node is not None and hit.node != self._source
        self._pair = wires.best_pair(self.view.document, self._source, hit.node) if is_other and hit.node else None
        self.view.message.emit(_said(self._pair) if self._pair else "No pins fit there" if is_other else "")
        self.view.viewport().update()

    def released(self, event: QMouseEvent) -> None:
        self.moved(event)
        self.canceled()
        if self._pair is not None and self.is_drag(event):
            commands.connect(self.view.document, *self._pair)

    def canceled(self) -> None:
        self.view.message.emit("")
        self.view.viewport().update()

    def document_changed(self) -> None:
        self.view.hand.cancel()

    def paint(self, painter: QPainter) -> None:
        color = self.view.theme.color("node.selected" if self._pair else "text.faint")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color, 2, Qt.PenStyle.SolidLine if self._pair else Qt.PenStyle.DashLine))
        painter.drawLine(self.start, self._at)


def _said(key: ConnectionKey) -> str:
    return f"Connect {key.source.pin} with {key.target.pin}"
