"""Panels, status bar, dialogs and theme in the real window."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from driving import emitted, until
from editor_window import appeared, front, open_editor, press
from flows import draw
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox, QTextBrowser, QWidget

from editor import commands
from editor.action_specs import ACTIONS
from editor.canvas.add_request import AddRequest, WireEnd
from editor.dialogs.shortcuts import ShortcutsDialog
from editor.flow_files import FIRST_EXAMPLE, example_title, examples
from editor.menu_layout import MENUS, TOOLBAR
from editor.places import SNAP
from editor.resources import resource_path
from runtime.document.files import save_flow
from runtime.document.flow import PinDirection, PinKind, PinRef
from runtime.ids import NodeId, PinName
from runtime.llm.local_model import LocalModelProgress


@pytest.fixture
def flow_file(tmp_path: Path) -> Path:
    path = tmp_path / "hello.flow.json"
    save_flow(draw("start: event.button", "log: util.console").set("log", Message="hello").flow(), path)
    return path


def test_every_action_is_in_a_menu_and_no_two_that_can_be_done_at_once_share_a_key():
    placed = [entry for _title, entries in MENUS for entry in names_in(entries)]
    assert sorted(placed) == sorted(spec.name for spec in ACTIONS)
    assert set(names_in(TOOLBAR)) <= set(placed)
    keys = [key for spec in ACTIONS for key in spec.keys if spec.name != "continue"] + [
        "Ctrl+Z",
        "Ctrl+Shift+Z",
        "Ctrl+Y",
    ]
    assert len(set(keys)) == len(keys)


def names_in(entries):
    """The names of actions, those in menus within too."""
    for entry in entries:
        if isinstance(entry, tuple):
            yield from names_in(entry[1])
        elif entry and not entry.startswith("@"):
            yield entry


def test_the_examples_begin_with_the_newcomers_and_have_titles():
    assert examples()[0] == FIRST_EXAMPLE
    assert example_title(FIRST_EXAMPLE) == "Ask in the background"


def test_an_example_opens_from_the_menu_as_a_copy(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path) as window:
            menu = next(menu for menu in window.findChildren(QMenu) if "Examples" in menu.title())
            menu.aboutToShow.emit()
            action = next(action for action in menu.actions() if action.text() == "Eight questions")
            action.trigger()
            await until(lambda: front(window).document.nodes, window.tabs.current_tab_changed)
            assert front(window).document.path is None

    drive(main())


def test_what_the_palette_gives_lands_in_the_middle_of_the_view(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path) as window:
            tab = front(window)
            window.panels.palette.type_chosen.emit("util.console")
            (added,) = tab.canvas.selected_nodes()
            middle = tab.canvas.viewport().rect().center()
            assert tab.canvas.hit(QPointF(middle)).node == added
            assert all(number % SNAP == 0 for number in tab.document.nodes[added].position)

    drive(main())


def test_nodes_added_by_key_without_moving_the_mouse_lie_apart(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path) as window:
            tab = front(window)
            for _ in range(3):
                press(tab.canvas, "Shift+A")
                QTest.keyClicks(window.adder.popup.focusProxy(), "console")
                press(window.adder.popup.focusProxy(), "Return")
            first, second, third = (placed.rect for placed in tab.canvas.projection.nodes.values())
            assert not any(one.intersects(other) for one, other in ((first, second), (second, third), (third, first)))

    drive(main())


def test_a_wire_dropped_in_the_void_gets_a_node_that_fits_in_one_undo_step(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            tab = front(window)
            loose = PinRef(NodeId("start"), PinName("Out"))
            end = WireEnd(PinKind.EXEC, PinDirection.OUT, loose)
            tab.canvas.add_requested.emit(AddRequest(QPointF(400, 200), QPoint(300, 300), end))
            assert window.adder.popup.isVisible()
            window.adder.popup.type_chosen.emit("util.console")
            window.adder.popup.close()
            (added,) = tab.canvas.selected_nodes()
            assert tab.document.nodes[added].position == (400, 200)
            assert [wire.source for wire in tab.document.connections_of(added)] == [loose]
            window.undo_action.trigger()
            assert len(tab.document.nodes) == 2
            assert not tab.document.connections

    drive(main())


def test_the_inspector_and_the_problems_follow_the_flow_in_front(drive, tmp_path, flow_file):
    lame = tmp_path / "lame.flow.json"
    save_flow(draw("start: event.button", "log: util.console").exec("start.Out > log.In").flow(), lame)

    async def main():
        async with open_editor(tmp_path, flow_file, lame) as window:
            assert [problem.node for problem in window.panels.problems.problems] == ["log"]
            window.tabs.setCurrentIndex(0)
            assert "log" not in [
                problem.node for problem in window.panels.problems.problems if "missing" in problem.message
            ]

    drive(main())


def test_locating_finds_the_flow_that_has_the_node(drive, tmp_path, flow_file):
    other = tmp_path / "other.flow.json"
    save_flow(draw("begin: event.button").flow(), other)

    async def main():
        async with open_editor(tmp_path, flow_file, other) as window:
            window.panels.console.locate_requested.emit(NodeId("log"))
            assert front(window).document.title == "hello"
            assert front(window).canvas.selected_nodes() == ["log"]
            window.panels.console.locate_requested.emit(NodeId("gone"))
            assert "none of the open flows" in window.status.currentMessage()

    drive(main())


def test_the_progress_of_the_local_model_is_shown_while_it_lasts(drive, tmp_path):
    def progress(stage, done=0, total=0):
        return LocalModelProgress(0.0, None, stage, f"The model is {stage}", done, total)

    async def main():
        async with open_editor(tmp_path) as window:
            status = window.status
            status.show_local_model(progress("fetching", 40_000_000_000, 93_000_000_000))  # more than 32 bits hold
            assert status.progress.isVisible()
            assert 0 < status.progress.value() < status.progress.maximum()
            status.show_local_model(progress("starting"))
            assert status.progress.maximum() == 0
            status.show_local_model(progress("ready"))
            assert not status.progress.isVisible()
            assert status.currentMessage() == "The model is ready"

    drive(main())


def test_the_zoom_is_shown_and_set_by_actions(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            canvas = front(window).canvas
            window.actions_by_name["zoom_reset"].trigger()
            assert window.status.zoom_text == "100 %"
            window.actions_by_name["zoom_in"].trigger()
            assert canvas.view_state().zoom > 1
            assert window.status.zoom_text == "125 %"
            window.actions_by_name["zoom_out"].trigger()
            assert window.status.zoom_text == "100 %"

    drive(main())


def test_the_view_is_saved_with_the_flow_and_no_edit(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            tab = front(window)
            tab.canvas.zoom_to(0.75)
            assert not tab.document.is_modified
            assert await window.save(tab)
        async with open_editor(tmp_path, flow_file) as window:
            assert front(window).canvas.view_state().zoom == 0.75

    drive(main())


def test_another_theme_is_worn_by_all_and_kept(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            menu = next(menu for menu in window.findChildren(QMenu) if "Theme" in menu.title())
            light = next(action for action in menu.actions() if action.text() == "&Light")
            light.trigger()
            assert QApplication.palette().window().color().lightness() > 128
            assert front(window).canvas.theme.name == "light"
            assert window.settings.theme == "light"
            next(action for action in menu.actions() if action.text() == "&Dark").trigger()
            assert QApplication.palette().window().color().lightness() < 128

    drive(main())


def test_changing_the_theme_leaves_nothing_behind(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            menu = next(menu for menu in window.findChildren(QMenu) if "Theme" in menu.title())
            themes = {action.text(): action for action in menu.actions()}
            before = len(window.tabs.findChildren(QWidget))
            for name in ("&Light", "&Dark"):
                themes[name].trigger()
            assert len(window.tabs.findChildren(QWidget)) == before

    drive(main())


def test_help_is_not_modal(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path) as window:
            window.actions_by_name["shortcuts"].trigger()
            dialog = await appeared(window, ShortcutsDialog)
            assert not dialog.isModal()
            page = dialog.findChild(QTextBrowser).toPlainText()
            assert "Ctrl+S" in page
            assert "Drop a wire in the void" in page
            missing = [spec.name for spec in ACTIONS if spec.keys and QKeySequence(spec.keys[0]).toString() not in page]
            assert missing == []
            window.actions_by_name["about"].trigger()
            box = await appeared(window, QMessageBox)
            assert not box.isModal()
            assert "PySide6" in box.informativeText()
            box.accept()

    drive(main())


def test_the_provider_is_named_and_a_broken_file_says_where(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path) as window:
            assert window.provider_chip.text() == "Local model"
        (tmp_path / "providers.json").write_text("{")
        async with open_editor(tmp_path) as window:
            assert window.provider_chip.text() == "No provider"
            assert "providers.json" in window.provider_chip.toolTip()
            warned = window.provider_chip.icon().cacheKey()
            (tmp_path / "providers.json").unlink()
            window.provider_chip.click()
            assert window.provider_chip.text() == "Local model"
            assert window.provider_chip.icon().cacheKey() != warned

    drive(main())


def test_an_unhandled_failure_in_the_window_is_told_in_it(drive, tmp_path, surprises):
    async def main():
        async with open_editor(tmp_path) as window:
            window.errors.report("paint the moon", ValueError("no paint"))
            assert "no paint" in window.notices.texts[0]

    drive(main())
    surprises.expect("no paint")


def test_a_copy_of_an_example_runs_where_the_person_saved_it(drive, tmp_path):
    async def main():
        path = Path(shutil.copy(resource_path(f"examples/{FIRST_EXAMPLE}.flow.json"), tmp_path))
        async with open_editor(tmp_path, path) as window:
            assert window.windowTitle().startswith(FIRST_EXAMPLE)
            tab = front(window)
            window.actions_by_name["run"].trigger()
            assert tab.runs.running
            window.actions_by_name["stop"].trigger()
            await emitted(tab.runs.finished)

    drive(main())


def test_the_undo_history_lists_every_edit_by_name_and_a_click_goes_back(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            tab = front(window)
            before = tab.document.flow
            view = window.panels.undo_history
            assert not view.isVisible()
            window.panels.docks.raise_panel("undo")
            commands.add_node(tab.document, "util.console", (0, 400))
            commands.set_input(tab.document, NodeId("log"), PinName("Message"), "bye")
            model = view.model()
            shown = [model.index(row, 0).data() for row in range(model.rowCount())]
            assert shown == ["As opened", "Add Console", "Set Message"]
            spot = view.visualRect(model.index(0, 0)).center()
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
            assert tab.document.flow == before
            assert window.undo_action.isEnabled() is False
            assert window.redo_action.text().endswith("Add Console")

    drive(main())
