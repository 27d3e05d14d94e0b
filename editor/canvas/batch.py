"""Many rectangles or lines of one colour, kept in one buffer that Qt reads in place.

Handing Qt a Python list of 20,000 lines costs more than painting them; a pointer costs nothing.
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Sequence
from struct import Struct
from typing import Generic, TypeVar, cast

from PySide6.QtCore import QLineF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from shiboken6 import Shiboken

K = TypeVar("K", bound=Hashable)
_STRIDE = 4
"""QRectF is x, y, width, height; QLineF is x1, y1, x2, y2: four doubles each, on every desktop."""
_PACKED = Struct(f"{_STRIDE}d")


class Batch(Generic[K]):
    """Four numbers by key, without gaps: the last moves into the place of one that goes."""

    def __init__(self) -> None:
        self._numbers = array("d")
        self._keys: list[K] = []
        self._slots: dict[K, int] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def put(self, key: K, a: float, b: float, c: float, d: float) -> None:
        """Add an entry or change it."""
        slot = self._slots.get(key)
        if slot is None:
            self._slots[key] = len(self._keys)
            self._keys.append(key)
            self._numbers.extend((a, b, c, d))
        else:
            _PACKED.pack_into(self._numbers, slot * _PACKED.size, a, b, c, d)

    def discard(self, key: K) -> None:
        """Forget an entry; a key that is not there is no error."""
        slot = self._slots.pop(key, None)
        if slot is None:
            return
        last = self._keys.pop()
        if last != key:
            self._keys[slot] = last
            self._slots[last] = slot
            self._numbers[slot * _STRIDE : (slot + 1) * _STRIDE] = self._numbers[-_STRIDE:]
        del self._numbers[-_STRIDE:]

    def draw_rects(self, painter: QPainter) -> None:
        """Draw all entries as rectangles in one call."""
        if self._keys:
            painter.drawRects(cast("QRectF", self._first(QRectF)), len(self._keys))

    def draw_lines(self, painter: QPainter) -> None:
        """Draw all entries as lines in one call."""
        if self._keys:
            painter.drawLines(cast("QLineF", self._first(QLineF)), len(self._keys))

    def _first(self, kind: type) -> object:
        """The first entry as the C++ value that lies there; valid until the next `put`."""
        return Shiboken.wrapInstance(self._numbers.buffer_info()[0], kind)


def fill_rects(painter: QPainter, edges: Sequence[int], color: QColor) -> None:
    """Fill rectangles in one call: `edges` are the first and last column and row of each: left, top, right, bottom."""
    numbers = array("i", edges)
    if numbers:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        first = Shiboken.wrapInstance(numbers.buffer_info()[0], QRect)
        painter.drawRects(cast("QRect", first), len(numbers) // _STRIDE)
