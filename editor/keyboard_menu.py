"""What menus and keys do where the keyboard is on the canvas: stepping, connecting from a list, following wires."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from runtime.document.flow import PinDirection
from runtime.errors import IllegalConnectionError

from . import commands
from .canvas import announce
from .canvas.add_request import WireEnd
from .canvas.convert_offer import insert_conversion
from .canvas.keyboard_wires import follow
from .canvas.rows import PinKey
from .canvas.target_choice import Target, targets_of
from .docks import Docks
from .flow_tab import FlowTab
from .notices import NoticeBar
from .panels.target_popup import TargetPopup
from .tabs import FlowTabs
from .theme import Theme


class KeyboardMenu(QObject):
    """Handlers for `Actions`, and the list of targets that a canvas asks for.

    Attributes:
        popup: that list.
    """

    def __init__(self, tabs: FlowTabs, docks: Docks, notices: NoticeBar, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._tabs = tabs
        self._docks = docks
        self._notices = notices
        notices.left.connect(self._go_to_canvas)
        self.popup = TargetPopup(theme, window)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What each action does."""
        return {
            "next_pane": lambda: self._go_to_pane(1),
            "previous_pane": lambda: self._go_to_pane(-1),
            "next_node": self._tabs.on_front(lambda tab: tab.canvas.keyboard.step(1)),
            "previous_node": self._tabs.on_front(lambda tab: tab.canvas.keyboard.step(-1)),
            "connect": self._tabs.on_front(lambda tab: tab.canvas.keyboard.ask_for_targets()),
            "follow_on": self._tabs.on_front(lambda tab: follow(tab.canvas, PinDirection.OUT)),
            "follow_back": self._tabs.on_front(lambda tab: follow(tab.canvas, PinDirection.IN)),
        }

    def watch(self, tab: FlowTab) -> None:
        """Open the list whenever the tab's canvas asks for it."""
        tab.canvas.targets_requested.connect(partial(self._open, tab))

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self.popup.set_theme(theme)

    def _go_to_pane(self, step: int) -> None:
        """From the canvas to the messages, round all panels that are open, each brought to the front, and back."""
        tab = self._tabs.current
        panes: list[QWidget] = [tab] if tab is not None else []
        panes += [self._notices] if self._notices.texts else []
        panes += self._docks.open_panels()
        at = QApplication.focusWidget()
        here = next((i for i, pane in enumerate(panes) if at is not None and pane.isAncestorOf(at)), 0)
        for goal in panes[here + step :: step] + panes[::step]:
            self._docks.raise_widget(goal)
            if field := goal if goal is tab else next(_fields(goal), None):
                field.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def _go_to_canvas(self) -> None:
        if (tab := self._tabs.current) is not None:
            tab.setFocus(Qt.FocusReason.TabFocusReason)

    def _open(self, tab: FlowTab, end: WireEnd) -> None:
        projection = tab.canvas.projection
        at = projection.pin_position(end.pin.node, PinKey(end.direction, end.kind, end.pin.pin))
        what = announce.place(tab.document, end.pin)
        targets = targets_of(projection, end)
        self.popup.open_at(tab.canvas.global_position(at), what, targets, partial(_connect, tab))


def _fields(panel: QWidget) -> Iterator[QWidget]:
    """What takes the focus in a panel: what the panel gives it to, else the first field."""
    own = panel.focusProxy()
    for field in (*([own] if own is not None else []), *panel.findChildren(QWidget)):
        if field.focusPolicy() & Qt.FocusPolicy.TabFocus and field.isVisible() and field.isEnabled():
            yield field


def _connect(tab: FlowTab, target: Target) -> None:
    """Draw the wire; what was deleted while the list was open is no error."""
    document = tab.document
    tab.setFocus()
    if not {target.wire.source.node, target.wire.target.node} <= document.nodes.keys():
        return
    try:
        insert_conversion(tab.canvas, target.wire) if target.through else commands.connect(document, *target.wire)
    except IllegalConnectionError as error:
        tab.message.emit(str(error))
        return
    announce.say(tab.canvas, f"Connected: {', '.join([announce.about_wire(document, target.wire), *target.also])}")
