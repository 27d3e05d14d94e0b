"""The window without a mouse: every menu has its letters, every field its name, and F-keys go round the panes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from canvas_stage import differing
from driving import turned
from editor_window import front, open_editor
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QToolButton,
    QWidget,
)

from editor.canvas.placing import add_node_in_sight
from editor.main_window import MainWindow

TAKES_INPUT = (
    QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QTabBar,
)  # fmt: skip


def menus_of(window: MainWindow) -> Iterator[tuple[str, list[QAction]]]:
    """All menus of the bar with their entries, the bar itself first."""
    waiting: list[tuple[str, list[QAction]]] = [("the bar", window.menuBar().actions())]
    while waiting:
        title, actions = waiting.pop()
        yield title, [action for action in actions if not action.isSeparator()]
        for action in actions:
            menu = action.menu()
            if isinstance(menu, QMenu):
                waiting.append((action.text(), menu.actions()))


def letter(text: str) -> str:
    """The letter after a single `&`, or ""."""
    plain = text.replace("&&", "")
    return plain.partition("&")[2][:1].casefold()


def test_no_two_entries_of_a_menu_share_a_letter(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path) as window:
            clashes = {}
            for title, actions in menus_of(window):
                letters = Counter(letter(action.text()) for action in actions)
                if twice := {
                    key: [a.text() for a in actions if letter(a.text()) == key]
                    for key, n in letters.items()
                    if key and n > 1
                }:
                    clashes[title] = twice
            assert clashes == {}

    drive(main())


def test_every_entry_of_the_menu_bar_has_a_letter_or_a_key(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path) as window:
            without = [
                f"{title}: {action.text()}"
                for title, actions in menus_of(window)
                for action in actions
                if not letter(action.text())
                and not action.shortcuts()
                and "Recent" not in title
                and "Examples" not in title
            ]
            assert without == [], "\n".join(without)

    drive(main())


def test_whatever_takes_input_has_a_name_for_a_screen_reader(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path) as window:
            add_node_in_sight(front(window).canvas, "openai.chat_completion_async")
            await turned()
            nameless = [_described(widget) for widget in window.findChildren(QWidget) if _is_nameless(widget)]
            assert nameless == [], "\n".join(nameless)

    drive(main())


def test_ctrl_f6_goes_round_the_open_panels_and_back_to_the_canvas(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path) as window:
            tab = front(window)
            tab.setFocus()
            open_ones = window.panels.docks.open_panels()
            open_ones.remove(window.panels.problems)  # without a problem there is nothing to go to
            seen = []
            for _ in range(len(open_ones) + 1):
                window.actions_by_name["next_pane"].trigger()
                at = QApplication.focusWidget()
                seen.append(next(pane for pane in [*open_ones, tab] if pane.isAncestorOf(at)))
            assert seen == [*open_ones, tab]
            window.actions_by_name["previous_pane"].trigger()
            assert open_ones[-1].isAncestorOf(QApplication.focusWidget())

    drive(main())


def test_ctrl_f6_goes_to_messages_too_and_their_buttons_work_by_keys(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path) as window:
            done: list[str] = []
            window.activateWindow()
            window.notices.say("warning", "The file was changed.", ("Reload", lambda: done.append("reload")))
            assert window.notices.accessibleDescription() == "The file was changed."
            await turned()
            front(window).setFocus()
            window.actions_by_name["next_pane"].trigger()
            button = QApplication.focusWidget()
            assert isinstance(button, QToolButton)
            assert button.text() == "Reload"
            QTest.keyClick(button, Qt.Key.Key_Space)
            assert done == ["reload"]
            window.actions_by_name["next_pane"].trigger()
            assert window.panels.palette.isAncestorOf(QApplication.focusWidget())

    drive(main())


@pytest.mark.parametrize("theme", ["&Dark", "&Light", "&High contrast"])
def test_the_keyboard_shows_at_every_button_and_tab_bar(drive, tmp_path, theme):
    async def main():
        async with open_editor(tmp_path) as window:
            window.activateWindow()
            menu = next(menu for menu in window.findChildren(QMenu) if "Theme" in menu.title())
            next(action for action in menu.actions() if action.text() == theme).trigger()
            add_node_in_sight(front(window).canvas, "openai.chat_completion_async")
            window.notices.say("warning", "The file was changed.", ("Reload", lambda: None))
            await turned()
            seen = 0
            for widget in window.findChildren(QAbstractButton) + window.findChildren(QTabBar):
                if not _takes_keys(widget):
                    continue
                front(window).setFocus()
                without = window.grab().toImage()
                widget.setFocus(Qt.FocusReason.TabFocusReason)
                assert differing(without, window.grab().toImage()) > 60, _described(widget)
                seen += 1
            assert seen > 10

    drive(main())


def _takes_keys(widget: QWidget) -> bool:
    whole = widget.visibleRegion().boundingRect() == widget.rect()
    return whole and widget.isEnabled() and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def _is_nameless(widget: QWidget) -> bool:
    if not isinstance(widget, TAKES_INPUT) or widget.objectName().startswith("qt_"):
        return False
    if any(isinstance(around, QLineEdit | QAbstractSpinBox | QComboBox) for around in _around(widget)):
        return False  # a part of it that Qt adds
    if isinstance(widget, QHeaderView):
        return False  # readers are told its sections, by name
    told = QAccessible.queryAccessibleInterface(widget)
    return told is not None and not told.text(QAccessible.Text.Name).strip()


def _around(widget: QWidget) -> list[QWidget]:
    parents = [widget.parentWidget()]
    while parents[-1] is not None:
        parents.append(parents[-1].parentWidget())
    return [parent for parent in parents if parent is not None]


def _described(widget: QWidget) -> str:
    path = []
    at: QWidget | None = widget
    while at is not None and not isinstance(at, MainWindow):
        path.append(f"{type(at).__name__}#{at.objectName()}")
        at = at.parentWidget()
    return " < ".join(path)


def test_a_click_on_the_tab_in_front_gives_its_canvas_the_keyboard(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path) as window:
            window.activateWindow()
            window.panels.palette.findChild(QLineEdit).setFocus()
            bar = window.tabs.tabBar()
            spot = bar.tabRect(0).center()
            QTest.mouseClick(bar, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
            assert window.focusWidget() is front(window).canvas

    drive(main())


def test_ctrl_f6_goes_to_messages_first_and_closing_one_gives_the_canvas_the_keyboard(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path) as window:
            window.activateWindow()
            front(window).setFocus()
            window.notices.say("warning", "Something happened")
            window.actions_by_name["next_pane"].trigger()
            at = QApplication.focusWidget()
            assert window.notices.isAncestorOf(at)
            QTest.keyClick(at, Qt.Key.Key_Space)
            assert window.notices.texts == []
            assert front(window).canvas.hasFocus()

    drive(main())


def test_a_canvas_to_which_keys_brought_the_focus_shows_it_until_the_mouse_is_pressed(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path) as window:
            window.activateWindow()
            canvas = front(window).canvas
            window.panels.palette.findChild(QLineEdit).setFocus()
            without = canvas.viewport().grab().toImage()
            for action in ("previous_pane", "next_pane", "previous_pane"):
                window.actions_by_name[action].trigger()
            assert canvas.hasFocus()
            assert canvas.viewport().grab().toImage() != without
            QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton)
            assert canvas.viewport().grab().toImage() == without

    drive(main())
