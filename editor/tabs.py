"""The open flows, one tab each; the undo stack of the one in front answers Undo and Redo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QUndoGroup
from PySide6.QtWidgets import QTabBar, QTabWidget, QToolButton, QWidget

from .appearance import dress_tabs
from .flat_button import flat_button
from .flow_tab import FlowTab
from .icons import icon
from .theme import Theme

MODIFIED = "•"


class FlowTabs(QTabWidget):
    """The tabs.

    Attributes:
        undo_group: makes the Undo and Redo actions.

    Signals:
        current_tab_changed(): another flow is in front, or none.
        close_wanted(FlowTab): a tab's cross was clicked.
        dropped(FlowTab): it was taken out and is about to be deleted.
    """

    current_tab_changed = Signal()
    close_wanted = Signal(object)
    dropped = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.undo_group = QUndoGroup(self)
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)
        self.setMovable(True)
        self.setUsesScrollButtons(True)
        self.currentChanged.connect(self._take_up)
        self.tabBarClicked.connect(self._give_keyboard)

    def __contains__(self, tab: object) -> bool:
        return any(other is tab for other in self)

    def __iter__(self) -> Iterator[FlowTab]:
        for index in range(self.count()):
            widget = self.widget(index)
            assert isinstance(widget, FlowTab)
            yield widget

    @property
    def current(self) -> FlowTab | None:
        """The flow in front."""
        widget = self.currentWidget()
        return widget if isinstance(widget, FlowTab) else None

    def on_front(self, act: Callable[[FlowTab], object]) -> Callable[[], None]:
        """A handler for an action that does something to the flow in front."""

        def handler() -> None:
            if (tab := self.current) is not None:
                act(tab)

        return handler

    def _give_keyboard(self, index: int) -> None:
        """Whoever clicks on a tab means its flow, also the one that is in front already."""
        if (tab := self.widget(index)) is not None:
            self.setCurrentIndex(index)
            tab.setFocus()

    def add(self, tab: FlowTab) -> None:
        """Put a flow into a tab of its own, in front."""
        document = tab.document
        self.undo_group.addStack(document.undo_stack)
        document.path_changed.connect(lambda: self._name(tab))
        document.undo_stack.cleanChanged.connect(lambda _clean: self._name(tab))
        tab.runs.running_changed.connect(lambda: self._name(tab))
        tab.recording_changed.connect(lambda: self._name(tab))
        tab.listening.changed.connect(lambda: self._name(tab))
        self.tabBar().setTabButton(self.addTab(tab, ""), QTabBar.ButtonPosition.RightSide, self._cross(tab))
        self._name(tab)
        self.setCurrentWidget(tab)
        tab.setFocus()

    def drop(self, tab: FlowTab) -> None:
        """Take a flow out and delete its tab."""
        tab.close_down()
        self.undo_group.removeStack(tab.document.undo_stack)
        tab.document.undo_stack.clear()  # else its destructor tells a tab that is half gone that it is clean
        field: QWidget | None = self.window().focusWidget()  # the window's, for a question may have the application's
        had_keyboard = field is not None and tab.isAncestorOf(field)
        self.removeTab(self.indexOf(tab))
        if had_keyboard and self.current is not None:
            self.current.setFocus()  # else Qt gives it to whatever comes next in the window
        self.dropped.emit(tab)
        tab.deleteLater()

    def tab_of(self, path: Path) -> FlowTab | None:
        """The tab in which a file is open."""
        wanted = path.resolve()
        return next((tab for tab in self if tab.document.path and tab.document.path.resolve() == wanted), None)

    def set_theme(self, theme: Theme) -> None:
        """Wear other colours."""
        self._theme = theme
        dress_tabs(self, theme)
        for index, tab in enumerate(self):
            cross = self.tabBar().tabButton(index, QTabBar.ButtonPosition.RightSide)
            assert isinstance(cross, QToolButton)
            cross.setIcon(_cross_icon(theme))
            self._name(tab)
            tab.canvas.set_theme(theme)

    def _cross(self, tab: FlowTab) -> QToolButton:
        """The button that closes a tab; Qt's own is red in every theme."""
        button = flat_button("Close this flow (Ctrl+W)", icon_size=12)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setIcon(_cross_icon(self._theme))
        button.clicked.connect(lambda: self.close_wanted.emit(tab))
        return button

    def _take_up(self, _index: int) -> None:
        tab = self.current
        self.undo_group.setActiveStack(tab.document.undo_stack if tab else None)  # type: ignore[arg-type]  # None: no stack
        self.current_tab_changed.emit()

    def _name(self, tab: FlowTab) -> None:
        index, document = self.indexOf(tab), tab.document
        if index < 0:
            return
        begins = ("REC " if tab.recorded_to else "") + ("▶ " if tab.runs.running else "")
        marks = (begins, f" {MODIFIED}" if document.is_modified else "")
        self.setTabText(index, f"{marks[0]}{document.title}{marks[1]}".replace("&", "&&"))
        where = str(document.path) if document.path else "Not saved yet"
        self.setTabToolTip(index, f"{where}\nListening: its events start runs" if tab.listening.is_on else where)
        self.setTabIcon(index, icon("listen", self._theme, "link") if tab.listening.is_on else QIcon())
        if tab is self.current:
            self.current_tab_changed.emit()


def _cross_icon(theme: Theme) -> QIcon:
    return icon("close", theme, "text.faint")
