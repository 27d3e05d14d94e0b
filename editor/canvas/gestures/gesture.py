"""What every mouse interaction shares: it begins with a press, follows the mouse, and ends or is called off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from ..view import CanvasView


class Gesture:
    """One interaction under way. It may read the whole view; the document it changes by commands, at its end."""

    cursor: Qt.CursorShape | None = None
    """The cursor meanwhile; None leaves it as it is."""

    def __init__(self, view: CanvasView, event: QMouseEvent) -> None:
        self.view = view
        self.button = event.button()
        self.start = event.position()
        """Where it began, in the viewport."""

    def moved(self, event: QMouseEvent) -> None:
        """The mouse moved with the button down."""

    def released(self, event: QMouseEvent) -> None:
        """The button went up: the interaction is over after this."""

    def canceled(self) -> None:
        """It is called off: everything looks as it did before."""

    def document_changed(self) -> None:
        """The document changed under the gesture, by a run, an undo or another view."""

    def paint(self, painter: QPainter) -> None:
        """Paint over the canvas, in pixels of the viewport."""

    def scene_start(self) -> QPointF:
        """Where it began, on the canvas."""
        return self.view.camera.to_scene(self.start)

    def is_drag(self, event: QMouseEvent) -> bool:
        """Whether the mouse went far enough that it is no click."""
        return (event.position() - self.start).manhattanLength() >= QApplication.startDragDistance()


def rect_between(a: QPointF, b: QPointF) -> QRectF:
    """The rectangle of two corners."""
    return QRectF(a, b).normalized()
