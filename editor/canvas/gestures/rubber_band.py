"""Drag a rectangle over the canvas: the nodes that it touches are selected while it grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen

from .gesture import Gesture, rect_between

if TYPE_CHECKING:
    from ..view import CanvasView


class RubberBand(Gesture):
    """Selects what it touches; Shift adds to the selection, Ctrl toggles, a click on nothing clears it."""

    def __init__(self, view: CanvasView, event: QMouseEvent) -> None:
        super().__init__(view, event)
        self._before = view.selection.nodes, view.selection.wires
        self._origin = self.scene_start()
        self._corner = self._origin
        self._modifiers = event.modifiers()
        if not self._modifiers & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier):
            view.selection.clear()

    def moved(self, event: QMouseEvent) -> None:
        self._damage()
        self._corner = self.view.camera.to_scene(event.position())
        self._damage()
        if not self.is_drag(event):
            return
        band = rect_between(self._origin, self._corner)
        near = self.view.projection.node_grid.within(band)
        touched = {node.id for node in near if node.rect.intersects(band)}
        nodes, wires = self._before
        if self._modifiers & Qt.KeyboardModifier.ControlModifier:
            self.view.selection.set(nodes ^ touched, wires)
        elif self._modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.view.selection.set(nodes | touched, wires)
        else:
            self.view.selection.set(touched)

    def released(self, event: QMouseEvent) -> None:
        self._damage()

    def canceled(self) -> None:
        self._damage()
        self.view.selection.set(*self._before)

    def paint(self, painter: QPainter) -> None:
        color = self.view.theme.color("rubber")
        fill = QColor(color)
        fill.setAlpha(40)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(color, 1))
        painter.setBrush(fill)
        painter.drawRect(rect_between(*self._in_view()))

    def _in_view(self) -> tuple[QPointF, QPointF]:
        camera = self.view.camera
        return camera.to_view(self._origin), camera.to_view(self._corner)

    def _damage(self) -> None:
        self.view.viewport().update(rect_between(*self._in_view()).toAlignedRect().adjusted(-2, -2, 2, 2))
