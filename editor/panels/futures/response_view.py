"""The answers to a request as they stream in: one at a time, or several choices side by side."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSplitter, QTabBar, QToolButton, QVBoxLayout, QWidget

from runtime.choices import Choice
from runtime.futures.future import FutureResponse

from ...appearance import tabs_style
from ...flat_button import flat_button
from ...icons import icon
from ...theme import Theme
from .choice_view import ChoiceView

_WAITING: Final = "The answer will appear here."
_NOTHING: Final = "There is no text."
_LEAST_WIDTH: Final = 200
"""Pixels: of choices side by side, none gets narrower; what does not fit is scrolled to."""


class ResponseView(QWidget):
    """One view for each choice; with more than one, a bar above them to choose, or to see all.

    Attributes:
        tools: switches for how answers are shown, to be put where there is room.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._views: list[ChoiceView] = []
        self._bar = QTabBar()
        self._bar.setAccessibleName("Choices")
        self._bar.setExpanding(False)
        self._bar.setDrawBase(False)
        self._beside = _switch("Show all choices side by side")
        self._rendered = _switch("Render Markdown")
        self._rendered.setChecked(True)
        self._columns = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(self._columns)
        self.tools = QWidget()
        tools = QHBoxLayout(self.tools)
        tools.setContentsMargins(0, 0, 6, 0)
        tools.setSpacing(2)
        tools.addWidget(self._beside)
        tools.addWidget(self._rendered)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._bar)
        layout.addWidget(scroll, 1)
        self._bar.currentChanged.connect(lambda _index: self._arrange())
        self._beside.toggled.connect(lambda _on: self._arrange())
        self._rendered.toggled.connect(self._render)
        self._view(0)
        self._arrange()
        self.set_theme(theme)

    @property
    def current_text(self) -> str:
        """The text of the choice that is in front, as the model wrote it."""
        return self._views[max(0, self._bar.currentIndex())].text

    @property
    def habits(self) -> tuple[bool, bool]:
        """Whether choices stand side by side, and whether Markdown is rendered."""
        return self._beside.isChecked(), self._rendered.isChecked()

    @habits.setter
    def habits(self, habits: tuple[bool, bool]) -> None:
        self._beside.setChecked(habits[0])
        self._rendered.setChecked(habits[1])

    def show_future(self, future: FutureResponse) -> None:
        """Show what has come so far of another future."""
        while len(self._views) > 1:
            self._bar.removeTab(len(self._views) - 1)
            view = self._views.pop()
            view.hide()
            view.deleteLater()
        self._views[0].clear()
        self._arrange()
        self.catch_up(future)

    def catch_up(self, future: FutureResponse) -> None:
        """Add what has come since; the future itself is asked, since events may still be on their way."""
        is_whole = future.state.is_final
        for index, choice in enumerate(future.choices() or (Choice(),)):
            view = self._view(index)
            view.show_choice(choice, is_whole=is_whole, waiting=_NOTHING if is_whole else _WAITING)
        self._rendered.setVisible(any(view.answer.is_markdown for view in self._views))

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self._bar.setStyleSheet(tabs_style(theme))
        self._beside.setIcon(icon("columns", theme))
        self._rendered.setIcon(icon("markdown", theme))
        for view in self._views:
            view.set_theme(theme)

    def _view(self, choice: int) -> ChoiceView:
        """The view of a choice; made when it first has something to show."""
        while len(self._views) <= choice:
            view = ChoiceView(len(self._views) + 1, self._theme)
            view.setMinimumWidth(_LEAST_WIDTH)
            view.answer.set_renders(self._rendered.isChecked())
            self._views.append(view)
            self._columns.addWidget(view)
            self._bar.addTab(f"Choice {len(self._views)}")
            self._arrange()
        return self._views[choice]

    def _arrange(self) -> None:
        """Show the choice in front, or all."""
        several = len(self._views) > 1
        beside = several and self._beside.isChecked()
        self._beside.setVisible(several)
        self._bar.setVisible(several and not beside)
        for index, view in enumerate(self._views):
            view.setVisible(beside or index == max(0, self._bar.currentIndex()))
            view.title.setVisible(beside)
        self.setFocusProxy(self._views[max(0, self._bar.currentIndex())])

    def _render(self, renders: bool) -> None:
        for view in self._views:
            view.answer.set_renders(renders)


def _switch(what: str) -> QToolButton:
    button = flat_button(what)
    button.setCheckable(True)
    return button
