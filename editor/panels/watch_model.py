"""Watched expressions and their values as a table model; in its last row a new expression is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from ..values import one_line
from .labels import wrapped_tool_tip

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT: Final = QModelIndex()
_ROLE: Final = Qt.ItemDataRole
_ADD: Final = "Add a watch…"
_EXAMPLES: Final = "Type what to watch, as For_Each.Value or len(Message) > 80"
_IN_A_ROW, _IN_A_TIP = 200, 1000
"""Characters of a value that are shown."""


class Column(IntEnum):
    """What stands where."""

    EXPRESSION = 0
    VALUE = 1


_HEADERS: Final = {Column.EXPRESSION: "Watch", Column.VALUE: "Value"}


@dataclass(frozen=True, slots=True)
class Watched:
    """What an expression gives now: a value, or why there is none."""

    value: object = None
    error: str = ""


class WatchModel(QAbstractTableModel):
    """The rows, in the order in which they were added.

    Signals:
        expressions_changed(): one was added, changed or removed.
    """

    expressions_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._expressions: list[str] = []
        self._values: list[Watched] = []

    @property
    def expressions(self) -> list[str]:
        """What is watched, from above."""
        return list(self._expressions)

    def set_expressions(self, expressions: Sequence[str]) -> None:
        """Watch these."""
        self.beginResetModel()
        self._expressions, self._values = list(expressions), [Watched() for _ in expressions]
        self.endResetModel()
        self.expressions_changed.emit()

    def add(self, expression: str) -> None:
        """Watch one more, unless it is watched already."""
        if expression not in self._expressions:
            place = len(self._expressions)
            self.beginInsertRows(_NO_PARENT, place, place)
            self._expressions.append(expression)
            self._values.append(Watched())
            self.endInsertRows()
            self.expressions_changed.emit()

    def remove(self, row: int) -> None:
        """Watch that of a row no more; the last row, where one types, stays."""
        if 0 <= row < len(self._expressions):
            self.beginRemoveRows(_NO_PARENT, row, row)
            del self._expressions[row], self._values[row]
            self.endRemoveRows()
            self.expressions_changed.emit()

    def watched(self, row: int) -> Watched | None:
        """What stands in a row, None in the last one."""
        return self._values[row] if row < len(self._values) else None

    def show_values(self, values: Sequence[Watched]) -> None:
        """What the expressions give now, in their order."""
        self._values = list(values)
        if values:
            self.dataChanged.emit(self.index(0, Column.VALUE), self.index(len(values) - 1, Column.VALUE))

    # -- Qt

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._expressions) + 1

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        is_title = orientation is Qt.Orientation.Horizontal and role == _ROLE.DisplayRole
        return _HEADERS[Column(section)] if is_title else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == Column.EXPRESSION else flags

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        watched = self.watched(index.row())
        if index.column() == Column.EXPRESSION:
            return self._expression(index.row(), role)
        if watched is None:
            return None
        match role:
            case _ROLE.DisplayRole:
                return watched.error or one_line(watched.value, _IN_A_ROW)
            case _ROLE.ToolTipRole:
                return wrapped_tool_tip(watched.error or one_line(watched.value, _IN_A_TIP))
            case _ROLE.ForegroundRole if watched.error:
                return _quiet()
            case _:
                return None

    def _expression(self, row: int, role: int) -> Any:
        is_last = row == len(self._expressions)
        match role:
            case _ROLE.DisplayRole:
                return _ADD if is_last else self._expressions[row]
            case _ROLE.EditRole:
                return "" if is_last else self._expressions[row]
            case _ROLE.ToolTipRole:
                return _EXAMPLES if is_last else wrapped_tool_tip(self._expressions[row])
            case _ROLE.ForegroundRole if is_last:
                return _quiet()
            case _:
                return None

    def setData(self, index: Index, value: Any, role: int = _ROLE.EditRole) -> bool:
        row, text = index.row(), str(value).strip()
        if role != _ROLE.EditRole or index.column() != Column.EXPRESSION:
            return False
        if row == len(self._expressions):
            if text:
                self.add(text)
        elif not text:
            self.remove(row)
        elif text != self._expressions[row]:
            self._expressions[row] = text
            self.dataChanged.emit(index, index)
            self.expressions_changed.emit()
        return True


def _quiet() -> Any:
    return QApplication.palette().color(QPalette.ColorRole.PlaceholderText)
