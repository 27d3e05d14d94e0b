"""Drag what is selected: it is lifted until the button goes up, then one command moves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent

from runtime.document.flow import ConnectionKey

from ... import frames
from ...places import snapped
from .. import insertion
from .gesture import Gesture

if TYPE_CHECKING:
    from ..view import CanvasView


class MoveNodes(Gesture):
    """Moves the selection with the mouse, and with each frame what it owns.

    What is under the mouse snaps, and everything else keeps its distance from it. A single node that is dropped on a
    wire which it fits goes into it. With Alt it neither snaps nor goes into a wire.
    """

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, view: CanvasView, event: QMouseEvent, start: QPointF, leader: QPointF) -> None:
        """`leader` is the corner of what is under the mouse, on the canvas."""
        super().__init__(view, event)
        self.button = Qt.MouseButton.LeftButton
        self.start = start
        self._grabbed = self.scene_start()
        self._leader = leader
        self._into: ConnectionKey | None = None
        self._is_free = False
        view.projection.lift(*view.moving())
        self.moved(event)

    def moved(self, event: QMouseEvent) -> None:
        offset = self.view.camera.to_scene(event.position()) - self._grabbed
        self._is_free = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if not self._is_free:
            offset = QPointF(*snapped(self._leader + offset)) - self._leader
        if offset != self.view.projection.offset:
            self.view.projection.shift(offset)
            self._look_for_wire()

    def released(self, event: QMouseEvent) -> None:
        projection = self.view.projection
        offset, nodes, lifted_frames = projection.offset, list(projection.lifted), list(projection.lifted_frames)
        into = self._into
        self._end()
        if into is None:
            frames.move(self.view.document, nodes, lifted_frames, offset)
        else:
            insertion.move_into(self.view.projection, nodes[0], offset, into)

    def canceled(self) -> None:
        self._end()

    def _end(self) -> None:
        self.view.projection.put_down()
        self._into = self.view.subject.emphasis.lit_wire = None

    def _look_for_wire(self) -> None:
        """A single node that is dragged onto a wire goes into it."""
        found = insertion.wire_under(self.view.projection) if not self._is_free else None
        if found != self._into:
            self._into, self.view.subject.emphasis.lit_wire = found, found
            self.view.viewport().update()
            self.view.message.emit("Drop it here to put it into the wire" if found else "")
