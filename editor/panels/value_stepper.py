"""Leads through what a node gave: value by value, to one from a list, and back to the latest."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from runtime.engine.values import NodeValues
from runtime.ids import NodeId

from ..flat_button import flat_button
from ..icons import icon
from ..seen_values import SeenValues
from ..theme import Theme
from .kept_values_menu import fill_with_kept_values, where_text


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
        text = "As the paused run sees it" if is_seen else self._place_text(shown)
        self.place.setText(text.replace("&", "&&"))
        self.place.setToolTip(f"{text}\nAll values that are kept, by run and turn")

    def _place_text(self, shown: NodeValues | None) -> str:
        if shown is None:
            return "None in this turn"
        kept = [entry for entry in self._entries if entry.run_id == shown.run_id]
        number = next(i for i, entry in enumerate(kept, 1) if entry is shown)
        return f"{number:,} of {len(kept):,} · {where_text(self._values, shown, self._title)}"

    def _shown_place(self) -> int:
        shown = self._values.shown(self._node_id)
        return next((i for i, entry in enumerate(self._entries) if entry is shown), -1)

    def _step(self, step: int) -> None:
        place = self._shown_place() + step
        if 0 <= place < len(self._entries):
            self.picked.emit(self._entries[place])

    def _fill_menu(self) -> None:
        fill_with_kept_values(self.place.menu(), self._values, self._node_id, self._title, self.picked.emit)


def _button(name: str, tip: str, theme: Theme) -> QToolButton:
    button = flat_button(tip, icon_size=14)
    button.setIcon(icon(name, theme, "text"))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    return button
