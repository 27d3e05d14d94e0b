"""What the View menu does to the canvas in front: places, bookmarks, the map of the flow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from . import bookmarks
from .actions import Actions
from .canvas.selected import fit_selection
from .document import FlowDocument
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
            "fit_selection": self._tabs.on_front(lambda tab: fit_selection(tab.canvas)),
            "view_back": self._tabs.on_front(partial(_step, step=-1)),
            "view_forward": self._tabs.on_front(partial(_step, step=1)),
            "minimap": self._switch_map,
            **{f"bookmark_{digit}": self._tabs.on_front(partial(_go_to, digit=digit)) for digit in bookmarks.DIGITS},
            **{f"set_bookmark_{digit}": self._tabs.on_front(partial(_set, digit=digit)) for digit in bookmarks.DIGITS},
        }

    def attach(self, actions: Actions) -> None:
        """Show on the switch whether maps are shown, and in menus, each time they open, where bookmarks lead."""
        actions["minimap"].setChecked(self._settings.shows_minimap)
        entries = {digit: actions[f"bookmark_{digit}"] for digit in bookmarks.DIGITS}
        for menu in entries[bookmarks.DIGITS[0]].associatedObjects():
            if isinstance(menu, QMenu):
                menu.aboutToShow.connect(lambda: self._name_bookmarks(entries))

    def watch(self, tab: FlowTab) -> None:
        """Show the map of a new tab if maps are shown."""
        tab.minimap.set_wanted(self._settings.shows_minimap)

    def _name_bookmarks(self, entries: Mapping[int, QAction]) -> None:
        tab = self._tabs.current
        for digit, action in entries.items():
            where = _where(tab.document, digit) if tab is not None else "not set"
            action.setText(f"Bookmark &{digit}: {where}" if where else f"Bookmark &{digit}")

    def _switch_map(self) -> None:
        shows = self._settings.shows_minimap = not self._settings.shows_minimap
        for tab in self._tabs:
            tab.minimap.set_wanted(shows)


def _where(document: FlowDocument, digit: int) -> str:
    place = bookmarks.bookmark(document, digit)
    return bookmarks.what_is_there(document, place) if place is not None else "not set"


def _step(tab: FlowTab, step: int) -> None:
    if not tab.canvas.history.step(step):
        tab.message.emit(f"There is no place to go {'back' if step < 0 else 'forward'} to.")


def _go_to(tab: FlowTab, digit: int) -> None:
    if place := bookmarks.bookmark(tab.document, digit):
        tab.canvas.set_view_state(place)
    else:
        tab.message.emit(f"There is no bookmark {digit} in this flow: Ctrl+{digit} sets it to what is seen.")


def _set(tab: FlowTab, digit: int) -> None:
    seen = tab.canvas.view_state()
    if bookmarks.bookmark(tab.document, digit) == seen:
        bookmarks.remove_bookmark(tab.document, digit)
        tab.message.emit(f"Bookmark {digit} is removed.")
    else:
        bookmarks.set_bookmark(tab.document, digit, seen)
        tab.message.emit(f"Bookmark {digit} is set: {digit} comes back to this place, Ctrl+{digit} here removes it.")
