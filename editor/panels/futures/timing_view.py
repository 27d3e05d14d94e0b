"""When what happened to a future: its states with their times, and every try with why it ended."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from runtime.futures.future import Attempt, FutureResponse, FutureState, StateChange

from ...icons import icon
from ...theme import Theme
from ..labels import wrapped_tool_tip
from .row import WORDS, age_text

_HEADERS: Final = ("What", "At", "Took", "Why")
_WIDTHS: Final = (124, 96, 56)


class TimingView(QTreeWidget):
    """States in their order; below them the tries, if there was more than one or one failed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setColumnCount(len(_HEADERS))
        self.setHeaderLabels(list(_HEADERS))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setFrameShape(QTreeWidget.Shape.NoFrame)
        for column, width in enumerate(_WIDTHS):
            self.setColumnWidth(column, width)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.header().setStretchLastSection(True)

    def show_future(self, future: FutureResponse) -> None:
        """Show a future's life until now."""
        self.clear()
        ends = [*(change.at for change in future.history[1:]), None]
        items = [self._state_item(change, end) for change, end in zip(future.history, ends, strict=True)]
        items += [self._attempt_item(attempt) for attempt in future.attempts]
        self.addTopLevelItems(items)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme from the next future on."""
        self._theme = theme

    def _state_item(self, change: StateChange, end: float | None) -> QTreeWidgetItem:
        took = "" if end is None else age_text(end - change.at)
        item = QTreeWidgetItem([WORDS[change.state], _clock(change.at), took, change.reason])
        item.setIcon(0, icon(f"state_{change.state}", self._theme, f"state.{change.state}"))
        item.setToolTip(3, wrapped_tool_tip(change.reason))
        return item

    def _attempt_item(self, attempt: Attempt) -> QTreeWidgetItem:
        took = "" if attempt.ended is None else age_text(attempt.ended - attempt.started)
        why = attempt.error
        if attempt.next_at is not None:
            why += f" (next try at {_clock(attempt.next_at)})"
        item = QTreeWidgetItem([f"Try {attempt.number}", _clock(attempt.started), took, why])
        state = FutureState.RETRY_WAIT if attempt.error else FutureState.SENDING
        item.setIcon(0, icon("retry", self._theme, f"state.{state}"))
        item.setToolTip(3, wrapped_tool_tip(why))
        item.setForeground(0, self._theme.color("text.faint"))
        item.setTextAlignment(0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return item


def _clock(at: float) -> str:
    """Unix seconds as local time with milliseconds."""
    return datetime.fromtimestamp(at).astimezone().strftime("%H:%M:%S.%f")[:-3]
