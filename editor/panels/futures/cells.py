"""What the table's cells say and look like, by Qt's roles."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon

from runtime.futures.future import FutureState
from runtime.spending.budget import dollars

from ...icons import icon
from ...theme import Theme
from ..labels import wrapped_tool_tip
from .columns import SPECS, Column, cell_text
from .listing import Group
from .row import STATE_GROUPS, WORDS, FutureRow, exact_text

_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_DECORATION: Final = int(Qt.ItemDataRole.DecorationRole)
_FOREGROUND: Final = int(Qt.ItemDataRole.ForegroundRole)
_ALIGNMENT: Final = int(Qt.ItemDataRole.TextAlignmentRole)
_TOOL_TIP: Final = int(Qt.ItemDataRole.ToolTipRole)
_SPOKEN: Final = int(Qt.ItemDataRole.AccessibleTextRole)
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_NOTHING: Final = 1e-9
"""Dollars: sums of prices that came and went are seldom exactly 0."""
_FAINT: Final = frozenset({Column.STEP, Column.MODEL, Column.PROVIDER, Column.STARTED, Column.ATTEMPTS})


class Cells:
    """Answers for one theme.

    Attributes:
        roles: those it has something to say about.
        alignments: by column.
    """

    roles = frozenset({_DISPLAY, _DECORATION, _FOREGROUND, _ALIGNMENT, _TOOL_TIP, _SPOKEN})
    alignments = tuple(_RIGHT if SPECS[column].number else _LEFT for column in Column)

    def __init__(self, theme: Theme, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._colors = {state: theme.state(state) for state in FutureState}
        self._faint = theme.color("text.faint")
        self._error = theme.color("error")
        self._pin = icon("pin", theme, "accent")
        self._icons: dict[FutureState, QIcon] = {
            state: icon(f"state_{state}", theme, f"state.{state}") for state in FutureState
        }

    def data(self, row: FutureRow, column: int, role: int) -> Any:
        """What a role says of a cell."""
        if role == _DISPLAY:
            return cell_text(row, column, self._clock())
        if role == _ALIGNMENT:
            return self.alignments[column]
        if role == _FOREGROUND:
            return self._color(row, column)
        if role == _DECORATION:
            return self._decoration(row, column)
        if role == _SPOKEN:
            return self._spoken(row, column)
        return self._tool_tip(row, column)

    def heading(self, group: Group | None, column: int, role: int) -> Any:
        """What a role says of a group's heading, which the table paints over all columns."""
        told = role in (_SPOKEN, _TOOL_TIP) and column == Column.STATE
        return heading_text(group) if told and group is not None else None

    def _color(self, row: FutureRow, column: int) -> object:
        if column == Column.STATE:
            return self._colors[row.state]
        if column == Column.TEXT:
            if row.state in STATE_GROUPS["Failed"]:
                return self._error
            return None if row.preview else self._faint
        return self._faint if column in _FAINT else None

    def _decoration(self, row: FutureRow, column: int) -> QIcon | None:
        if column == Column.STATE:
            return self._icons[row.state]
        return self._pin if column == Column.NODE and row.pinned else None

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
