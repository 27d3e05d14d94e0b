"""The runs as a table model, the latest first."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon

from runtime.history.summary import RunSummary, Status
from runtime.ids import RunId

from ...icons import icon
from ...theme import Theme
from ..futures.row import exact_text
from ..labels import wrapped_tool_tip

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT: Final = QModelIndex()
_ROLE: Final = Qt.ItemDataRole
SORT_ROLE: Final = _ROLE.UserRole
WORDS: Final[dict[Status, str]] = {
    "running": "Running",
    "succeeded": "Succeeded",
    "failed": "Failed",
    "cancelled": "Stopped",
    "interrupted": "Interrupted",
}
"""How a run ended, as a person reads it."""
_ICONS: Final[dict[Status, tuple[str, str]]] = {
    "running": ("run", "accent"),
    "succeeded": ("state_succeeded", "state.succeeded"),
    "failed": ("state_failed", "state.failed"),
    "cancelled": ("state_cancelled", "state.cancelled"),
    "interrupted": ("state_interrupted", "state.interrupted"),
}
TRIGGERS: Final = {"person": "By hand", "event": "Event", "call": "Called"}


class Column(IntEnum):
    """What stands where."""

    STATUS = 0
    FLOW = 1
    TRIGGER = 2
    STARTED = 3
    DURATION = 4
    ERROR = 5


_HEADERS: Final = ("Status", "Flow", "Trigger", "Started", "Duration", "Error")


class RunsModel(QAbstractTableModel):
    """One row a run. Rows come and go one by one, so that selection and scroll position stay."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._runs: list[RunSummary] = []
        self._icons: dict[str, QIcon] = {}
        self.set_theme(theme)

    def run(self, row: int) -> RunSummary:
        """The run in a row."""
        return self._runs[row]

    def show(self, runs: Sequence[RunSummary]) -> None:
        """Show these, the latest first."""
        wanted = {run.run_id for run in runs}
        for row in range(len(self._runs) - 1, -1, -1):
            if self._runs[row].run_id not in wanted:
                self.beginRemoveRows(_NO_PARENT, row, row)
                del self._runs[row]
                self.endRemoveRows()
        for row, run in enumerate(runs):
            self._put(row, run)

    def row_of(self, run_id: RunId) -> int | None:
        """Where a run stands."""
        return next((row for row, run in enumerate(self._runs) if run.run_id == run_id), None)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._icons = {status: icon(name, theme, token) for status, (name, token) in _ICONS.items()}
        self._error, self._faint = theme.color("error"), theme.color("text.faint")
        if self._runs:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._runs) - 1, Column.ERROR))

    def _put(self, row: int, run: RunSummary) -> None:
        """Those before `row` are as they are to be; what stays keeps its order, for no run begins at another time."""
        if row >= len(self._runs) or self._runs[row].run_id != run.run_id:
            self.beginInsertRows(_NO_PARENT, row, row)
            self._runs.insert(row, run)
            self.endInsertRows()
        elif self._runs[row] is not run:
            self._runs[row] = run
            self.dataChanged.emit(self.index(row, 0), self.index(row, Column.ERROR))

    # -- Qt

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._runs)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        is_title = orientation is Qt.Orientation.Horizontal and role == _ROLE.DisplayRole
        return _HEADERS[section] if is_title else None

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        run, column = self._runs[index.row()], Column(index.column())
        match role:
            case _ROLE.DisplayRole:
                return shown(run, column)
            case _ROLE.DecorationRole if column is Column.STATUS:
                return self._icons[run.status]
            case _ROLE.ToolTipRole:
                return wrapped_tool_tip(_tip(run, column))
            case _ROLE.ForegroundRole:
                return {Column.ERROR: self._error, Column.TRIGGER: self._faint}.get(column)
            case _ if role == SORT_ROLE:
                return _sort_key(run, column)
            case _:
                return None


def shown(run: RunSummary, column: Column) -> str:
    """What stands in a cell."""
    match column:
        case Column.STATUS:
            return WORDS[run.status]
        case Column.FLOW:
            return run.flow or "Untitled"
        case Column.TRIGGER:
            return TRIGGERS[run.trigger]
        case Column.STARTED:
            return moment(run.started)
        case Column.DURATION:
            return exact_text(run.duration) if run.duration is not None else ""
        case Column.ERROR:
            return " ".join(run.error.split())


def moment(started: float, now: float | None = None) -> str:
    """A local time: `14:03:05` today, `9 May 14:03` this year, `9 May 2025` before."""
    at, today = (datetime.fromtimestamp(when).astimezone() for when in (started, now or time.time()))
    if at.date() == today.date():
        return f"{at:%H:%M:%S}"
    return f"{at.day} {at:%b %H:%M}" if at.year == today.year else f"{at.day} {at:%b %Y}"


def _sort_key(run: RunSummary, column: Column) -> object:
    if column is Column.STARTED:
        return run.started
    if column is Column.DURATION:
        return run.duration if run.duration is not None else -1.0
    return shown(run, column).casefold()


def _tip(run: RunSummary, column: Column) -> str:
    if column is Column.FLOW:
        return "Never saved" if run.source.startswith("unsaved-") else run.source
    if column is Column.STARTED:
        return f"{datetime.fromtimestamp(run.started).astimezone():%c}"
    return run.error if column is Column.ERROR else ""
