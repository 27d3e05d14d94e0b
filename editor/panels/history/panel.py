"""The run history: which runs there were, how they ended, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QStackedWidget, QVBoxLayout, QWidget

from runtime.history.summary import RunSummary

from ...flat_button import tool_button
from ...icons import icon
from ...theme import Theme
from ..labels import EmptyState
from .model import RunsModel
from .table import ListedRuns, RunsTable

_EMPTY: Final = (
    "No runs yet",
    "Press Run (F5). Every run is kept here, also after a restart: open one to see its values.",
)
_FILTERED: Final = ("No run matches the filter", "Clear the filter text, or show the runs of all flows.")
_LEAST: Final = QSize(320, 120)
_ICONS: Final = {"open": "history", "again": "retry", "save": "save_as", "delete": "delete", "this_flow": "filter"}


class HistoryPanel(QWidget):
    """Table and filter.

    Signals:
        open_wanted(RunSummary): show this run's values on the canvas.
        again_wanted(RunSummary): make this run again, with its inputs.
        save_wanted(RunSummary): save this run as a recording.
        delete_wanted(list[RunSummary]): forget these.
    """

    open_wanted = Signal(object)
    again_wanted = Signal(object)
    save_wanted = Signal(object)
    delete_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.model = RunsModel(theme)
        self.listed = ListedRuns(self.model)
        self.table = RunsTable(self.listed)
        self.filter_field = QLineEdit(placeholderText="Filter", clearButtonEnabled=True)
        self._source: str | None = None
        self._empty = EmptyState("history", *_EMPTY, theme)
        self._stack = QStackedWidget()
        self.actions_by_name = {
            "open": self._action("Show on the canvas", "", self._open),
            "again": self._action("Run again with the same inputs", "Ctrl+R", self._again),
            "save": self._action("Save as a recording…", "", self._save),
            "delete": self._action("Delete", "Del", self._delete),
            "this_flow": self._action("Only runs of the flow in front", "", self._choose_flow),
        }
        self.actions_by_name["this_flow"].setCheckable(True)
        self._lay_out()
        self._connect()
        self.set_theme(theme)
        self._refresh()

    def _action(self, text: str, keys: str, act: Callable[[], object]) -> QAction:
        action = QAction(text, self.table)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _checked: act())
        native = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{text} ({native})" if keys else text)
        self.table.addAction(action)
        return action

    def _lay_out(self) -> None:
        self.filter_field.setAccessibleName("Filter runs")
        self.filter_field.setMaximumWidth(260)
        bar = QHBoxLayout()
        bar.setContentsMargins(6, 4, 6, 4)
        bar.setSpacing(2)
        bar.addWidget(self.filter_field, 1)
        bar.addStretch()
        for action in self.actions_by_name.values():
            bar.addWidget(tool_button(action))
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self._stack, 1)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.filter_field.textChanged.connect(self._filter)
        self.table.confirmed.connect(self._open)
        self.table.selection_altered.connect(self._refresh)
        self.table.customContextMenuRequested.connect(self._show_menu)

    def show_runs(self, runs: Sequence[RunSummary]) -> None:
        """Show these runs, the latest first."""
        self.model.show(runs)
        self._refresh()

    def set_flow(self, source: str | None) -> None:
        """Another flow is in front: the key of its source, None if there is none."""
        self._source = source
        self._choose_flow()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self.model.set_theme(theme)
        self._empty.set_theme(theme)
        for name, action in self.actions_by_name.items():
            action.setIcon(icon(_ICONS[name], theme))

    # -- what can be done

    def _open(self) -> None:
        for run in self.table.selected_runs()[:1]:
            self.open_wanted.emit(run)

    def _again(self) -> None:
        for run in self.table.selected_runs()[:1]:
            self.again_wanted.emit(run)

    def _save(self) -> None:
        for run in self.table.selected_runs()[:1]:
            self.save_wanted.emit(run)

    def _delete(self) -> None:
        if runs := [run for run in self.table.selected_runs() if run.status != "running"]:
            self.delete_wanted.emit(runs)

    def _choose_flow(self) -> None:
        only_this = self.actions_by_name["this_flow"].isChecked()
        self.listed.set_source(self._source if only_this else None)
        self._refresh()

    def _filter(self, text: str) -> None:
        self.listed.set_words(text)
        self._refresh()

    def _refresh(self) -> None:
        runs = self.table.selected_runs()
        for name in ("open", "again", "save"):
            self.actions_by_name[name].setEnabled(len(runs) == 1)
        self.actions_by_name["delete"].setEnabled(any(run.status != "running" for run in runs))
        self._empty.set_text(*(_FILTERED if self.model.rowCount() else _EMPTY))
        self._stack.setCurrentIndex(0 if self.listed.rowCount() else 1)

    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self.actions_by_name[name] for name in ("open", "again", "save")])
        menu.addSeparator()
        menu.addAction(self.actions_by_name["delete"])
        menu.popup(self.table.viewport().mapToGlobal(place))

    # -- Qt

    def minimumSizeHint(self) -> QSize:
        return _LEAST
