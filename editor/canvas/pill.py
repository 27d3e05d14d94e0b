"""Small round-ended labels on the upper edge of a node."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from .geometry import Metrics
from .inks import Inks

_INSET = 6.0


def pill_width(metrics: Metrics, text: str) -> float:
    """How wide the label of a text is."""
    return metrics.small_width(text) + 2 * _INSET


def paint_pill(painter: QPainter, metrics: Metrics, rect: QRectF, text: str, color: QColor, inks: Inks) -> None:
    """Paint a label into its place."""
    painter.setPen(QPen(inks.color("canvas"), 1.5))
    painter.setBrush(color)
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    painter.setPen(inks.color("badge.text"))
    painter.setFont(metrics.small)
    painter.drawText(QPointF(rect.left() + _INSET, rect.center().y() + metrics.small_drop), text)
