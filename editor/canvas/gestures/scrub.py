"""Drag over a painted number: it goes up to the right, and down to the left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter

from runtime.ids import NodeId
from runtime.nodes.pins import DataPin, PinType

from ... import commands
from ...fields.scrub import Scrub
from ...fields.steps import within_range
from ...values import value_text
from .gesture import Gesture

if TYPE_CHECKING:
    from ..view import CanvasView


class ScrubValue(Gesture):
    """Shows the number while it changes, and sets it at the end. Shift makes its steps finer, Ctrl coarser."""

    cursor = Qt.CursorShape.SizeHorCursor

    def __init__(self, view: CanvasView, event: QMouseEvent, start: QPointF, node: NodeId, pin: DataPin) -> None:
        """`start`: where the button went down."""
        super().__init__(view, event)
        self.button = Qt.MouseButton.LeftButton  # a move has none
        self._node = node
        self._pin = pin
        self._before = _number(view.document.nodes[node].inputs.get(pin.name, pin.default), pin)
        self._scrub = Scrub(pin, self._before, start.x())
        self.moved(event)

    def moved(self, event: QMouseEvent) -> None:
        self._scrub.follow(event.position().x(), event.modifiers())
        self._repaint()

    def released(self, event: QMouseEvent) -> None:
        self._repaint()
        wired = self.view.document.connection_into(self._node, self._pin.name) is not None
        if self._node in self.view.document.nodes and not wired and self._scrub.value != self._before:
            commands.set_input(self.view.document, self._node, self._pin.name, self._scrub.value)

    def canceled(self) -> None:
        self._repaint()

    def document_changed(self) -> None:
        if self._node not in self.view.document.nodes:
            self.view.hand.cancel()

    def paint(self, painter: QPainter) -> None:
        area = self._area()
        if area is None:
            return
        theme = self.view.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("accent"))
        painter.setBrush(theme.color("base"))
        painter.drawRoundedRect(area, 3, 3)
        painter.setPen(theme.color("text"))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(area.adjusted(7, 0, -4, 0), flags, value_text(self._scrub.value, self._pin))
        painter.restore()

    def _area(self) -> QRectF | None:
        """Where the value is painted, in the viewport; at least as large as its text."""
        placed = self.view.projection.nodes.get(self._node)
        field = placed.shape.fields.get(self._pin.name) if placed is not None else None
        if placed is None or field is None:
            return None
        area = QRectF(self.view.camera.rect_to_view(field.rect.translated(placed.rect.topLeft())))
        lacking = max(self.view.fontMetrics().height() + 4 - area.height(), 0) / 2
        return area.adjusted(0.5, 0.5 - lacking, -0.5, lacking - 0.5)

    def _repaint(self) -> None:
        self.view.viewport().update()


def is_scrubbed(pin: DataPin | None) -> bool:
    """Whether a drag over the value of a pin changes it."""
    return pin is not None and pin.type in (PinType.INTEGER, PinType.FLOAT) and pin.choices is None


def _number(value: object, pin: DataPin) -> float:
    """The number to begin with: where there is none yet, the nearest to zero that the pin takes."""
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else within_range(pin, 0)
