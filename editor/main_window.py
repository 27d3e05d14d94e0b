"""The window: it makes the parts, ties them together, and says what each action does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QVBoxLayout, QWidget

from runtime.document.flow import Flow
from runtime.engine.events import Event
from runtime.futures.events import StoreNotice
from runtime.history.history import RunHistory
from runtime.ids import NodeId
from runtime.llm.local_model import LocalModelProgress
from runtime.session import Session

from . import menus
from .actions import Actions
from .adding import NodeAdder
from .appearance import Appearance, toolbar_style
from .arrange_menu import ArrangeMenu
from .canvas.hit import Hit
from .canvas.locating import show_place
from .canvas.placing import add_node_in_sight
from .canvas.selected import select_all
from .clipboard_menu import ClipboardMenu
from .closing import Closing
from .debugging import Debugging
from .dialogs.about import open_about
from .dialogs.shortcuts import ShortcutsDialog
from .document import FlowDocument
from .dropped_files import FileDrops
from .file_changes import FileChanges
from .find_menu import FindMenu
from .flow_files import FIRST_EXAMPLE, FlowFiles, example_title, examples
from .flow_tab import FlowTab
from .frame_menu import FrameMenu
from .futures_watch import FuturesWatch
from .icons import icon
from .keyboard_menu import KeyboardMenu
from .listen_menu import ListenMenu
from .node_menu import NodeMenu
from .notices import NoticeBar
from .panels.node_search import NodeSearch
from .past_runs import PastRuns
from .provider_chip import ProviderChip
from .run_bridge import RunBridge
from .run_menu import RunMenu
from .settings import Settings
from .settings_files import SettingsFiles
from .side_panels import SidePanels
from .spent_label import SpentLabel
from .status_bar import StatusBar
from .subflows.menu import SubflowMenu
from .tabs import FlowTabs
from .tabs_menu import TabsMenu
from .tasks import Tasks
from .theme import Theme
from .typing_in import take_in_typing
from .unexpected import UnexpectedErrors
from .view_menu import ViewMenu


class MainWindow(QMainWindow):
    """The one window of the program.

    Attributes:
        tabs, notices, status, panels, adder, run_menu, listen_menu, past_runs, actions_by_name, undo_action,
            redo_action: its parts.
        errors: where unexpected errors go.
        session, settings: what the window works with.
        closed: set once the window has closed for good.
    """

    def __init__(self, session: Session, history: RunHistory, settings: Settings, appearance: Appearance) -> None:
        super().__init__()
        self.session = session
        self.settings = settings
        self._appearance = appearance
        theme = appearance.theme
        self.closed = asyncio.Event()
        self._asking: asyncio.Task[Any] | None = None
        self.notices = NoticeBar(theme)
        self.errors = UnexpectedErrors(lambda text: self.notices.say("error", text))
        self._tasks = Tasks(self.errors.report)
        self._bridge = RunBridge(self)
        self._unsubscribe = session.subscribe(self._bridge.sink)
        self.tabs = FlowTabs(theme)
        self.status = StatusBar(self)
        self._files = FlowFiles(self, self.tabs, settings, self.notices, self._new_tab)
        self.file_changes = FileChanges(self, self.tabs, self._tasks, self.notices, self.save)
        self._drops = FileDrops(self, self.notices, self._open)
        self._closing = Closing(self, self.tabs, self._files, session, self.notices)
        self._search = search = NodeSearch(session.registry, settings.recent_types)
        self.adder = NodeAdder(search, theme, self)
        self.panels = SidePanels(self, session, search, self.tabs, self._bridge, tasks=self._tasks, theme=theme)
        docks = self.panels.docks
        self.futures_watch = FuturesWatch(self, session.futures, self.panels.futures, docks, self.status, self.tabs)
        self.spent = SpentLabel(session.completions.spending)
        self.status.add_fact(self.spent)
        self.debugging = Debugging(session.debugger, self.tabs, self.panels, self._bridge, settings, self._open)
        self.listen_menu = ListenMenu(self.tabs, self.notices, self.status)
        self.past_runs = PastRuns(
            self, session, history, tabs=self.tabs, files=self._files, panels=self.panels, tasks=self._tasks,
            settings=settings, notices=self.notices, status=self.status, theme=theme,
        )  # fmt: skip
        self.find_menu = FindMenu(self.tabs, theme)
        self.view_menu = ViewMenu(self.tabs, settings)
        self.subflows = SubflowMenu(self, self.tabs, self._files, tasks=self._tasks, notices=self.notices, theme=theme)
        self.keyboard_menu = KeyboardMenu(self.tabs, self.panels.docks, self.notices, theme, self)
        parts = (
            ClipboardMenu(self.tabs),
            TabsMenu(self.tabs),
            ArrangeMenu(self.tabs),
            FrameMenu(self.tabs),
            self.find_menu,
            self.keyboard_menu,
            self.view_menu,
            NodeMenu(self.tabs, self.adder),
            self.debugging,
            self.listen_menu,
            self.past_runs,
            self.subflows,
            SettingsFiles(self.notices),
        )
        of_parts = {name: handler for part in parts for name, handler in part.handlers().items()}
        self.actions_by_name = Actions(self, {**self._handlers(), **of_parts})
        self.debugging.attach(self.actions_by_name)
        self.listen_menu.attach(self.actions_by_name)
        self.past_runs.attach(self.actions_by_name)
        self.run_menu = RunMenu(self, self.debugging, self.actions_by_name, self.notices, self.status, theme)
        self.provider_chip = ProviderChip(session.providers, theme)
        self._lay_out()
        self.view_menu.attach(self.actions_by_name)
        self._tie()
        self._wear(theme)

    # -- set-up

    def _handlers(self) -> Mapping[str, Callable[[], object]]:
        tab = self.tabs.on_front
        return {
            "new": self._files.new,
            "open": lambda: self._tasks.spawn("open the flow", self._files.choose_and_open()),
            "save": tab(self.save),
            "save_as": tab(self._save_as),
            "export": tab(lambda tab: self._tasks.spawn("export the flow", self._files.export(tab))),
            "export_selection": tab(self._export_selection),
            "close": tab(self._close_tab),
            "quit": self.close,
            "delete": tab(FlowTab.delete),
            "select_all": tab(lambda tab: select_all(tab.canvas)),
            "add_node": tab(lambda tab: self.adder.ask(tab, tab.add_request())),
            "run": tab(self._run),
            "stop": self._stop,
            "fit": tab(lambda tab: tab.canvas.fit()),
            "zoom_in": tab(lambda tab: tab.zoom_by(1)),
            "zoom_out": tab(lambda tab: tab.zoom_by(-1)),
            "zoom_reset": tab(lambda tab: tab.canvas.reset_zoom()),
            "reset_layout": self.panels.docks.reset,
            "shortcuts": lambda: ShortcutsDialog(self).show(),
            "about": lambda: open_about(self),
        }

    def _run(self, tab: FlowTab) -> None:
        take_in_typing()
        self.run_menu.run(tab)

    def _stop(self) -> None:
        if (tab := self.debugging.acting_tab) is not None:
            tab.runs.stop()

    def _lay_out(self) -> None:
        center = QWidget(self)
        box = QVBoxLayout(center)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.notices)
        box.addWidget(self.tabs)
        self.setCentralWidget(center)
        self.setStatusBar(self.status)
        self.undo_action = self.tabs.undo_group.createUndoAction(self, "&Undo")
        self.undo_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Undo))
        self.redo_action = self.tabs.undo_group.createRedoAction(self, "&Redo")
        self.redo_action.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        extras = self._menu_extras()
        menus.fill_menu_bar(self, self.actions_by_name, extras)
        self._toolbar = menus.make_toolbar(self, self.actions_by_name, extras)
        if self.settings.layout is not None:
            self.panels.restore(self.settings)
            geometry, state = self.settings.layout
            self.restoreGeometry(geometry)
            self.restoreState(state)

    def _menu_extras(self) -> Mapping[str, QAction | QMenu | QWidget | Sequence[QAction]]:
        return {
            "@undo": self.undo_action,
            "@redo": self.redo_action,
            "@recent": menus.listing_menu("Open &Recent", self, self._recent, "No file was opened yet"),
            "@examples": menus.listing_menu("&Examples", self, self._examples, "No examples are installed"),
            "@entries": self.run_menu.entries,
            "@run": self.run_menu.button,
            "@debug": self.debugging.make_bar(self.actions_by_name, self),
            "@panels": self.panels.docks.toggle_actions(),
            "@theme": menus.theme_menu(self, self._appearance.choice, self._choose_theme),
            "@space": menus.spacer(),
            "@provider": self.provider_chip,
        }

    def _tie(self) -> None:
        self.tabs.current_tab_changed.connect(self._show_current)
        self.tabs.close_wanted.connect(self._close_tab)
        self.panels.locate_requested.connect(self._locate)
        self.panels.palette.type_chosen.connect(self._add_in_sight)
        self._bridge.listen(self._on_event)
        self._bridge.listen(self.listen_menu.on_event)
        self._appearance.theme_changed.connect(self._wear)
        self._bridge.listen(self.futures_watch.on_event)
        self._bridge.listen(self.spent.on_event)

    # -- flows

    async def open_files(self, paths: Sequence[Path]) -> None:
        """Open the files of the command line; without any that opens, the first example or an empty flow."""
        for path in paths:
            await self._files.open(path)
        if not paths:
            await self._files.open_example(FIRST_EXAMPLE)
        if self.tabs.count() == 0:
            self._files.new()
        self._tasks.spawn("look for interrupted requests", self.panels.futures.look_for_interrupted())

    def save(self, tab: FlowTab) -> asyncio.Task[bool]:
        """Save a flow, asking for a file if it has none; the task tells whether it was saved."""
        take_in_typing()
        return self._tasks.spawn("save the flow", self._files.save(tab))

    def _save_as(self, tab: FlowTab) -> None:
        take_in_typing()
        self._tasks.spawn("save the flow", self._files.save_as(tab))

    def _export_selection(self, tab: FlowTab) -> None:
        if nodes := tab.canvas.selected_nodes():
            self._tasks.spawn("export the selection", self._files.export(tab, nodes))
        else:
            self.status.hint("Nothing was exported: select the nodes first.")

    def _new_tab(self, flow: Flow, path: Path | None) -> FlowTab:
        document = FlowDocument(self.session.registry, flow, path.absolute() if path else None)
        tab = FlowTab(document, self.session, self._tasks, self._appearance.theme)
        tab.canvas.addActions(self.actions_by_name.of_scope("canvas"))
        tab.message.connect(self.status.hint)
        self.panels.watch(tab)
        tab.canvas.node_activated.connect(lambda node_id: self._show_details(tab, node_id))
        tab.canvas.add_requested.connect(lambda request: self.adder.ask(tab, request))
        tab.canvas.context_menu_requested.connect(lambda hit, place: self._open_menu(tab, hit, place))
        tab.canvas.zoom_changed.connect(self.status.set_zoom)
        self.run_menu.watch(tab)
        self.debugging.watch(tab)
        self.listen_menu.watch(tab)
        self.keyboard_menu.watch(tab)
        self.past_runs.watch(tab)
        self.find_menu.watch(tab)
        self.view_menu.watch(tab)
        tab.runs.refused.connect(lambda _why: self.panels.docks.raise_panel("problems"))
        self.tabs.add(tab)
        self.file_changes.watch(tab)
        return tab

    def _close_tab(self, tab: FlowTab) -> None:
        take_in_typing()
        self._tasks.spawn("close the tab", self._ask_and_close(tab))

    async def _ask_and_close(self, tab: FlowTab) -> None:
        if not await self._closing.may_close_tab(tab):
            return
        if self.tabs.count() == 1:
            self._files.new()
        self.tabs.drop(tab)

    def _recent(self) -> Iterable[tuple[str, Callable[[], object]]]:
        for path in self.settings.recent_files:
            yield str(path), partial(self._open, path)
        if self.settings.recent_files:
            yield "Clear This List", self.settings.clear_recent

    def _examples(self) -> Iterable[tuple[str, Callable[[], object]]]:
        for name in examples():
            yield example_title(name), partial(self._open_example, name)

    def _open(self, path: Path) -> None:
        self._tasks.spawn("open the flow", self._files.open(path))

    def _open_example(self, name: str) -> None:
        self._tasks.spawn("open the example", self._files.open_example(name))

    # -- what the parts tell

    def _show_current(self) -> None:
        tab = self.tabs.current
        if tab is not None:
            tab.document.reread()  # another flow, which this one calls, may have been saved meanwhile
        self.panels.show_tab(tab)
        self.setWindowTitle(f"{tab.document.title}[*] - Futureflow" if tab else "Futureflow")
        self.setWindowModified(tab is not None and tab.document.is_modified)
        if tab is not None:
            self.status.set_zoom(tab.canvas.view_state().zoom)

    def _locate(self, node_id: NodeId) -> None:
        """Show a node: in the flow in front if it is there, else in the first that has it."""
        tabs = [tab for tab in (self.tabs.current, *self.tabs) if tab is not None and node_id in tab.document.nodes]
        if not tabs:
            self.status.hint("The node is in none of the open flows: it was deleted, or its tab was closed.")
            return
        self.tabs.setCurrentWidget(tabs[0])
        show_place(tabs[0].canvas, node_id)

    def _add_in_sight(self, type_id: str) -> None:
        if self.tabs.current is not None:
            add_node_in_sight(self.tabs.current.canvas, type_id)

    def _show_details(self, tab: FlowTab, node_id: NodeId) -> None:
        if not self.subflows.opens(tab, node_id):
            self.panels.docks.raise_panel("inspector")

    def _open_menu(self, tab: FlowTab, hit: Hit, place: QPoint) -> None:
        menu = menus.canvas_menu(self, self.actions_by_name, hit)
        self.debugging.watches.offer(menu, tab.document, hit)
        self.futures_watch.offer(menu, hit.node)
        menu.popup(place)

    def _on_event(self, event: Event) -> None:
        match event:
            case LocalModelProgress():
                self.status.show_local_model(event)
            case StoreNotice():
                self.notices.say("warning", event.message)
            case _:
                pass

    def _choose_theme(self, choice: str) -> None:
        self.settings.theme = choice
        self._appearance.choose(choice)

    def _wear(self, theme: Theme) -> None:
        self._toolbar.setStyleSheet(toolbar_style(theme))
        wearers = (self.tabs, self.notices, self.panels, self.actions_by_name, self.run_menu, self.provider_chip)
        for part in (*wearers, self.adder.popup, self.find_menu, self.keyboard_menu, self.past_runs, self.subflows):
            part.set_theme(theme)
        self.undo_action.setIcon(icon("undo", theme))
        self.redo_action.setIcon(icon("redo", theme))

    # -- closing

    async def shut_down(self) -> None:
        """After `closed`: remember the layout, stop all background work. The session is closed by its owner."""
        self.settings.recent_types = self._search.recent
        self.settings.save()
        self._unsubscribe()
        await self.past_runs.close()
        for tab in list(self.tabs):
            self.tabs.drop(tab)
        await self._tasks.close()

    async def _ask_and_close_window(self) -> None:
        if await self._closing.may_close_window():
            self.settings.layout = (self.saveGeometry(), self.saveState())
            self.panels.remember(self.settings)
            self.closed.set()
            self.hide()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Never close at once: the questions are asked by a task (pitfall C2), which hides the window in the end."""
        event.ignore()
        take_in_typing()
        if self._asking is not None and not self._asking.done():
            self._asking.cancel()  # asked again, as while waiting for futures: the question comes anew
        self._asking = self._tasks.spawn("close the window", self._ask_and_close_window())
