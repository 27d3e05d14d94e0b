"""A futures panel over futures that a test moves by hand, and what a person does to it."""

from __future__ import annotations

from moved_futures import MovedFutures
from panel_nodes import shown
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QTabWidget

from editor.panels.futures.columns import Column
from editor.panels.futures.panel import FuturesPanel
from editor.theme import Theme
from runtime.completions import Completions
from runtime.futures.events import FutureDelta, FutureEvent
from runtime.ids import NodeId
from runtime.llm.network import NetworkThread
from runtime.llm.providers import ProviderProfile, Providers

SECRET = "sk-of-the-desk"


class Desk(MovedFutures):
    """The panel, on the screen, with the keyboard.

    Attributes:
        held: events that the panel has not got yet, while `holds`.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__(self.hear)
        self.holds = False
        self.held: list[FutureEvent] = []
        profile = ProviderProfile(name="p", kind="openai", organization="org-1")
        self.providers = Providers([profile], environment={"OPENAI_API_KEY": SECRET})
        completions = Completions(self.registry, self.providers, NetworkThread(None))
        self.panel = FuturesPanel(self.registry, completions, self.providers, theme, lambda _run, node: f"Node {node}")
        self.messages: list[str] = []
        self.located: list[NodeId] = []
        self.panel.message.connect(self.messages.append)
        self.panel.locate_requested.connect(self.located.append)
        shown(self.panel, 1300, 400)

    def hear(self, event: FutureEvent) -> None:
        if self.holds:
            self.held.append(event)
        elif isinstance(event, FutureDelta):
            self.panel.on_texts({event.future_id})
        else:
            self.panel.on_event(event)

    def let_go(self) -> None:
        """Give the panel the events that were held."""
        self.holds = False
        held, self.held = self.held, []
        for event in held:
            self.hear(event)

    def select(self, *rows: int) -> None:
        """Click rows, the further ones with Ctrl."""
        self.panel.model.flush()
        modifier = Qt.KeyboardModifier.NoModifier
        for row in rows:
            at = self.panel.table.visualRect(self.panel.model.index(row, Column.NODE)).center()
            QTest.mouseClick(self.panel.table.viewport(), Qt.MouseButton.LeftButton, modifier, at)
            modifier = Qt.KeyboardModifier.ControlModifier
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        self.panel.grab()  # lays out what has become visible

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.panel.table, key, modifier)

    def cells(self, column: Column) -> list[str]:
        self.panel.model.flush()
        return [self.panel.model.index(row, column).data() for row in range(self.panel.model.rowCount())]

    def tabs(self) -> QTabWidget:
        return self.panel.details.findChild(QTabWidget)

    def tab_names(self) -> list[str]:
        tabs = self.tabs()
        return [tabs.tabText(i) for i in range(tabs.count()) if tabs.isTabVisible(i)]

    def response(self, choice: int = 1) -> QPlainTextEdit:
        texts = self.panel.details.findChildren(QPlainTextEdit)
        return next(text for text in texts if text.accessibleName() == f"Answer {choice}")

    def visible_labels(self) -> str:
        return "\n".join(label.text() for label in self.panel.findChildren(QLabel) if label.isVisible())
