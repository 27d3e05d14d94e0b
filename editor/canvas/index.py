"""Where things are: a grid of square cells, so that a question about a place looks only at what is near it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from itertools import product
from typing import Generic, TypeVar

from PySide6.QtCore import QRectF

K = TypeVar("K", bound=Hashable)
CELL = 1024.0
"""Side of a cell in canvas units: some 20 nodes."""
MOST_CELLS = 256
"""A box over more cells than this is kept in a list of its own, so that one wire across a huge flow costs little."""

_Span = tuple[int, int, int, int]


class SpatialGrid(Generic[K]):
    """Boxes by key, found by rectangle. Moving a box costs what its cells cost, whatever else there is."""

    def __init__(self) -> None:
        self._boxes: dict[K, QRectF] = {}
        self._spans: dict[K, _Span] = {}
        self._cells: dict[tuple[int, int], set[K]] = {}
        self._oversized: set[K] = set()

    def __len__(self) -> int:
        return len(self._boxes)

    def __contains__(self, key: K) -> bool:
        return key in self._boxes

    def put(self, key: K, box: QRectF) -> None:
        """Add a box, or give it a new place. The box must have a width and a height."""
        span = _span(box)
        if self._spans.get(key) != span:
            self.discard(key)
            self._spans[key] = span
            if _is_oversized(span):
                self._oversized.add(key)
            else:
                for cell in _cells_of(span):
                    self._cells.setdefault(cell, set()).add(key)
        self._boxes[key] = box

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
        boxes = self._boxes
        return [key for key in self._near(area) if boxes[key].intersects(area)]

    def within_any(self, areas: Iterable[QRectF]) -> set[K]:
        """The keys of all boxes that share a place with one of the areas."""
        return {key for area in areas for key in self.within(area)}

    def is_mostly_in(self, area: QRectF) -> bool:
        """Whether `area` covers at least half of the cells that hold something: then asking for all is cheaper."""
        left, top, right, bottom = _span(area)
        if (right - left + 1) * (bottom - top + 1) * 2 < len(self._cells):
            return False
        covered = sum(left <= x <= right and top <= y <= bottom for x, y in self._cells)
        return covered * 2 >= len(self._cells)

    def _near(self, area: QRectF) -> set[K]:
        left, top, right, bottom = _span(area)
        found = set(self._oversized)
        if (right - left + 1) * (bottom - top + 1) > len(self._cells):
            for (x, y), keys in self._cells.items():
                if left <= x <= right and top <= y <= bottom:
                    found |= keys
            return found
        for cell in _cells_of((left, top, right, bottom)):
            found |= self._cells.get(cell, frozenset())
        return found


def _span(box: QRectF) -> _Span:
    left, top = box.left(), box.top()
    return (
        int(left // CELL),
        int(top // CELL),
        int((left + box.width()) // CELL),
        int((top + box.height()) // CELL),
    )


def _is_oversized(span: _Span) -> bool:
    left, top, right, bottom = span
    return (right - left + 1) * (bottom - top + 1) > MOST_CELLS


def _cells_of(span: _Span) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = span
    return product(range(left, right + 1), range(top, bottom + 1))
