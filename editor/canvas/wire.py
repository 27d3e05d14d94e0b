"""A wire's course: curves with level ends, cut into short lines, in canvas units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF

from runtime.document.flow import ConnectionKey

PAD = 6.0
"""Around a wire's curve in its box: half its thickest pen, and the outline of a selected one."""
_NEAR = 90.0
"""A wire that runs back to a place less than this above or below goes around, not through its nodes."""
_Curve = tuple[QPointF, QPointF, QPointF, QPointF]


@dataclass(eq=False, slots=True)
class Wire:
    """One wire as it lies on the canvas. `color` is a theme token; `lines` are cut when first asked for."""

    key: ConnectionKey
    color: str
    start: QPointF
    end: QPointF
    via: tuple[QPointF, ...] = ()
    box: QRectF = field(default_factory=QRectF)
    _lines: list[QLineF] | None = None

    def run(self, start: QPointF, end: QPointF, via: Sequence[QPointF] = ()) -> None:
        """Lay the wire anew."""
        self.start, self.end, self.via = start, end, tuple(via)
        self.box = _hull(_curves(start, end, self.via)).adjusted(-PAD, -PAD, PAD, PAD)
        self._lines = None

    @property
    def lines(self) -> list[QLineF]:
        """The wire as short lines: for pens thicker than a pixel, five times faster to paint than a path."""
        if self._lines is None:
            self._lines = wire_lines(self.start, self.end, self.via)
        return self._lines

    def distance(self, point: QPointF) -> float:
        """How far a point is from the wire."""
        return min((_distance(line, point) for line in self.lines), default=float("inf"))


def wire_lines(start: QPointF, end: QPointF, via: Sequence[QPointF] = ()) -> list[QLineF]:
    """The course of a wire between two places as short lines."""
    lines: list[QLineF] = []
    for curve in _curves(start, end, tuple(via)):
        points = _cut(curve)
        lines += [QLineF(a, b) for a, b in pairwise(points)]
    return lines


def _curves(start: QPointF, end: QPointF, via: tuple[QPointF, ...]) -> list[_Curve]:
    if not via and end.x() < start.x() and abs(end.y() - start.y()) < _NEAR:
        return _around(start, end)
    return [_curve(a, b) for a, b in pairwise((start, *via, end))]


def _curve(start: QPointF, end: QPointF) -> _Curve:
    across = end.x() - start.x()
    down = abs(end.y() - start.y())
    handle = max(across / 2, min(40.0, down / 2)) if across >= 0 else min(40.0 - across * 0.4, 220.0)
    return start, QPointF(start.x() + handle, start.y()), QPointF(end.x() - handle, end.y()), end


def _around(start: QPointF, end: QPointF) -> list[_Curve]:
    """Back on one level: down, left below both ends, and up again."""
    turn = 56.0
    middle = QPointF((start.x() + end.x()) / 2, max(start.y(), end.y()) + _NEAR)
    reach = (start.x() - end.x()) / 2 + turn
    return [
        (start, QPointF(start.x() + turn, start.y()), QPointF(middle.x() + reach, middle.y()), middle),
        (middle, QPointF(middle.x() - reach, middle.y()), QPointF(end.x() - turn, end.y()), end),
    ]


def _cut(curve: _Curve) -> list[QPointF]:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = ((p.x(), p.y()) for p in curve)
    if y0 == y1 == y2 == y3 and x0 <= x3:
        return [curve[0], curve[3]]
    count = min(max(int((abs(x3 - x0) + abs(y3 - y0) + abs(x1 - x0)) / 16), 8), 28)
    points = [curve[0]]
    for k in range(1, count):
        t = k / count
        u = 1 - t
        a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
        points.append(QPointF(a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3))
    points.append(curve[3])
    return points


def _hull(curves: Sequence[_Curve]) -> QRectF:
    points = [point for curve in curves for point in curve]
    xs, ys = [p.x() for p in points], [p.y() for p in points]
    left, top = min(xs), min(ys)
    return QRectF(left, top, max(xs) - left, max(ys) - top)


def _distance(line: QLineF, point: QPointF) -> float:
    dx, dy = line.dx(), line.dy()
    length = dx * dx + dy * dy
    px, py = point.x() - line.x1(), point.y() - line.y1()
    along = min(max((px * dx + py * dy) / length, 0.0), 1.0) if length else 0.0
    return float(((px - along * dx) ** 2 + (py - along * dy) ** 2) ** 0.5)
