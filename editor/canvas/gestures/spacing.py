"""Equal gaps: where something that is dragged lies as far from its neighbours as those do from each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QLineF, QRectF

_SAME: Final = 0.01
Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axis:
    """One way in which things lie beside each other.

    Attributes:
        along: from where to where something reaches on it.
        beside: from where to where it reaches square to it.
        line: from one place on it to another, so far off it.
    """

    along: Callable[[QRectF], Span]
    beside: Callable[[QRectF], Span]
    line: Callable[[float, float, float], QLineF]


def _across(rect: QRectF) -> Span:
    return rect.left(), rect.left() + rect.width()


def _down(rect: QRectF) -> Span:
    return rect.top(), rect.top() + rect.height()


ROW: Final = Axis(_across, _down, lambda start, end, y: QLineF(start, y, end, y))
COLUMN: Final = Axis(_down, _across, lambda start, end, x: QLineF(x, start, x, end))


def equal_gaps(axis: Axis, moved: QRectF, near: Iterable[QRectF], reach: float) -> list[float]:
    """The ways, up to `reach`, on which `moved` would come to lie at equal gaps in its row or column."""
    start, end = axis.along(moved)
    before, after = _on_both_sides(axis, moved, near, reach)
    ways = []
    if before and after:
        ways.append((axis.along(before[0])[1] + axis.along(after[0])[0] - start - end) / 2)
    if len(before) == 2:
        ways.append(axis.along(before[0])[1] + _gap(axis, before[1], before[0]) - start)
    if len(after) == 2:
        ways.append(axis.along(after[0])[0] - _gap(axis, after[0], after[1]) - end)
    return [way for way in ways if abs(way) <= reach]


def gap_lines(axis: Axis, at: QRectF, near: Iterable[QRectF]) -> Iterator[QLineF]:
    """The gaps around something that is at a place, where two of them in a row are equal."""
    before, after = _on_both_sides(axis, at, near, _SAME)
    row = [*reversed(before), at, *after]
    pairs = list(pairwise(row))
    gaps = [_gap(axis, *pair) for pair in pairs]
    for index, (first, second) in enumerate(pairs):
        if any(abs(gaps[index] - gap) < _SAME for gap in (*gaps[:index][-1:], *gaps[index + 1 :][:1])):
            low, high = _common(axis, first, second)
            yield axis.line(axis.along(first)[1], axis.along(second)[0], (low + high) / 2)


def _on_both_sides(
    axis: Axis, moved: QRectF, near: Iterable[QRectF], reach: float
) -> tuple[list[QRectF], list[QRectF]]:
    """The next two before `moved` and after it in its row, the nearest first; each clear of the one before."""
    row = [rect for rect in near if _overlap(axis, rect, moved) > 0]
    start, end = axis.along(moved)
    before: list[QRectF] = []
    for rect in sorted(row, key=lambda rect: -axis.along(rect)[1]):
        if axis.along(rect)[1] < (start + reach if not before else axis.along(before[-1])[0]):
            before.append(rect)
    after: list[QRectF] = []
    for rect in sorted(row, key=lambda rect: axis.along(rect)[0]):
        if axis.along(rect)[0] > (end - reach if not after else axis.along(after[-1])[1]):
            after.append(rect)
    return before[:2], after[:2]


def _gap(axis: Axis, first: QRectF, second: QRectF) -> float:
    return axis.along(second)[0] - axis.along(first)[1]


def _common(axis: Axis, first: QRectF, second: QRectF) -> Span:
    """Where both reach to square to the axis."""
    (low, high), (other_low, other_high) = axis.beside(first), axis.beside(second)
    return max(low, other_low), min(high, other_high)


def _overlap(axis: Axis, first: QRectF, second: QRectF) -> float:
    low, high = _common(axis, first, second)
    return high - low
