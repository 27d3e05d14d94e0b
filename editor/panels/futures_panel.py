"""The futures panel: every request while it is in flight and after, with what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QMenu,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from runtime.completions import Completions
from runtime.engine.events import Event
from runtime.errors import FutureflowError, UnknownFutureError
from runtime.futures.future import FutureState
from runtime.futures.registry import FutureRegistry
from runtime.ids import FutureId

from ..icons import icon
from ..theme import Theme
from .future_details import FutureDetails
from .future_rows import FutureRow
from .futures_model import FuturesModel
from .futures_table import FuturesTable
from .labels import EmptyState
from .naming import NodeTitle
from .state_chips import StateChips

_FILTER_MS: Final = 150
_LEAST: Final = QSize(360, 160)
_NARROW: Final = 980
"""Below this width, in pixels, the details stand under the table, not beside it."""
_EMPTY: Final = (
    "No requests yet",
    "Press Run (F5). Every chat completion of the flow appears here while it is in flight, and streams its answer.",
)
_FILTERED: Final = ("No request matches the filter", "Choose All, or clear the filter text, to see every request.")


class FuturesPanel(QWidget):
    """Table, filters and details.

    Signals:
        locate_requested(NodeId): show this node on the canvas.
        message(str): a refusal or a confirmation, for the status bar.
    """

    locate_requested = Signal(object)
    message = Signal(str)

    def __init__(self, futures: FutureRegistry, completions: Completions, theme: Theme, node_title: NodeTitle) -> None:
        super().__init__()
        self._futures = futures
        self._completions = completions
        self._states: frozenset[FutureState] = frozenset()
        self.model = FuturesModel(theme, node_title)
        self.table = FuturesTable(self.model)
        self.details = FutureDetails(theme)
        self.chips = StateChips(theme)
        self.filter_field = QLineEdit(placeholderText="Filter", clearButtonEnabled=True)
        self._empty = EmptyState("futures", *_EMPTY, theme)
        self._filter_timer = QTimer(self, interval=_FILTER_MS, singleShot=True)
        self.actions_by_name = self._make_actions()
        self._lay_out()
        self._connect()
        self.set_theme(theme)
        self._on_rows_changed()
        self._on_selection_altered()

    # -- set-up

    def _make_actions(self) -> dict[str, QAction]:
        """The actions by the name of their icon; shortcuts work while the table has the keyboard."""
        made = {
            "cancel": self._action("Cancel request", "Del", self._cancel),
            "retry": self._action("Ask again", "Ctrl+R", self._retry),
            "locate": self._action("Locate node", "Ctrl+L", self._locate),
            "copy": self._action("Copy answer", QKeySequence(QKeySequence.StandardKey.Copy), self._copy_text),
            "key": self._action("Copy id", "Ctrl+Shift+C", self._copy_id),
            "clear": self._action("Clear finished", "", self.model.remove_settled),
            "follow": self._action("Follow newest", "", lambda: None),
        }
        made["follow"].setCheckable(True)
        made["follow"].setChecked(True)
        return made

    def _action(self, text: str, shortcut: str | QKeySequence, act: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(shortcut))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda _checked: act())
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{text} ({keys})" if keys else text)
        self.table.addAction(action)
        return action

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        self._splitter.addWidget(self._stack)
        self._splitter.addWidget(self.details)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        self.filter_field.setAccessibleName("Filter requests")
        tools = QHBoxLayout()
        tools.setSpacing(2)
        tools.addWidget(self.filter_field, 1)
        tools.addSpacing(6)
        for action in self.actions_by_name.values():
            tools.addWidget(_button(action))
        self._bar = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._bar.setContentsMargins(6, 4, 6, 4)
        self._bar.setSpacing(4)
        self._bar.addWidget(self.chips, 3)
        self._bar.addLayout(tools, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        # The wide arrangement must not keep the panel from being made narrow.
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.addLayout(self._bar)
        layout.addWidget(self._splitter, 1)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.model.counts_changed.connect(self._on_rows_changed)
        self.table.row_selected.connect(self._show_details)
        self.table.selection_altered.connect(self._on_selection_altered)
        self.table.activated.connect(lambda _index: self.details.open_response())
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.chips.chosen.connect(self._on_states_chosen)
        self.filter_field.textChanged.connect(lambda _text: self._filter_timer.start())
        self._filter_timer.timeout.connect(self._apply_filter)
        follow = self.actions_by_name["follow"]
        follow.toggled.connect(self.table.follow.set_following)
        self.table.follow.following_changed.connect(follow.setChecked)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        for part in (self.model, self.details, self.chips, self._empty):
            part.set_theme(theme)
        for name, action in self.actions_by_name.items():
            action.setIcon(icon(name, theme))

    # -- events

    def on_event(self, event: Event) -> None:
        """Take an event of the session in."""
        self.model.on_event(event)
        self.details.on_event(event)

    def _on_rows_changed(self) -> None:
        self.chips.show_counts(self.model.counts)
        self._on_selection_altered()
        self._show_emptiness()

    def _show_emptiness(self) -> None:
        self._empty.set_text(*(_FILTERED if self.model.total else _EMPTY))
        self._stack.setCurrentIndex(0 if self.model.rowCount() else 1)
        self.details.setVisible(self.model.total > 0)

    def _on_selection_altered(self) -> None:
        rows = self.table.selected_rows()
        enabled = {
            "cancel": any(_can_cancel(row) for row in rows),
            "retry": any(row.state.is_final for row in rows),
            "locate": len(rows) == 1,
            "copy": len(rows) == 1,
            "key": bool(rows),
            "clear": any(self.model.counts[state] for state in FutureState if state.is_final),
        }
        for name, enable in enabled.items():
            self.actions_by_name[name].setEnabled(enable)

    def _show_details(self, future_id: FutureId | None) -> None:
        try:
            self.details.show_future(None if future_id is None else self._futures.get(future_id))
        except UnknownFutureError:
            self.details.show_future(None)

    def _show_menu(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self.actions_by_name[name] for name in ("cancel", "retry", "locate", "copy", "key")])
        menu.popup(self.table.viewport().mapToGlobal(position))

    # -- filters

    def _on_states_chosen(self, states: frozenset[FutureState]) -> None:
        self._states = states
        self._apply_filter()

    def _apply_filter(self) -> None:
        self._filter_timer.stop()
        self.model.set_filter(self._states, self.filter_field.text())
        self._show_emptiness()

    # -- what can be done

    def _cancel(self) -> None:
        for row in self.table.selected_rows():
            if _can_cancel(row):
                with self._saying_errors():
                    self._futures.cancel(row.id, "the request was cancelled in the futures panel")

    def _retry(self) -> None:
        for row in self.table.selected_rows():
            if row.state.is_final:
                with self._saying_errors():
                    self._completions.retry(row.id)

    def _locate(self) -> None:
        for row in self.table.selected_rows()[:1]:
            self.locate_requested.emit(row.node_id)

    def _copy_text(self) -> None:
        QGuiApplication.clipboard().setText(self.details.current_text)
        self.message.emit("Copied the answer.")

    def _copy_id(self) -> None:
        rows = self.table.selected_rows()
        QGuiApplication.clipboard().setText("\n".join(row.id for row in rows))
        self.message.emit(f"Copied {rows[0].id}." if len(rows) == 1 else f"Copied {len(rows)} ids.")

    @contextmanager
    def _saying_errors(self) -> Iterator[None]:
        """What the session refuses goes to the status bar; the list stays as it is."""
        try:
            yield
        except FutureflowError as error:
            self.message.emit(str(error))

    # -- Qt

    def minimumSizeHint(self) -> QSize:
        return _LEAST

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < _NARROW
        self._splitter.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)
        self._bar.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        self.chips.set_compact(narrow)


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setAutoRaise(True)
    button.setIconSize(QSize(16, 16))
    button.setDefaultAction(action)
    return button


def _can_cancel(row: FutureRow) -> bool:
    return not row.state.is_final and row.state is not FutureState.CANCELLING
