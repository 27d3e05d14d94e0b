"""Paints the waterfall: one bar a request, its stretches told apart by height and pattern as well as by colour."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from runtime.futures.future import FutureState

from ...theme import Theme
from .model import FuturesModel
from .ordered_rows import Index
from .row import STATE_GROUPS, FutureRow, Phase
from .scale import ScaleMode, TimeScale, zero_of

MARGIN: Final = 8
"""Pixels left free at both ends of a bar's room, so that marks at the ends can be read."""
_HEIGHTS: Final = {
    FutureState.QUEUED: 2.0,
    FutureState.SENDING: 6.0,
    FutureState.WAITING: 6.0,
    FutureState.STREAMING: 12.0,
    FutureState.CANCELLING: 4.0,
}
"""Pixels: what waits is slim, what comes in is full; a gap before another try is a dotted line."""
_GRID_ALPHA: Final = 150
"""Of 255: the lines run over the bars."""
_SHORTEST: Final = 1.5
"""Pixels: a stretch is never painted shorter, so that it is seen at all."""


class WaterfallPainter:
    """Paints bars into rectangles, for one theme."""

    def __init__(self, theme: Theme) -> None:
        self._colors = {state: theme.state(state) for state in FutureState}
        self._grid = theme.color("border")
        self._grid.setAlpha(_GRID_ALPHA)

    def grid(self, painter: QPainter, rect: QRectF, scale: TimeScale) -> None:
        """The lines under the marks of the scale."""
        left, width = rect.left() + MARGIN, rect.width() - 2 * MARGIN
        for place in scale.places:
            painter.fillRect(QRectF(round(left + place * width), rect.top(), 1, rect.height()), self._grid)

    def bar(
        self,
        painter: QPainter,
        rect: QRectF,
        row: FutureRow,
        scale: TimeScale,
        now: float,
        outline: QColor | None = None,
    ) -> None:
        """A request's bar; what lies outside of the scale is cut off. An outline tells it from a coloured ground."""
        zero = zero_of(row, scale.mode)
        for phase in row.phases(now):
            if phase.end - zero >= scale.start:
                self.stretch(painter, rect, phase, scale, zero, outline)
        if row.state in STATE_GROUPS["Failed"]:
            self._cross(painter, self._point(rect, scale, row.end(now) - zero), self._colors[row.state])

    def stretch(
        self,
        painter: QPainter,
        rect: QRectF,
        phase: Phase,
        scale: TimeScale,
        zero: float,
        outline: QColor | None = None,
    ) -> None:
        """One stretch of a bar."""
        start, end = (self._point(rect, scale, at - zero) for at in (phase.start, phase.end))
        color = self._colors[phase.state]
        height = _HEIGHTS.get(phase.state)
        if height is None:
            painter.setPen(QPen(color, 1.5, Qt.PenStyle.DotLine))
            painter.drawLine(start, end)
            return
        width = max(end.x() - start.x(), _SHORTEST)
        bar = QRectF(start.x(), start.y() - height / 2, width, height)
        if outline is not None:
            painter.fillRect(bar.adjusted(-1, -1, 1, 1), outline)
        painter.fillRect(bar, color)

    def _point(self, rect: QRectF, scale: TimeScale, seconds: float) -> QPointF:
        x = rect.left() + MARGIN + scale.place(seconds) * (rect.width() - 2 * MARGIN)
        return QPointF(min(max(x, rect.left()), rect.right()), rect.center().y())

    def _cross(self, painter: QPainter, center: QPointF, color: QColor) -> None:
        painter.setPen(QPen(color, 2))
        center += QPointF(3, 0)
        a, b = QPointF(3, 3), QPointF(3, -3)
        painter.drawLines([QLineF(center - a, center + a), QLineF(center - b, center + b)])


class WaterfallDelegate(QStyledItemDelegate):
    """The column's cells.

    Attributes:
        mode: from when bars are measured.
        scale: the one that the cells in sight share.
    """

    def __init__(self, model: FuturesModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.mode = ScaleMode.RUN
        self.scale = TimeScale(self.mode, 0, 1, 0.25)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._painter = WaterfallPainter(theme)

    def fit(self, rows: Iterable[FutureRow], now: float) -> bool:
        """Fit the scale to the rows in sight; whether it is another one now."""
        before, self.scale = self.scale, TimeScale.fitting(rows, self.mode, now)
        return self.scale != before

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = self._model.row_at(index.row())
        if row is None:
            return
        rect = QRectF(option.rect)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_selected:
            painter.fillRect(rect, option.palette.color(QPalette.ColorRole.Highlight))
        outline = option.palette.color(QPalette.ColorRole.HighlightedText) if is_selected else None
        self._painter.bar(painter, rect, row, self.scale, self._model.clock(), outline)

    def paint_grid(self, painter: QPainter, rect: QRectF) -> None:
        """The lines under the marks of the scale, through all rows at once."""
        self._painter.grid(painter, rect, self.scale)
