"""Every try of a request: when, how long, why it failed, how long the next one waited."""

from __future__ import annotations

from datetime import datetime
from itertools import zip_longest
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from runtime.futures.future import Attempt, FutureResponse, FutureState

from ...icons import pixmap
from ...theme import Theme
from ..labels import wrapped_tool_tip
from .row import exact_text

_HEADERS: Final = ("Try", "Started", "Took", "Next try", "How it ended")
_WIDTHS: Final = (70, 84, 64, 130, 0)
_ROW_HEIGHT: Final = 24
_ICON: Final = 16


class AttemptsView(QTreeWidget):
    """One line a try."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setColumnCount(len(_HEADERS))
        self.setHeaderLabels(list(_HEADERS))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setFrameShape(QTreeWidget.Shape.NoFrame)
        for column, width in enumerate(_WIDTHS[:-1]):
            self.setColumnWidth(column, width)

    def show_future(self, future: FutureResponse) -> None:
        """Show the tries of a future."""
        self.clear()
        pairs = zip_longest(future.attempts, future.attempts[1:])
        self.addTopLevelItems([self._item(future, attempt, after) for attempt, after in pairs if attempt is not None])

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme from the next future on."""
        self._theme = theme

    def _item(self, future: FutureResponse, attempt: Attempt, after: Attempt | None) -> QTreeWidgetItem:
        took = "" if attempt.ended is None else exact_text(attempt.ended - attempt.started)
        ended = _ending(future, attempt, is_last=after is None)
        item = QTreeWidgetItem([str(attempt.number), _clock(attempt.started), took, _wait(attempt, after), ended])
        state = FutureState.RETRY_WAIT if attempt.error else future.state
        picture = pixmap(f"state_{state}", self._theme.state(state), _ICON, self.devicePixelRatioF())
        item.setIcon(0, QIcon(picture))
        item.setSizeHint(0, QSize(0, _ROW_HEIGHT))
        item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setToolTip(4, wrapped_tool_tip(ended))
        return item


def _ending(future: FutureResponse, attempt: Attempt, *, is_last: bool) -> str:
    if attempt.error or not is_last:
        is_named = not attempt.error_type or attempt.error_type in attempt.error
        return attempt.error if is_named else f"{attempt.error_type}: {attempt.error}"
    if future.result is None:
        return "under way"
    return future.result.error or "answered"


def _wait(attempt: Attempt, after: Attempt | None) -> str:
    """How long the next try waited, or until when it waits."""
    if attempt.ended is not None and after is not None:
        return f"after {exact_text(after.started - attempt.ended)}"
    return f"at {_clock(attempt.next_at)}" if attempt.next_at is not None else ""


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%H:%M:%S")
