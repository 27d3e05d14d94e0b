"""The mouse on a canvas: one gesture at a time, and the cursor that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent

from .frame import resize_cursor
from .gesture import Gesture
from .press import gesture_for

if TYPE_CHECKING:
    from ..view import CanvasView

_ARROW = Qt.CursorShape.ArrowCursor
_CURSORS = {
    "pin": Qt.CursorShape.CrossCursor,
    "field": Qt.CursorShape.IBeamCursor,
    "more": Qt.CursorShape.PointingHandCursor,
    "more_pins": Qt.CursorShape.PointingHandCursor,
    "fewer_pins": Qt.CursorShape.PointingHandCursor,
    "list_pins": Qt.CursorShape.PointingHandCursor,
}


class Hand:
    """Begins, follows and ends gestures. `pans` while space is held: then a drag moves the canvas."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self._pans = False
        self.gesture: Gesture | None = None

    @property
    def pans(self) -> bool:
        """Whether the left button moves the canvas."""
        return self._pans

    @pans.setter
    def pans(self, pans: bool) -> None:
        if pans != self._pans and self.gesture is None:
            viewport = self._view.viewport()
            viewport.setCursor(Qt.CursorShape.OpenHandCursor) if pans else viewport.unsetCursor()
        self._pans = pans

    def begin(self, gesture: Gesture) -> None:
        """Make this the gesture under way; it takes the place of another that turned into it."""
        self.gesture = gesture
        if gesture.cursor is not None:
            self._view.viewport().setCursor(gesture.cursor)

    def cancel(self) -> None:
        """Call off the gesture under way, if there is one."""
        gesture = self._let_go()
        if gesture is not None:
            gesture.canceled()

    def follow_document(self) -> None:
        """Tell the gesture under way that the document changed."""
        if self.gesture is not None:
            self.gesture.document_changed()

    def press(self, event: QMouseEvent) -> None:
        """A button went down."""
        if self.gesture is None and (gesture := gesture_for(self._view, event)) is not None:
            self.begin(gesture)

    def move(self, event: QMouseEvent) -> None:
        """The mouse moved."""
        if self.gesture is not None:
            self.gesture.moved(event)
        elif not self._pans:
            hit = self._view.hit(event.position())
            self._view.highlights.hover_wire(hit.wire)
            over = resize_cursor(hit.edges) if hit.edges != (0, 0) else _CURSORS.get(hit.part, _ARROW)
            self._view.viewport().setCursor(over)

    def release(self, event: QMouseEvent) -> None:
        """A button went up; only that of the gesture ends it."""
        if self.gesture is not None and event.button() == self.gesture.button:
            gesture = self.gesture
            self._let_go()
            gesture.released(event)

    def _let_go(self) -> Gesture | None:
        gesture, self.gesture = self.gesture, None
        if gesture is not None:
            self._view.viewport().unsetCursor()
        return gesture
