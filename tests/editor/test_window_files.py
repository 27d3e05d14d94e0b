"""New, open, save, close: through the real window, by keys and dialogs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from driving import until
from editor_window import answer, appeared, front, open_editor, press
from flows import draw
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu

from editor import commands
from runtime.document.files import load_flow, save_flow
from runtime.ids import NodeId, PinName


@pytest.fixture
def flow_file(tmp_path: Path) -> Path:
    path = tmp_path / "hello.flow.json"
    flow = (
        draw("start: event.button", "log: util.console").set("log", Message="hello").exec("start.Out > log.In").flow()
    )
    save_flow(flow, path)
    return path


def edit(window) -> None:
    """Change something in the flow in front."""
    commands.add_node(front(window).document, "util.console", (0, 400))


def menu_texts(window, title: str) -> list[str]:
    """What a menu that is made anew each time offers now."""
    menu = next(menu for menu in window.findChildren(QMenu) if menu.title().replace("&", "") == title)
    menu.aboutToShow.emit()
    return [action.text() for action in menu.actions()]


def test_a_newcomer_sees_the_first_example_as_an_untitled_copy(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, first=True) as window:
            document = front(window).document
            assert document.title == "Ask in the background"
            assert document.path is None
            assert not document.is_modified
            assert "openai.chat_completion_async" in [node.type for node in document.nodes.values()]
            assert window.actions_by_name["run"].isEnabled()

    drive(main())


def test_save_by_key_writes_the_file_and_reopening_gives_the_same_flow(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            document = front(window).document
            edit(window)
            assert window.isWindowModified()
            press(front(window).canvas, "Ctrl+S")
            await until(lambda: not document.is_modified, document.undo_stack.cleanChanged)
            saved = load_flow(flow_file)
            assert len(saved.nodes) == 3
            press(front(window).canvas, "Ctrl+W")
            await until(lambda: front(window).document is not document, window.tabs.current_tab_changed)
            await window.open_files([flow_file])
            assert front(window).document.flow == saved

    drive(main())


def test_save_asks_for_a_place_when_there_is_none(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path) as window:
            edit(window)
            document = front(window).document
            press(front(window).canvas, "Ctrl+S")
            dialog = await appeared(window, QFileDialog)
            dialog.findChild(QLineEdit, "fileNameEdit").setText(str(tmp_path / "mine"))
            dialog.accept()
            await until(lambda: document.path, document.path_changed)
            assert document.path == tmp_path / "mine.flow.json"
            assert not document.is_modified
            assert window.tabs.tabText(0) == "mine"
            assert load_flow(document.path).nodes == tuple(document.nodes.values())

    drive(main())


def test_a_cancelled_save_dialog_saves_nothing(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path) as window:
            edit(window)
            window.actions_by_name["save"].trigger()
            dialog = await appeared(window, QFileDialog)
            dialog.reject()
            assert front(window).document.is_modified

    drive(main())


def test_a_place_that_cannot_be_written_gives_a_message_and_keeps_the_edits(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            document = front(window).document
            edit(window)
            document.path = tmp_path / "gone" / "hello.flow.json"
            window.actions_by_name["save"].trigger()
            await until(lambda: window.notices.texts, window.notices.changed)
            (text,) = window.notices.texts
            assert "gone" in text
            assert "Save As" in text
            assert document.is_modified

    drive(main())


def test_edits_made_while_the_file_is_written_are_not_taken_for_saved(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            document = front(window).document
            edit(window)
            saving = window.save(front(window))
            await asyncio.sleep(0)  # let it take what is to be written
            edit(window)
            assert await saving
            assert document.is_modified
            assert len(load_flow(flow_file).nodes) == 3

    drive(main())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"format": "futureflow", "version": 1, "nodes": [', "line 1"),
        ('{"format": "futureflow", "version": 999}', "999"),
        ("not json at all", "broken.flow.json"),
    ],
)
def test_a_broken_file_on_the_command_line_gives_a_message_in_a_window_that_works(drive, tmp_path, text, says):
    broken = tmp_path / "broken.flow.json"
    broken.write_text(text)

    async def main():
        async with open_editor(tmp_path, broken, tmp_path / "missing.flow.json") as window:
            first, second = window.notices.texts
            assert says in first
            assert "missing.flow.json" in second
            assert window.tabs.count() == 1
            edit(window)
            assert len(front(window).document.nodes) == 1

    drive(main())


def test_several_files_open_in_tabs_and_one_file_only_once(drive, tmp_path, flow_file):
    other = tmp_path / "other.flow.json"
    save_flow(load_flow(flow_file), other)

    async def main():
        async with open_editor(tmp_path, flow_file, other, flow_file) as window:
            assert [window.tabs.tabText(index) for index in range(window.tabs.count())] == ["hello", "other"]
            assert front(window).document.path == flow_file

    drive(main())


def test_opening_takes_the_place_of_an_untouched_flow(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path) as window:
            await window.open_files([flow_file])
            assert window.tabs.count() == 1

    drive(main())


def test_recent_files_are_offered_and_a_lost_one_is_forgotten(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            assert menu_texts(window, "Open Recent") == [str(flow_file), "Clear This List"]
            window.actions_by_name["close"].trigger()
            await until(lambda: front(window).document.path is None, window.tabs.current_tab_changed)
            flow_file.unlink()
            await window.open_files([flow_file])
            assert "check the path" in window.notices.texts[0]
            assert menu_texts(window, "Open Recent") == ["No file was opened yet"]

    drive(main())


@pytest.mark.parametrize(
    ("reply", "saved", "closed"), [("Save", True, True), ("Discard", False, True), ("Cancel", False, False)]
)
def test_closing_a_tab_asks_about_unsaved_changes(drive, tmp_path, flow_file, reply, saved, closed):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            document = front(window).document
            edit(window)
            window.actions_by_name["close"].trigger()
            box = await answer(window, reply)
            assert "hello" in box.text()
            if closed:
                await until(lambda: front(window).document is not document, window.tabs.current_tab_changed)
            assert len(load_flow(flow_file).nodes) == (3 if saved else 2)
            assert (front(window).document is document) is not closed

    drive(main())


def test_closing_the_window_asks_for_each_unsaved_flow_and_cancel_keeps_all(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            edit(window)
            window.actions_by_name["new"].trigger()
            edit(window)
            window.close()
            await answer(window, "Discard")
            await answer(window, "Cancel")
            assert window.isVisible()
            assert not window.closed.is_set()
            window.close()
            await answer(window, "Discard")
            await answer(window, "Discard")
            await window.closed.wait()
            assert not window.isVisible()

    drive(main())


def test_a_window_without_changes_closes_without_a_question(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            window.close()
            await window.closed.wait()

    drive(main())


def test_undo_and_redo_say_what_they_do_and_belong_to_the_flow_in_front(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            undo, redo = window.undo_action, window.redo_action
            document = front(window).document
            assert not undo.isEnabled()
            commands.move_nodes(document, {NodeId("log"): (500, 0)})
            assert undo.text() == "&Undo Move node"
            press(front(window).canvas, "Ctrl+Z")
            assert document.nodes[NodeId("log")].position != (500, 0)
            assert redo.text() == "&Redo Move node"
            press(front(window).canvas, "Ctrl+Shift+Z")
            assert document.nodes[NodeId("log")].position == (500, 0)
            press(front(window).canvas, "Ctrl+Z")
            press(front(window).canvas, "Ctrl+Y")
            assert document.nodes[NodeId("log")].position == (500, 0)
            window.actions_by_name["new"].trigger()
            assert not undo.isEnabled()

    drive(main())


def test_keys_of_the_edit_menu_work_on_the_canvas(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            canvas, document = front(window).canvas, front(window).document
            canvas.select([NodeId("log")])
            press(canvas, "Ctrl+C")
            press(canvas, "Ctrl+V")
            assert len(document.nodes) == 3
            press(canvas, "Ctrl+D")
            assert len(document.nodes) == 4
            press(canvas, "Ctrl+X")
            assert len(document.nodes) == 3
            wires = len(document.connections)
            canvas.select([NodeId("log")])
            press(canvas, "Ctrl+Shift+D")
            press(canvas, "Ctrl+Shift+V")
            assert len(document.nodes) == 5
            assert len(document.connections) == wires, "tokens take one way only, so exec wires never come along"
            press(canvas, "Ctrl+A")
            assert len(canvas.selected_nodes()) == 5
            press(canvas, "Delete")
            assert not document.nodes
            assert not document.connections
            QApplication.clipboard().setText("nothing of ours")
            press(canvas, "Ctrl+V")
            assert "holds no nodes" in window.status.currentMessage()

    drive(main())


def test_keys_of_the_edit_menu_leave_the_canvas_alone_while_a_value_is_typed(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            canvas, document = front(window).canvas, front(window).document
            canvas.select([NodeId("log")])
            canvas.editing.edit(NodeId("log"), PinName("Message"))
            field = canvas.editing.editor.input
            for keys in ("Ctrl+D", "Ctrl+A", "Ctrl+C", "Delete", "Home"):
                press(field, keys)
            assert list(document.nodes) == ["start", "log"]
            assert canvas.editing.editor.input is field
            assert QApplication.clipboard().text() == "hello"

    drive(main())


def test_the_layout_and_the_theme_are_there_at_the_next_start(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path) as window:
            window.panels.docks.toggle_actions()[0].trigger()
            assert window.panels.palette.isHidden() or not window.panels.palette.isVisible()
            window.close()
            await window.closed.wait()
        async with open_editor(tmp_path) as window:
            assert not window.panels.palette.isVisible()
            window.actions_by_name["reset_layout"].trigger()
            assert window.panels.palette.isVisible()

    drive(main())


@pytest.mark.parametrize(("action", "has_start"), [("export", True), ("export_selection", False)])
def test_the_flow_or_the_selection_is_exported_as_a_picture(drive, tmp_path, flow_file, action, has_start):
    async def main():
        picture = tmp_path / "picture.svg"
        async with open_editor(tmp_path, flow_file) as window:
            front(window).canvas.select([NodeId("log")])
            window.actions_by_name[action].trigger()
            dialog = await appeared(window, QFileDialog)
            dialog.findChild(QLineEdit, "fileNameEdit").setText(str(picture))
            dialog.accept()
            await until(picture.exists, front(window).message, what="the picture")
        text = picture.read_text()
        assert "Console" in text
        assert ("Button Event" in text) is has_start

    drive(main())


def test_without_a_selection_nothing_is_exported_and_the_status_bar_says_so(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            window.actions_by_name["export_selection"].trigger()
            assert "select the nodes first" in window.status.currentMessage()
            assert not window.findChildren(QFileDialog)

    drive(main())
