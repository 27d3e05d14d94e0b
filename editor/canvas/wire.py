"""A wire's course: curves with level ends, cut into short lines, in canvas units. Wires of futures are dashed."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF

from runtime.document.flow import ConnectionKey

from .index import Edges

PAD = 6.0
"""Around a wire's curve in its box: half its thickest pen, and the outline of a selected one."""
_NEAR = 90.0
"""A wire that runs back to a place less than this above or below goes around, not through its nodes."""
_TURN = 56.0
"""How far such a wire goes on before it turns."""
_LEAST, _FARTHEST = 40.0, 220.0
"""Bounds of how far a curve goes on level before it bends."""
DASHED = frozenset({"pin.future"})
"""The colours (theme tokens) of wires that are dashed: what they carry is not there yet."""
_DASH, _DASH_GAP = 9.0, 6.0
Ends = tuple[float, float, float, float]
_Curve = tuple[QPointF, QPointF, QPointF, QPointF]


@dataclass(eq=False, slots=True)
class Wire:
    """One wire as it lies on the canvas. `color` is a theme token; `lines` are cut when first asked for.

    Attributes:
        ends: x and y of its start, then of its end.
        edges: of a rectangle around its course.
    """

    key: ConnectionKey
    color: str
    via: tuple[QPointF, ...] = ()
    ends: Ends = (0.0, 0.0, 0.0, 0.0)
    edges: Edges = (0.0, 0.0, 0.0, 0.0)
    _lines: list[QLineF] | None = None
    _reached: list[float] | None = None

    def run(self, ends: Ends) -> None:
        """Lay the wire anew between two places."""
        self.ends = ends
        self.edges = wire_edges(ends, self.via)
        self._lines = self._reached = None

    @property
    def start(self) -> QPointF:
        """Where it begins."""
        return QPointF(*self.ends[:2])

    @property
    def end(self) -> QPointF:
        """Where it ends."""
        return QPointF(*self.ends[2:])

    @property
    def box(self) -> QRectF:
        """A rectangle around its course."""
        left, top, right, bottom = self.edges
        return QRectF(left, top, right - left, bottom - top)

    @property
    def lines(self) -> list[QLineF]:
        """The wire as short lines: for pens thicker than a pixel, five times faster to paint than a path."""
        if self._lines is None:
            lines = wire_lines(self.start, self.end, self.via)
            self._lines = dashes(lines) if self.color in DASHED else lines
        return self._lines

    @property
    def length(self) -> float:
        """How long it is drawn."""
        return self._line_ends()[-1] if self.lines else 0.0

    def part(self, start: float, end: float) -> list[QLineF]:
        """What is drawn of the wire between two distances from its beginning."""
        ends = self._line_ends()
        start, end = max(start, 0.0), min(end, self.length)
        if start >= end:
            return []
        first, last = bisect_right(ends, start), bisect_left(ends, end)
        part = self.lines[first : last + 1]
        part[-1] = QLineF(part[-1].p1(), part[-1].pointAt(1.0 - (ends[last] - end) / part[-1].length()))
        begin = ends[first] - self.lines[first].length()
        part[0] = QLineF(part[0].pointAt((start - begin) / part[0].length()), part[0].p2())
        return part

    def _line_ends(self) -> list[float]:
        """Where each of its lines ends, by how far it is from the beginning as drawn."""
        if self._reached is None:
            self._reached = list(accumulate(line.length() for line in self.lines))
        return self._reached

    def distance(self, point: QPointF) -> float:
        """How far a point is from the wire."""
        return min((_distance(line, point) for line in self.lines), default=math.inf)


