"""Places as flow files hold them: whole numbers stay whole, so that files stay readable."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF

from runtime.document.flow import Number, Point

SNAP: Final = 10
"""Nodes and frames come to rest on multiples of this; with Alt they go anywhere."""


def snapped(place: QPointF) -> Point:
    """The nearest place where a node may come to rest."""
    return round(place.x() / SNAP) * SNAP, round(place.y() / SNAP) * SNAP


def moved_by(position: Point, offset: QPointF) -> Point:
    """A position some way off."""
    return number(position[0] + offset.x()), number(position[1] + offset.y())


def rect_numbers(rect: QRectF) -> tuple[Number, Number, Number, Number]:
    """A rectangle as x, y, width, height."""
    return number(rect.x()), number(rect.y()), number(rect.width()), number(rect.height())


def number(value: float) -> Number:
    """To a hundredth; an int if it is whole."""
    rounded = round(value, 2)
    return int(rounded) if float(rounded).is_integer() else rounded
