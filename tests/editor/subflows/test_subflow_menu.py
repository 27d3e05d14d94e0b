"""Subflows by menu, keys and mouse in the real window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from driving import turned, until
from editor_window import appeared, front, open_editor, press
from flows import draw
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QToolButton

from editor import commands
from editor.canvas.locating import show_place
from editor.flow_tab import FlowTab
from editor.main_window import MainWindow
from editor.subflows.breadcrumb import Breadcrumb
from runtime.document.files import dump_flow, load_flow, save_flow
from runtime.ids import NodeId


@pytest.fixture
def flow_file(tmp_path: Path) -> Path:
    flow = draw("start: event.button", "text: value.text", "once: util.console", "log: util.console")
    flow.exec("start.Out > once.In", "once.Out > log.In").data("text.Output > once.Message")
    path = tmp_path / "main.flow.json"
    save_flow(flow.flow(), path)
    return path


async def extracted(window: MainWindow, path: Path) -> NodeId:
    """Extract `once` into a file by key and dialog; returns the call."""
    tab = front(window)
    tab.canvas.select([NodeId("once")])
    press(tab.canvas, "Ctrl+Shift+E")
    dialog = await appeared(window, QFileDialog)
    dialog.findChild(QLineEdit, "fileNameEdit").setText(str(path))
    dialog.accept()
    await until(lambda: tab.document.is_modified, tab.document.undo_stack.indexChanged)
    (call,) = tab.canvas.selected_nodes()
    return call


async def entered(window: MainWindow, caller: FlowTab, call: NodeId) -> FlowTab:
    """Double-click on a call, and wait until its flow is in front."""
    show_place(caller.canvas, call)
    rect = caller.canvas.projection.nodes[call].rect
    place = caller.canvas.camera.to_view(rect.topLeft()).toPoint()
    QTest.mouseDClick(caller.canvas.viewport(), Qt.MouseButton.LeftButton, pos=place + QPoint(30, 8))
    await until(lambda: front(window) is not caller, window.tabs.current_tab_changed)
    while bar_of(window, front(window)) is None:  # whatever the order in which those who listen hear of the new tab
        await turned()
    return front(window)


def bar_of(window: MainWindow, tab: FlowTab) -> Breadcrumb | None:
    return window.subflows.navigation.bar_of(tab)


def test_extracting_asks_for_a_name_writes_the_file_and_is_one_step(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            document = front(window).document
            before = dump_flow(document.flow)
            call = await extracted(window, tmp_path / "part.flow.json")
            assert document.nodes[call].config == {"path": "part.flow.json"}
            assert [node.type for node in load_flow(tmp_path / "part.flow.json").nodes] == [
                "event.button", "flow.input", "util.console",
            ]  # fmt: skip
            assert "Message" in document.signature(call).inputs
            window.undo_action.trigger()
            assert dump_flow(document.flow) == before
            window.redo_action.trigger()
            front(window).canvas.select([call])
            window.actions_by_name["unpack_subflow"].trigger()
            await until(lambda: call not in document.nodes, document.changed)
            assert len(document.connections) == 3

    drive(main())


def test_undo_keeps_the_file_and_offers_the_trash_and_redo_writes_it_again(drive, tmp_path, flow_file, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(home))

    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            document, part = front(window).document, tmp_path / "part.flow.json"
            call = await extracted(window, part)
            written = part.read_bytes()
            window.undo_action.trigger()
            assert "part.flow.json, was kept" in window.notices.texts[0]
            button = next(one for one in window.notices.findChildren(QToolButton) if "Trash" in one.text())
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
            await turned_until(lambda: not part.exists())
            assert not window.notices.texts
            assert (home / "Trash" / "files" / part.name).read_bytes() == written
            window.redo_action.trigger()
            await turned_until(part.exists)
            assert part.read_bytes() == written
            await turned_until(lambda: "Message" in document.signature(call).inputs)

    drive(main())


def test_redo_takes_the_offer_back_and_deleting_the_call_by_hand_makes_none(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            call = await extracted(window, tmp_path / "part.flow.json")
            window.undo_action.trigger()
            assert len(window.notices.texts) == 1
            window.redo_action.trigger()
            assert not window.notices.texts
            commands.remove(front(window).document, [call])
            assert not window.notices.texts

    drive(main())


def test_a_subflow_that_was_edited_since_is_not_moved_to_the_trash(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            part = tmp_path / "part.flow.json"
            await extracted(window, part)
            window.undo_action.trigger()
            save_flow(draw("start: event.button").flow(), part)
            button = next(one for one in window.notices.findChildren(QToolButton) if "Trash" in one.text())
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
            await until(lambda: "it was changed since" in "".join(window.notices.texts), window.notices.changed)
            assert part.exists()

    drive(main())


async def turned_until(condition: Callable[[], bool]) -> None:
    """Wait for something of which no signal tells."""
    while not condition():
        await turned()


def test_what_cannot_be_extracted_is_told_before_a_name_is_asked_for(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            front(window).canvas.select([NodeId("start"), NodeId("once")])
            press(front(window).canvas, "Ctrl+Shift+E")
            await until(lambda: window.notices.texts, window.notices.changed)
            assert "“Button Event” starts this flow" in window.notices.texts[0]
            assert not window.findChildren(QFileDialog)

    drive(main())


def test_a_double_click_on_a_call_opens_its_flow_beside_it_with_the_way_back_above(drive, tmp_path, flow_file):
    other = tmp_path / "other.flow.json"
    save_flow(draw("start: event.button").flow(), other)

    async def main():
        async with open_editor(tmp_path, flow_file, other) as window:
            window.tabs.setCurrentIndex(0)
            caller = front(window)
            call = await extracted(window, tmp_path / "part.flow.json")
            inside = await entered(window, caller, call)
            assert [window.tabs.tabText(i).split()[0] for i in range(3)] == ["main", "part", "other"]
            bar = bar_of(window, inside)
            assert [button.text() for button in bar.buttons] == ["main"]
            QTest.mouseClick(bar.buttons[0], Qt.MouseButton.LeftButton)
            await until(lambda: front(window) is caller, window.tabs.current_tab_changed)
            assert caller.canvas.selected_nodes() == [call]
            window.tabs.setCurrentWidget(inside)
            window.actions_by_name["back_to_caller"].trigger()
            await until(lambda: front(window) is caller, window.tabs.current_tab_changed)

    drive(main())


def test_return_opens_the_selected_call_and_a_saved_edit_there_gives_the_call_its_pins(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            caller = front(window)
            call = await extracted(window, tmp_path / "part.flow.json")
            caller.canvas.select([call])
            press(caller.canvas, "Return")
            await until(lambda: front(window) is not caller, window.tabs.current_tab_changed)
            document = front(window).document
            commands.add_node(document, "flow.input", (0, 300))
            assert await window.save(front(window))
            assert set(caller.document.signature(call).inputs) == {"Message", "Input"}

    drive(main())


def test_a_flow_with_unsaved_edits_is_not_unpacked(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            caller = front(window)
            call = await extracted(window, tmp_path / "part.flow.json")
            inside = await entered(window, caller, call)
            commands.add_node(inside.document, "util.console", (0, 300))
            window.tabs.setCurrentWidget(caller)
            caller.canvas.select([call])
            window.actions_by_name["unpack_subflow"].trigger()
            await until(lambda: window.notices.texts, window.notices.changed)
            assert "part.flow.json has unsaved edits in its tab" in window.notices.texts[0]
            assert call in caller.document.nodes

    drive(main())
