"""What the View menu does to the canvas in front: places, bookmarks, the map of the flow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtGui import QAction

from . import bookmarks
from .flow_tab import FlowTab
from .settings import Settings
from .tabs import FlowTabs


class ViewMenu:
    """Handlers for `Actions`."""

    def __init__(self, tabs: FlowTabs, settings: Settings) -> None:
        self._tabs = tabs
        self._settings = settings

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What each action does."""
        return {
            "fit_selection": self._tabs.on_front(lambda tab: tab.canvas.fit_selection()),
            "view_back": self._tabs.on_front(partial(_step, step=-1)),
            "view_forward": self._tabs.on_front(partial(_step, step=1)),
            "minimap": self._switch_map,
            **{f"bookmark_{digit}": self._tabs.on_front(partial(_go_to, digit=digit)) for digit in bookmarks.DIGITS},
            **{f"set_bookmark_{digit}": self._tabs.on_front(partial(_set, digit=digit)) for digit in bookmarks.DIGITS},
        }

    def attach(self, minimap: QAction) -> None:
        """Show on the switch whether maps are shown."""
        minimap.setChecked(self._settings.shows_minimap)

    def watch(self, tab: FlowTab) -> None:
        """Show the map of a new tab if maps are shown."""
        tab.minimap.set_wanted(self._settings.shows_minimap)

    def _switch_map(self) -> None:
        shows = self._settings.shows_minimap = not self._settings.shows_minimap
        for tab in self._tabs:
            tab.minimap.set_wanted(shows)


def _step(tab: FlowTab, step: int) -> None:
    if not tab.canvas.history.step(step):
        tab.message.emit(f"There is no place to go {'back' if step < 0 else 'forward'} to.")


def _go_to(tab: FlowTab, digit: int) -> None:
    if place := bookmarks.bookmark(tab.document, digit):
        tab.canvas.set_view_state(place)
    else:
        tab.message.emit(f"There is no bookmark {digit} in this flow: Ctrl+{digit} sets it to what is seen.")


def _set(tab: FlowTab, digit: int) -> None:
    bookmarks.set_bookmark(tab.document, digit, tab.canvas.view_state())
    tab.message.emit(f"Bookmark {digit} is set: {digit} comes back to this place.")
