"""How far one step of a number goes: for arrows, and for dragging over it."""

from __future__ import annotations

import math

from runtime.nodes.pins import DataPin, PinType

_DIGITS = 10
"""Digits kept when stepping, so that 0.1 three times is 0.3."""


def step_of(pin: DataPin) -> float:
    """1 for whole numbers; for others a power of ten, about a twentieth of the range."""
    if pin.type is PinType.INTEGER:
        return 1
    if pin.minimum is None or pin.maximum is None or pin.maximum <= pin.minimum:
        return 0.1
    return float(10 ** math.floor(math.log10((pin.maximum - pin.minimum) / 10)))


def drag_step_of(pin: DataPin, value: float) -> float:
    """How far a drag goes in one step: for whole numbers about a hundredth of the range, or a tenth of the value."""
    if pin.type is not PinType.INTEGER:
        return step_of(pin)
    low, high = pin.minimum, pin.maximum
    size = 10 * abs(value) if low is None or high is None else high - low
    return int(10 ** math.floor(math.log10(size / 100))) if size > 100 else 1


def within_range(pin: DataPin, value: float) -> float:
    """The nearest number that the pin takes."""
    if pin.minimum is not None:
        value = max(value, pin.minimum)
    if pin.maximum is not None:
        value = min(value, pin.maximum)
    return round(value) if pin.type is PinType.INTEGER else round(float(value), _DIGITS)
