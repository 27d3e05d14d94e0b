"""Paints in the next frame what a frame had no time for, so that none takes long however much has come into sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from .view import CanvasView


class LatePaint(QObject):
    """Belongs to a view; asks for the next frame until no picture of a node is missing any more."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._paint)

    def follow_paint(self) -> None:
        """A frame was painted."""
        if self._view.painter.near.late:
            self._timer.start()

    def _paint(self) -> None:
        near = self._view.painter.near
        late, near.late = near.late, []
        self._view.damage(late)
