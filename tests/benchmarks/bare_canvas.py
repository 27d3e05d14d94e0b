"""The limit of a canvas painted by Python: the work of canvas.py with no looks, no undo, no document behind it.

    python tests/benchmarks/bare_canvas.py 10000 --frames 15

Far away all nodes are two calls and all wires one, from buffers that C++ reads in place; near, a grid of cells finds
what is in sight, a node is one pixmap, a wire is short lines. It prints one line of JSON, figures in ms by the names
of that table.
"""

from __future__ import annotations

import argparse
import json
import math
import os
from array import array
from collections.abc import Iterator
from itertools import pairwise, product
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from canvas_frames import SIZE, Clock, Paints, clock_of, middle, places
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import Shiboken

NODE_W, NODE_H, HEADER, FAR, CELL, PIECES = 200, 120, 24, 0.35, 1024, 4
BACK, BODY, HEAD, PORT, TEXT, WIRE, GRID = map(
    QColor, ("#222222", "#2b2b2b", "#3465a4", "#e9b96e", "#cccccc", "#aaaaaa", "#2e2e2e")
)
PINS = (42, 66, 90)


class Plane:
    """Rectangles of nodes, lines of wires, and which cells they lie in."""

    def __init__(self, count: int) -> None:
        self.at = places(count)
        heights = (PINS[0], PINS[0]), (PINS[2], PINS[1])  # one level wire and one that is curved, as in canvas.py
        self.ends = [(i, i + 1, out, into) for i in range(count - 1) for out, into in heights]
        self.of_node: list[list[int]] = [[] for _ in self.at]
        self.node_cells: dict[tuple[int, int], set[int]] = {}
        self.wire_cells: dict[tuple[int, int], set[int]] = {}
        self.rects: list[QRectF] = [QRectF()] * count
        self.boxes: list[QRectF] = [QRectF()] * len(self.ends)
        self.lines: list[list[QLineF] | None] = [None] * len(self.ends)
        self.numbers = (
            array("d", bytes(32 * count)),
            array("d", bytes(32 * count)),
            array("d", bytes(32 * len(self.ends))),
        )
        for wire, (source, target, *_) in enumerate(self.ends):
            self.of_node[source].append(wire)
            self.of_node[target].append(wire)
        for node in range(count):
            self.place(node, QPointF(*self.at[node]))
        for wire in range(len(self.ends)):
            self.lay(wire)
        kinds = (QRectF, QRectF, QLineF)
        self.first: list[Any] = [
            Shiboken.wrapInstance(numbers.buffer_info()[0], kind)
            for numbers, kind in zip(self.numbers, kinds, strict=True)
        ]
        self.bounds = QRectF(0, 0, max(x for x, _ in self.at) + NODE_W, max(y for _, y in self.at) + NODE_H)

    def place(self, node: int, to: QPointF) -> None:
        _take(self.node_cells, node, self.rects[node])
        rect = self.rects[node] = QRectF(to.x(), to.y(), NODE_W, NODE_H)
        _put(self.node_cells, node, rect)
        for numbers, height in zip(self.numbers, (NODE_H, HEADER), strict=False):
            numbers[4 * node : 4 * node + 4] = array("d", (to.x(), to.y(), NODE_W, height))

    def lay(self, wire: int) -> None:
        _take(self.wire_cells, wire, self.boxes[wire])
        source, target, out, into = self.ends[wire]
        start = self.rects[source].topLeft() + QPointF(NODE_W - 6, out)
        end = self.rects[target].topLeft() + QPointF(6, into)
        self.boxes[wire] = QRectF(start, end).normalized().adjusted(-62, -2, 62, 2)
        _put(self.wire_cells, wire, self.boxes[wire])
        self.lines[wire] = None
        self.numbers[2][4 * wire : 4 * wire + 4] = array("d", (start.x(), start.y(), end.x(), end.y()))

    def course(self, wire: int) -> list[QLineF]:
        lines = self.lines[wire]
        if lines is None:
            x0, y0, x1, y1 = self.numbers[2][4 * wire : 4 * wire + 4]
            path = QPainterPath(QPointF(x0, y0))
            path.cubicTo(x0 + 60, y0, x1 - 60, y1, x1, y1)
            is_straight = abs(y0 - y1) < 1 and x0 < x1
            points = [path.pointAtPercent(share / 16) for share in ((0, 16) if is_straight else range(17))]
            lines = self.lines[wire] = [QLineF(a, b) for a, b in pairwise(points)]
        return lines

    def move(self, node: int, to: QPointF) -> list[QRectF]:
        """Where something changed."""
        dirty = [self.rects[node], *(self.boxes[wire] for wire in self.of_node[node])]
        self.place(node, to)
        for wire in self.of_node[node]:
            self.lay(wire)
        return [*dirty, self.rects[node], *(self.boxes[wire] for wire in self.of_node[node])]


