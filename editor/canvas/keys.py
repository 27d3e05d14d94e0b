"""What the keys do on a canvas that has the focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from .view import CanvasView

STEP, FINE_STEP = 10, 1
"""How far an arrow key moves the selection; with Shift the second."""
ZOOM_STEP = 1.25

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_KEYS: dict[int, Callable[[CanvasView], None]] = {
    Qt.Key.Key_Delete: lambda view: view.delete_selection(),
    Qt.Key.Key_Backspace: lambda view: view.delete_selection(),
    Qt.Key.Key_F: lambda view: view.fit_selection(),
    Qt.Key.Key_Home: lambda view: view.fit(),
    Qt.Key.Key_Plus: lambda view: view.zoom_to(view.camera.zoom * ZOOM_STEP),
    Qt.Key.Key_Equal: lambda view: view.zoom_to(view.camera.zoom * ZOOM_STEP),
    Qt.Key.Key_Minus: lambda view: view.zoom_to(view.camera.zoom / ZOOM_STEP),
    Qt.Key.Key_Return: lambda view: view.activate_selected(),
    Qt.Key.Key_Enter: lambda view: view.activate_selected(),
    Qt.Key.Key_Escape: lambda view: view.escape(),
}


def asks_for_node(event: QEvent) -> bool:
    """Whether this is Tab, which searches in Houdini and Blender too. Shift+Tab leaves the canvas as any field."""
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
        return False
    return event.key() == Qt.Key.Key_Tab and not event.modifiers()


def press_key(view: CanvasView, event: QKeyEvent) -> bool:
    """Do what a key asks; False if it asks nothing of a canvas."""
    key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    fine = modifiers == Qt.KeyboardModifier.ShiftModifier
    if modifiers == Qt.KeyboardModifier.ControlModifier and key == Qt.Key.Key_A:
        view.select_all()
        return True
    if key in _ARROWS and (fine or not modifiers):
        step = FINE_STEP if fine else STEP
        view.nudge(_ARROWS[Qt.Key(key)][0] * step, _ARROWS[Qt.Key(key)][1] * step)
        return True
    if key == Qt.Key.Key_N and (fine or not modifiers):
        view.step_focus(-1 if fine else 1)
        return True
    if key in _KEYS and (not modifiers or (fine and key == Qt.Key.Key_Plus)):
        _KEYS[key](view)
        return True
    return False
