"""Paints the table's cells: plainly, for thirty times a second, where Qt's own delegate takes three times as long."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from .columns import SPECS, Column, cell_text
from .model import FuturesModel
from .ordered_rows import Index
from .row import FutureRow

_MARGIN: Final = 4
_ICON: Final = 16
_GAP: Final = 4
_RIGHT: Final = tuple(SPECS[column].number for column in Column)


class CellDelegate(QStyledItemDelegate):
    """All columns but the waterfall. Of an answer that grows its end is shown, of everything else the beginning."""

    def __init__(self, model: FuturesModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._metrics = parent.fontMetrics()
        self._fitted = lru_cache(maxsize=4096)(self._fit)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = self._model.row_at(index.row())
        if row is None:
            return  # the heading of a group, or what the store is still reading
        column, rect = index.column(), option.rect
        state = option.state
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        if is_selected:
            painter.fillRect(rect, option.palette.color(QPalette.ColorRole.Highlight))
        self._paint_text(painter, rect, row, column, is_selected=is_selected)
        if state & QStyle.StateFlag.State_HasFocus and not is_selected:
            painter.setPen(option.palette.color(QPalette.ColorRole.Highlight))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def _paint_text(self, painter: QPainter, rect: QRect, row: FutureRow, column: int, *, is_selected: bool) -> None:
        cells = self._model.cells
        top, height, left = rect.top(), rect.height(), rect.left() + _MARGIN
        picture = cells.picture(row, column, is_selected=is_selected)
        if picture is not None:
            painter.drawPixmap(left, top + (height - _ICON) // 2, picture)
            left += _ICON + _GAP
        room = rect.right() + 1 - _MARGIN - left
        text, length = self.shown(row, column, room)
        if not text:
            return
        painter.setPen(cells.ink(row, column, is_selected=is_selected))
        x = left + room - length if _RIGHT[column] else left
        baseline = top + (height + self._metrics.ascent() - self._metrics.descent()) // 2
        painter.drawText(x, baseline, text)

    def shown(self, row: FutureRow, column: int, room: int) -> tuple[str, int]:
        """What is painted of a cell with so much room, and how wide that is, in pixels."""
        text = cell_text(row, column, self._model.clock())
        if column == Column.TEXT and row.grows:
            return self._fit_end(text, room)
        return self._fitted(text, room)

    def _fit(self, text: str, room: int) -> tuple[str, int]:
        """As much of the beginning as there is room for, and how wide that is."""
        return fitted(text, room, self._metrics, Qt.TextElideMode.ElideRight)

    def _fit_end(self, text: str, room: int) -> tuple[str, int]:
        return fitted(text, room, self._metrics, Qt.TextElideMode.ElideLeft)


def fitted(text: str, room: int, metrics: QFontMetrics, cut: Qt.TextElideMode) -> tuple[str, int]:
    """As much of a text as there is room for, and how wide that is, in pixels."""
    most = room // 3 + 1  # few letters are slimmer; measuring more than could be seen is what takes time
    if len(text) > most:
        text = text[-most:] if cut is Qt.TextElideMode.ElideLeft else text[:most]
    length = metrics.horizontalAdvance(text)
    if length > room:
        text = metrics.elidedText(text, cut, room)
        length = metrics.horizontalAdvance(text)
    return text, length
