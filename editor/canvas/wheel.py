"""What a turn of the wheel, or two fingers on a touchpad, ask of the view."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QInputDevice, QWheelEvent

_GROWTH = 1.0015
"""Zoom per eighth of a degree: one notch of a usual mouse (120) is a fifth."""


def zoom_factor(event: QWheelEvent) -> float | None:
    """By how much to zoom, or None if the event asks to pan. A plain wheel zooms, Ctrl always does."""
    if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        turned = event.angleDelta().y() or event.pixelDelta().y() * 4
        return float(_GROWTH**turned)
    if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or _is_touchpad(event) or event.angleDelta().x():
        return None
    return float(_GROWTH ** event.angleDelta().y())


def pan_distance(event: QWheelEvent) -> QPointF:
    """How far to pan, in pixels. Shift turns a wheel sideways."""
    moved = QPointF(event.pixelDelta())
    if moved.isNull():
        moved = QPointF(event.angleDelta()) / 2
    sideways = event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not moved.x()
    return QPointF(moved.y(), 0) if sideways else moved


def _is_touchpad(event: QWheelEvent) -> bool:
    if event.device().type() == QInputDevice.DeviceType.TouchPad:
        return True
    return event.phase() != Qt.ScrollPhase.NoScrollPhase and not event.pixelDelta().isNull()
