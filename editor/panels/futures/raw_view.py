"""The request as it was sent and the answer as it came, as JSON."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from runtime.futures.future import FutureResponse

from ...appearance import tabs_style
from ...flat_button import tool_button
from ...icons import icon
from ...theme import Theme
from .json_view import JsonView


class RawView(QWidget):
    """Two pages; `sent` gives the body of a request as its provider wants it."""

    def __init__(self, theme: Theme, sent: Callable[[FutureResponse], object]) -> None:
        super().__init__()
        self._sent = sent
        self._bar = QTabBar()
        self._bar.setAccessibleName("Request or response")
        self._bar.setDrawBase(False)
        self._bar.setExpanding(False)
        self._bar.addTab("Request")
        self._bar.addTab("Response")
        self.request = JsonView("Raw request", theme)
        self.response = JsonView("Raw response", theme)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.request)
        self._pages.addWidget(self.response)
        self.copy_action = QAction("Copy as JSON", self)
        self.copy_action.triggered.connect(self._copy)
        button = tool_button(self.copy_action)
        button.setIconSize(QSize(16, 16))
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 6, 0)
        top.addWidget(self._bar)
        top.addStretch()
        top.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self._pages, 1)
        self._bar.currentChanged.connect(self._pages.setCurrentIndex)
        self.setFocusProxy(self._pages)
        self.set_theme(theme)

    def show_future(self, future: FutureResponse) -> None:
        """Show another future, or what has become of it."""
        self.request.show_value(self._sent(future))
        self.response.show_value(future.result.response if future.result else None)
        if future.result is None:
            self.response.setPlainText("The answer has not come yet.")
        elif future.result.response is None:
            self.response.setPlainText("No answer came.")

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._bar.setStyleSheet(tabs_style(theme))
        self.copy_action.setIcon(icon("copy", theme))
        for page in (self.request, self.response):
            page.set_theme(theme)

    def _copy(self) -> None:
        page = (self.request, self.response)[self._bar.currentIndex()]
        QGuiApplication.clipboard().setText(page.whole_text)
