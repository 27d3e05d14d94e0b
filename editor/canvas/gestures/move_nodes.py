"""Drag what is selected: it is lifted until the button goes up, then one command moves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent

from ... import frames
from ...places import snapped
from .gesture import Gesture

if TYPE_CHECKING:
    from ..view import CanvasView


class MoveNodes(Gesture):
    """Moves the selection with the mouse, and with each frame what it owns.

    What is under the mouse snaps, and everything else keeps its distance from it.
    """

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, view: CanvasView, event: QMouseEvent, start: QPointF, leader: QPointF) -> None:
        """`leader` is the corner of what is under the mouse, on the canvas."""
        super().__init__(view, event)
        self.button = Qt.MouseButton.LeftButton
        self.start = start
        self._grabbed = self.scene_start()
        self._leader = leader
        view.projection.lift(*view.moving())
        self.moved(event)

    def moved(self, event: QMouseEvent) -> None:
        offset = self.view.camera.to_scene(event.position()) - self._grabbed
        if not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            offset = QPointF(*snapped(self._leader + offset)) - self._leader
        if offset != self.view.projection.offset:
            self.view.projection.shift(offset)

    def released(self, event: QMouseEvent) -> None:
        projection = self.view.projection
        offset, nodes, lifted_frames = projection.offset, list(projection.lifted), list(projection.lifted_frames)
        projection.put_down()
        frames.move(self.view.document, nodes, lifted_frames, offset)

    def canceled(self) -> None:
        self.view.projection.put_down()