class Bare(QWidget):
    """The canvas."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.plane = Plane(count)
        self.zoom, self.x, self.y = 1.0, 0, 0
        self.stretch = False
        self.pictures: dict[int, tuple[float, QPixmap]] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.resize(*SIZE)

    def look(self, zoom: float) -> None:
        """The middle at a zoom."""
        center = self.plane.bounds.center()
        self.zoom = zoom
        self.x, self.y = round(SIZE[0] / 2 - center.x() * zoom), round(SIZE[1] / 2 - center.y() * zoom)
        self.update()

    def pan(self, pixels: int) -> None:
        self.x += pixels
        self.scroll(pixels, 0)

    def move_node(self, node: int, to: QPointF) -> None:
        for rect in self.plane.move(node, to):
            self.update(self.pixels(rect).adjusted(-2, -2, 2, 2))

    def pixels(self, rect: QRectF) -> QRect:
        zoom = self.zoom
        x, y = rect.x() * zoom + self.x, rect.y() * zoom + self.y
        return QRectF(x, y, rect.width() * zoom, rect.height() * zoom).toAlignedRect()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, zoom = QPainter(self), self.zoom
        painter.translate(self.x, self.y)
        painter.scale(zoom, zoom)
        pieces: list[QRect] = list(event.region())  # type: ignore[call-overload]  # iterable, though not in the stubs
        for piece in pieces if len(pieces) <= PIECES else [event.rect()]:
            area = QRectF((piece.x() - self.x) / zoom, (piece.y() - self.y) / zoom, piece.width() / zoom,
                          piece.height() / zoom)  # fmt: skip
            painter.setClipRect(area)
            self._grid(painter, area)
            (self._far if zoom < FAR else self._near)(painter, area)
        painter.end()

    def _grid(self, painter: QPainter, area: QRectF) -> None:
        painter.fillRect(area, BACK)
        if self.zoom >= 0.2:
            columns = range(math.floor(area.left() / 100), math.ceil(area.right() / 100) + 1)
            rows = range(math.floor(area.top() / 100), math.ceil(area.bottom() / 100) + 1)
            lines = [QLineF(x * 100, area.top(), x * 100, area.bottom()) for x in columns]
            lines += [QLineF(area.left(), y * 100, area.right(), y * 100) for y in rows]
            painter.setPen(QPen(GRID, 0))
            painter.drawLines(lines)

    def _far(self, painter: QPainter, area: QRectF) -> None:
        plane = self.plane
        painter.setPen(QPen(WIRE, 0))
        is_whole = area.width() * 2 > plane.bounds.width()
        if is_whole:
            painter.drawLines(plane.first[2], len(plane.ends))
        else:
            wires = _found(plane.wire_cells, plane.boxes, area)
            painter.drawLines([QLineF(*plane.numbers[2][4 * wire : 4 * wire + 4]) for wire in wires])
        painter.setPen(Qt.PenStyle.NoPen)
        nodes = [] if is_whole else _found(plane.node_cells, plane.rects, area)
        for number, (color, height) in enumerate(((BODY, NODE_H), (HEAD, HEADER))):
            painter.setBrush(color)
            if is_whole:
                painter.drawRects(plane.first[number], len(plane.rects))
            else:
                corners = (plane.rects[node].topLeft() for node in nodes)
                painter.drawRects([QRectF(corner.x(), corner.y(), NODE_W, height) for corner in corners])

    def _near(self, painter: QPainter, area: QRectF) -> None:
        plane = self.plane
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(WIRE, 2))
        painter.drawLines([
            line for wire in _found(plane.wire_cells, plane.boxes, area) for line in plane.course(wire)
        ])  # fmt: skip
        painter.save()
        painter.resetTransform()
        for node in sorted(_found(plane.node_cells, plane.rects, area)):
            scale, picture = self._picture(node)
            rect = plane.rects[node]
            x, y = round(rect.x() * self.zoom + self.x), round(rect.y() * self.zoom + self.y)
            if scale == self.zoom:
                painter.drawPixmap(x, y, picture)
            else:
                painter.drawPixmap(QRect(x, y, math.ceil(NODE_W * self.zoom), math.ceil(NODE_H * self.zoom)), picture)
        painter.restore()

    def _picture(self, node: int) -> tuple[float, QPixmap]:
        kept = self.pictures.get(node)
        if kept is not None and (self.stretch or kept[0] == self.zoom):
            return kept
        picture = QPixmap(math.ceil(NODE_W * self.zoom), math.ceil(NODE_H * self.zoom))
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.scale(self.zoom, self.zoom)
        _paint_node(painter, f"Add message {node}")
        painter.end()
        kept = self.pictures[node] = self.zoom, picture
        return kept


def _paint_node(painter: QPainter, title: str) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor("#555555"), 1))
    painter.setBrush(BODY)
    painter.drawRoundedRect(QRectF(0.5, 0.5, NODE_W - 1, NODE_H - 1), 8, 8)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(HEAD)
    painter.drawRoundedRect(QRectF(1, 1, NODE_W - 2, HEADER), 7, 7)
    painter.setBrush(PORT)
    for y in PINS:
        painter.drawEllipse(QPointF(6, y), 5, 5)
        painter.drawEllipse(QPointF(NODE_W - 6, y), 5, 5)
    painter.setPen(TEXT)
    painter.drawText(QPointF(10, 18), title)
    for y in PINS:
        painter.drawText(QPointF(16, y + 4), "input")
        painter.drawText(QPointF(NODE_W - 44, y + 4), "output")


def _cells(rect: QRectF) -> Iterator[tuple[int, int]]:
    columns = range(int(rect.left() // CELL), int(rect.right() // CELL) + 1)
    return product(columns, range(int(rect.top() // CELL), int(rect.bottom() // CELL) + 1))


def _put(cells: dict[tuple[int, int], set[int]], key: int, rect: QRectF) -> None:
    for cell in _cells(rect):
        cells.setdefault(cell, set()).add(key)


def _take(cells: dict[tuple[int, int], set[int]], key: int, rect: QRectF) -> None:
    for cell in _cells(rect):
        cells.get(cell, set()).discard(key)


def _found(cells: dict[tuple[int, int], set[int]], boxes: list[QRectF], area: QRectF) -> list[int]:
    found = set[int]().union(*(cells.get(cell, ()) for cell in _cells(area)))
    return [key for key in found if boxes[key].intersects(area)]


def run(count: int, frames: int, clock: Clock) -> dict[str, float]:
    """All figures by name."""
    start = clock()
    bare = Bare(count)
    fit = min(SIZE[0] / bare.plane.bounds.width(), SIZE[1] / bare.plane.bounds.height())
    bare.look(fit)
    bare.show()
    QApplication.processEvents()
    figures = {"make the picture": (clock() - start) * 1000}
    paints, node = Paints(bare, clock), middle(count)

    def look(zoom: float, *, stretch: bool = False) -> None:
        bare.stretch = stretch
        bare.look(zoom)

    for name, zoom in (("all", fit), ("0.36", 0.36), ("0.5", 0.5), ("1.0", 1.0)):
        look(zoom)
        QApplication.processEvents()
        home = bare.plane.rects[node].topLeft()
        steps = {
            "repaint": lambda _: bare.update(),
            "pan": lambda _: bare.pan(16),
            "zoom step": lambda i, zoom=zoom: look(zoom * (1 if i % 2 else 1 / 1.1), stretch=True),
            "crisp frame": lambda i, zoom=zoom: look(zoom * (1 + 0.0001 * (i + 1))),
            "drag 1": lambda i, home=home: bare.move_node(node, home + QPointF(10 * (i + 1), 0)),
        }
        for what, step in steps.items():
            look(zoom)
            QApplication.processEvents()
            figures[f"{what} at {name}"] = paints.median(step, frames)
        bare.plane.move(node, home)
    return figures


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("count", type=int)
    options.add_argument("--frames", type=int, default=15)
    options.add_argument("--cpu", action="store_true", help="count processor time")
    chosen = options.parse_args()
    app = QApplication([])
    print(json.dumps(run(chosen.count, chosen.frames, clock_of(chosen))))
    del app


if __name__ == "__main__":
    main()
