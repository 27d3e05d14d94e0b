"""Draw a wire from a pin to another, or pick up the end of one that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen

from runtime.document.flow import ConnectionKey, PinDirection, PinKind, PinRef
from runtime.errors import IllegalConnectionError
from runtime.ids import NodeId

from ... import commands
from ..add_request import AddRequest, WireEnd
from ..convert_offer import offer_conversion
from ..hit import Hit, hit_at
from ..near_painter import wire_width
from ..rows import PinKey
from ..subject import Emphasis
from ..targets import key_between, legal_pins, why_not
from ..wire import DASHED, dashes, wire_lines
from .gesture import Gesture

if TYPE_CHECKING:
    from ..view import CanvasView


class Connect(Gesture):
    """A wire that hangs on the mouse. Pins that it may go to are lit, all else is dimmed.

    Dropped on a legal pin, or on a node with one, it is drawn; dropped on nothing it asks for a node to fit, or, if
    it was picked up, is gone. Each is one undo step. Where a conversion is wanted between, its node is offered.
    """

    cursor = Qt.CursorShape.CrossCursor

    def __init__(
        self, view: CanvasView, event: QMouseEvent, end: WireEnd, picked_up: ConnectionKey | None = None
    ) -> None:
        super().__init__(view, event)
        self._end = end
        self._picked_up = picked_up
        self._legal: dict[NodeId, frozenset[PinKey]] = {}
        self._at = event.position()
        self._target: tuple[NodeId, PinKey] | None = None
        self._reason = ""
        self._unfolded: list[NodeId] = []
        view.subject.emphasis = Emphasis(self._legal_of, picked_up)
        view.viewport().update()

    def moved(self, event: QMouseEvent) -> None:
        self._at = event.position()
        hit = hit_at(self.view.projection, self.view.camera.to_scene(self._at), self.view.camera.zoom)
        if hit.part == "more" and hit.node is not None and hit.node not in self.view.projection.expanded:
            self._unfolded.append(hit.node)
            self.view.projection.expand([hit.node])
        before = self._reason
        self._target, self._reason = self._judge(hit)
        if self._reason != before:
            self.view.message.emit(self._reason)
        self.view.viewport().update()

    def released(self, event: QMouseEvent) -> None:
        self.moved(event)
        target, reason = self._target, self._reason
        self._finish()
        if target is not None:
            self._draw(key_between(self._end, *target))
        elif reason:
            self.view.message.emit(reason)
            self._offer_conversion(event)
        elif self._picked_up is not None:
            if self.is_drag(event):
                commands.remove(self.view.document, (), [self._picked_up])
        elif self.is_drag(event):
            place = self.view.camera.to_scene(event.position())
            self.view.add_requested.emit(AddRequest(place, event.globalPosition().toPoint(), self._end))

    def canceled(self) -> None:
        self._finish()
        self.view.message.emit("")

    def document_changed(self) -> None:
        self._legal.clear()
        document = self.view.document
        if self._end.pin.node not in document.nodes or (
            self._picked_up is not None and self._picked_up not in document.connections
        ):
            self.view.hand.cancel()

    def paint(self, painter: QPainter) -> None:
        camera, projection = self.view.camera, self.view.projection
        loose = self._at
        if self._target is not None:
            loose = camera.to_view(projection.pin_position(*self._target))
        fixed = camera.to_view(projection.pin_position(self._end.pin.node, self._fixed_key()))
        start, end = (fixed, loose) if self._end.direction is PinDirection.OUT else (loose, fixed)
        color = self.view.theme.color("error" if self._reason else self._color())
        zoom = camera.zoom
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color, max(wire_width(self._color()) * zoom, 1.5)))
        painter.save()
        painter.scale(zoom, zoom)
        painter.setPen(QPen(color, wire_width(self._color())))
        lines = wire_lines(start / zoom, end / zoom)
        painter.drawLines(dashes(lines) if self._color() in DASHED else lines)
        painter.restore()
        if self._reason:
            paint_note(painter, self.view, self._at, self._reason)

    # -- parts

    def _legal_of(self, node: NodeId) -> frozenset[PinKey]:
        found = self._legal.get(node)
        if found is None:
            found = self._legal[node] = legal_pins(self.view.document, self._end, node)
        return found

    def _fixed_key(self) -> PinKey:
        return PinKey(self._end.direction, self._end.kind, self._end.pin.pin)

    def _color(self) -> str:
        place = self.view.projection.nodes[self._end.pin.node].shape.places.get(self._fixed_key())
        return place.pin.color if place else "pin.any"

    def _judge(self, hit: Hit) -> tuple[tuple[NodeId, PinKey] | None, str]:
        """The pin that a drop would connect, or the reason why none."""
        if hit.node is None or (hit.node == self._end.pin.node and hit.part != "pin"):
            return None, ""
        legal = self._legal_of(hit.node)
        if hit.part != "pin" or hit.pin is None:
            best = self._best_of(hit.node, legal)
            title = self.view.document.node_title(hit.node)
            return ((hit.node, best), "") if best else (None, f"{title} has no pin for {self._end.pin.pin}")
        if hit.pin in legal:
            return (hit.node, hit.pin), ""
        if (hit.node, hit.pin) == (self._end.pin.node, self._fixed_key()):
            return None, ""
        return None, why_not(self.view.document, self._end, hit.node, hit.pin) or ""

    def _best_of(self, node: NodeId, legal: frozenset[PinKey]) -> PinKey | None:
        """The pin of a node that fits best: of the same type and free, before others, before those out of sight."""
        places = self.view.projection.nodes[node].shape.places
        color = self._color()
        shown = [place for key, place in places.items() if key in legal]
        best = min(shown, key=lambda place: (place.wired, place.pin.color != color), default=None)
        return best.pin.key if best else None

    def _offer_conversion(self, event: QMouseEvent) -> None:
        hit = self.view.hit(event.position())
        if hit.node is not None and hit.pin is not None and hit.pin.direction is not self._end.direction:
            wire = key_between(self._end, hit.node, hit.pin)
            offer_conversion(self.view, wire, self._picked_up, event.globalPosition().toPoint())

    def _draw(self, key: ConnectionKey) -> None:
        try:
            commands.connect(self.view.document, *key, instead_of=self._picked_up)
        except IllegalConnectionError as error:
            self.view.message.emit(str(error))

    def _finish(self) -> None:
        self.view.subject.emphasis = Emphasis()
        self.view.projection.expand(self._unfolded, shown=False)
        self.view.viewport().update()


def begin_wire(view: CanvasView, event: QMouseEvent, node: NodeId, pin: PinKey) -> Connect:
    """A wire from a pin; from a data input that has one, that wire's end."""
    if pin.kind is PinKind.DATA and pin.direction is PinDirection.IN:
        wire = view.document.connection_into(node, pin.name)
        if wire is not None and wire.source.node in view.projection.nodes:
            return Connect(view, event, WireEnd(wire.kind, PinDirection.OUT, wire.source), wire.key)
    return Connect(view, event, WireEnd(pin.kind, pin.direction, PinRef(node, pin.name)))


def paint_note(painter: QPainter, view: CanvasView, at: QPointF, text: str) -> None:
    """A line of text beside the mouse."""
    painter.setFont(view.font())
    size = painter.fontMetrics().boundingRect(text)
    rect = QRectF(at.x() + 16, at.y() + 14, size.width() + 20, size.height() + 10)
    rect.moveLeft(max(min(rect.left(), view.viewport().width() - rect.width() - 4), 4))
    back = QColor(view.theme.color("popup"))
    painter.setPen(QPen(view.theme.color("error"), 1))
    painter.setBrush(back)
    painter.drawRoundedRect(rect, 4, 4)
    painter.setPen(view.theme.color("text"))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
