"""Where things are: a grid of square cells, so that a question about a place looks only at what is near it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from itertools import product
from typing import Generic, TypeVar, cast

from PySide6.QtCore import QRectF

K = TypeVar("K", bound=Hashable)
CELL = 1024.0
"""Side of a cell in canvas units: some 20 nodes."""
MOST_CELLS = 256
"""A box over more cells than this is kept in a list of its own, so that one wire across a huge flow costs little."""

Edges = tuple[float, float, float, float]
"""Left, top, right, bottom of a box: plain numbers, for to ask a QRectF for them costs more than to compare them."""
_Span = tuple[int, int, int, int]


class SpatialGrid(Generic[K]):
    """Boxes by key, found by rectangle. Moving a box costs what its cells cost, whatever else there is."""

    def __init__(self) -> None:
        self._boxes: dict[K, Edges] = {}
        self._spans: dict[K, _Span] = {}
        self._cells: dict[tuple[int, int], set[K]] = {}
        self._oversized: set[K] = set()

    def __len__(self) -> int:
        return len(self._boxes)

    def __contains__(self, key: K) -> bool:
        return key in self._boxes

    def put(self, key: K, box: Edges) -> None:
        """Add a box, or give it a new place. The box must have a width and a height."""
        span = _span(box)
        if self._spans.get(key) != span:
            self.discard(key)
            self._spans[key] = span
            if _is_oversized(span):
                self._oversized.add(key)
            else:
                self._fill(key, span)
        self._boxes[key] = box

    def _fill(self, key: K, span: _Span) -> None:
        cells = self._cells
        for cell in _cells_of(span):
            held = cells.get(cell)
            if held is None:
                cells[cell] = {key}
            else:
                held.add(key)

    def discard(self, key: K) -> None:
        """Forget a box; a key that is not there is no error."""
        span = self._spans.pop(key, None)
        if span is None:
            return
        del self._boxes[key]
        if _is_oversized(span):
            self._oversized.discard(key)
            return
        for cell in _cells_of(span):
            held = self._cells[cell]
            held.discard(key)
            if not held:
                del self._cells[cell]

    def clear(self) -> None:
        """Forget all."""
        for held in (self._boxes, self._spans, self._cells, self._oversized):
            held.clear()

    def within(self, area: QRectF) -> list[K]:
        """The keys of all boxes that share a place with `area`, in no order."""
        if area.isEmpty():
            return []
        boxes, (left, top, right, bottom) = self._boxes, edges(area)
        found = []
        for key in self._near(area):
            box = boxes[key]
            if box[0] < right and box[2] > left and box[1] < bottom and box[3] > top:
                found.append(key)
        return found

    def within_any(self, areas: Iterable[QRectF]) -> set[K]:
        """The keys of all boxes that share a place with one of the areas."""
        return {key for area in areas for key in self.within(area)}

    def is_mostly_in(self, area: QRectF) -> bool:
        """Whether `area` covers at least half of the cells that hold something: then asking for all is cheaper."""
        left, top, right, bottom = _span(edges(area))
        if (right - left + 1) * (bottom - top + 1) * 2 < len(self._cells):
            return False
        covered = sum(left <= x <= right and top <= y <= bottom for x, y in self._cells)
        return covered * 2 >= len(self._cells)

    def _near(self, area: QRectF) -> set[K]:
        left, top, right, bottom = _span(edges(area))
        found = set(self._oversized)
        if (right - left + 1) * (bottom - top + 1) > len(self._cells):
            for (x, y), keys in self._cells.items():
                if left <= x <= right and top <= y <= bottom:
                    found |= keys
            return found
        for cell in _cells_of((left, top, right, bottom)):
            found |= self._cells.get(cell, frozenset())
        return found


def edges(rect: QRectF) -> Edges:
    """The edges of a rectangle."""
    return cast("Edges", rect.getCoords())  # the stubs do not say what it returns


def _span(box: Edges) -> _Span:
    left, top, right, bottom = box
    return int(left // CELL), int(top // CELL), int(right // CELL), int(bottom // CELL)


def _is_oversized(span: _Span) -> bool:
    left, top, right, bottom = span
    return (right - left + 1) * (bottom - top + 1) > MOST_CELLS


def _cells_of(span: _Span) -> Iterable[tuple[int, int]]:
    left, top, right, bottom = span
    if left == right and top == bottom:
        return ((left, top),)  # most boxes
    return product(range(left, right + 1), range(top, bottom + 1))
