"""The call stack of every token that stands still, innermost frame first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from runtime.engine.pauses import Frame, Pause

from ..icons import icon
from ..theme import Theme
from ..values import one_line
from .labels import bold, wrapped_tool_tip
from .watch_list import ROW_HEIGHT

_TOKEN, _FRAME = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
"""Where a row's token is among those that are shown, and its frame in the token's stack."""
_WIDTHS: Final = (220, 110)
_MOST_OF_A_VALUE: Final = 40
"""Characters of each value in a row; the tool tip has more."""


class CallStack(QTreeWidget):
    """One row a frame; with several tokens each has its frames under a row of its own.

    Signals:
        frame_chosen(Pause, int): the person wants to look at this frame, by its index.
    """

    frame_chosen = Signal(object, int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._frames: list[QTreeWidgetItem] = []
        self._shown: tuple[Sequence[Pause], Pause | None, int] = ((), None, 0)
        self.setAccessibleName("Call stack")
        self.setFrameShape(QTreeWidget.Shape.NoFrame)
        self.setHeaderLabels(["Where", "Flow", "Values"])
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(16, 16))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        header = self.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in enumerate(_WIDTHS):
            self.setColumnWidth(column, width)
        self.currentItemChanged.connect(self._on_current)
        self.itemClicked.connect(self._choose)  # also the row that is current: the person may have gone elsewhere

    def show_pauses(self, standing: Sequence[Pause], focused: Pause | None, frame_index: int) -> None:
        """Show these tokens, one of them with the keyboard's row on the frame that is looked at."""
        self._shown = standing, focused, frame_index
        self.blockSignals(True)  # rows that come and go are no choice of the person
        self.clear()
        self._frames.clear()
        self.setRootIsDecorated(len(standing) > 1)
        for token in range(len(standing)):
            self._add_token(token)
        self._mark_focus()
        self.blockSignals(False)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._theme = theme
        self.show_pauses(*self._shown)

    def _add_token(self, token: int) -> None:
        standing, parent = self._shown[0], self.invisibleRootItem()
        pause = standing[token]
        if len(standing) > 1:
            parent = QTreeWidgetItem(parent, [f"Token {pause.token}", pause.frames[-1].flow, REASONS[pause.reason]])
            parent.setFont(0, bold(self.font()))
            _hold(parent, token, 0)
        for index, frame in enumerate(pause.frames):
            values = pause.inputs if index == 0 else frame.values
            row = QTreeWidgetItem(parent, [where_text(frame), frame.flow, values_text(values)])
            row.setToolTip(2, wrapped_tool_tip(values_text(values, _MOST_OF_A_VALUE * 10)))
            _hold(row, token, index)
            self._frames.append(row)
        parent.setExpanded(True)

    def _mark_focus(self) -> None:
        standing, focused, frame_index = self._shown
        for row in self._frames:
            pause, index = standing[row.data(0, _TOKEN)], row.data(0, _FRAME)
            is_here = pause is focused and index == frame_index
            name, token = ("here", "node.paused") if index == 0 else ("around", "text.faint")
            row.setIcon(0, icon(name, self._theme, token if pause is focused else "text.faint"))
            if is_here:
                self.setCurrentItem(row)

    def _on_current(self, row: QTreeWidgetItem | None, _before: QTreeWidgetItem | None) -> None:
        if row is not None:
            self._choose(row)

    def _choose(self, row: QTreeWidgetItem) -> None:
        self.frame_chosen.emit(self._shown[0][row.data(0, _TOKEN)], row.data(0, _FRAME))


REASONS: Final[Mapping[str, str]] = {
    "breakpoint": "at a breakpoint",
    "step": "after a step",
    "pause": "paused",
    "failure": "failed",
    "run to here": "where you wanted it",
}


def where_text(frame: Frame) -> str:
    """A frame in words: the node, which turn of how many, and which body of it is running."""
    turn = f" {frame.turn + 1:,} of {frame.turns:,}" if frame.turns is not None else ""
    return f"{frame.title}{turn} · {frame.body}" if frame.body else frame.title


def values_text(values: Mapping[Any, Any], most: int = _MOST_OF_A_VALUE) -> str:
    """Values in one line, those left out that say nothing."""
    return ", ".join(f"{pin}={one_line(value, most)}" for pin, value in values.items() if value not in ("", None))


def _hold(row: QTreeWidgetItem, token: int, index: int) -> None:
    row.setSizeHint(0, QSize(0, ROW_HEIGHT))
    row.setData(0, _TOKEN, token)
    row.setData(0, _FRAME, index)
