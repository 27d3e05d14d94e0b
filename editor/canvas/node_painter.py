"""Paints one node: its picture (which many nodes may share), and what is laid over it while it runs."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF

from runtime.document.flow import PinKind

from ..theme import Theme
from .geometry import PAD, Field, Metrics, NodeShape, Place
from .rows import HEADER

RADIUS = 6.0
PIN = 5.0
"""Radius of a pin."""
DISTINCT = ("pin.conversation", "pin.future")
"""Pins with a shape of their own: a diamond, so that colour is not the only cue."""
SHADOW = ((1.0, 120), (2.0, 80), (3.0, 45), (4.0, 20))
"""Rings around a node: distance and strength. Filled shapes would cost five times as much to paint."""
READABLE = 0.5
"""Below this zoom texts would be smaller than 6 pixels: labels and values are left out."""

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class NodePainter:
    """Paints nodes at their own origin, in canvas units."""

    def __init__(self, theme: Theme, metrics: Metrics) -> None:
        self._theme = theme
        self._metrics = metrics
        self._colors: dict[str, QColor] = {}

    def color(self, token: str) -> QColor:
        """The colour of a token, read once."""
        found = self._colors.get(token)
        if found is None:
            found = self._colors[token] = self._theme.color(token)
        return found

    def paint(self, painter: QPainter, shape: NodeShape, zoom: float) -> None:
        """The node at rest."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        readable = zoom >= READABLE
        self._body(painter, shape, shadow=readable)
        self._header(painter, shape)
        if readable:
            painter.setFont(self._metrics.label)
            for place in shape.places.values():
                self._label(painter, place)
            for field in shape.fields.values():
                self._field(painter, field)
            self._more(painter, shape)
        self.pins(painter, shape)

    def flat(self, painter: QPainter, shape: NodeShape) -> None:
        """The node as two rectangles: what is shown while there is no time for more."""
        body = QRectF(0, 0, shape.width, shape.height)
        painter.fillRect(body, self.color("node"))
        painter.fillRect(QRectF(0, 0, shape.width, HEADER), self._theme.category(shape.look.category))

    def _body(self, painter: QPainter, shape: NodeShape, *, shadow: bool) -> None:
        body = QRectF(0.5, 0.5, shape.width - 1, shape.height - 1)
        if shadow:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for spread, alpha in SHADOW:
                shade = QColor(self.color("node.shadow"))
                shade.setAlpha(alpha)
                painter.setPen(QPen(shade, 1.2))
                ring = body.adjusted(-spread, 1 - spread, spread, 1 + spread)
                painter.drawRoundedRect(ring, RADIUS + spread, RADIUS + spread)
        painter.setPen(QPen(self.color("node.border"), 1))
        painter.setBrush(self.color("node"))
        painter.drawRoundedRect(body, RADIUS, RADIUS)

    def _header(self, painter: QPainter, shape: NodeShape) -> None:
        top = QRectF(1, 1, shape.width - 2, HEADER)
        path = QPainterPath()
        path.moveTo(top.bottomLeft())
        path.lineTo(top.left(), top.top() + RADIUS - 1)
        path.quadTo(top.topLeft(), QPointF(top.left() + RADIUS - 1, top.top()))
        path.lineTo(top.right() - RADIUS + 1, top.top())
        path.quadTo(top.topRight(), QPointF(top.right(), top.top() + RADIUS - 1))
        path.lineTo(top.bottomRight())
        path.closeSubpath()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.category(shape.look.category))
        painter.drawPath(path)
        if shape.look.unknown:
            painter.setBrush(QBrush(self.color("warning"), Qt.BrushStyle.BDiagPattern))
            painter.drawPath(path)
        painter.setPen(self.color("node.text"))
        painter.setFont(self._metrics.title)
        painter.drawText(top.adjusted(PAD - 3, 0, -4, 0), _LEFT, shape.title)

    def _label(self, painter: QPainter, place: Place) -> None:
        painter.setPen(self.color("node.label"))
        painter.drawText(QRectF(place.text_x, place.y - 12, 400, 24), _LEFT, place.label)

    def _field(self, painter: QPainter, field: Field) -> None:
        missing = field.look.tone == "missing"
        painter.setPen(QPen(self.color("error" if missing else "node.border"), 1))
        painter.setBrush(self.color("node.field"))
        rect = field.rect.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(rect, 3, 3)
        if field.look.form == "check":
            self._check(painter, field)
            return
        tone = {"set": "node.label", "missing": "error"}.get(field.look.tone, "node.value")
        painter.setPen(self.color(tone))
        italic = field.look.tone in ("unset", "missing")
        painter.setFont(self._metrics.italic if italic else self._metrics.label)
        painter.drawText(rect.adjusted(7, 0, 0, 0), _LEFT, field.text)
        if field.look.form == "choice":
            chevron(painter, QPointF(rect.right() - 10, rect.center().y()), self.color("node.value"))

    def _check(self, painter: QPainter, field: Field) -> None:
        if not field.look.checked:
            return
        dimmed = field.look.tone == "default"
        tick(painter, field.rect.center(), 4.0, self.color("node.value" if dimmed else "node.label"), 1.8)

    def _more(self, painter: QPainter, shape: NodeShape) -> None:
        if shape.more is None:
            return
        color = self.color("node.value")
        center = QPointF(shape.more.left() + 8, shape.more.center().y())
        chevron(painter, center, color, up=shape.look.expanded)
        painter.setPen(color)
        painter.drawText(shape.more.adjusted(18, 0, 0, 0), _LEFT, shape.more_text)

    def pins(self, painter: QPainter, shape: NodeShape) -> None:
        """All pins of a node."""
        for place in shape.places.values():
            self.pin(painter, place)

    def pin(self, painter: QPainter, place: Place, *, halo: bool = False) -> None:
        """One pin: an arrow for exec, a diamond for conversations and futures, else a circle; filled when wired."""
        color = self.color(place.pin.color)
        outline = pin_outline(place)
        if halo:
            painter.setPen(Qt.PenStyle.NoPen)
            glow = QColor(color)
            glow.setAlpha(90)
            painter.setBrush(glow)
            painter.drawEllipse(QPointF(place.x, place.y), PIN + 5, PIN + 5)
        painter.setPen(QPen(color, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(color if place.wired else self.color("node"))
        painter.drawPolygon(outline) if outline else painter.drawEllipse(QPointF(place.x, place.y), PIN, PIN)


def pin_outline(place: Place) -> QPolygonF | None:
    """The corners of a pin, or None for a circle."""
    x, y = place.x, place.y
    if place.pin.key.kind is PinKind.EXEC:
        corners: tuple[tuple[float, float], ...] = ((-5, -5.5), (0.5, -5.5), (6, 0), (0.5, 5.5), (-5, 5.5))
    elif place.pin.color in DISTINCT:
        corners = ((-6.5, 0), (0, -6.5), (6.5, 0), (0, 6.5))
    else:
        return None
    return QPolygonF([QPointF(x + dx, y + dy) for dx, dy in corners])


def tick(painter: QPainter, center: QPointF, size: float, color: QColor, width: float) -> None:
    """A check mark."""
    painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    bend = center + QPointF(-size * 0.2, size * 0.65)
    painter.drawLines(
        [QLineF(center + QPointF(-size * 0.85, 0), bend), QLineF(bend, center + QPointF(size, -size * 0.7))]
    )


def cross(painter: QPainter, center: QPointF, size: float, color: QColor, width: float) -> None:
    """A cross for what failed."""
    painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    a, b = QPointF(size, size), QPointF(size, -size)
    painter.drawLines([QLineF(center - a, center + a), QLineF(center - b, center + b)])


def chevron(painter: QPainter, center: QPointF, color: QColor, *, up: bool = False) -> None:
    """A small arrow head for what unfolds."""
    painter.setPen(QPen(color, 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    rise = -2.0 if up else 2.0
    tip = center + QPointF(0, rise)
    painter.drawLines([QLineF(center + QPointF(-4, -rise), tip), QLineF(tip, center + QPointF(4, -rise))])
