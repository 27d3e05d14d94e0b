"""Counts of futures by state, as chips that filter: click one to see only those, again to see all."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from runtime.futures.future import FutureState

from ...icons import icon
from ...theme import Theme
from ..labels import smaller
from .row import PAINTED_AS, STATE_GROUPS

_ALL = "All"


class StateChips(QWidget):
    """A row of chips; at most one is pressed.

    Signals:
        chosen(frozenset[FutureState]): show only these; empty for all.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._chips: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for name in (_ALL, *STATE_GROUPS):
            chip = QToolButton()
            chip.setCheckable(True)
            chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            chip.setFont(smaller(chip.font()))
            chip.clicked.connect(lambda _checked, name=name: self.choose(name))
            self._chips[name] = chip
            self._group.addButton(chip)
            layout.addWidget(chip)
        self._chips[_ALL].setChecked(True)
        layout.addStretch()
        self._chosen = _ALL
        self._compact = False
        self._counts: Counter[FutureState] = Counter()
        self.show_counts(self._counts)
        self.set_theme(theme)

    def choose(self, name: str) -> None:
        """Press a chip; pressing the one that is down goes back to all."""
        self._chosen = _ALL if name == self._chosen else name
        self._chips[self._chosen].setChecked(True)
        self.chosen.emit(STATE_GROUPS.get(self._chosen, frozenset()))

    def chip(self, name: str) -> QToolButton:
        """The chip of a group, as `Streaming`. Raises KeyError."""
        return self._chips[name]

    def show_counts(self, counts: Counter[FutureState]) -> None:
        """Write new counts on the chips."""
        self._counts = counts
        for name, chip in self._chips.items():
            count = sum(counts[state] for state in STATE_GROUPS.get(name, FutureState))
            chip.setText(self._text(name, count))
            chip.setAccessibleName(f"{name}: {count} requests")
            chip.setToolTip("Show all requests" if name == _ALL else f"Show only requests that are {name.lower()}")

    def set_compact(self, compact: bool) -> None:
        """Leave the names out, where there is little room; icons, counts and tool tips stay."""
        if compact != self._compact:
            self._compact = compact
            self.show_counts(self._counts)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        for name, state in PAINTED_AS.items():
            self._chips[name].setIcon(icon(f"state_{state}", theme, f"state.{state}"))
        tokens = theme.tokens
        self.setStyleSheet(
            f"QToolButton {{ border: 1px solid transparent; border-radius: 10px; padding: 2px 8px;"
            f" color: {tokens['text.faint']}; }}"
            f"QToolButton:hover {{ background: {tokens['button']}; }}"
            f"QToolButton:focus {{ border-color: {tokens['accent']}; }}"
            f"QToolButton:checked {{ background: {tokens['button']}; border-color: {tokens['border']};"
            f" color: {tokens['text']}; }}"
        )

    def _text(self, name: str, count: int) -> str:
        if name == _ALL:
            return f"{name} {count:,}"
        if self._compact:
            return f"{count:,}"
        return f"{name} {count:,}" if count else name
