"""Drag the selected nodes: they are lifted until the button goes up, then one command moves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent

from runtime.document.flow import Number, Point
from runtime.ids import NodeId

from ... import commands
from .gesture import Gesture

if TYPE_CHECKING:
    from ..view import CanvasView

SNAP = 10
"""Nodes come to rest on multiples of this; with Alt they go anywhere."""


class MoveNodes(Gesture):
    """Moves the selection with the mouse; the node under the mouse snaps, the others keep their distance from it."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, view: CanvasView, event: QMouseEvent, start: QPointF, leader: NodeId) -> None:
        super().__init__(view, event)
        self.button = Qt.MouseButton.LeftButton
        self.start = start
        self._grabbed = self.scene_start()
        self._leader = view.projection.nodes[leader].rect.topLeft()
        view.projection.lift(view.selection.nodes)
        self.moved(event)

    def moved(self, event: QMouseEvent) -> None:
        offset = self.view.camera.to_scene(event.position()) - self._grabbed
        if not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            offset = QPointF(*snapped(self._leader + offset)) - self._leader
        if offset != self.view.projection.offset:
            self.view.projection.shift(offset)

    def released(self, event: QMouseEvent) -> None:
        projection, document = self.view.projection, self.view.document
        offset, nodes = projection.offset, list(projection.lifted)
        projection.put_down()
        if nodes and not offset.isNull():
            commands.move_nodes(document, {node: moved_by(document.nodes[node].position, offset) for node in nodes})

    def canceled(self) -> None:
        self.view.projection.put_down()


def snapped(place: QPointF) -> Point:
    """The nearest place where a node may come to rest."""
    return round(place.x() / SNAP) * SNAP, round(place.y() / SNAP) * SNAP


def moved_by(position: Point, offset: QPointF) -> Point:
    """A position some way off; whole numbers stay whole, so that files stay readable."""
    return _number(position[0] + offset.x()), _number(position[1] + offset.y())


def _number(value: float) -> Number:
    rounded = round(value, 2)
    return int(rounded) if rounded.is_integer() else rounded
