"""The space bar: a tap asks for a new node; while it is held, a drag moves the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from .asking import request_at_cursor

if TYPE_CHECKING:
    from .view import CanvasView


class SpaceKey:
    """Tells a tap from holding: what repeats, or is held while a mouse button goes down, is no tap."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self._is_tap = False

    def press(self, event: QKeyEvent) -> None:
        """The space bar went down, or repeats."""
        self._is_tap = not event.isAutoRepeat() and self._view.hand.gesture is None
        self._view.hand.pans = True

    def spoil(self) -> None:
        """A mouse button went down, or the keyboard went elsewhere: this is no tap any more."""
        self._is_tap = False

    def release(self, event: QKeyEvent) -> None:
        """A key went up; only the space bar counts."""
        if event.key() != Qt.Key.Key_Space or event.isAutoRepeat():
            return
        self._view.hand.pans = False
        was_tap, self._is_tap = self._is_tap, False
        if was_tap:
            self._view.add_requested.emit(request_at_cursor(self._view))
