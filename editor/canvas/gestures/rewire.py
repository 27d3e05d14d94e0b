"""Drag all wires of a pin to another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPen

from runtime.document.flow import PinDirection, PinRef
from runtime.errors import IllegalConnectionError
from runtime.ids import NodeId

from ... import wires
from ..hit import Hit
from ..near_painter import wire_width
from ..rows import PinKey
from ..subject import Emphasis
from ..wire import wire_lines
from .connect import begin_wire, paint_note
from .gesture import Gesture

if TYPE_CHECKING:
    from ..view import CanvasView


class Rewire(Gesture):
    """The wires of a pin hang on the mouse by that end. Dropped on a pin that takes them all, they move there."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: CanvasView, event: QMouseEvent, node: NodeId, pin: PinKey) -> None:
        super().__init__(view, event)
        self._pin = pin
        self._keys = wires.wires_at(view.document, PinRef(node, pin.name), pin.kind, pin.direction)
        self._at = event.position()
        self._legal: dict[NodeId, frozenset[PinKey]] = {}
        self._target: tuple[NodeId, PinKey] | None = None
        self._reason = ""
        view.subject.emphasis = Emphasis(self._legal_of)
        view.viewport().update()

    def moved(self, event: QMouseEvent) -> None:
        self._at = event.position()
        self._target, self._reason = self._judge(self.view.hit(self._at))
        self.view.message.emit(self._reason)
        self.view.viewport().update()

    def released(self, event: QMouseEvent) -> None:
        self.moved(event)
        self.canceled()
        if self._target is None or not self.is_drag(event):
            return
        node, pin = self._target
        try:
            wires.rewire(self.view.document, self._keys, self._pin.direction, PinRef(node, pin.name))
        except IllegalConnectionError as error:
            self.view.message.emit(str(error))

    def canceled(self) -> None:
        self.view.subject.emphasis = Emphasis()
        self.view.viewport().update()

    def document_changed(self) -> None:
        if not all(key in self.view.document.connections for key in self._keys):
            self.view.hand.cancel()

    def paint(self, painter: QPainter) -> None:
        camera, projection = self.view.camera, self.view.projection
        loose = camera.to_scene(self._at)
        if self._target is not None:
            loose = projection.pin_position(*self._target)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(camera.transform)
        for key in self._keys:
            laid = projection.wires[key]
            painter.setPen(QPen(self.view.theme.color("error" if self._reason else laid.color), wire_width(laid.color)))
            ends = (loose, laid.end) if self._pin.direction is PinDirection.OUT else (laid.start, loose)
            painter.drawLines(wire_lines(*ends))
        painter.restore()
        if self._reason:
            paint_note(painter, self.view, self._at, self._reason)

    def _legal_of(self, node: NodeId) -> frozenset[PinKey]:
        found = self._legal.get(node)
        if found is None:
            shown = self.view.projection.nodes[node].shape.places
            found = self._legal[node] = frozenset(pin for pin in shown if self._why_not(node, pin) is None)
        return found

    def _why_not(self, node: NodeId, pin: PinKey) -> str | None:
        if (pin.kind, pin.direction) != (self._pin.kind, self._pin.direction):
            return f"{pin.name} is of another kind than {self._pin.name}"
        for key in self._keys:
            refused = self.view.document.refusal(*wires.rewired(key, self._pin.direction, PinRef(node, pin.name)))
            if refused is not None:
                return str(refused)
        return None

    def _judge(self, hit: Hit) -> tuple[tuple[NodeId, PinKey] | None, str]:
        if hit.node is None or hit.pin is None:
            return None, ""
        reason = self._why_not(hit.node, hit.pin)
        return ((hit.node, hit.pin), "") if reason is None else (None, reason)


def begin_rewire(view: CanvasView, event: QMouseEvent, node: NodeId, pin: PinKey) -> Gesture:
    """All wires of a pin; a new one from a pin that has none."""
    if wires.wires_at(view.document, PinRef(node, pin.name), pin.kind, pin.direction):
        return Rewire(view, event, node, pin)
    return begin_wire(view, event, node, pin)
