"""Drag what is selected: it is lifted until the button goes up, then one command moves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPen

from runtime.document.flow import ConnectionKey

from ... import frames
from ...places import snapped
from .. import insertion
from ..selected import moving
from .auto_pan import AutoPan
from .gesture import Gesture
from .guides import guided, in_view, paint_lines

if TYPE_CHECKING:
    from ..view import CanvasView


_BAR: Final = 4.0
"""Pixels that the bars at the ends of a gap reach to either side."""


class MoveNodes(Gesture):
    """Moves the selection with the mouse, and with each frame what it owns.

    What is under the mouse snaps to its neighbours and to equal gaps between them, else to the grid, and everything
    else keeps its distance from it. A single node that is dropped on a wire which it fits goes into it. With Alt it
    neither snaps nor goes into a wire.
    """

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, view: CanvasView, event: QMouseEvent, start: QPointF, leader: QRectF) -> None:
        """`leader` is the place of what is under the mouse, on the canvas."""
        super().__init__(view, event)
        self.button = Qt.MouseButton.LeftButton
        self.start = start
        self._grabbed = self.scene_start()
        self._leader = leader
        self._into: ConnectionKey | None = None
        self._at = event.position()
        self._is_free = False
        self._lines: list[QLineF] = []
        self._gaps: list[QLineF] = []
        view.projection.lift(*moving(view))
        self._auto_pan = AutoPan(view, self._follow)
        self.moved(event)

    def moved(self, event: QMouseEvent) -> None:
        self._at = event.position()
        self._is_free = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        self._auto_pan.follow(self._at)
        self._follow()

    def _follow(self) -> None:
        offset = self.view.camera.to_scene(self._at) - self._grabbed
        lines: list[QLineF] = []
        gaps: list[QLineF] = []
        if not self._is_free:
            found = guided(self.view, self._leader, offset)
            on_grid = QPointF(*snapped(self._leader.topLeft() + offset)) - self._leader.topLeft()
            offset = QPointF(
                found.offset.x() if found.across else on_grid.x(), found.offset.y() if found.down else on_grid.y()
            )
            lines, gaps = found.lines, found.gaps
        if (lines, gaps) != (self._lines, self._gaps):
            self._lines, self._gaps = lines, gaps
            self.view.viewport().update()
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

    def paint(self, painter: QPainter) -> None:
        paint_lines(self.view, painter, self._lines)
        painter.setPen(QPen(self.view.theme.color("node.selected"), 1))
        for gap in (in_view(self.view, gap) for gap in self._gaps):
            painter.drawLine(gap)
            across = gap.normalVector().unitVector()  # a bar across each end
            bar = QPointF(across.dx(), across.dy()) * _BAR
            for end in (gap.p1(), gap.p2()):
                painter.drawLine(end - bar, end + bar)

    def _end(self) -> None:
        self._auto_pan.stop()
        self.view.projection.put_down()
        self._into = self.view.subject.emphasis.lit_wire = None
        if self._lines or self._gaps:
            self.view.viewport().update()

    def _look_for_wire(self) -> None:
        """A single node that is dragged onto a wire goes into it."""
        found = insertion.wire_under(self.view.projection) if not self._is_free else None
        if found != self._into:
            self._into, self.view.subject.emphasis.lit_wire = found, found
            self.view.viewport().update()
            self.view.message.emit("Drop it here to put it into the wire" if found else "")
