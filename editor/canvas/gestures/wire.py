"""Presses on a wire: near an end they pick it up, on a bend they move that, elsewhere they bend it."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPen

from runtime.document.flow import ConnectionKey, PinDirection, Point

from ... import wires
from ...places import snapped
from ..add_request import WireEnd
from ..wire import wire_lines
from .connect import Connect
from .gesture import Gesture

if TYPE_CHECKING:
    from ..view import CanvasView

END_REACH = 30.0
"""Pixels from the end of a wire within which a drag picks that end up."""
BEND_REACH = 9.0
"""Pixels from a bend within which a press means it."""


class ClickWire(Gesture):
    """Selects the wire; becomes the drag of its end or of a bend when the mouse moves. Alt takes a bend away."""

    def __init__(self, view: CanvasView, event: QMouseEvent, key: ConnectionKey) -> None:
        super().__init__(view, event)
        self._key = key
        modifiers = event.modifiers()
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            view.selection.toggle(wires=[key])
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            view.selection.add(wires=[key])
        else:
            view.selection.set(wires=[key])
        if modifiers & Qt.KeyboardModifier.AltModifier:
            remove_bend(view, key, event.position())

    def moved(self, event: QMouseEvent) -> None:
        if not self.is_drag(event) or self._key not in self.view.document.connections:
            return
        bend = bend_at(self.view, self._key, self.start)
        end = None if bend is not None else end_at(self.view, self._key, self.start)
        if end is not None:
            connect = Connect(self.view, event, end, self._key)
            connect.button, connect.start = self.button, self.start
            self.view.hand.begin(connect)
        else:
            self.view.hand.begin(MoveBend(self.view, event, self._key, self.start, bend))


class MoveBend(Gesture):
    """Drags a bend of a wire, or a new one. It snaps as nodes do; Alt leaves it where the mouse is."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(
        self, view: CanvasView, event: QMouseEvent, key: ConnectionKey, start: QPointF, bend: int | None
    ) -> None:
        """`bend` is the number of the one that is dragged; None bends the wire anew at `start`."""
        super().__init__(view, event)
        self.button = Qt.MouseButton.LeftButton
        self._key = key
        self._is_new = bend is None
        bends = list(view.document.connections[key].via)
        self._index = bend if bend is not None else place_of_new(view, key, view.camera.to_scene(start))
        if bend is None:
            bends.insert(self._index, (0, 0))
        self._bends = bends
        view.subject.emphasis.hidden_wire = key
        self.moved(event)

    def moved(self, event: QMouseEvent) -> None:
        place = self.view.camera.to_scene(event.position())
        is_free = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        self._bends[self._index] = (round(place.x()), round(place.y())) if is_free else snapped(place)
        self.view.viewport().update()

    def released(self, event: QMouseEvent) -> None:
        self.canceled()
        if self._key in self.view.document.connections:
            wires.set_bends(self.view.document, self._key, self._bends, "Bend wire" if self._is_new else "Move bend")

    def canceled(self) -> None:
        self.view.subject.emphasis.hidden_wire = None
        self.view.viewport().update()

    def document_changed(self) -> None:
        if self._key not in self.view.document.connections:
            self.view.hand.cancel()

    def paint(self, painter: QPainter) -> None:
        laid = self.view.projection.wires[self._key]
        bends = [QPointF(x, y) for x, y in self._bends]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(self.view.camera.transform)
        painter.setPen(QPen(self.view.theme.color("node.selected"), 3.0))
        painter.drawLines(wire_lines(laid.start, laid.end, bends))
        painter.restore()
        paint_bends(painter, self.view, bends)


def paint_bends(painter: QPainter, view: CanvasView, bends: list[QPointF]) -> None:
    """The handles of bends."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(view.theme.color("canvas"), 1.5))
    painter.setBrush(view.theme.color("node.selected"))
    for bend in bends:
        painter.drawEllipse(view.camera.to_view(bend), 5, 5)


def bend_at(view: CanvasView, key: ConnectionKey, place: QPointF) -> int | None:
    """The number of the bend under a place of the viewport."""
    found = [
        (distance, index)
        for index, bend in enumerate(view.projection.wires[key].via)
        if (distance := _far(view.camera.to_view(bend), place)) <= BEND_REACH
    ]
    return min(found)[1] if found else None


def end_at(view: CanvasView, key: ConnectionKey, place: QPointF) -> WireEnd | None:
    """The end that stays when the one near a place of the viewport is picked up, or None if no end is near."""
    laid = view.projection.wires[key]
    to_start, to_end = (_far(view.camera.to_view(end), place) for end in (laid.start, laid.end))
    if min(to_start, to_end) > END_REACH:
        return None
    if to_start < to_end:
        return WireEnd(key.kind, PinDirection.IN, key.target)
    return WireEnd(key.kind, PinDirection.OUT, key.source)


def place_of_new(view: CanvasView, key: ConnectionKey, place: QPointF) -> int:
    """Before which bend a new one at a place of the canvas goes: where the wire gets longer by the least."""
    laid = view.projection.wires[key]
    stops = [laid.start, *laid.via, laid.end]
    detours = [_far(a, place) + _far(place, b) - _far(a, b) for a, b in pairwise(stops)]
    return detours.index(min(detours))


def add_bend(view: CanvasView, key: ConnectionKey, place: QPointF) -> None:
    """Bend a wire at a place of the viewport; on a bend that is there, take it away."""
    if bend_at(view, key, place) is not None:
        remove_bend(view, key, place)
        return
    at = view.camera.to_scene(place)
    bends: list[Point] = list(view.document.connections[key].via)
    bends.insert(place_of_new(view, key, at), snapped(at))
    wires.set_bends(view.document, key, bends, "Bend wire")


def remove_bend(view: CanvasView, key: ConnectionKey, place: QPointF) -> None:
    """Take away the bend under a place of the viewport, if there is one."""
    index = bend_at(view, key, place)
    if index is not None:
        bends = list(view.document.connections[key].via)
        del bends[index]
        wires.set_bends(view.document, key, bends, "Remove bend")


def _far(one: QPointF, other: QPointF) -> float:
    return math.hypot(one.x() - other.x(), one.y() - other.y())
