"""A stroke across wires that cuts them: one undo step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPen, QPolygonF

from runtime.document.flow import ConnectionKey

from ... import commands
from ..hit import FAR
from ..wire import Wire
from .gesture import Gesture

if TYPE_CHECKING:
    from ..view import CanvasView

_CROSSING = QLineF.IntersectionType.BoundedIntersection


class CutWires(Gesture):
    """Ctrl and the right button, or Ctrl+Alt and the left one. The wires that it crosses are marked meanwhile."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: CanvasView, event: QMouseEvent) -> None:
        super().__init__(view, event)
        self._stroke = [self.scene_start()]
        self._cut: dict[ConnectionKey, None] = {}

    def moved(self, event: QMouseEvent) -> None:
        place = self.view.camera.to_scene(event.position())
        step = QLineF(self._stroke[-1], place)
        self._stroke.append(place)
        box = QRectF(step.p1(), step.p2()).normalized().adjusted(-1, -1, 1, 1)
        for wire in self.view.projection.wire_grid.within(box):
            if wire.key not in self._cut and any(_cross(line, step) for line in self._lines(wire)):
                self._cut[wire.key] = None
        self.view.viewport().update()

    def released(self, event: QMouseEvent) -> None:
        self.view.viewport().update()
        doomed = [key for key in self._cut if key in self.view.document.connections]
        if doomed:
            commands.remove(self.view.document, (), doomed)

    def canceled(self) -> None:
        self.view.viewport().update()

    def paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = self.view.theme.color("error")
        painter.save()
        painter.setTransform(self.view.camera.transform)
        painter.setPen(QPen(color, 4.0))
        for key in self._cut:
            if key in self.view.projection.wires:
                painter.drawLines(self._lines(self.view.projection.wires[key]))
        painter.restore()
        painter.setPen(QPen(color, 1.5, Qt.PenStyle.DashLine))
        painter.drawPolyline(QPolygonF([self.view.camera.to_view(place) for place in self._stroke]))

    def _lines(self, wire: Wire) -> list[QLineF]:
        """As it is painted: from afar wires are straight."""
        return wire.lines if self.view.camera.zoom >= FAR else [QLineF(wire.start, wire.end)]


def _cross(line: QLineF, step: QLineF) -> bool:
    return line.intersects(step)[0] == _CROSSING
