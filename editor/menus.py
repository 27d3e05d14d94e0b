"""Menus and toolbar, made from the data in menu_layout.py and from what the window adds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from .actions import Actions
from .canvas.hit import Hit
from .menu_layout import FRAME_MENU, MENUS, NODE_MENU, TOOLBAR, WIRE_MENU, Entry
from .settings import THEME_CHOICES

Fill = Callable[[], Iterable[tuple[str, Callable[[], object]]]]
"""What a menu shows each time it opens: (text, what to do)."""

Extras = Mapping[str, QAction | QMenu | QWidget | Sequence[QAction]]
"""What stands behind the names that begin with `@`."""

_THEME_TITLES: Final = {"system": "&As the system", "dark": "&Dark", "light": "&Light", "contrast": "&High contrast"}


def fill_menu_bar(window: QMainWindow, actions: Actions, extras: Extras) -> None:
    """Make all menus."""
    for title, entries in MENUS:
        menu = window.menuBar().addMenu(title)
        menu.setToolTipsVisible(True)
        for entry in entries:
            _add(menu, entry, actions, extras)


def make_toolbar(window: QMainWindow, actions: Actions, extras: Extras) -> QToolBar:
    """Make the toolbar and put it on top."""
    bar = QToolBar("Toolbar", window)
    bar.setObjectName("toolbar")
    bar.setMovable(False)
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    for entry in TOOLBAR:
        _add(bar, entry, actions, extras)
    window.addToolBar(Qt.ToolBarArea.TopToolBarArea, bar)
    return bar


def _add(into: QMenu | QToolBar, entry: Entry, actions: Actions, extras: Extras) -> None:
    if entry is None:
        into.addSeparator()
        return
    if isinstance(entry, tuple):
        assert isinstance(into, QMenu)
        title, entries = entry
        within = into.addMenu(title)
        for part in entries:
            _add(within, part, actions, extras)
        return
    what = extras[entry] if entry.startswith("@") else actions[entry]
    match what:
        case QAction():
            into.addAction(what)
        case QMenu():
            into.addAction(what.menuAction())
        case QWidget():
            assert isinstance(into, QToolBar)
            into.addWidget(what)
        case _:
            into.addActions(list(what))


def listing_menu(title: str, parent: QWidget, fill: Fill, nothing: str) -> QMenu:
    """A submenu that is made anew each time it opens; `nothing` is what an empty one says."""
    menu = QMenu(title, parent)

    def refill() -> None:
        menu.clear()
        for text, act in fill():
            menu.addAction(text).triggered.connect(lambda _checked=False, act=act: act())
        if menu.isEmpty():
            menu.addAction(nothing).setEnabled(False)

    menu.aboutToShow.connect(refill)
    return menu


def theme_menu(parent: QWidget, choice: str, choose: Callable[[str], object]) -> QMenu:
    """The choice of a theme."""
    menu = QMenu("&Theme", parent)
    group = QActionGroup(menu)
    for name in THEME_CHOICES:
        action = menu.addAction(_THEME_TITLES[name])
        action.setCheckable(True)
        action.setChecked(name == choice)
        action.triggered.connect(lambda _checked=False, name=name: choose(name))
        group.addAction(action)
    return menu


def run_button(action: QAction, entries: QMenu) -> QToolButton:
    """The Run button, with the events to start from behind its arrow."""
    button = QToolButton()
    button.setObjectName("run_button")
    button.setDefaultAction(action)
    button.setMenu(entries)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return button


def spacer() -> QWidget:
    """Pushes what follows it in a toolbar to the right."""
    widget = QWidget()
    widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return widget


def canvas_menu(parent: QWidget, actions: Actions, hit: Hit) -> QMenu:
    """What a right click on a node, a frame or a wire offers."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for entry in NODE_MENU if hit.node is not None else FRAME_MENU if hit.frame is not None else WIRE_MENU:
        _add(menu, entry, actions, {})
    return menu
