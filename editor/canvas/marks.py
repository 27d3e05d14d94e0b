"""Small signs that stand beside colours, so that colour is never the only cue."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

_ROUND = Qt.PenCapStyle.RoundCap


def tick(painter: QPainter, center: QPointF, size: float, color: QColor, width: float) -> None:
    """A check mark: done, or true."""
    painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, _ROUND))
    bend = center + QPointF(-size * 0.2, size * 0.65)
    ends = center + QPointF(-size * 0.85, 0), center + QPointF(size, -size * 0.7)
    painter.drawLines([QLineF(ends[0], bend), QLineF(bend, ends[1])])


def cross(painter: QPainter, center: QPointF, size: float, color: QColor, width: float) -> None:
    """A cross: failed."""
    painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, _ROUND))
    a, b = QPointF(size, size), QPointF(size, -size)
    painter.drawLines([QLineF(center - a, center + a), QLineF(center - b, center + b)])


def spinner(painter: QPainter, center: QPointF, size: float, color: QColor, turn: float) -> None:
    """An open ring that turns: running. `turn` is 0 to 1."""
    painter.setPen(QPen(color, size * 0.42, Qt.PenStyle.SolidLine, _ROUND))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    ring = QRectF(center.x() - size, center.y() - size, 2 * size, 2 * size)
    painter.drawArc(ring, round(-turn * 360 * 16), 250 * 16)


def block(painter: QPainter, center: QPointF, size: float, color: QColor) -> None:
    """A square, as on a stop button: cancelled."""
    painter.fillRect(QRectF(center.x() - size, center.y() - size, 2 * size, 2 * size), color)


def triangle(painter: QPainter, center: QPointF, size: float, color: QColor) -> None:
    """A triangle that stands on its base: a warning. The painter's pen is its outline."""
    painter.setBrush(color)
    corners = ((0.0, -size), (size * 1.08, size * 0.85), (-size * 1.08, size * 0.85))
    painter.drawPolygon(QPolygonF([center + QPointF(x, y) for x, y in corners]))


def exclamation(painter: QPainter, center: QPointF, size: float, color: QColor) -> None:
    """An exclamation mark."""
    painter.setPen(QPen(color, size * 0.36, Qt.PenStyle.SolidLine, _ROUND))
    painter.drawLine(center + QPointF(0, -size), center + QPointF(0, size * 0.2))
    painter.drawPoint(center + QPointF(0, size * 0.9))


def pointer(painter: QPainter, tip: QPointF, size: float, color: QColor) -> None:
    """A thick arrow to the right whose point is at `tip`: a run stands still here. The painter's pen is its outline."""
    painter.setBrush(color)
    corners = ((0, 0), (-1, -0.9), (-1, -0.4), (-2, -0.4), (-2, 0.4), (-1, 0.4), (-1, 0.9))
    painter.drawPolygon(QPolygonF([tip + QPointF(x * size, y * size) for x, y in corners]))


def chevron(painter: QPainter, center: QPointF, color: QColor, *, up: bool = False) -> None:
    """An arrow head: unfolds, or folds if it points up."""
    painter.setPen(QPen(color, 1.4, Qt.PenStyle.SolidLine, _ROUND))
    rise = -2.0 if up else 2.0
    tip = center + QPointF(0, rise)
    painter.drawLines([QLineF(center + QPointF(-4, -rise), tip), QLineF(tip, center + QPointF(4, -rise))])


def plus_minus(painter: QPainter, center: QPointF, size: float, color: QColor, *, is_plus: bool) -> None:
    """A plus, or a minus."""
    painter.setPen(QPen(color, 1.6, Qt.PenStyle.SolidLine, _ROUND))
    across, down = QPointF(size, 0), QPointF(0, size)
    lines = [QLineF(center - across, center + across), QLineF(center - down, center + down)]
    painter.drawLines(lines if is_plus else lines[:1])


def lines(painter: QPainter, center: QPointF, size: float, color: QColor) -> None:
    """Three lines: a list."""
    painter.setPen(QPen(color, 1.4, Qt.PenStyle.SolidLine, _ROUND))
    across = QPointF(size, 0)
    rows = [center + QPointF(0, down * size * 0.8) for down in (-1, 0, 1)]
    painter.drawLines([QLineF(row - across, row + across) for row in rows])
