"""Presses on frames: on the title they select and move it with what it owns, on the edge they resize it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPen

from ... import frames
from ...places import snapped
from ..hit import Hit
from .gesture import Gesture
from .guides import guided_edges, paint_lines
from .move_nodes import MoveNodes

if TYPE_CHECKING:
    from ..view import CanvasView


class ClickFrame(Gesture):
    """Selects the frame; becomes a drag when the mouse moves. A click on the arrow of a bar unfolds it."""

    def __init__(self, view: CanvasView, event: QMouseEvent, frame_id: str) -> None:
        super().__init__(view, event)
        self._frame = frame_id
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            view.selection.toggle(frames=[frame_id])
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            view.selection.add(frames=[frame_id])
        elif frame_id not in view.selection.frames:
            view.selection.set(frames=[frame_id])

    def moved(self, event: QMouseEvent) -> None:
        if self.is_drag(event) and self._frame in self.view.selection.frames:
            leader = self.view.projection.frame_place(self._frame)
            self.view.hand.begin(MoveNodes(self.view, event, self.start, leader))


class ResizeFrame(Gesture):
    """Drags an edge or a corner of a frame. The nodes stay; those whose middle is inside then are the frame's.

    The edges snap to those of what lies around, else to the grid; with Alt to nothing.
    """

    def __init__(self, view: CanvasView, event: QMouseEvent, frame_id: str, edges: tuple[int, int]) -> None:
        """`edges`: which sides are dragged, (-1, 0 or 1 across, -1, 0 or 1 down)."""
        super().__init__(view, event)
        self._frame = frame_id
        self._edges = edges
        self._lines: list[QLineF] = []
        self._before = self._rect = view.projection.frame_place(frame_id)
        self.cursor = resize_cursor(edges)
        view.selection.set(frames=[frame_id])

    def moved(self, event: QMouseEvent) -> None:
        place = self.view.camera.to_scene(event.position())
        self._lines = []
        if not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            found = guided_edges(self.view, self._pulled(place), self._edges, (self._frame,))
            on_grid, to_line = snapped(place), place + found.offset
            place = QPointF(to_line.x() if found.across else on_grid[0], to_line.y() if found.down else on_grid[1])
            self._lines = found.lines
        self._rect = self._pulled(place)
        self.view.viewport().update()

    def _pulled(self, place: QPointF) -> QRectF:
        """The frame with the dragged edges at a place."""
        before, least = self._before, frames.LEAST_SIZE
        left, top = before.left(), before.top()
        right, bottom = left + before.width(), top + before.height()
        across, down = self._edges
        if across < 0:
            left = min(place.x(), right - least)
        elif across > 0:
            right = max(place.x(), left + least)
        if down < 0:
            top = min(place.y(), bottom - least)
        elif down > 0:
            bottom = max(place.y(), top + least)
        return QRectF(left, top, right - left, bottom - top)

    def released(self, event: QMouseEvent) -> None:
        if self.is_drag(event) and self._frame in self.view.document.frames:
            frames.resize(self.view.document, self._frame, self._rect)
        self.view.viewport().update()

    def canceled(self) -> None:
        self.view.viewport().update()

    def document_changed(self) -> None:
        if self._frame not in self.view.document.frames:
            self.view.hand.cancel()

    def paint(self, painter: QPainter) -> None:
        painter.setPen(QPen(self.view.theme.color("node.selected"), 2, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.view.camera.rect_to_view(self._rect))
        paint_lines(self.view, painter, self._lines)


def begin_on_frame(view: CanvasView, event: QMouseEvent, hit: Hit, frame_id: str) -> Gesture:
    """What a press on a frame begins."""
    if hit.edges != (0, 0) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        return ResizeFrame(view, event, frame_id, hit.edges)
    return ClickFrame(view, event, frame_id)


def resize_cursor(edges: tuple[int, int]) -> Qt.CursorShape:
    """The cursor over these edges."""
    across, down = edges
    if across and down:
        return Qt.CursorShape.SizeFDiagCursor if across == down else Qt.CursorShape.SizeBDiagCursor
    return Qt.CursorShape.SizeHorCursor if across else Qt.CursorShape.SizeVerCursor