def wire_edges(ends: Ends, via: Sequence[QPointF] = ()) -> Edges:
    """The edges of a rectangle around the course of a wire: its curves stay within their control points."""
    x0, y0, x1, y1 = ends
    reach = PAD
    if via:
        reach += _FARTHEST
    elif x1 - x0 < 2 * _LEAST:
        reach += max(_handle(x1 - x0, y1 - y0), _TURN)
    below = PAD + _NEAR if x1 < x0 else PAD
    for point in via:
        x0, x1 = min(x0, x1, point.x()), max(x0, x1, point.x())
        y0, y1 = min(y0, y1, point.y()), max(y0, y1, point.y())
    left, right = (x0, x1) if x0 < x1 else (x1, x0)
    top, bottom = (y0, y1) if y0 < y1 else (y1, y0)
    return left - reach, top - PAD, right + reach, bottom + below


def wire_lines(start: QPointF, end: QPointF, via: Sequence[QPointF] = ()) -> list[QLineF]:
    """The course of a wire between two places as short lines."""
    lines: list[QLineF] = []
    for curve in _curves(start, end, tuple(via)):
        lines += [QLineF(a, b) for a, b in pairwise(_cut(curve))]
    return lines


def dashes(lines: Iterable[QLineF]) -> list[QLineF]:
    """A course with gaps at even distances along it."""
    cut: list[QLineF] = []
    left, drawn = _DASH, True
    for line in lines:
        length, at = line.length(), 0.0
        while length - at > left:
            if drawn:
                cut.append(QLineF(line.pointAt(at / length), line.pointAt((at + left) / length)))
            at += left
            drawn = not drawn
            left = _DASH if drawn else _DASH_GAP
        if drawn and length > at:
            cut.append(QLineF(line.pointAt(at / length), line.p2()))
        left -= length - at
    return cut


def _curves(start: QPointF, end: QPointF, via: tuple[QPointF, ...]) -> list[_Curve]:
    if not via and end.x() < start.x() and abs(end.y() - start.y()) < _NEAR:
        return _around(start, end)
    return [_curve(a, b) for a, b in pairwise((start, *via, end))]


def _curve(start: QPointF, end: QPointF) -> _Curve:
    handle = _handle(end.x() - start.x(), end.y() - start.y())
    return start, QPointF(start.x() + handle, start.y()), QPointF(end.x() - handle, end.y()), end


def _handle(across: float, down: float) -> float:
    """How far a curve goes on level before it bends."""
    if across < 0:
        return min(_LEAST - across * 0.4, _FARTHEST)
    return max(across / 2, min(_LEAST, abs(down) / 2))


def _around(start: QPointF, end: QPointF) -> list[_Curve]:
    """Back on one level: down, left below both ends, and up again."""
    middle = QPointF((start.x() + end.x()) / 2, max(start.y(), end.y()) + _NEAR)
    reach = (start.x() - end.x()) / 2 + _TURN
    return [
        (start, QPointF(start.x() + _TURN, start.y()), QPointF(middle.x() + reach, middle.y()), middle),
        (middle, QPointF(middle.x() - reach, middle.y()), QPointF(end.x() - _TURN, end.y()), end),
    ]


def _cut(curve: _Curve) -> list[QPointF]:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = ((p.x(), p.y()) for p in curve)
    if y0 == y1 == y2 == y3 and x0 <= x3:
        return [curve[0], curve[3]]
    count = min(max(int((abs(x3 - x0) + abs(y3 - y0) + abs(x1 - x0)) / 11), 14), 36)
    inner = (
        QPointF(a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3) for a, b, c, d in _weights(count)
    )
    return [curve[0], *inner, curve[3]]


@cache
def _weights(count: int) -> list[tuple[float, float, float, float]]:
    """Bernstein weights of a curve's inner points, closer together at its ends, where it bends."""
    shares = [k / count / 2 + (1 - math.cos(math.pi * k / count)) / 4 for k in range(1, count)]
    return [((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t**3) for t in shares]


def _distance(line: QLineF, point: QPointF) -> float:
    dx, dy = line.dx(), line.dy()
    length = dx * dx + dy * dy
    px, py = point.x() - line.x1(), point.y() - line.y1()
    along = min(max((px * dx + py * dy) / length, 0.0), 1.0) if length else 0.0
    return math.hypot(px - along * dx, py - along * dy)
