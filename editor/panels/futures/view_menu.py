"""How the list is looked at: grouping, time scale, columns; as a menu, and as what is remembered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final, TypeVar

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from .arrangement import Grouping
from .scale import MODE_NAMES, ScaleMode
from .table import FuturesTable

Choice = TypeVar("Choice", bound=StrEnum)
_GROUPINGS: Final = {
    Grouping.NONE: "Not at all",
    Grouping.RUN: "By run",
    Grouping.NODE: "By node",
    Grouping.PROVIDER: "By provider",
}


class ViewMenu(QMenu):
    """The menu behind the button, and behind a right click on the headings; made anew each time it opens.

    Attributes:
        extras: further menus at its end.
    """

    def __init__(self, table: FuturesTable, parent: QWidget) -> None:
        super().__init__("View", parent)
        self._table = table
        self.extras: list[QMenu] = []
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self._fill)

    def state(self) -> dict[str, Any]:
        """What a person has chosen, as a JSON-able value."""
        wanted, table = self._table.model().wanted, self._table
        return {**table.columns.arrangement(), "grouping": str(wanted.grouping), "scale": str(table.scale_mode)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Choose it again; what is missing or unknown stays as it is at first."""
        self._table.columns.arrange(state)
        if state.get("grouping") in list(Grouping):
            self._table.model().set_grouping(Grouping(state["grouping"]))
        if state.get("scale") in list(ScaleMode):
            self._table.set_scale_mode(ScaleMode(state["scale"]))

    def _fill(self) -> None:
        self.clear()
        model = self._table.model()
        self._choices("&Group rows", _GROUPINGS, model.wanted.grouping, model.set_grouping)
        if model.listing.groups:
            groups = list(model.listing.groups)
            self.addAction("Fold all groups").triggered.connect(lambda: model.fold(groups, folded=True))
            self.addAction("Unfold all groups").triggered.connect(lambda: model.fold(groups, folded=False))
        self.addSeparator()
        self._choices("&Waterfall", MODE_NAMES, self._table.scale_mode, self._table.set_scale_mode)
        self.addMenu(self._table.columns.column_menu(self))
        for menu in self.extras:
            self.addMenu(menu)

    def _choices(
        self, title: str, names: Mapping[Choice, str], now: Choice, choose: Callable[[Choice], object]
    ) -> None:
        menu = self.addMenu(title)
        group = QActionGroup(menu)
        for choice, name in names.items():
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(choice == now)
            action.triggered.connect(lambda _checked=False, choice=choice: choose(choice))
            group.addAction(action)
