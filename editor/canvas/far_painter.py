"""Paints the canvas from afar: nodes are rectangles, wires straight lines, all of one colour in one call."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from operator import itemgetter

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPen

from .inks import Inks
from .projection import PlacedNode
from .rows import HEADER
from .status_painter import status_token
from .subject import Subject
from .wire import Wire

_LIT_WIRE = 2.5
_DOT = 6.0
"""Pixels: how thick a selected wire is, and how large the sign of a breakpoint or a problem."""
_MOST_OF_NODE = 70.0
"""Canvas units: from very far away a sign must not hide the node that it marks."""
_MOST_SIGNS = 1000
"""From afar so many signs of problems tell enough, and more would take longer than a frame."""
_FLASH = 40.0
"""Canvas units around a node that is being located."""


class FarPainter:
    """Paints areas of the canvas, in canvas units."""

    def __init__(self, subject: Subject, inks: Inks) -> None:
        self._subject = subject
        self._inks = inks

    def paint(self, painter: QPainter, areas: list[QRectF]) -> None:
        """Wires, nodes, and what marks them."""
        projection = self._subject.projection
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if areas and projection.node_grid.is_mostly_in(max(areas, key=lambda area: area.width() * area.height())):
            self._all_wires(painter)
            self._all_nodes(painter)
        else:
            self._some_wires(painter, projection.wire_grid.within_any(areas), QPointF())
            self._some_nodes(painter, projection.node_grid.within_any(areas))
        self._some_wires(painter, projection.carried.values(), projection.offset)
        self._some_nodes(painter, projection.lifted.values())
        self._left_out(painter)
        self._lights(painter)
        self._states(painter)
        self._signs(painter)
        self._marks(painter)

    def _all_wires(self, painter: QPainter) -> None:
        for token, batch in sorted(self._subject.projection.courses.items(), key=itemgetter(0)):
            painter.setPen(QPen(self._inks.color(token), 0))
            batch.draw_lines(painter)

    def _all_nodes(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._inks.color("node.far"))
        self._subject.projection.bodies.draw_rects(painter)
        for category, batch in self._subject.projection.headers.items():
            painter.setBrush(self._inks.category(category))
            batch.draw_rects(painter)

    def _some_wires(self, painter: QPainter, wires: Iterable[Wire], offset: QPointF) -> None:
        by_color: dict[str, list[QLineF]] = {}
        for wire in wires:
            by_color.setdefault(wire.color, []).append(QLineF(wire.start + offset, wire.end + offset))
        for token, lines in sorted(by_color.items(), key=itemgetter(0)):
            painter.setPen(QPen(self._inks.color(token), 0))
            painter.drawLines(lines)

    def _some_nodes(self, painter: QPainter, nodes: Iterable[PlacedNode]) -> None:
        bodies: list[QRectF] = []
        headers: dict[str, list[QRectF]] = {}
        for node in nodes:
            rect = self._subject.rect(node)
            bodies.append(rect)
            head = rect.height() if node.shape.look.note is not None else HEADER
            headers.setdefault(node.shape.look.category, []).append(QRectF(rect.x(), rect.y(), rect.width(), head))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._inks.color("node.far"))
        painter.drawRects(bodies)
        for category, rects in headers.items():
            painter.setBrush(self._inks.category(category))
            painter.drawRects(rects)

    def _lights(self, painter: QPainter) -> None:
        painter.setPen(QPen(self._inks.color("wire.active"), _LIT_WIRE / painter.transform().m11()))
        painter.drawLines([QLineF(wire.start, wire.end) for wire, _ in self._subject.animation.lights()])
        painter.setPen(Qt.PenStyle.NoPen)

    def _states(self, painter: QPainter) -> None:
        states: dict[str, list[QRectF]] = {}
        activity, nodes = self._subject.activity, self._subject.projection.nodes
        for node_id in activity.active:
            node, token = nodes.get(node_id), status_token(activity.of(node_id))
            if node is not None and token:
                states.setdefault(token, []).append(self._subject.rect(node).adjusted(0, HEADER, 0, 0))
        for token, rects in states.items():
            painter.setBrush(self._inks.color(token))
            painter.drawRects(rects)

    def _left_out(self, painter: QPainter) -> None:
        """Muted and bypassed nodes: paler, and crossed out by a line."""
        rects = [
            self._subject.rect(node)
            for node in self._subject.projection.marked.values()
            if node.shape.look.marks.mode != "normal"
        ]
        painter.setBrush(self._inks.glow("canvas", 150))
        painter.drawRects(rects)
        painter.setPen(QPen(self._inks.color("node.muted"), 0))
        painter.drawLines([QLineF(rect.bottomLeft(), rect.topRight()) for rect in rects])
        painter.setPen(Qt.PenStyle.NoPen)

    def _signs(self, painter: QPainter) -> None:
        """Breakpoints on the upper left corner, problems on the lower right one; filled where they count most.

        A bar through a breakpoint says that it waits for something.
        """
        subject, size = self._subject, min(_DOT / painter.transform().m11(), _MOST_OF_NODE)
        signs: dict[tuple[str, bool], list[QRectF]] = {}
        bars: dict[bool, list[QRectF]] = {}
        for node in subject.projection.marked.values():
            if state := node.shape.look.marks.breakpoint:
                corner = subject.rect(node).topLeft() - QPointF(size / 2, 0)
                signs.setdefault(("node.breakpoint", state == "set"), []).append(QRectF(corner, QSizeF(size, size)))
                if node.shape.look.marks.sign:
                    bar = QRectF(corner + QPointF(size * 0.15, size * 0.36), QSizeF(size * 0.7, size * 0.28))
                    bars.setdefault(state == "set", []).append(bar)
        nodes = subject.projection.nodes
        for node_id, found in islice(subject.problems.items(), _MOST_SIGNS):
            if node_id in nodes:
                severity = found[0].severity
                corner = subject.rect(nodes[node_id]).bottomRight() - QPointF(size / 2, size)
                signs.setdefault((severity, severity == "error"), []).append(QRectF(corner, QSizeF(size, size)))
        for (token, is_filled), rects in signs.items():
            painter.setPen(QPen(self._inks.color(token), 0))
            painter.setBrush(self._inks.color(token if is_filled else "canvas"))
            painter.drawRects(rects)
        painter.setPen(Qt.PenStyle.NoPen)
        for on_filled, rects in bars.items():
            painter.setBrush(self._inks.color("badge.text" if on_filled else "node.breakpoint"))
            painter.drawRects(rects)

    def _marks(self, painter: QPainter) -> None:
        nodes, laid = self._subject.projection.nodes, self._subject.projection.wires
        selected = self._subject.selection.nodes
        rects = [self._subject.rect(nodes[node_id]) for node_id in selected]
        flash = self._subject.flash
        if flash.node in nodes:
            rects.append(self._subject.rect(nodes[flash.node]).adjusted(-_FLASH, -_FLASH, _FLASH, _FLASH))
        wires = {*self._subject.selection.wires, *filter(None, [flash.wire])}
        painter.setPen(QPen(self._inks.color("node.selected"), _LIT_WIRE / painter.transform().m11()))
        painter.drawLines([QLineF(laid[key].start, laid[key].end) for key in wires if key in laid])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._inks.color("node.selected"), 0))
        painter.drawRects(rects)
