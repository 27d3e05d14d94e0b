"""Breakpoints by keys and menus in the window: what each does, what undo gives back, and when it can be done."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import turned
from editor_window import front, open_editor, press
from flows import draw
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu

from editor.main_window import MainWindow
from runtime.document.files import save_flow
from runtime.document.flow import Breakpoint
from runtime.ids import NodeId

LOG, SECOND, NOTE = NodeId("log"), NodeId("second"), NodeId("note")


@pytest.fixture
def flow_file(tmp_path: Path) -> Path:
    path = tmp_path / "hello.flow.json"
    drawing = draw("start: event.button", "log: util.console", "second: util.console", "note: flow.comment")
    save_flow(drawing.exec("start.Out > log.In", "log.Out > second.In").flow(), path)
    return path


def stops(window: MainWindow) -> dict[str, Breakpoint]:
    nodes = front(window).document.nodes.items()
    return {node_id: node.breakpoint for node_id, node in nodes if node.breakpoint is not None}


async def enabled(window: MainWindow) -> set[str]:
    names = (
        "toggle_breakpoint",
        "edit_breakpoint",
        "switch_breakpoint",
        "switch_breakpoints",
        "remove_breakpoints",
    )
    await turned()
    return {name for name in names if window.actions_by_name[name].isEnabled()}


def select(window: MainWindow, *nodes: NodeId) -> None:
    front(window).canvas.setFocus()
    front(window).canvas.select(nodes)


def test_f9_sets_breakpoints_on_the_selected_nodes_and_takes_them_off(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            canvas, undo = front(window).canvas, front(window).document.undo_stack
            select(window, LOG, SECOND, NOTE)
            press(canvas, "F9")
            assert stops(window) == {LOG: Breakpoint(), SECOND: Breakpoint()}
            assert undo.undoText() == "Set 2 breakpoints"
            select(window, LOG)
            press(canvas, "F9")
            assert stops(window) == {SECOND: Breakpoint()}
            undo.undo()
            undo.undo()
            assert not stops(window)
            assert not front(window).document.is_modified

    drive(main())


def test_some_with_and_some_without_a_breakpoint_get_one_and_keep_theirs(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            select(window, LOG)
            press(front(window).canvas, "Shift+F9")
            editor = front(window).canvas.breakpoints.editor
            assert editor is not None
            editor.condition.setText("Level == 'info'")
            press(editor.condition, "Return")
            select(window, LOG, SECOND)
            press(front(window).canvas, "F9")
            assert stops(window) == {LOG: Breakpoint(condition="Level == 'info'"), SECOND: Breakpoint()}

    drive(main())


def test_breakpoints_are_disabled_without_being_lost_one_or_all_and_removed_at_once(drive, tmp_path, flow_file):
    off = Breakpoint(enabled=False)

    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            canvas, actions = front(window).canvas, window.actions_by_name
            select(window, LOG, SECOND)
            press(canvas, "F9")
            select(window, LOG)
            press(canvas, "Ctrl+F9")
            assert stops(window) == {LOG: off, SECOND: Breakpoint()}
            await turned()
            assert actions["switch_breakpoint"].text() == "&Enable Breakpoint"
            assert actions["switch_breakpoints"].text() == "Disable &All Breakpoints"
            actions["switch_breakpoints"].trigger()
            assert stops(window) == {LOG: off, SECOND: off}
            await turned()
            assert actions["switch_breakpoints"].text() == "Enable &All Breakpoints"
            actions["switch_breakpoints"].trigger()
            assert stops(window) == {LOG: Breakpoint(), SECOND: Breakpoint()}
            await turned()
            press(canvas, "Ctrl+Shift+F9")
            assert not stops(window)
            front(window).document.undo_stack.undo()
            assert len(stops(window)) == 2

    drive(main())


def test_what_cannot_be_done_to_breakpoints_is_disabled(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            assert await enabled(window) == set()
            select(window, NOTE)
            assert await enabled(window) == set()
            select(window, LOG, SECOND)
            assert await enabled(window) == {"toggle_breakpoint"}
            select(window, LOG)
            assert await enabled(window) == {"toggle_breakpoint", "edit_breakpoint"}
            press(front(window).canvas, "F9")
            everything = {"toggle_breakpoint", "edit_breakpoint", "switch_breakpoint"} | {
                "switch_breakpoints",
                "remove_breakpoints",
            }
            assert await enabled(window) == everything
            select(window)
            assert await enabled(window) == {"switch_breakpoints", "remove_breakpoints"}
            window.actions_by_name["new"].trigger()
            assert await enabled(window) == set()

    drive(main())


def test_a_right_click_on_a_node_offers_its_breakpoint(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            canvas = front(window).canvas
            spot = canvas.camera.rect_to_view(canvas.projection.nodes[LOG].rect).topLeft()
            spot.setX(spot.x() + 60)
            spot.setY(spot.y() + 12)
            event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, canvas.viewport().mapToGlobal(spot))
            QApplication.sendEvent(canvas.viewport(), event)
            menu = next(menu for menu in window.findChildren(QMenu) if menu.isVisible())
            entry = next(action for action in menu.actions() if action.text() == "Toggle &Breakpoint")
            assert entry.isEnabled()
            entry.trigger()
            menu.close()
            assert set(stops(window)) == {LOG}

    drive(main())
