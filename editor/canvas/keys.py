"""What the keys do on a canvas that has the focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from runtime.document.flow import PinDirection

from .frame_keys import press_frame_key, resize_frame
from .keyboard_wires import follow, next_wire
from .nearby import Way
from .selected import activate_selected, delete_selection, fit_selection, nudge, select_all

if TYPE_CHECKING:
    from .view import CanvasView

STEP, FINE_STEP = 10, 1
"""How far an arrow key moves the selection; with Shift the second."""
ZOOM_STEP = 1.25

_MODIFIERS = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
_ON_SOME_KEYBOARDS = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.GroupSwitchModifier
"""Held where a key lies, not to change what it means."""
_STEPS: dict[Way, tuple[int, int]] = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
_WAYS: dict[int, Way] = {
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
}


def _escape(view: CanvasView) -> None:
    """Call off what is under way; else leave the pin that the keyboard is at; else select nothing."""
    if view.hand.gesture is not None:
        view.hand.cancel()
    elif not view.keyboard.leave():
        view.selection.clear()


_KEYS: dict[int, Callable[[CanvasView], object]] = {
    Qt.Key.Key_Delete: delete_selection,
    Qt.Key.Key_Backspace: delete_selection,
    Qt.Key.Key_F: fit_selection,
    Qt.Key.Key_Home: lambda view: view.fit(),
    Qt.Key.Key_Plus: lambda view: view.zoom_to(view.camera.zoom * ZOOM_STEP),
    Qt.Key.Key_Equal: lambda view: view.zoom_to(view.camera.zoom * ZOOM_STEP),
    Qt.Key.Key_Minus: lambda view: view.zoom_to(view.camera.zoom / ZOOM_STEP),
    Qt.Key.Key_Return: lambda view: view.keyboard.enter(),
    Qt.Key.Key_Enter: lambda view: view.keyboard.enter(),
    Qt.Key.Key_N: lambda view: view.keyboard.step(1),
    Qt.Key.Key_C: lambda view: view.keyboard.ask_for_targets(),
    Qt.Key.Key_W: next_wire,
    Qt.Key.Key_BracketRight: lambda view: follow(view, PinDirection.OUT),
    Qt.Key.Key_BracketLeft: lambda view: follow(view, PinDirection.IN),
    Qt.Key.Key_Escape: _escape,
}
_SHIFTED: dict[int, Callable[[CanvasView], object]] = {
    Qt.Key.Key_Plus: lambda view: view.zoom_to(view.camera.zoom * ZOOM_STEP),
    Qt.Key.Key_N: lambda view: view.keyboard.step(-1),
    Qt.Key.Key_Return: activate_selected,
    Qt.Key.Key_Enter: activate_selected,
}
_CONTROLLED: dict[int, Callable[[CanvasView], object]] = {
    Qt.Key.Key_A: select_all,
    Qt.Key.Key_Return: follow,
    Qt.Key.Key_Enter: follow,
}


def asks_for_node(event: QEvent) -> bool:
    """Whether this is Tab, which searches in Houdini and Blender too. Shift+Tab leaves the canvas as any field."""
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
        return False
    return event.key() == Qt.Key.Key_Tab and not event.modifiers()


def press_key(view: CanvasView, event: QKeyEvent) -> bool:
    """Do what a key asks; False if it asks nothing of a canvas."""
    none, shift, control, _alt = _MODIFIERS
    key, modifiers = event.key(), event.modifiers() & ~_ON_SOME_KEYBOARDS
    if key == Qt.Key.Key_Space:
        view.space.press(event)
        return True
    if key in _WAYS:
        return _press_arrow(view, _WAYS[key], modifiers)
    if modifiers in (none, shift) and view.bends.press(key):
        return True
    frame_id = view.keyboard.frame
    if frame_id is not None and modifiers in (none, shift) and press_frame_key(view, frame_id, key):
        return True
    act = {none: _KEYS, shift: _SHIFTED, control: _CONTROLLED}.get(modifiers, {}).get(key)
    if act is not None:
        act(view)
    return act is not None


def _press_arrow(view: CanvasView, way: Way, modifiers: Qt.KeyboardModifier) -> bool:
    none, shift, control, alt = _MODIFIERS
    at_pin = view.keyboard.pin is not None
    step = STEP if modifiers == none else FINE_STEP
    if modifiers in (none, shift) and view.bends.move(_STEPS[way][0] * step, _STEPS[way][1] * step):
        return True
    if modifiers == control or (at_pin and modifiers == none):
        view.keyboard.go(way)
    elif modifiers == shift and view.keyboard.frame is not None:
        resize_frame(view, view.keyboard.frame, way)
    elif modifiers == alt | shift:
        view.keyboard.go(way, adding=True)
    elif modifiers in (none, shift):
        nudge(view, _STEPS[way][0] * step, _STEPS[way][1] * step)
    else:
        return False
    return True
