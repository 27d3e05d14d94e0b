"""Files that are open in the window and change on the disk, several tabs, and what is dropped on the window."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from driving import until
from editor_window import appeared, front, open_editor, press
from flows import draw
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QToolButton

from editor import commands
from editor.main_window import MainWindow
from runtime.document.files import dump_flow, load_flow, save_flow
from runtime.document.flow import Flow
from runtime.ids import NodeId


def flow_with(*names: str) -> Flow:
    return draw(*(f"{name}: util.console" for name in names)).flow()


@pytest.fixture
def flow_file(tmp_path: Path) -> Path:
    path = tmp_path / "hello.flow.json"
    save_flow(flow_with("one"), path, backups=0)
    return path


async def told(window: MainWindow) -> str:
    """The first message above the canvas."""
    await until(lambda: window.notices.texts, window.notices.changed, what="a message")
    return window.notices.texts[0]


def click(window: MainWindow, text: str) -> None:
    button = next(button for button in window.notices.findChildren(QToolButton) if button.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def names(window: MainWindow) -> list[str]:
    return list(front(window).document.nodes)


def test_a_file_that_another_program_saves_is_told_and_reloaded_on_demand_as_one_step(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            save_flow(flow_with("one", "two"), flow_file, backups=0)
            assert "hello.flow.json was changed by another program" in await told(window)
            assert names(window) == ["one"]
            click(window, "Reload")
            assert names(window) == ["one", "two"]
            assert not window.notices.texts
            assert not front(window).document.is_modified
            window.undo_action.trigger()
            assert names(window) == ["one"]

    drive(main())


def test_a_file_written_in_place_is_told_too_and_unsaved_edits_are_named_and_can_be_kept(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            document = front(window).document
            commands.move_nodes(document, {NodeId("one"): (70, 70)})
            flow_file.write_text(dump_flow(flow_with("other")))
            assert "unsaved edits" in await told(window)
            click(window, "Keep mine")
            assert not window.notices.texts
            assert names(window) == ["one"]
            window.undo_action.trigger()
            assert document.is_modified, "what is here is not in the file"
            assert await window.save(front(window))
            assert [node.id for node in load_flow(flow_file).nodes] == ["one"]

    drive(main())


def test_own_saves_and_a_touched_file_are_no_change(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            commands.move_nodes(front(window).document, {NodeId("one"): (70, 70)})
            assert await window.save(front(window))
            os.utime(flow_file, ns=(1, 1))
            window.file_changes.look()
            await until_looked(window)
            assert not window.notices.texts
            assert not front(window).document.is_modified

    drive(main())


async def until_looked(window: MainWindow) -> None:
    seen: list[int] = []
    window.file_changes.looked.connect(lambda: seen.append(1))
    await until(lambda: seen, window.file_changes.looked, what="the look at the files")


def test_a_deleted_file_is_told_and_saved_again_on_demand(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            flow_file.unlink()
            assert "was deleted or moved away" in await told(window)
            assert front(window).document.is_modified
            click(window, "Save")
            await until(lambda: not front(window).document.is_modified, front(window).document.undo_stack.cleanChanged)
            assert load_flow(flow_file) is not None

    drive(main())


def test_a_file_that_comes_back_as_it_was_takes_the_message_away(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            text = flow_file.read_bytes()
            flow_file.unlink()
            await told(window)
            flow_file.write_bytes(text)
            await until(lambda: not window.notices.texts, window.notices.changed, what="the message to go")
            assert not front(window).document.is_modified

    drive(main())


def test_a_file_that_is_no_flow_any_more_is_told_with_its_place(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            flow_file.write_text('{"format": "futureflow", "version": 1,\n "nodes": [}')
            text = await told(window)
            assert "is no flow any more" in text
            assert "line 2" in text
            assert names(window) == ["one"]

    drive(main())


def test_saving_onto_the_file_of_another_tab_is_refused(drive, tmp_path, flow_file):
    other = tmp_path / "other.flow.json"
    save_flow(flow_with("other"), other)

    async def main():
        async with open_editor(tmp_path, flow_file, other) as window:
            window.actions_by_name["save_as"].trigger()
            dialog = await appeared(window, QFileDialog)
            dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
            dialog.findChild(QLineEdit, "fileNameEdit").setText(str(flow_file))
            dialog.accept()
            assert "is open in another tab" in await told(window)
            assert front(window).document.path == other
            assert [node.id for node in load_flow(flow_file).nodes] == ["one"]

    drive(main())


def test_tabs_are_gone_through_and_moved_by_keys(drive, tmp_path, flow_file):
    other = tmp_path / "other.flow.json"
    save_flow(flow_with("other"), other)

    async def main():
        async with open_editor(tmp_path, flow_file, other) as window:
            titles = lambda: [tab.document.title for tab in window.tabs]  # noqa: E731
            press(front(window).canvas, "Ctrl+Tab")
            assert front(window).document.title == "hello"
            press(front(window).canvas, "Ctrl+PageDown")
            assert front(window).document.title == "other"
            press(front(window).canvas, "Ctrl+Shift+PageUp")
            assert titles() == ["other", "hello"]
            assert front(window).document.title == "other"

    drive(main())


# PySide6 6.12 wants the place of QDragEnterEvent as QPointF, 6.11 takes only QPoint.
@pytest.mark.filterwarnings("ignore:.*QDragEnterEvent.*deprecated:DeprecationWarning")
def test_several_flows_dropped_on_the_tab_bar_are_opened_and_other_files_say_why_not(drive, tmp_path, flow_file):
    other, text = tmp_path / "other.flow.json", tmp_path / "notes.txt"
    save_flow(flow_with("other"), other)
    text.write_text("no flow")

    async def main():
        async with open_editor(tmp_path) as window:
            data = QMimeData()
            data.setUrls([QUrl.fromLocalFile(str(path)) for path in (flow_file, text, other)])
            shift, left = Qt.KeyboardModifier.ShiftModifier, Qt.MouseButton.LeftButton
            moves = Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
            QApplication.sendEvent(
                window.tabs.tabBar(), enters := QDragEnterEvent(QPoint(5, 5), moves, data, left, shift)
            )
            assert enters.isAccepted()
            move = QDropEvent(QPointF(5, 5), moves, data, left, shift)
            QApplication.sendEvent(window.tabs.tabBar(), move)
            await until(lambda: window.tabs.count() == 2, window.tabs.current_tab_changed)
            assert move.dropAction() is Qt.DropAction.CopyAction, "who moves a file deletes it"
            assert window.notices.texts == [
                "Not opened: notes.txt is neither a flow (.flow.json) nor a recording (.jsonl)."
            ]

    drive(main())
