"""The problems of a flow as a table model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QIcon

from runtime.ids import NodeId
from runtime.validation import Problem

from ..icons import icon
from ..theme import Theme
from .labels import wrapped_tool_tip

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT: Final = QModelIndex()
_ROLE: Final = Qt.ItemDataRole
SEVERITY_ICONS: Final = {"error": "error", "warning": "warning", "hint": "info"}
SEVERITY_TOKENS: Final = {"error": "error", "warning": "warning", "hint": "text.faint"}


class Column(IntEnum):
    """What stands where."""

    PROBLEM = 0
    NODE = 1
    PIN = 2
    FIX = 3


_HEADERS: Final = {Column.PROBLEM: "Problem", Column.NODE: "Node", Column.PIN: "Pin", Column.FIX: "Fix"}


class ProblemsModel(QAbstractTableModel):
    """One row a problem. `node_title` tells what a node is called, "" if it is gone."""

    def __init__(self, theme: Theme, node_title: Callable[[NodeId], str]) -> None:
        super().__init__()
        self._node_title = node_title
        self._problems: Sequence[Problem] = ()
        self._underlined = QFont()
        self._underlined.setUnderline(True)
        self._icons: dict[str, QIcon] = {}
        self.set_theme(theme)

    def problem(self, index: Index) -> Problem:
        """The problem that stands at an index."""
        return self._problems[index.row()]

    def show(self, problems: Sequence[Problem]) -> None:
        """Show others."""
        self.beginResetModel()
        self._problems = problems
        self.endResetModel()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._link = theme.color("link")
        self._icons = {kind: icon(name, theme, SEVERITY_TOKENS[kind]) for kind, name in SEVERITY_ICONS.items()}
        self._fix_icon = icon("fix", theme, "link")
        if self._problems:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._problems) - 1, Column.FIX))

    def _shown(self, problem: Problem, column: Column) -> str:
        match column:
            case Column.PROBLEM:
                return problem.message
            case Column.NODE:
                return self._node_title(problem.node) if problem.node is not None else ""
            case Column.PIN:
                return problem.pin
            case Column.FIX:
                more = len(problem.fixes) - 1
                return f"{problem.fixes[0].title}{f'  (+{more})' if more else ''}" if problem.fixes else ""

    def _decoration(self, problem: Problem, column: Column) -> QIcon | None:
        if column is Column.PROBLEM:
            return self._icons[problem.severity]
        return self._fix_icon if column is Column.FIX and problem.fixes else None

    def _tool_tip(self, problem: Problem, column: Column) -> str:
        if column is not Column.FIX:
            return wrapped_tool_tip(problem.message)
        if not problem.fixes:
            return wrapped_tool_tip("No fix is known: the message says what to do.")
        others = "; all fixes: Ctrl+. or the right mouse button" if len(problem.fixes) > 1 else ""
        return wrapped_tool_tip(f"Click to {problem.fixes[0].title[:1].lower()}{problem.fixes[0].title[1:]}{others}")

    # -- Qt

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._problems)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        is_title = orientation is Qt.Orientation.Horizontal and role == _ROLE.DisplayRole
        return _HEADERS[Column(section)] if is_title else None

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        problem, column = self._problems[index.row()], Column(index.column())
        match role:
            case _ROLE.DisplayRole:
                return self._shown(problem, column)
            case _ROLE.DecorationRole:
                return self._decoration(problem, column)
            case _ROLE.ToolTipRole:
                return self._tool_tip(problem, column)
            case _ROLE.ForegroundRole:
                return self._link if column is Column.FIX else None
            case _ROLE.FontRole:
                return self._underlined if column is Column.FIX else None
            case _ROLE.AccessibleTextRole if column is Column.PROBLEM:
                return f"{problem.severity}: {problem.message}"
            case _:
                return None
