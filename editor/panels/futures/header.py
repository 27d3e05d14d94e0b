"""The headings of the futures table: which columns are shown, where and how wide; the marks of the time scale."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPalette
from PySide6.QtWidgets import QHeaderView, QMenu, QStyleOptionHeader, QWidget

from ..labels import smaller
from .columns import SPECS, Column
from .scale import TimeScale
from .waterfall import MARGIN

_LEAST_WIDTH: Final = 36
_BETWEEN: Final = 8
"""Pixels between two marks at least."""


class FuturesHeader(QHeaderView):
    """The headings; the last column takes the room that is left.

    Signals:
        menu_wanted(QPoint): a right click, or the menu key; where on the screen.
    """

    menu_wanted = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._scale: TimeScale | None = None
        self._small = smaller(self.font())
        self.setMinimumSectionSize(_LEAST_WIDTH)
        self.setSectionsMovable(True)
        self.setSectionsClickable(True)
        self.setStretchLastSection(True)
        self.setSortIndicatorClearable(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(lambda place: self.menu_wanted.emit(self.mapToGlobal(place)))

    def set_at_first(self) -> None:
        """Show the columns that are shown at first, in their order, as wide as they are at first."""
        for place, (column, spec) in enumerate(SPECS.items()):
            self.moveSection(self.visualIndex(column), place)
            self.resizeSection(column, spec.width)
            self.setSectionHidden(column, not spec.at_first)
        self.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)

    def show_scale(self, scale: TimeScale) -> None:
        """Write the marks of another time scale."""
        if scale != self._scale:
            self._scale = scale
            self.update_column(Column.WATERFALL)

    def update_column(self, column: Column) -> None:
        """Paint a heading anew."""
        self.viewport().update(
            QRect(QPoint(self.sectionViewportPosition(column), 0), QSize(self.sectionSize(column), self.height()))
        )

    # -- choosing

    def column_menu(self, parent: QWidget) -> QMenu:
        """Which columns are shown, to choose from."""
        menu = QMenu("&Columns", parent)
        menu.setToolTipsVisible(True)
        for column in sorted(Column, key=self.visualIndex):
            action = menu.addAction(SPECS[column].title)
            action.setToolTip(SPECS[column].tip)
            action.setCheckable(True)
            action.setChecked(not self.isSectionHidden(column))
            action.toggled.connect(lambda shown, column=column: self.setSectionHidden(column, not shown))
        self._keep_one(menu.actions())
        menu.addSeparator()
        menu.addAction("As at first").triggered.connect(lambda _checked=False: self.set_at_first())
        return menu

    def _keep_one(self, actions: Sequence[QAction]) -> None:
        """A table without columns could not be brought back by its headings."""
        shown = [action for action in actions if action.isChecked()]
        if len(shown) == 1:
            shown[0].setEnabled(False)

    # -- remembering

    def arrangement(self) -> dict[str, Any]:
        """What a person has arranged, as a JSON-able value."""
        columns = [
            {"name": Column(at).name, "width": self.sectionSize(at), "hidden": self.isSectionHidden(at)}
            for at in map(self.logicalIndex, range(self.count()))
        ]
        sort = self.sortIndicatorSection()
        descending = self.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        return {"columns": columns, "sort": Column(sort).name if sort >= 0 else "", "descending": descending}

    def arrange(self, state: Mapping[str, Any]) -> None:
        """Arrange the columns as they were; those that the state does not know come last, as at first."""
        self.set_at_first()
        known = {column.name: column for column in Column}
        place = 0
        for told in state.get("columns", ()):
            column = known.pop(str(told.get("name")), None)
            if column is None:
                continue
            self.moveSection(self.visualIndex(column), place)
            place += 1
            hidden, width = bool(told.get("hidden")), int(told.get("width") or 0)
            if not hidden and width >= _LEAST_WIDTH:
                self.resizeSection(column, width)
            self.setSectionHidden(column, hidden)
        if state.get("sort") in Column.__members__:
            orders = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
            self.setSortIndicator(Column[state["sort"]], orders[bool(state.get("descending"))])

    # -- Qt

    def initStyleOptionForIndex(self, option: QStyleOptionHeader, logical: int) -> None:
        super().initStyleOptionForIndex(option, logical)
        if logical == Column.WATERFALL and self._scale is not None:
            option.text = ""  # its place is taken by the marks

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:
        super().paintSection(painter, rect, logical)
        if logical == Column.WATERFALL and self._scale is not None:
            self._paint_marks(painter, rect, self._scale)

    def _paint_marks(self, painter: QPainter, rect: QRect, scale: TimeScale) -> None:
        painter.save()
        painter.setClipRect(rect)
        painter.setFont(self._small)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        for left, width, text in marks_that_fit(rect, scale, painter.fontMetrics().horizontalAdvance):
            painter.drawText(QRectF(left, rect.top(), width + 1, rect.height()), Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()


def marks_that_fit(rect: QRect, scale: TimeScale, width_of: Callable[[str], int]) -> list[tuple[float, int, str]]:
    """Left side, width and text of the marks: all of them, or each second, or third, so that they stand evenly."""
    marks = list(scale.marks())
    for stride in range(1, len(marks)):
        placed = [_placed(rect, place, text, width_of(text)) for place, text in marks[::stride]]
        if all(left + width + _BETWEEN <= after for (left, width, _), (after, _, _) in pairwise(placed)):
            return placed
    return [_placed(rect, place, text, width_of(text)) for place, text in marks[:1]]


def _placed(rect: QRect, place: float, text: str, width: int) -> tuple[float, int, str]:
    x = rect.left() + MARGIN + place * (rect.width() - 2 * MARGIN)
    return min(max(x - width / 2, rect.left() + 2.0), rect.right() - width - 2.0), width, text
