"""Drag the canvas itself: middle button, or space and the left one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent

from .gesture import Gesture

if TYPE_CHECKING:
    from ..view import CanvasView


class Pan(Gesture):
    """Moves what is seen with the mouse."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, view: CanvasView, event: QMouseEvent) -> None:
        super().__init__(view, event)
        self._last = event.position()

    def moved(self, event: QMouseEvent) -> None:
        self.view.pan(event.position() - self._last)
        self._last = event.position()
