"""Debugging in the window, as one: breakpoints and mocked outputs of the flow in front."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject

from .actions import Actions
from .breakpoint_menu import BreakpointMenu
from .flow_tab import FlowTab
from .mock_menu import MockMenu
from .side_panels import SidePanels
from .tabs import FlowTabs


class Debugging(QObject):
    """Ties what a debugger needs to the window."""

    def __init__(self, tabs: FlowTabs, panels: SidePanels) -> None:
        super().__init__(tabs)
        self._parts = (BreakpointMenu(tabs), MockMenu(tabs, panels))

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What each action does."""
        return {name: handler for part in self._parts for name, handler in part.handlers().items()}

    def attach(self, actions: Actions) -> None:
        """Keep these actions enabled while they can do something."""
        for part in self._parts:
            part.attach(actions)

    def watch(self, tab: FlowTab) -> None:
        """Listen to a new tab."""
        for part in self._parts:
            part.watch(tab)
