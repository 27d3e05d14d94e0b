"""While something is dragged to the edge of the view, the view goes on that way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPointF, QTimer

if TYPE_CHECKING:
    from ..view import CanvasView

EDGE: Final = 28.0
"""Pixels from the edge within which it begins."""
_TICK_MS: Final = 16
_FASTEST: Final = 22.0
"""Pixels a tick, with the mouse at the edge or beyond it."""


class AutoPan(QObject):
    """Pans while the mouse is near an edge, and tells so that what is dragged follows."""

    def __init__(self, view: CanvasView, panned: Callable[[], object]) -> None:
        super().__init__(view)
        self._view = view
        self._panned = panned
        self._step = QPointF()
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)

    def follow(self, place: QPointF) -> None:
        """The mouse is here, in the viewport."""
        room = self._view.viewport().rect()
        self._step = QPointF(_speed(place.x(), room.width()), _speed(place.y(), room.height()))
        if self._step.isNull():
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """The drag is over."""
        self._timer.stop()
        self.deleteLater()

    def _tick(self) -> None:
        self._view.pan(self._step)
        self._panned()


def _speed(place: float, room: float) -> float:
    """How far the canvas moves a tick: the faster, the nearer to the edge."""
    if place < EDGE:
        return min((EDGE - place) / EDGE, 1.0) * _FASTEST
    if place > room - EDGE:
        return -min((place - room + EDGE) / EDGE, 1.0) * _FASTEST
    return 0.0
