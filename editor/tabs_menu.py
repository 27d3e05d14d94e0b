"""What keys and the View menu do to the tabs: go to the next one, move the one in front."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from .tabs import FlowTabs


class TabsMenu:
    """Handlers for `Actions`."""

    def __init__(self, tabs: FlowTabs) -> None:
        self._tabs = tabs

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What each action does."""
        return {
            "next_tab": partial(self._go, 1),
            "previous_tab": partial(self._go, -1),
            "tab_right": partial(self._move, 1),
            "tab_left": partial(self._move, -1),
        }

    def _go(self, step: int) -> None:
        """Behind the last tab comes the first."""
        if count := self._tabs.count():
            self._tabs.setCurrentIndex((self._tabs.currentIndex() + step) % count)
            if (tab := self._tabs.current) is not None:
                tab.setFocus()

    def _move(self, step: int) -> None:
        here = self._tabs.currentIndex()
        if 0 <= here + step < self._tabs.count():
            self._tabs.tabBar().moveTab(here, here + step)
