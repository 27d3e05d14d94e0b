"""Paints what a node is doing: outline, badge, count of futures in flight, the last streamed words."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from ..activity import IDLE, NodeActivity
from .geometry import STRIP_GAP, STRIP_HEIGHT, Metrics, NodeShape
from .inks import Inks
from .marks import cross, play, tick
from .node_painter import RADIUS
from .pin_painter import PinPainter
from .rows import HEADER

BADGE = 8.0
"""Radius of the badge in the header."""
STATUS_COLORS = {"running": "node.running", "done": "node.done", "failed": "node.failed"}


class StatusPainter:
    """Paints the state of nodes at their own origin, in canvas units; idle nodes cost nothing."""

    def __init__(self, inks: Inks, metrics: Metrics, pins: PinPainter) -> None:
        self._inks = inks
        self._pins = pins
        self._metrics = metrics
        self._small = QFontMetricsF(metrics.small)

    def token(self, activity: NodeActivity) -> str:
        """The colour that tells the state from afar, or ""."""
        return STATUS_COLORS.get(activity.status) or ("node.pending" if activity.pending else "")

    def paint(self, painter: QPainter, shape: NodeShape, activity: NodeActivity, *, readable: bool) -> None:
        """Everything that a running flow adds to a node."""
        if activity == IDLE:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if activity.status in STATUS_COLORS:
            color = self._inks.color(STATUS_COLORS[activity.status])
            self._outline(painter, shape, color)
            self._pins.paint(painter, shape)  # over the outline
            self._badge(painter, shape, activity.status, color)
        if activity.pending or activity.failed_futures:
            self._counts(painter, shape, activity)
        if readable and (activity.error or activity.text):
            self._strip(painter, shape, activity)

    def _outline(self, painter: QPainter, shape: NodeShape, color: QColor) -> None:
        painter.setPen(QPen(color, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(0, 0, shape.width, shape.height), RADIUS + 0.5, RADIUS + 0.5)

    def _badge(self, painter: QPainter, shape: NodeShape, status: str, color: QColor) -> None:
        center = QPointF(shape.width - BADGE - 7, HEADER / 2 + 1)
        painter.setPen(QPen(self._inks.color("node"), 1.5))
        painter.setBrush(color)
        painter.drawEllipse(center, BADGE, BADGE)
        ink = self._inks.color("badge.text")
        match status:
            case "done":
                tick(painter, center, 4.2, ink, 2.0)
            case "failed":
                cross(painter, center, 3.0, ink, 2.0)
            case _:
                play(painter, center, ink)

    def _counts(self, painter: QPainter, shape: NodeShape, activity: NodeActivity) -> None:
        """Pills on the upper edge, from the right: futures that ended badly, futures in flight."""
        right = shape.width - 10.0
        for count, token, sign in (
            (activity.failed_futures, "node.failed", "!"),
            (activity.pending, "node.pending", "⋯"),
        ):
            if count:
                right -= self._pill(painter, right, f"{sign} {count}", self._inks.color(token)) + 4

    def _pill(self, painter: QPainter, right: float, text: str, color: QColor) -> float:
        width = self._small.horizontalAdvance(text) + 12
        rect = QRectF(right - width, -12, width, 16)
        painter.setPen(QPen(self._inks.color("canvas"), 1.5))
        painter.setBrush(color)
        painter.drawRoundedRect(rect, 8, 8)
        painter.setPen(self._inks.color("badge.text"))
        painter.setFont(self._metrics.small)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        return width

    def _strip(self, painter: QPainter, shape: NodeShape, activity: NodeActivity) -> None:
        """One line under the node: why it failed, else the end of what was streamed."""
        rect = QRectF(0.5, shape.height + STRIP_GAP + 0.5, shape.width - 1, STRIP_HEIGHT - 1)
        failed = bool(activity.error)
        painter.setPen(QPen(self._inks.color("node.failed" if failed else "node.border"), 1))
        painter.setBrush(self._inks.color("node.field"))
        painter.drawRoundedRect(rect, 4, 4)
        words = " ".join((activity.error or activity.text).split())
        side = Qt.TextElideMode.ElideRight if failed else Qt.TextElideMode.ElideLeft
        painter.setPen(self._inks.color("error" if failed else "node.label"))
        painter.setFont(self._metrics.small)
        room = rect.adjusted(8, 0, -8, 0)
        text = self._small.elidedText(words, side, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
