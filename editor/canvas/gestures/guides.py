"""What nodes snap to while they are dragged: edges and middles of what lies around them, and equal gaps to it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ..hit import FAR
from .spacing import COLUMN, ROW, equal_gaps, gap_lines

if TYPE_CHECKING:
    from ..view import CanvasView

REACH: Final = 6.0
"""Pixels within which an edge snaps to a line."""
_NEAR: Final = 700.0
"""Canvas units around what is dragged in which nodes give lines: farther ones nobody aligns to by eye."""
_MOST: Final = 200
_SAME: Final = 0.01
_BEYOND: Final = 12.0
"""Canvas units by which a line is drawn beyond what it joins."""


@dataclass(frozen=True, slots=True)
class Guides:
    """Where something goes, and the lines and equal gaps that it snapped to, on the canvas."""

    offset: QPointF
    lines: list[QLineF] = field(default_factory=list)
    gaps: list[QLineF] = field(default_factory=list)
    across: bool = False
    down: bool = False
    """Whether it snapped across (to an upright line), and down."""


def guided(view: CanvasView, leader: QRectF, offset: QPointF) -> Guides:
    """The offset with which `leader` lies on the nearest lines or at equal gaps, across and down by themselves."""
    if view.camera.zoom < FAR:
        return Guides(offset)
    reach = REACH / view.camera.zoom
    moved = leader.translated(offset)
    near = list(_neighbours(view, moved))
    dx = _nearest([*_to_lines(_uprights, moved, near, reach), *equal_gaps(ROW, moved, near, reach)])
    dy = _nearest([*_to_lines(_levels, moved, near, reach), *equal_gaps(COLUMN, moved, near, reach)])
    there = QPointF(offset.x() + (dx or 0.0), offset.y() + (dy or 0.0))
    at = leader.translated(there)
    lines = [_upright(x, at, kin) for x, kin in _shared(_uprights, at, near, dx)]
    lines += [_level(y, at, kin) for y, kin in _shared(_levels, at, near, dy)]
    gaps = list(gap_lines(ROW, at, near)) if dx is not None else []
    gaps += gap_lines(COLUMN, at, near) if dy is not None else []
    return Guides(there, lines, gaps, dx is not None, dy is not None)


def guided_edges(view: CanvasView, rect: QRectF, edges: tuple[int, int], apart: Container[str]) -> Guides:
    """How far the dragged edges of a frame go to lie on the nearest lines, from where they are in `rect`.

    `edges` says which: (-1, 0 or 1 across, -1, 0 or 1 down). `apart`: frames to which it does not snap, as itself.
    """
    if view.camera.zoom < FAR:
        return Guides(QPointF())
    reach = REACH / view.camera.zoom
    near = list(_neighbours(view, rect, apart))
    across, down = edges
    x, y = ROW.along(rect)[across > 0], COLUMN.along(rect)[down > 0]
    dx = _nearest(_ways(x, (line for other in near for line in ROW.along(other)), reach)) if across else None
    dy = _nearest(_ways(y, (line for other in near for line in COLUMN.along(other)), reach)) if down else None
    lines = []
    if dx is not None:
        lines.append(_upright(x + dx, rect, [other for other in near if _is_on(x + dx, ROW.along(other))]))
    if dy is not None:
        lines.append(_level(y + dy, rect, [other for other in near if _is_on(y + dy, COLUMN.along(other))]))
    return Guides(QPointF(dx or 0.0, dy or 0.0), lines, [], dx is not None, dy is not None)


def paint_lines(view: CanvasView, painter: QPainter, lines: Iterable[QLineF]) -> None:
    """Show what something snapped to."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(view.theme.color("node.selected"), 1, Qt.PenStyle.DashLine))
    for line in lines:
        painter.drawLine(in_view(view, line))


def in_view(view: CanvasView, line: QLineF) -> QLineF:
    """A line of the canvas, in pixels of the viewport."""
    return QLineF(view.camera.to_view(line.p1()), view.camera.to_view(line.p2()))


def _neighbours(view: CanvasView, moved: QRectF, apart: Container[str] = ()) -> Iterator[QRectF]:
    projection = view.projection
    area = moved.adjusted(-_NEAR, -_NEAR, _NEAR, _NEAR) & view.camera.visible
    nodes = projection.node_grid.within(area)  # what is lifted is not in there
    nodes.sort(key=lambda node: (node.rect.center() - moved.center()).manhattanLength())
    yield from (node.rect for node in nodes[:_MOST])
    for frame in projection.shown_frames(area):
        if frame.id not in projection.lifted_frames and frame.id not in apart:
            yield projection.frame_place(frame.id)


def _uprights(rect: QRectF) -> tuple[float, ...]:
    """Left edge, middle, right edge: each snaps to its like only, as else nearly every place would snap."""
    left, right = ROW.along(rect)
    return left, rect.center().x(), right


_levels: Final = COLUMN.along
"""Upper and lower edge; where upper edges are level, so are the pins of equal rows."""


def _is_on(place: float, lines: Iterable[float]) -> bool:
    return any(abs(line - place) < _SAME for line in lines)


def _ways(place: float, lines: Iterable[float], reach: float) -> Iterator[float]:
    """The ways, up to `reach`, from a place to lines."""
    return (line - place for line in lines if abs(line - place) <= reach)


def _to_lines(
    of: Callable[[QRectF], tuple[float, ...]], moved: QRectF, near: Iterable[QRectF], reach: float
) -> Iterator[float]:
    """The ways, up to `reach`, from lines of what is dragged to their likes of others."""
    own = of(moved)
    ways = (theirs - mine for other in near for mine, theirs in zip(own, of(other), strict=True))
    return (way for way in ways if abs(way) <= reach)


def _nearest(ways: Iterable[float]) -> float | None:
    return min(ways, key=abs, default=None)


def _shared(
    of: Callable[[QRectF], tuple[float, ...]], at: QRectF, near: Iterable[QRectF], way: float | None
) -> Iterator[tuple[float, list[QRectF]]]:
    """The lines of what is dragged that others share, with these; none if it did not snap."""
    if way is None:
        return
    for index, place in enumerate(of(at)):
        kin = [rect for rect in near if abs(of(rect)[index] - place) < _SAME]
        if kin:
            yield place, kin


def _upright(x: float, at: QRectF, kin: Iterable[QRectF]) -> QLineF:
    whole = reduce(QRectF.united, kin, at)
    return QLineF(x, whole.top() - _BEYOND, x, whole.bottom() + _BEYOND)


def _level(y: float, at: QRectF, kin: Iterable[QRectF]) -> QLineF:
    whole = reduce(QRectF.united, kin, at)
    return QLineF(whole.left() - _BEYOND, y, whole.right() + _BEYOND, y)
