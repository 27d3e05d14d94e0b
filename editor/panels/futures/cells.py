"""What the table's cells say and look like: for painting, and by Qt's roles for whoever else asks."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPixmap

from runtime.futures.future import FutureState
from runtime.spending.budget import dollars

from ...icons import pixmap
from ...theme import Theme
from ..labels import wrapped_tool_tip
from .columns import SPECS, Column, cell_text
from .listing import Group
from .row import STATE_GROUPS, WORDS, FutureRow, exact_text

_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_ALIGNMENT: Final = int(Qt.ItemDataRole.TextAlignmentRole)
_TOOL_TIP: Final = int(Qt.ItemDataRole.ToolTipRole)
_SPOKEN: Final = int(Qt.ItemDataRole.AccessibleTextRole)
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_NOTHING: Final = 1e-9
"""Dollars: sums of prices that came and went are seldom exactly 0."""
_FAINT: Final = frozenset({Column.STEP, Column.MODEL, Column.PROVIDER, Column.STARTED, Column.ATTEMPTS})
_ICON: Final = 16

_NO_PRICE: Final = "Unknown: this model has no price there. Edit, Settings Files, Prices gives it one."
_ABOUT: Final = (
    "{} by the prices in prices.json; those that come with Futureflow are from memory: check before you rely on them. "
    "Edit, Settings Files, Prices overrides them."
)


class Cells:
    """Answers for one theme; everything that a repaint needs is made beforehand.

    Attributes:
        roles: those it has something to say about.
        alignments: by column.
    """

    roles = frozenset({_DISPLAY, _ALIGNMENT, _TOOL_TIP, _SPOKEN})
    alignments = tuple(_RIGHT if SPECS[column].number else _LEFT for column in Column)

    def __init__(self, theme: Theme, clock: Callable[[], float], ratio: float = 1.0) -> None:
        """`ratio` is how many pixels of the screen make one of ours."""
        self._clock = clock
        self._colors = {state: theme.state(state) for state in FutureState}
        self._plain, self._faint = theme.color("text"), theme.color("text.faint")
        self._error, self._selected = theme.color("error"), theme.color("accent.text")
        self._pins = [pixmap("pin", theme.color(token), _ICON, ratio) for token in ("accent", "accent.text")]
        self._icons = {
            state: [pixmap(f"state_{state}", color, _ICON, ratio) for color in (self._colors[state], self._selected)]
            for state in FutureState
        }

    # -- for painting

    def ink(self, row: FutureRow, column: int, *, is_selected: bool) -> QColor:
        """The colour of a cell's text."""
        if is_selected:
            return self._selected
        if column == Column.STATE:
            return self._colors[row.state]
        if column == Column.TEXT:
            if row.state in STATE_GROUPS["Failed"]:
                return self._error
            return self._plain if row.preview else self._faint
        return self._faint if column in _FAINT else self._plain

    def picture(self, row: FutureRow, column: int, *, is_selected: bool) -> QPixmap | None:
        """What stands before a cell's text."""
        if column == Column.STATE:
            return self._icons[row.state][is_selected]
        return self._pins[is_selected] if column == Column.NODE and row.pinned else None

    # -- by role

    def data(self, row: FutureRow, column: int, role: int) -> Any:
        """What a role says of a cell."""
        if role == _DISPLAY:
            return cell_text(row, column, self._clock())
        if role == _ALIGNMENT:
            return self.alignments[column]
        if role == _SPOKEN:
            return self._spoken(row, column)
        return self._tool_tip(row, column)

    def heading(self, group: Group | None, column: int, role: int) -> Any:
        """What a role says of a group's heading, which the table paints over all columns."""
        told = role in (_SPOKEN, _TOOL_TIP) and column == Column.STATE
        return heading_text(group) if told and group is not None else None

    def _spoken(self, row: FutureRow, column: int) -> str | None:
        """For screen readers: the waterfall in words; what other cells show is text already."""
        if column != Column.WATERFALL:
            return None
        phases = row.phases(self._clock())
        return ", ".join(f"{WORDS[phase.state]} {exact_text(phase.end - phase.start)}" for phase in phases)

    def _tool_tip(self, row: FutureRow, column: int) -> str:
        if column == Column.WATERFALL:
            return self._phases_tip(row)
        if column == Column.STATE:
            return wrapped_tool_tip(row.note)
        if column == Column.COST and row.state.is_final and row.tokens is not None:
            return wrapped_tool_tip(_NO_PRICE if row.cost is None else _ABOUT.format(dollars(row.cost)))
        return wrapped_tool_tip(cell_text(row, column, self._clock()))

    def _phases_tip(self, row: FutureRow) -> str:
        """Every stretch of a request's life with its length, and why it was tried again."""
        lines = [
            f'<tr><td><span style="color: {self._colors[phase.state].name()}">■</span> {WORDS[phase.state]}</td>'
            f'<td align="right">&nbsp;&nbsp;{exact_text(phase.end - phase.start)}</td>'
            f"<td>&nbsp;&nbsp;{html.escape(phase.reason[:80])}</td></tr>"
            for phase in row.phases(self._clock())
        ]
        whole = f'<tr><td><b>Together</b></td><td align="right"><b>{exact_text(row.age(self._clock()))}</b></td></tr>'
        return f"<table>{''.join(lines)}{whole}</table>"


def heading_text(group: Group) -> str:
    """What the heading of a group says: its title, how many rows, what they do, their tokens and cost."""
    pending = sum(count for state, count in group.states.items() if not state.is_final)
    failed = sum(group.states[state] for state in STATE_GROUPS["Failed"])
    facts = [
        f"{group.size:,} request{'s' if group.size != 1 else ''}",
        *([f"{pending:,} pending"] if pending else []),
        *([f"{failed:,} failed"] if failed else []),
        *([f"{group.tokens:,} tokens"] if group.tokens else []),
        *([dollars(group.cost)] if group.cost > _NOTHING else []),
    ]
    return f"{group.title}  ·  {', '.join(facts)}"
