"""All about one future: its answer as it comes, what was asked, when what happened, what went wrong, raw data."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QSizePolicy, QTabWidget, QVBoxLayout, QWidget

from runtime.engine.events import Event
from runtime.futures.events import FutureDelta, FutureSettled, FutureStateChanged
from runtime.futures.future import FutureResponse

from ...appearance import dress_tabs
from ...icons import icon
from ...theme import Theme
from ..labels import EmptyState, bold, hint_label
from .request_view import RequestView, as_json
from .response_view import ResponseView
from .row import WORDS, age_text
from .timing_view import TimingView

_RESPONSE, _REQUEST, _TIMING, _ERROR, _RAW = range(5)
_ICON: Final = QSize(16, 16)


class FutureDetails(QWidget):
    """The pane beside the table. It reads the future itself, and events of the one it shows keep it up to date."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._future: FutureResponse | None = None
        self._state_icon = QLabel()
        self._headline = QLabel()
        self._headline.setFont(bold(self._headline.font()))
        self._facts = hint_label(wrap=False)
        self._facts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._response = ResponseView(theme)
        self._request = RequestView(theme)
        self._timing = TimingView(theme)
        self._error = QPlainTextEdit(readOnly=True)
        self._raw = QPlainTextEdit(readOnly=True)
        self._tabs = QTabWidget(documentMode=True)
        self._nothing = EmptyState("futures", "No request selected", "Select a row to see all about it.", theme)
        self._lay_out()
        self._tabs.tabBar().setDrawBase(False)
        self._tabs.currentChanged.connect(self._fill_raw)
        self.show_future(None)
        self.set_theme(theme)

    def _lay_out(self) -> None:
        self._error.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._raw.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._raw.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._raw.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        pages = {
            "Response": self._response,
            "Request": self._request,
            "Timing": self._timing,
            "Error": self._error,
            "Raw": self._raw,
        }
        for title, page in pages.items():
            page.setAccessibleName(title)
            self._tabs.addTab(page, title)
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
        layout.addWidget(self._tabs, 1)
        layout.addWidget(self._nothing, 1)

    def show_future(self, future: FutureResponse | None) -> None:
        """Show another future, or none."""
        self._future = future
        for part in (self._head, self._tabs):
            part.setVisible(future is not None)
        self._nothing.setVisible(future is None)
        if future is None:
            return
        self._response.show_future(future)
        self._request.show_request(future.request)
        self._refresh()
        if self._tabs.isTabVisible(_ERROR) and not future.text():
            self._tabs.setCurrentIndex(_ERROR)

    def on_event(self, event: Event) -> None:
        """Take an event in; those of other futures are ignored."""
        if self._future is None or getattr(event, "future_id", None) != self._future.id:
            return
        match event:
            case FutureDelta():
                self._response.catch_up(self._future)
            case FutureStateChanged() | FutureSettled():
                self._response.catch_up(self._future)
                self._refresh()

    @property
    def current_text(self) -> str:
        """The answer that is shown, as far as it has come."""
        return self._response.current_text

    def open_response(self) -> None:
        """Bring the answer to the front and the keyboard to it."""
        if self._future is not None:
            self._tabs.setCurrentIndex(_RESPONSE)
            self._response.setFocus()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        dress_tabs(self._tabs, theme)
        for part in (self._response, self._request, self._timing, self._nothing):
            part.set_theme(theme)
        if self._future is not None:
            self._request.show_request(self._future.request)
            self._refresh()

    def _refresh(self) -> None:
        """Everything but the texts of request and response."""
        future = self._future
        assert future is not None
        state = future.state
        self._state_icon.setPixmap(icon(f"state_{state}", self._theme, f"state.{state}").pixmap(_ICON))
        self._headline.setText(WORDS[state])
        self._facts.setText(" · ".join(_facts(future)))
        self._timing.show_future(future)
        error = future.result.error if future.result else ""
        self._error.setPlainText(_error_text(future))
        self._tabs.setTabVisible(_ERROR, bool(error))
        self._tabs.setTabIcon(_ERROR, icon("error", self._theme, "error"))
        self._fill_raw(self._tabs.currentIndex())

    def _fill_raw(self, tab: int) -> None:
        """Raw data can be long: it is written only while it is looked at."""
        if tab == _RAW and self._future is not None:
            self._raw.setPlainText(_raw(self._future))


def _facts(future: FutureResponse) -> list[str]:
    facts = [future.model, future.provider]
    if future.result is not None:
        facts.append(age_text(future.elapsed()))
        facts += [f"{future.result.tokens.total:,} tokens"] if future.result.tokens else []
    facts.append(future.id)
    return [fact for fact in facts if fact]


def _error_text(future: FutureResponse) -> str:
    if future.result is None or not future.result.error:
        return ""
    kind = f"\n\n{future.result.error_type}" if future.result.error_type else ""
    tries = f"\n\nTried {len(future.attempts)} times; see Timing." if len(future.attempts) > 1 else ""
    return future.result.error + tries + kind


def _raw(future: FutureResponse) -> str:
    response = future.result.response if future.result else None
    return as_json({"request": future.request, "response": response}, indent=2)
