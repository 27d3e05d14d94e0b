"""Leads through what a node gave: value by value, to one from a list, and back to the latest."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from runtime.engine.values import NodeValues
from runtime.ids import NodeId

from ..icons import icon
from ..seen_values import SeenValues, after_text, turns_text
from ..theme import Theme
from ..values import one_line

_MOST_IN_MENU: Final = 60
"""Values of one run that are listed, the latest: more would not fit on a screen."""
_MOST_OF_A_VALUE: Final = 40


class ValueStepper(QWidget):
    """Back, where one is, forth, and the latest.

    Signals:
        picked(NodeValues | None): look at this one, or at the latest.
    """

    picked = Signal(object)

    def __init__(self, values: SeenValues, node_id: NodeId, title: Callable[[NodeId], str], theme: Theme) -> None:
        """`title` says what a node is called."""
        super().__init__()
        self._values = values
        self._node_id = node_id
        self._title = title
        self._entries: tuple[NodeValues, ...] = ()
        self.back = _button("previous", "The value before", theme)
        self.forth = _button("next", "The next value", theme)
        self.latest = _button("follow", "The latest value, also as new ones come", theme)
        self.latest.setCheckable(True)
        self.place = QToolButton()
        self.place.setToolTip("All values that are kept, by run and turn")
        self.place.setAutoRaise(True)
        self.place.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.place.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        menu = QMenu(self.place)
        menu.aboutToShow.connect(self._fill_menu)
        self.place.setMenu(menu)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for button in (self.back, self.place, self.forth, self.latest):
            layout.addWidget(button, 1 if button is self.place else 0)
        self.back.clicked.connect(lambda: self._step(-1))
        self.forth.clicked.connect(lambda: self._step(1))
        self.latest.clicked.connect(lambda: self.picked.emit(None))

    def refresh(self) -> None:
        """Show where one is now."""
        self._entries = self._values.entries(self._node_id)
        shown, place = self._values.shown(self._node_id), self._shown_place()
        is_seen = self._values.picked is None and self._node_id in self._values.standing
        self.latest.setChecked(self._values.picked is None)
        self.back.setEnabled(place > 0)
        self.forth.setEnabled(0 <= place < len(self._entries) - 1)
        if is_seen:
            self.place.setText("As the paused run sees it")
        elif shown is None:
            self.place.setText("None in this turn")
        else:
            kept = [entry for entry in self._entries if entry.run_id == shown.run_id]
            number = next(i for i, entry in enumerate(kept, 1) if entry is shown)
            self.place.setText(f"{number:,} of {len(kept):,} · {self._where(shown)}")

    def _shown_place(self) -> int:
        shown = self._values.shown(self._node_id)
        return next((i for i, entry in enumerate(self._entries) if entry is shown), -1)

    def _step(self, step: int) -> None:
        place = self._shown_place() + step
        if 0 <= place < len(self._entries):
            self.picked.emit(self._entries[place])

    def _where(self, entry: NodeValues) -> str:
        parts = (turns_text(entry.turns, self._title), after_text(entry.t), "mocked" if entry.mocked else "")
        return " · ".join(filter(None, parts))

    def _fill_menu(self) -> None:
        menu = self.place.menu()
        menu.clear()
        runs = list(dict.fromkeys(entry.run_id for entry in self._entries))
        for run_id in reversed(runs):
            began = self._values.began(run_id)
            menu.addSection(f"Run of {time.strftime('%H:%M:%S', time.localtime(began))}" if began else "A run")
            kept = [entry for entry in self._entries if entry.run_id == run_id]
            for entry in kept[: -_MOST_IN_MENU - 1 : -1]:
                action = menu.addAction(f"{self._where(entry)}    {_brief(entry)}".replace("&", "&&"))
                action.setCheckable(True)
                action.setChecked(entry is self._values.shown(self._node_id))
                action.triggered.connect(lambda _checked=False, entry=entry: self.picked.emit(entry))
            if len(kept) > _MOST_IN_MENU:
                menu.addAction(f"{len(kept) - _MOST_IN_MENU:,} more before: step back to them").setEnabled(False)


def _brief(entry: NodeValues) -> str:
    said = [
        f"{pin}={one_line(value, _MOST_OF_A_VALUE)}" for pin, value in entry.outputs.items() if value not in ("", None)
    ]
    return ", ".join(said[:2])


def _button(name: str, tip: str, theme: Theme) -> QToolButton:
    button = QToolButton()
    button.setAutoRaise(True)
    button.setIconSize(QSize(14, 14))
    button.setIcon(icon(name, theme, "text"))
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    return button
