"""All about one future: its answer as it comes, what was asked, when what happened, what went wrong, raw data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from runtime.engine.events import Event
from runtime.futures.events import FutureSettled, FutureStateChanged
from runtime.futures.future import FutureResponse, FutureResult
from runtime.ids import FutureId
from runtime.spending.budget import dollars

from ...appearance import dress_tabs
from ...icons import icon, pixmap
from ...theme import Theme
from ..labels import ElidedLabel, EmptyState, bold, smaller
from .attempts_view import AttemptsView
from .error_view import ErrorView
from .raw_view import RawView
from .request_view import RequestView
from .response_view import ResponseView
from .row import WORDS, FutureRow, age_text
from .timing_view import TimingView

_RESPONSE, _REQUEST, _TIMING, _ATTEMPTS, _ERROR, _RAW = range(6)
_ICON: Final = 16


class FutureDetails(QWidget):
    """The pane beside the table. It reads the future itself, and events of the one it shows keep it up to date.

    Only the page in front is filled, and again when another comes there.

    Signals:
        shown(): another future is shown, or none.
    """

    shown = Signal()

    def __init__(
        self,
        theme: Theme,
        *,
        sent: Callable[[FutureResponse], Mapping[str, Any]],
        clock: Callable[[], float],
        remedies: Sequence[QAction],
    ) -> None:
        """`sent` gives the body of a request as its provider wants it, `remedies` is what may help after an error."""
        super().__init__()
        self._theme = theme
        self._sent = sent
        self._clock = clock
        self._future: FutureResponse | None = None
        self._state_icon = QLabel()
        self._headline = QLabel()
        self._headline.setFont(bold(self._headline.font()))
        self._facts = ElidedLabel()
        self._facts.setFont(smaller(self._facts.font()))
        self._facts.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.response = ResponseView(theme)
        self.request = RequestView(theme)
        self.timing = TimingView(theme)
        self.attempts = AttemptsView(theme)
        self.error = ErrorView(remedies)
        self.raw = RawView(theme, sent)
        self.tabs = QTabWidget(documentMode=True)
        self._nothing = EmptyState("futures", "No request selected", "Select a row to see all about it.", theme)
        self._lay_out()
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.currentChanged.connect(self._fill)
        self.show_future(None)
        self.set_theme(theme)

    def _lay_out(self) -> None:
        pages = {
            "Response": self.response,
            "Request": self.request,
            "Timing": self.timing,
            "Attempts": self.attempts,
            "Error": self.error,
            "Raw": self.raw,
        }
        for title, page in pages.items():
            page.setAccessibleName(title)
            self.tabs.addTab(page, title)
        self.tabs.setCornerWidget(self.response.tools)
        self._head = QWidget()
        row = QHBoxLayout(self._head)
        row.setContentsMargins(10, 6, 10, 2)
        row.setSpacing(6)
        row.addWidget(self._state_icon)
        row.addWidget(self._headline)
        row.addWidget(self._facts, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._head)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self._nothing, 1)

    # -- showing

    def show_future(self, future: FutureResponse | None) -> None:
        """Show another future, or none."""
        self._future = future
        for part in (self._head, self.tabs):
            part.setVisible(future is not None)
        self._nothing.setVisible(future is None)
        if future is None:
            return
        self.response.show_future(future)
        self._refresh()
        self.shown.emit()
        if future.error and not any(choice.text or choice.tool_calls for choice in future.choices()):
            self.tabs.setCurrentIndex(_ERROR)

    def on_event(self, event: Event) -> None:
        """Take an event in; those of other futures are ignored."""
        if self._future is None or getattr(event, "future_id", None) != self._future.id:
            return
        match event:
            case FutureStateChanged() | FutureSettled():
                self.response.catch_up(self._future)
                self._refresh()

    def on_texts(self, ids: Set[FutureId]) -> None:
        """Pieces of text have come for these futures."""
        if self._future is not None and self._future.id in ids:
            self.response.catch_up(self._future)

    def pass_time(self) -> None:
        """What is shown is still pending, and its times have changed."""
        if self._future is not None and self._future.result is None and self.tabs.currentIndex() == _TIMING:
            self._fill(_TIMING)

    @property
    def current_text(self) -> str:
        """The answer that is shown, as far as it has come."""
        return self.response.current_text

    def open_response(self) -> None:
        """Bring the answer to the front and the keyboard to it."""
        if self._future is not None:
            self.tabs.setCurrentIndex(_RESPONSE)
            self.response.setFocus()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        dress_tabs(self.tabs, theme)
        self.tabs.setTabIcon(_ERROR, icon("error", theme, "error"))
        for part in (self.response, self.request, self.timing, self.attempts, self.raw, self._nothing):
            part.set_theme(theme)
        if self._future is not None:
            self._refresh()

    def _refresh(self) -> None:
        """Everything but the text of the answer."""
        future = self._future
        assert future is not None
        state = future.state
        color = self._theme.state(state)
        self._state_icon.setPixmap(pixmap(f"state_{state}", color, _ICON, self.devicePixelRatioF()))
        self._headline.setText(WORDS[state])
        self._facts.setText(" · ".join(_facts(future)))
        tries = len(future.attempts)
        self.tabs.setTabText(_ATTEMPTS, f"Attempts ({tries})" if tries > 1 else "Attempts")
        self.tabs.setTabVisible(_ERROR, bool(future.error))
        self._fill(self.tabs.currentIndex())

    def _fill(self, tab: int) -> None:
        self.response.tools.setVisible(tab == _RESPONSE)
        future = self._future
        if future is None:
            return
        if tab == _REQUEST:
            self.request.show_body(self._sent(future))
        elif tab == _TIMING:
            self.timing.show_row(FutureRow.of(future, ""), self._clock())
        elif tab == _ATTEMPTS:
            self.attempts.show_future(future)
        elif tab == _ERROR:
            self.error.show_future(future)
        elif tab == _RAW:
            self.raw.show_future(future)


def _cost(result: FutureResult) -> str:
    return "cost unknown" if result.cost is None else dollars(result.cost)


def _facts(future: FutureResponse) -> list[str]:
    facts = [future.model, future.provider]
    if future.result is not None:
        facts.append(age_text(future.elapsed()))
        facts += [f"{future.result.tokens.total:,} tokens"] if future.result.tokens else []
        facts += [_cost(future.result)] if future.result.tokens else []
    facts.append(future.id)
    return [fact for fact in facts if fact]
