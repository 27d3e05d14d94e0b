"""The panels around the canvas: where they stand at first, and back again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

_AREA = Qt.DockWidgetArea


@dataclass(frozen=True)
class _Place:
    """What the menu calls a panel, with `&` before the key of the letter, and the side on which it stands at first."""

    text: str
    area: Qt.DockWidgetArea

    @property
    def title(self) -> str:
        """What the panel is called."""
        return self.text.replace("&", "")


PLACES: Final[Mapping[str, _Place]] = {
    "palette": _Place("&Nodes", _AREA.LeftDockWidgetArea),
    "inspector": _Place("&Inspector", _AREA.RightDockWidgetArea),
    "undo": _Place("&Undo History", _AREA.RightDockWidgetArea),
    "futures": _Place("Futur&es", _AREA.BottomDockWidgetArea),
    "console": _Place("&Console", _AREA.BottomDockWidgetArea),
    "problems": _Place("&Problems", _AREA.BottomDockWidgetArea),
    "debugger": _Place("&Debugger", _AREA.BottomDockWidgetArea),
    "history": _Place("Run Histor&y", _AREA.BottomDockWidgetArea),
}
HIDDEN_AT_FIRST: Final = ("undo",)
"""Few want these open; the View menu shows them."""
_SIDE_WIDTHS: Final = (220, 290)
_BOTTOM_HEIGHT: Final = 280
_BOTTOM_SHARE: Final = 0.36
"""How high the panels at the bottom are, and how much of a low window they may take: the canvas comes first."""


class Docks:
    """The panels as dock widgets of a window. Names are those of PLACES; those at the bottom share tabs."""

    def __init__(self, window: QMainWindow, panels: Mapping[str, QWidget]) -> None:
        self._window = window
        self._docks = {name: _dock(window, name, panel) for name, panel in panels.items()}
        window.setDockNestingEnabled(True)
        self.reset()

    def reset(self) -> None:
        """Put all panels where they stand at first, and show them; the window keeps its size."""
        size = self._window.size()
        bottom = [name for name in self._docks if PLACES[name].area is _AREA.BottomDockWidgetArea]
        for name, dock in self._docks.items():
            dock.setFloating(False)
            self._window.addDockWidget(PLACES[name].area, dock)
            dock.setVisible(name not in HIDDEN_AT_FIRST)
        self._window.tabifyDockWidget(self._docks["inspector"], self._docks["undo"])
        for name, after in pairwise(bottom):
            self._window.tabifyDockWidget(self._docks[name], self._docks[after])
        self._share_room(bottom[0])
        # Qt made the window wide enough for all panels beside each other, as they stood before they shared tabs.
        if (layout := self._window.layout()) is not None:
            layout.activate()
        self._window.resize(size)
        self.raise_panel(bottom[0])

    def _share_room(self, bottom: str) -> None:
        sides = [self._docks["palette"], self._docks["inspector"]]
        self._window.resizeDocks(sides, list(_SIDE_WIDTHS), Qt.Orientation.Horizontal)
        height = min(_BOTTOM_HEIGHT, round(self._window.height() * _BOTTOM_SHARE))
        self._window.resizeDocks([self._docks[bottom]], [height], Qt.Orientation.Vertical)

    def raise_panel(self, name: str) -> None:
        """Show a panel in front of those that share its tabs."""
        self._docks[name].show()
        self._docks[name].raise_()

    def open_panels(self) -> list[QWidget]:
        """The panels that are not closed, those behind others too, in the order of PLACES."""
        return [dock.widget() for dock in self._docks.values() if not dock.isHidden()]

    def raise_widget(self, panel: QWidget) -> None:
        """As `raise_panel`; nothing for what is no panel."""
        for dock in self._docks.values():
            if dock.widget() is panel:
                dock.raise_()

    def toggle_actions(self) -> list[QAction]:
        """One checkable action for each panel, to show and hide it."""
        return [dock.toggleViewAction() for dock in self._docks.values()]

    def set_title(self, name: str, more: str) -> None:
        """Add to a panel's title, as the number of problems; "" takes it away."""
        title = PLACES[name].title
        self._docks[name].setWindowTitle(f"{title} ({more})" if more else title)


def _dock(window: QMainWindow, name: str, panel: QWidget) -> QDockWidget:
    dock = QDockWidget(PLACES[name].title, window)
    dock.setObjectName(f"dock_{name}")
    dock.setWidget(panel)
    dock.toggleViewAction().setText(PLACES[name].text)
    return dock
