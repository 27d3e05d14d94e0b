"""A list of the pins that a pin may be connected with: type a few letters, press Enter, and the wire is drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QListWidgetItem, QWidget

from ..canvas.target_choice import Target, matching
from ..theme import Theme
from .labels import bold
from .search_popup import SearchPopup

_TARGET_ROLE: Final = Qt.ItemDataRole.UserRole


class TargetPopup(SearchPopup):
    """Targets under the titles of their nodes, and a line on what choosing one would do."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        self._targets: list[Target] = []
        self._act: Callable[[Target], object] = lambda _target: None
        super().__init__(theme, parent)
        self.setAccessibleName("Connect with")
        self.field.setAccessibleName("Search for a pin to connect with")
        self.list.setAccessibleName("Pins that fit")

    def open_at(self, place: QPoint, what: str, targets: list[Target], act: Callable[[Target], object]) -> None:
        """Show it at a place of the screen; `act` gets the target that was picked, once the popup has closed."""
        self._targets, self._act = targets, act
        self.field.setPlaceholderText(f"Connect {what} with…")
        self.open_empty(place)

    def fill(self, query: str) -> None:
        node = None
        for target in matching(self._targets, query):
            if target.node != node:
                node = target.node
                self._add_title(target.title)
            self._add_target(target)

    def help_for(self, item: QListWidgetItem | None) -> str:
        if item is None:
            return "No pin fits. Try fewer letters." if self._targets else "No other pin of this flow fits."
        target = item.data(_TARGET_ROLE)
        if target is None:
            return ""  # a title within the list
        replaced = [f"{text[0].lower()}{text[1:]}" for text in target.replaced]
        draws = f"Enter puts “{target.through}” between." if target.through else "Enter draws the wire."
        return f"{draws} It replaces the {', and the '.join(replaced)}." if replaced else draws

    def pick(self, item: QListWidgetItem) -> None:
        self._act(item.data(_TARGET_ROLE))

    def _add_title(self, title: str) -> None:
        item = QListWidgetItem(title)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setForeground(self.list.palette().text())
        item.setFont(bold(self.list.font()))
        self.list.addItem(item)

    def _add_target(self, target: Target) -> None:
        note = f" · through {target.through}" if target.through else ""
        note += " · replaces a wire" if target.replaced else ""
        item = QListWidgetItem(f"      {target.pin.name}  ({target.type}){note}")
        item.setData(_TARGET_ROLE, target)
        said = [f"{target.pin.name} of {target.title}, {target.type}", *target.also]
        item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(said))
        self.list.addItem(item)
