"""Which gesture a press of the mouse begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent

from runtime.ids import NodeId

from ... import breakpoints, commands
from ..hit import Hit
from .click import ClickNode
from .connect import begin_wire
from .cut_wires import CutWires
from .frame import begin_on_frame
from .gesture import Gesture
from .lazy_connect import LazyConnect
from .pan import Pan
from .rewire import begin_rewire
from .rubber_band import RubberBand
from .wire import ClickWire

if TYPE_CHECKING:
    from ..view import CanvasView


def gesture_for(view: CanvasView, event: QMouseEvent) -> Gesture | None:
    """The gesture that a press begins, or None if the press has done all there is to do."""
    if event.button() is Qt.MouseButton.MiddleButton:
        return Pan(view, event)
    if event.button() in (Qt.MouseButton.BackButton, Qt.MouseButton.ForwardButton):
        view.history.step(-1 if event.button() is Qt.MouseButton.BackButton else 1)
        return None
    if _cuts(event):
        return CutWires(view, event)
    if event.button() is not Qt.MouseButton.LeftButton:
        return None
    if view.hand.pans:
        return Pan(view, event)
    hit = view.hit(event.position())
    if hit.node is not None:
        return _on_node(view, event, hit, hit.node)
    if hit.wire is not None:
        return ClickWire(view, event, hit.wire)
    if hit.frame is not None:
        return begin_on_frame(view, event, hit, hit.frame)
    return RubberBand(view, event)


def _on_node(view: CanvasView, event: QMouseEvent, hit: Hit, node: NodeId) -> Gesture | None:
    has_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
    if hit.part == "pin" and hit.pin is not None:
        if has_alt:
            _disconnect(view, hit)
            return None
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return begin_rewire(view, event, node, hit.pin)
        return begin_wire(view, event, node, hit.pin)
    if hit.part == "breakpoint":
        # Nothing of it is lost, as it would be if a click took it away.
        breakpoints.switch(view.document, [node])
        return None
    return LazyConnect(view, event, node) if has_alt else ClickNode(view, event, hit, node)


def _cuts(event: QMouseEvent) -> bool:
    """Whether a press begins a stroke that cuts wires."""
    control, alt = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
    if event.button() is Qt.MouseButton.RightButton:
        return bool(event.modifiers() & control)
    return event.button() is Qt.MouseButton.LeftButton and event.modifiers() & (control | alt) == control | alt


def _disconnect(view: CanvasView, hit: Hit) -> None:
    if hit.node is None or hit.pin is None:
        return
    end = (hit.pin.kind, hit.node, hit.pin.name)
    side = 1 if hit.pin.direction == "out" else 2
    keys = [wire.key for wire in view.document.connections_of(hit.node)]
    commands.remove(view.document, (), [key for key in keys if (key.kind, *key[side]) == end])
