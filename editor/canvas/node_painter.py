"""Paints a node at rest: body, title, labels, values."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFont, QPainter, QPainterPath, QPen

from .geometry import PAD, READABLE, Field, Metrics, NodeShape
from .inks import Inks
from .look import UNMARKED
from .mark_painter import MarkPainter
from .marks import chevron, lines, plus_minus, tick
from .note import paint_note
from .pin_painter import PinPainter
from .rows import HEADER

RADIUS = 6.0
_TITLE_PIXELS = (12, 10, 8)
"""Sizes of such a title: the first in which it has room; in the last one it is shortened."""
_TEXT_INSET = 7.0


class NodePainter:
    """Paints nodes at their own origin, in canvas units."""

    def __init__(self, inks: Inks, metrics: Metrics, pins: PinPainter) -> None:
        self._inks = inks
        self._metrics = metrics
        self._pins = pins
        self._marks = MarkPainter(inks, metrics)

    def paint(self, painter: QPainter, shape: NodeShape, zoom: float) -> None:
        """The whole node."""
        self.paint_shadow(painter, shape)
        self.paint_body(painter, shape, zoom)
        self._pins.paint(painter, shape)
        self.paint_marks(painter, shape, zoom)

    def flat(self, painter: QPainter, shape: NodeShape, _zoom: float) -> None:
        """The node as two rectangles: what is shown while there is no time for more."""
        painter.fillRect(QRectF(0, 0, shape.width, shape.height), self._inks.color("node"))
        head = shape.height if shape.look.note is not None else HEADER
        painter.fillRect(QRectF(0, 0, shape.width, head), self._inks.category(shape.look.category))

    def paint_marks(self, painter: QPainter, shape: NodeShape, zoom: float) -> None:
        """What a person set on it for its runs: over everything else that belongs to the node."""
        if shape.look.marks != UNMARKED:
            self._marks.paint(painter, shape, zoom)

    def paint_signs(self, painter: QPainter, shape: NodeShape, zoom: float) -> None:
        """Those marks that an outline would run over, once more."""
        if shape.look.marks != UNMARKED:
            self._marks.paint_signs(painter, shape, zoom)

    def paint_shadow(self, painter: QPainter, shape: NodeShape) -> None:
        """What lies under the node."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._inks.glow("node.shadow", 110))
        painter.drawRoundedRect(QRectF(-1, 0.5, shape.width + 2, shape.height + 3), RADIUS + 2, RADIUS + 2)

    def paint_body(self, painter: QPainter, shape: NodeShape, zoom: float) -> None:
        """The node without its shadow and its pins."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if shape.look.note is not None:
            self._note(painter, shape, shape.look.note, zoom)
            return
        self._body(painter, shape)
        self._header(painter, shape)
        if zoom < READABLE:
            self._title_from_afar(painter, shape, zoom)
            return
        painter.setPen(self._inks.color("node.text"))
        painter.setFont(self._metrics.struck if shape.look.marks.mode == "mute" else self._metrics.title)
        painter.drawText(QPointF(PAD - 2, HEADER / 2 + 1 + self._metrics.title_drop), shape.title)
        painter.setFont(self._metrics.label)
        painter.setPen(self._inks.color("node.label"))
        drop = self._metrics.label_drop
        for place in shape.places.values():
            painter.drawText(QPointF(place.text_x, place.y + drop), place.label)
        for field in shape.fields.values():
            self._field(painter, field)
        self._more(painter, shape)
        self._pin_buttons(painter, shape)

    def _note(self, painter: QPainter, shape: NodeShape, text: str, zoom: float) -> None:
        room = QRectF(0.5, 0.5, shape.width - 1, shape.height - 1)
        painter.setPen(QPen(self._inks.color("note.border"), 1))
        painter.setBrush(self._inks.category(shape.look.category))
        painter.drawRoundedRect(room, 3, 3)
        ink = self._inks.color("note.text")
        if zoom >= READABLE:
            whole = QRectF(0, 0, shape.width, shape.height)
            paint_note(painter, shape.look.title, text, self._metrics.label, whole, ink)
            return
        font = QFont(self._metrics.title)
        font.setPixelSize(round(_TITLE_PIXELS[1] / zoom))
        painter.setPen(ink)
        painter.setFont(font)
        first = shape.look.title or next(iter(text.split("\n")), "").strip("#*_ ")
        inner = room.adjusted(PAD, PAD / 2, -PAD, -PAD / 2)
        painter.drawText(inner, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, first)

    def _body(self, painter: QPainter, shape: NodeShape) -> None:
        """Two fills: half the time of a fill and an outline."""
        painter.setPen(Qt.PenStyle.NoPen)
        for inset, token in ((0, "node.border"), (1, "node")):
            body = QRectF(inset, inset, shape.width - 2 * inset, shape.height - 2 * inset)
            painter.setBrush(self._inks.color(token))
            painter.drawRoundedRect(body, RADIUS + 0.5 - inset, RADIUS + 0.5 - inset)

    def _header(self, painter: QPainter, shape: NodeShape) -> None:
        header = header_path(shape.width)
        painter.fillPath(header, self._inks.category(shape.look.category))
        if shape.look.unknown:
            painter.fillPath(header, QBrush(self._inks.color("warning"), Qt.BrushStyle.BDiagPattern))

    def _title_from_afar(self, painter: QPainter, shape: NodeShape, zoom: float) -> None:
        """The title in the body, where the labels would be, wrapped."""
        room = QRectF(PAD, HEADER, shape.width - 2 * PAD, shape.height - HEADER)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        font = QFont(self._metrics.struck if shape.look.marks.mode == "mute" else self._metrics.title)
        painter.setPen(self._inks.color("node.label"))
        for pixels in _TITLE_PIXELS:
            font.setPixelSize(round(pixels / zoom))
            painter.setFont(font)
            if room.contains(painter.boundingRect(room, flags, shape.look.title)):
                painter.drawText(room, flags, shape.look.title)
                return
        line = painter.fontMetrics().elidedText(shape.look.title, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, line)

    def _field(self, painter: QPainter, field: Field) -> None:
        tone, rect = field.look.tone, field.rect.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(self._inks.color("error" if tone == "missing" else "node.border"))
        painter.setBrush(self._inks.color("node.field"))
        painter.drawRoundedRect(rect, 3, 3)
        if field.look.form == "check":
            if field.look.checked:
                ink = self._inks.color("node.value" if tone == "default" else "node.label")
                tick(painter, field.rect.center(), 4.0, ink, 1.8)
            return
        painter.setPen(self._inks.color({"set": "node.label", "missing": "error"}.get(tone, "node.value")))
        painter.setFont(self._metrics.italic if tone in ("unset", "missing") else self._metrics.label)
        baseline = rect.center().y() + self._metrics.label_drop
        painter.drawText(QPointF(field.rect.left() + _TEXT_INSET, baseline), field.text)
        if field.look.form == "choice":
            chevron(painter, QPointF(rect.right() - 10, rect.center().y()), self._inks.color("node.value"))

    def _more(self, painter: QPainter, shape: NodeShape) -> None:
        row = shape.more
        if row is None:
            return
        color, y = self._inks.color("node.value"), row.center().y()
        chevron(painter, QPointF(row.left() + 8, y), color, up=shape.look.expanded)
        painter.setFont(self._metrics.label)
        painter.drawText(QPointF(row.left() + 18, y + self._metrics.label_drop), shape.more_text)

    def _pin_buttons(self, painter: QPainter, shape: NodeShape) -> None:
        """A list, minus and plus; faint where it may have no fewer or no more pins."""
        if shape.look.pins is None:
            return
        for button, area in shape.pin_buttons.items():
            works = {"more": shape.look.pins.may_grow, "fewer": shape.look.pins.may_shrink}.get(button, True)
            painter.setPen(self._inks.color("node.border"))
            painter.setBrush(self._inks.color("node.field"))
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
            ink = self._inks.color("node.label" if works else "node.border")
            if button == "list":
                lines(painter, area.center(), 4.0, ink)
            else:
                plus_minus(painter, area.center(), 4.0, ink, is_plus=button == "more")


def header_path(width: float) -> QPainterPath:
    """The header: round above, square below, within the node's border."""
    left, top, right, bottom, round_by = 1.0, 1.0, width - 1, 1 + HEADER, RADIUS - 1
    path = QPainterPath(QPointF(left, bottom))
    path.lineTo(left, top + round_by)
    path.quadTo(left, top, left + round_by, top)
    path.lineTo(right - round_by, top)
    path.quadTo(right, top, right, top + round_by)
    path.lineTo(right, bottom)
    path.closeSubpath()
    return path
