"""The futures panel: every request while it is in flight and after, with what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, Final

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
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
from runtime.errors import FutureflowError
from runtime.futures.future import FutureResponse, FutureState
from runtime.ids import FutureId
from runtime.llm.providers import Providers

from ...flat_button import tool_button
from ...icons import icon
from ...known_futures import Futures
from ...theme import Theme
from ..labels import EmptyState
from ..naming import NodeTitle
from .actions import ROW_MENU, TOOLS, FutureActions
from .chips import StateChips
from .deeds import Deeds
from .details import FutureDetails
from .filter import HELP, term
from .history import HistorySource
from .interrupted_bar import InterruptedBar
from .model import FuturesModel
from .row import FutureRow
from .search_progress import SearchProgress
from .sent import as_curl, as_python
from .table import FuturesTable
from .view_menu import ViewMenu

_FILTER_MS: Final = 150
_LEAST: Final = QSize(360, 160)
_NARROW: Final = 980
"""Below this width, in pixels, the details stand under the table, not beside it."""
_COMPACT: Final = 1250
"""Below this width the chips of states leave their names out, so that the filter has room."""
_EMPTY: Final = (
    "No requests yet",
    "Press Run (F5). Every chat completion of the flow appears here while it is in flight, and streams its answer.",
)
_FILTERED: Final = ("No request matches the filter", "Choose All, or clear the filter text, to see every request.")
_SEARCHING: Final = ("None found yet", "Earlier requests are being made findable. Type on to look for something else.")


class FuturesPanel(QWidget):
    """Table, filters and details.

    Signals:
        locate_requested(NodeId): show this node on the canvas.
        origin_located(FutureOrigin, int): the request of whose node that was, and the how many-th of the node it is.
        message(str): a refusal or a confirmation, for the status bar.
    """

    locate_requested = Signal(object)
    origin_located = Signal(object, object)
    message = Signal(str)

    def __init__(
        self,
        futures: Futures,
        completions: Completions,
        providers: Providers,
        theme: Theme,
        node_title: NodeTitle,
        source: HistorySource | None = None,
    ) -> None:
        """`source` is where requests come from that are not in memory; None if none are stored."""
        super().__init__()
        self._source = source
        self._theme = theme
        self._futures = futures
        self._states: frozenset[FutureState] = frozenset()
        self.model = FuturesModel(futures, theme, node_title, cost_of=completions.cost, source=source)
        self.table = FuturesTable(self.model, theme)
        self.chips = StateChips(theme)
        self.filter_field = QLineEdit(placeholderText="Filter", clearButtonEnabled=True)
        self._view_menu = ViewMenu(self.table, self)
        self._view_button = QToolButton()
        self._empty = EmptyState("futures", *_EMPTY, theme)
        self.interrupted = InterruptedBar(theme)
        self.search_progress = SearchProgress()
        self._filter_timer = QTimer(self, interval=_FILTER_MS, singleShot=True)
        self._deeds = Deeds(futures, completions, providers, self.model, self.message.emit, source)
        self.actions_by_name = FutureActions(self.table, self._handlers())
        remedies = [self.actions_by_name[name] for name in ("retry", "edit")]
        self.details = FutureDetails(theme, sent=self._deeds.sent, clock=self.model.clock, remedies=remedies)
        self._lay_out()
        self._connect()
        self.set_theme(theme)
        self._on_rows_changed()
        self._on_selection_altered()
        self._show_details(None)

    # -- set-up

    def _handlers(self) -> Mapping[str, Callable[[], object]]:
        rows, deeds = self.table.selected_rows, self._deeds
        return {
            "cancel": lambda: deeds.cancel(rows()),
            "cancel_run": lambda: deeds.cancel_runs(rows()),
            "cancel_node": lambda: deeds.cancel_nodes(rows()),
            "retry": lambda: deeds.retry(rows()),
            "edit": lambda: deeds.edit(rows()[0], self._theme, self),
            "compare": lambda: deeds.compare(rows(), self._theme, self),
            "locate": lambda: self._locate(rows()[0]),
            "pin": lambda: deeds.turn_pin(rows()),
            "only_node": lambda: self.show_only("node", rows()[0].origin.node_id),
            "only_run": lambda: self.show_only("run", rows()[0].origin.run_id),
            "copy": lambda: deeds.copy(self.details.current_text, "the answer"),
            "copy_id": lambda: deeds.copy_ids(rows()),
            "copy_curl": lambda: deeds.copy_command(rows()[0], as_curl, "the request as a cURL command"),
            "copy_python": lambda: deeds.copy_command(rows()[0], as_python, "the request as a Python program"),
            "clear": self._clear,
            "earlier": lambda: self.show_earlier(shown=self.actions_by_name["earlier"].isChecked()),
            "follow": lambda: None,
        }

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        self._splitter.addWidget(self._stack)
        self._splitter.addWidget(self.details)
        self.filter_field.setAccessibleName("Filter requests")
        self.filter_field.setToolTip(HELP)
        self._bar = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._bar.setContentsMargins(6, 4, 6, 4)
        self._bar.setSpacing(4)
        self._bar.addWidget(self.chips, 3)
        self._bar.addLayout(self._make_tools(), 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        # The wide arrangement must not keep the panel from being made narrow.
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.addLayout(self._bar)
        layout.addWidget(self.interrupted)
        layout.addWidget(self._splitter, 1)
        layout.addWidget(self.search_progress)
        self.setFocusProxy(self.table)

    def _make_tools(self) -> QHBoxLayout:
        tools = QHBoxLayout()
        tools.setSpacing(2)
        tools.addWidget(self.filter_field, 1)
        tools.addSpacing(6)
        for name in TOOLS:
            tools.addWidget(tool_button(self.actions_by_name[name]))
        self.actions_by_name["follow"].setChecked(True)
        self._view_button.setAutoRaise(True)
        self._view_button.setIconSize(QSize(16, 16))
        self._view_button.setMenu(self._view_menu)
        self._view_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._view_button.setToolTip("Groups, columns, time scale")
        self._view_button.setAccessibleName("Groups, columns, time scale")
        tools.addWidget(self._view_button)
        return tools

    def _connect(self) -> None:
        self.model.counts_changed.connect(self._on_rows_changed)
        self.model.time_passed.connect(self.details.pass_time)
        self.table.row_selected.connect(self._show_details)
        self.table.selection_altered.connect(self._on_selection_altered)
        self.table.activated.connect(lambda _index: self.details.open_response())
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.table.columns.menu_wanted.connect(self._view_menu.popup)
        self.chips.chosen.connect(self._on_states_chosen)
        self.filter_field.textChanged.connect(lambda _text: self._filter_timer.start())
        self._filter_timer.timeout.connect(self._apply_filter)
        self.interrupted.resend_wanted.connect(self._resend_interrupted)
        self.interrupted.show_wanted.connect(self._show_interrupted)
        if self.model.history is not None:
            self.model.history.failed.connect(self.message)
            self.model.history.searched.connect(self._on_searched)
        self.actions_by_name["earlier"].setVisible(self._source is not None)
        # Told apart: PySide6 6.11 does not hear of a context that is given beside a function.
        leave = QShortcut(QKeySequence("Escape"), self.filter_field, self._leave_filter)
        leave.setContext(Qt.ShortcutContext.WidgetShortcut)
        follow = self.actions_by_name["follow"]
        follow.toggled.connect(self.table.follow.set_following)
        self.table.follow.following_changed.connect(follow.setChecked)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        parts = (self.model, self.table, self.details, self.chips, self._empty, self.interrupted, self.actions_by_name)
        for part in parts:
            part.set_theme(theme)
        self._view_button.setIcon(icon("view", theme))

    def add_to_view(self, menu: QMenu) -> None:
        """Put a menu of somebody else's into the one that says how the list is looked at."""
        self._view_menu.extras.append(menu)

    # -- what is remembered

    def view_state(self) -> dict[str, Any]:
        """How the person looks at the list, as a JSON-able value."""
        earlier = self.model.history is not None and self.model.history.enabled
        return {**self._view_menu.state(), "earlier": earlier, "habits": list(self.details.response.habits)}

    def restore_view(self, state: Mapping[str, Any]) -> None:
        """Look at the list as before."""
        self._view_menu.restore(state)
        habits = state.get("habits")
        if isinstance(habits, list) and len(habits) == len(self.details.response.habits):
            self.details.response.habits = (bool(habits[0]), bool(habits[1]))
        if state.get("earlier") is True:
            self.show_earlier(shown=True)

    # -- events

    def on_event(self, event: Event) -> None:
        """Take an event of the session in."""
        self.model.on_event(event)
        self.details.on_event(event)

    def on_texts(self, ids: Set[FutureId]) -> None:
        """Pieces of text have come for these futures."""
        self.model.on_texts(ids)
        self.details.on_texts(ids)

    def _on_rows_changed(self) -> None:
        self.chips.show_counts(self.model.counts)
        self._on_selection_altered()
        self._show_emptiness()

    def _split(self, compact: bool) -> None:
        """Share the room of the list and the details, whose tabs would have to be scrolled if they got less."""
        shares = (1, 1) if compact else (3, 2)
        for place, share in enumerate(shares):
            self._splitter.setStretchFactor(place, share)
        self._splitter.setSizes([share * _COMPACT for share in shares])

    def _show_emptiness(self) -> None:
        filtered = _FILTERED if self.search_progress.isHidden() else _SEARCHING
        self._empty.set_text(*(filtered if self.model.total else _EMPTY))
        self._stack.setCurrentIndex(0 if self.model.rowCount() else 1)

    def _on_selection_altered(self) -> None:
        rows = self.table.selected_rows()
        self.actions_by_name.enable(self._deeds.possible(rows))
        self.actions_by_name["pin"].setChecked(bool(rows) and all(row.pinned for row in rows))

    def _show_details(self, future_id: FutureId | None) -> None:
        # As in a browser: until a row is selected, the list has all the room.
        self.details.setVisible(future_id is not None)
        if future_id is None:
            self.details.show_future(None)
            return

        def show(futures: Sequence[FutureResponse]) -> None:
            if self.table.current_id() == future_id:  # another may have been selected while the store was read
                self.details.show_future(futures[0])

        self._deeds.with_futures([future_id], show)

    def _locate(self, row: FutureRow) -> None:
        self.locate_requested.emit(row.origin.node_id)
        self.origin_located.emit(row.origin, self.model.number_of(row))

    def _show_menu(self, position: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in ROW_MENU:
            if name is None:
                menu.addSeparator()
            else:
                menu.addAction(self.actions_by_name[name])
        menu.popup(self.table.viewport().mapToGlobal(position))

    # -- earlier sessions

    def show_earlier(self, *, shown: bool) -> None:
        """List requests of earlier sessions as well, or no longer."""
        self.actions_by_name["earlier"].setChecked(shown)
        self.model.show_history(shown=shown)

    async def look_for_interrupted(self) -> None:
        """Say what the end of the program has cut off the last time."""
        try:
            count = len(await self._source.futures.to_resend()) if self._source is not None else 0
            self.interrupted.say(count)
        except FutureflowError as error:
            self.message.emit(str(error))

    def _on_searched(self, share: float | None) -> None:
        self.search_progress.say(share)
        self._show_emptiness()

    def _clear(self) -> None:
        self.show_earlier(shown=False)
        self.model.remove_settled()

    def _resend_interrupted(self) -> None:
        self.interrupted.hide()
        if self._source is not None:
            self._source.spawn("ask interrupted requests again", self._deeds.ask_interrupted_again(self._source))

    def _show_interrupted(self) -> None:
        self.show_earlier(shown=True)
        self.show_only("state", FutureState.INTERRUPTED)

    # -- filters

    def show_only(self, field: str, value: str) -> None:
        """Show only the requests of one node, run or the like; `field` as `filter` knows it."""
        self.filter_field.setText(term(field, value))
        self._apply_filter()

    def _leave_filter(self) -> None:
        self.filter_field.clear()
        self.table.setFocus()

    def _on_states_chosen(self, states: frozenset[FutureState]) -> None:
        self._states = states
        self._apply_filter()

    def _apply_filter(self) -> None:
        self._filter_timer.stop()
        self.model.set_filter(self._states, self.filter_field.text())
        self._show_emptiness()

    # -- Qt

    def event(self, event: QEvent) -> bool:
        """Within the panel Ctrl+F is its own: as a second shortcut beside the window's, Qt would obey neither."""
        if event.type() == QEvent.Type.ShortcutOverride and _finds(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _finds(event):
            self.filter_field.setFocus()
            return
        super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        return _LEAST

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < _NARROW
        self._splitter.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)
        self._bar.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        compact = event.size().width() < _COMPACT
        self.chips.set_compact(compact)
        if compact != (event.oldSize().width() < _COMPACT) or not event.oldSize().isValid():
            self._split(compact)


def _finds(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Find)
