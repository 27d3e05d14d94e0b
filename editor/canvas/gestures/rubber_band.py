"""Drag a rectangle over the canvas: what it touches is selected while it grows, and frames that are wholly inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen

from .gesture import Gesture, rect_between

if TYPE_CHECKING:
    from ..view import CanvasView


_EXTENDS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class RubberBand(Gesture):
    """Shift adds to the selection, Alt subtracts, Ctrl toggles; a click on nothing clears it."""

    def __init__(self, view: CanvasView, event: QMouseEvent) -> None:
        super().__init__(view, event)
        self._before = view.selection.nodes, view.selection.wires, view.selection.frames
        self._origin = self.scene_start()
        self._corner = self._origin
        self._modifiers = event.modifiers()
        if not self._modifiers & _EXTENDS:
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
        inside = {frame.id for frame in self.view.projection.shown_frames(band) if self._holds(band, frame.id)}
        nodes, wires, frames = self._before
        if self._modifiers & Qt.KeyboardModifier.AltModifier:
            self.view.selection.set(nodes - touched, wires, frames - inside)
        elif self._modifiers & Qt.KeyboardModifier.ControlModifier:
            self.view.selection.set(nodes ^ touched, wires, frames ^ inside)
        elif self._modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.view.selection.set(nodes | touched, wires, frames | inside)
        else:
            self.view.selection.set(touched, frames=inside)

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

    def _holds(self, band: QRectF, frame_id: str) -> bool:
        return band.contains(self.view.projection.frame_place(frame_id))

    def _in_view(self) -> tuple[QPointF, QPointF]:
        camera = self.view.camera
        return camera.to_view(self._origin), camera.to_view(self._corner)

    def _damage(self) -> None:
        self.view.viewport().update(rect_between(*self._in_view()).toAlignedRect().adjusted(-2, -2, 2, 2))
