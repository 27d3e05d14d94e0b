"""Paints what a node is doing: outline, badge, count of futures in flight, the last streamed words."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ..activity import NodeActivity
from .geometry import BADGE, PILL_HEIGHT, PILL_TOP, STRIP_GAP, STRIP_HEIGHT, Metrics, NodeShape, badge_center
from .inks import Inks
from .marks import block, cross, exclamation, spinner, tick, triangle
from .node_painter import RADIUS
from .pill import paint_pill, pill_width

_LEAST_SIGN = 6.0
"""Pixels: the radius below which the sign of a problem never gets."""
STATUS_COLORS = {"running": "node.running", "done": "node.done", "failed": "node.failed", "cancelled": "node.cancelled"}


def status_token(activity: NodeActivity) -> str:
    """The theme token of the colour that tells a node's state from afar, or "" for an idle one."""
    return STATUS_COLORS.get(activity.status) or ("node.pending" if activity.pending else "")


class StatusPainter:
    """Paints the state of nodes at their own origin, in canvas units."""

    def __init__(self, inks: Inks, metrics: Metrics) -> None:
        self._inks = inks
        self._metrics = metrics

    def paint(
        self, painter: QPainter, shape: NodeShape, activity: NodeActivity, *, readable: bool, turn: float
    ) -> None:
        """Everything that a running flow adds to a node; the badge of a running one has turned so far (0 to 1)."""
        if activity.status in STATUS_COLORS:
            color = self._inks.color(STATUS_COLORS[activity.status])
            self._outline(painter, shape, color)
            self._badge(painter, shape, activity.status, color, turn)
        if activity.pending or activity.failed_futures:
            self._counts(painter, shape, activity)
        if readable and (activity.error or activity.text):
            self._strip(painter, shape, activity)

    def problem(self, painter: QPainter, shape: NodeShape, severity: str, zoom: float) -> None:
        """The sign of what is wrong with a node, on its lower edge at the right; seen from afar it grows."""
        size = max(BADGE, _LEAST_SIGN / zoom)
        center = QPointF(shape.width - 18, shape.height)
        painter.setPen(QPen(self._inks.color("canvas"), 1.5))
        if severity == "error":
            painter.setBrush(self._inks.color("error"))
            painter.drawEllipse(center, size, size)
            exclamation(painter, center, size * 0.55, self._inks.color("badge.text"))
        else:
            triangle(painter, center, size * 1.1, self._inks.color("warning"))
            exclamation(painter, center + QPointF(0, size * 0.1), size * 0.5, self._inks.color("badge.text"))

    def _outline(self, painter: QPainter, shape: NodeShape, color: QColor) -> None:
        painter.setPen(QPen(color, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(0, 0, shape.width, shape.height), RADIUS + 0.5, RADIUS + 0.5)

    def _badge(self, painter: QPainter, shape: NodeShape, status: str, color: QColor, turn: float) -> None:
        center = badge_center(shape)
        painter.setPen(QPen(self._inks.color("node"), 1.5))
        painter.setBrush(color)
        painter.drawEllipse(center, BADGE, BADGE)
        ink = self._inks.color("badge.text")
        match status:
            case "done":
                tick(painter, center, 4.2, ink, 2.0)
            case "failed":
                cross(painter, center, 3.0, ink, 2.0)
            case "cancelled":
                block(painter, center, 3.0, ink)
            case _:
                spinner(painter, center, BADGE * 0.55, ink, turn)

    def _counts(self, painter: QPainter, shape: NodeShape, activity: NodeActivity) -> None:
        """Pills on the upper edge, from the right: futures that ended badly, futures in flight."""
        right = shape.width - 10.0
        for count, token, sign in (
            (activity.failed_futures, "node.failed", "!"),
            (activity.pending, "node.pending", "⋯"),
        ):
            if count:
                text = f"{sign} {count}"
                width = pill_width(self._metrics, text)
                rect = QRectF(right - width, PILL_TOP, width, PILL_HEIGHT)
                paint_pill(painter, self._metrics, rect, text, self._inks.color(token), self._inks)
                right = rect.left() - 4

    def _strip(self, painter: QPainter, shape: NodeShape, activity: NodeActivity) -> None:
        """One line under the node: why it failed, else the end of what was streamed."""
        rect = QRectF(0, shape.height + STRIP_GAP, shape.width, STRIP_HEIGHT)
        failed = bool(activity.error)
        painter.setPen(Qt.PenStyle.NoPen)
        for inset, token in ((0, "node.failed" if failed else "node.border"), (1, "node.field")):  # as a node's body
            painter.setBrush(self._inks.color(token))
            painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), 4.5 - inset, 4.5 - inset)
        words = " ".join((activity.error or activity.text).split())
        text = self._metrics.small_text(words, rect.width() - 17, from_end=not failed)
        painter.setPen(self._inks.color("error" if failed else "node.label"))
        painter.setFont(self._metrics.small)
        painter.drawText(QPointF(rect.left() + 8.5, rect.center().y() + self._metrics.small_drop), text)
