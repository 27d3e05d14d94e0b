"""Which gesture a press of the mouse begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent

from ... import breakpoints, commands
from ..hit import Hit, hit_at
from .click import ClickNode
from .connect import begin_wire
from .frame import begin_on_frame
from .gesture import Gesture
from .pan import Pan
from .rubber_band import RubberBand

if TYPE_CHECKING:
    from ..view import CanvasView


def gesture_for(view: CanvasView, event: QMouseEvent) -> Gesture | None:
    """The gesture that a press begins, or None if the press has done all there is to do."""
    if event.button() is Qt.MouseButton.MiddleButton:
        return Pan(view, event)
    if event.button() is not Qt.MouseButton.LeftButton:
        return None
    if view.hand.pans:
        return Pan(view, event)
    hit = hit_at(view.projection, view.camera.to_scene(event.position()), view.camera.zoom)
    if hit.part == "wire" and hit.wire is not None:
        _select_wire(view, event, hit)
        return None
    if hit.frame is not None:
        return begin_on_frame(view, event, hit, hit.frame)
    if hit.node is None:
        return RubberBand(view, event)
    if hit.part == "pin" and hit.pin is not None:
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            _disconnect(view, hit)
            return None
        return begin_wire(view, event, hit.node, hit.pin)
    if hit.part == "breakpoint":
        # Nothing of it is lost, as it would be if a click took it away.
        breakpoints.switch(view.document, [hit.node])
        return None
    return ClickNode(view, event, hit, hit.node)


def _select_wire(view: CanvasView, event: QMouseEvent, hit: Hit) -> None:
    wires = [hit.wire] if hit.wire is not None else []
    if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        view.selection.toggle(wires=wires)
    elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
        view.selection.add(wires=wires)
    else:
        view.selection.set(wires=wires)


def _disconnect(view: CanvasView, hit: Hit) -> None:
    if hit.node is None or hit.pin is None:
        return
    end = (hit.pin.kind, hit.node, hit.pin.name)
    side = 1 if hit.pin.direction == "out" else 2
    keys = [wire.key for wire in view.document.connections_of(hit.node)]
    commands.remove(view.document, (), [key for key in keys if (key.kind, *key[side]) == end])
