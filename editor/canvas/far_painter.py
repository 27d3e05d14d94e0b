"""Paints the canvas from afar: nodes are rectangles, wires straight lines, all of one colour in one call."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from .inks import Inks
from .projection import PlacedNode
from .rows import HEADER
from .status_painter import status_token
from .subject import Subject
from .wire import Wire

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
        if len(areas) == 1 and projection.node_grid.is_mostly_in(areas[0]):
            self._all_wires(painter)
            self._all_nodes(painter)
        else:
            self._some_wires(painter, projection.wire_grid.within_any(areas), QPointF())
            self._some_nodes(painter, projection.node_grid.within_any(areas))
        self._some_wires(painter, projection.carried.values(), projection.offset)
        self._some_nodes(painter, projection.lifted.values())
        self._states(painter)
        self._marks(painter)

    def _all_wires(self, painter: QPainter) -> None:
        for token, batch in self._subject.projection.courses.items():
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
        for token, lines in by_color.items():
            painter.setPen(QPen(self._inks.color(token), 0))
            painter.drawLines(lines)

    def _some_nodes(self, painter: QPainter, nodes: Iterable[PlacedNode]) -> None:
        bodies: list[QRectF] = []
        headers: dict[str, list[QRectF]] = {}
        for node in nodes:
            rect = self._subject.rect(node)
            bodies.append(rect)
            headers.setdefault(node.shape.look.category, []).append(QRectF(rect.x(), rect.y(), rect.width(), HEADER))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._inks.color("node.far"))
        painter.drawRects(bodies)
        for category, rects in headers.items():
            painter.setBrush(self._inks.category(category))
            painter.drawRects(rects)

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

    def _marks(self, painter: QPainter) -> None:
        nodes, selected = self._subject.projection.nodes, self._subject.selection.nodes
        rects = [self._subject.rect(nodes[node_id]) for node_id in selected]
        if self._subject.flashed in nodes:
            rects.append(self._subject.rect(nodes[self._subject.flashed]).adjusted(-_FLASH, -_FLASH, _FLASH, _FLASH))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._inks.color("node.selected"), 0))
        painter.drawRects(rects)
