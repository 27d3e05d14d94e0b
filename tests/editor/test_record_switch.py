"""The Record switch: while it is on, all that the runs of a flow tell goes into a file that plays and tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import cli
from driving import emitted, until
from editor_window import appeared, front, open_editor
from flows import Drawing, draw, in_words
from openai_server import OpenAIServer, Reply
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QToolButton

from editor.main_window import MainWindow
from editor.player_bar import PlayerBar
from runtime.document.files import load_flow, save_flow
from runtime.futures.events import FutureSettled
from runtime.recording.reading import load_recording


def saved(folder: Path, drawing: Drawing, name: str = "hello") -> Path:
    path = folder / f"{name}.flow.json"
    save_flow(drawing.flow(), path)
    return path


def hello(word: str = "hello") -> Drawing:
    return draw("start: event.button", "log: util.console").set("log", Message=word).exec("start.Out > log.In")


def asks() -> Drawing:
    return (
        draw("start: event.button", "conv: openai.create_conversation", "say: openai.add_user_message")
        .node("ask", "openai.chat_completion_async", inputs={"Model": "ok", "Stream": True})
        .set("say", Message="one two")
        .exec("start.Out > conv.Execute", "conv.Success > say.Execute", "say.Success > ask.Execute")
        .data("conv.ConversationId > say.ConversationId", "conv.ConversationId > ask.Conversation")
    )


async def switch_on(window: MainWindow, path: Path) -> None:
    """Press Record and name a file."""
    tab = front(window)
    window.actions_by_name["record"].trigger()
    dialog = await appeared(window, QFileDialog)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.findChild(QLineEdit, "fileNameEdit").setText(str(path))
    dialog.accept()
    await until(lambda: tab.recorded_to, tab.recording_changed)


async def switch_off(window: MainWindow) -> str:
    """Press Record again; what the window says then."""
    before = len(window.notices.texts)
    window.actions_by_name["record"].trigger()
    await until(lambda: len(window.notices.texts) > before, window.notices.changed, window.status.messageChanged)
    return window.notices.texts[-1]


async def run(window: MainWindow) -> None:
    window.actions_by_name["run"].trigger()
    await emitted(front(window).runs.finished, "the end of the run")


def test_what_is_recorded_while_it_is_on_is_played_by_the_command_line(drive, tmp_path):
    path = tmp_path / "mine.recording.jsonl"

    async def main():
        async with open_editor(tmp_path, saved(tmp_path, hello())) as window:
            await run(window)
            await switch_on(window, path)
            await run(window)
            await run(window)
            assert await switch_off(window) == f"Recorded 2 runs in {path}"
            await run(window)

    drive(main())
    told = in_words(load_recording(path).events)
    assert [told.count(line) for line in ("run started at start", "run succeeded")] == [2, 2]
    assert cli("replay", path, "--speed", "max").returncode == 0
    assert cli("test", tmp_path / "hello.flow.json", "--recording", path).returncode == 0


def test_while_it_is_on_the_window_says_so(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, hello()), saved(tmp_path, hello(), "other")) as window:
            record = window.actions_by_name["record"]
            await switch_on(window, tmp_path / "mine.recording.jsonl")
            assert record.isChecked()
            assert window.tabs.tabText(1) == "REC other"
            assert window.status.recording_text == "Recording: mine.recording.jsonl"
            window.tabs.setCurrentIndex(0)
            assert not record.isChecked()
            assert window.status.recording_text == ""
            window.tabs.setCurrentIndex(1)
            assert record.isChecked()
            record.trigger()
            assert not record.isChecked()
            assert window.tabs.tabText(1) == "other"

    drive(main())


def test_a_dialog_that_is_left_records_nothing(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, hello())) as window:
            window.actions_by_name["record"].trigger()
            dialog = await appeared(window, QFileDialog)
            assert not window.actions_by_name["record"].isChecked()
            dialog.reject()
            await run(window)
            assert not window.actions_by_name["record"].isChecked()

    drive(main())


def test_an_edited_flow_goes_on_in_another_file(drive, tmp_path):
    path = tmp_path / "mine.recording.jsonl"

    async def main():
        async with open_editor(tmp_path, saved(tmp_path, hello())) as window:
            await switch_on(window, path)
            await run(window)
            document = front(window).document
            document.load(hello("bye").flow(), document.path)
            await run(window)
            said = await switch_off(window)
            assert said == f"Recorded 2 runs in {path}, {tmp_path / 'mine-2.recording.jsonl'}"

    drive(main())
    words = [load_recording(file).flow.node("log").inputs for file in sorted(tmp_path.glob("*.jsonl"))]
    assert words == [{"Message": "bye"}, {"Message": "hello"}]


def test_futures_that_outlive_their_run_are_recorded(drive, tmp_path):
    path = tmp_path / "mine.recording.jsonl"

    async def main():
        with OpenAIServer() as server:
            gate = server.gate()
            server.script(Reply(hold=gate))
            async with open_editor(tmp_path, saved(tmp_path, asks()), server=server) as window:
                await switch_on(window, path)
                await run(window)
                gate.open()
                await window.session.futures.wait_all()
                await switch_off(window)

    drive(main())
    assert isinstance(load_recording(path).events[-1], FutureSettled)


def test_without_a_run_nothing_is_left(drive, tmp_path):
    path = tmp_path / "mine.recording.jsonl"

    async def main():
        async with open_editor(tmp_path, saved(tmp_path, hello())) as window:
            await switch_on(window, path)
            window.actions_by_name["record"].trigger()
            (hint,) = await emitted(window.status.messageChanged)
            assert hint == "Nothing was recorded: the flow did not run meanwhile."
            assert not path.exists()

    drive(main())


def test_a_file_that_cannot_be_written_is_refused_at_once(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, hello())) as window:
            window.actions_by_name["record"].trigger()
            dialog = await appeared(window, QFileDialog)
            dialog.findChild(QLineEdit, "fileNameEdit").setText("/dev/full/mine.recording.jsonl")
            dialog.accept()
            await until(lambda: window.notices.texts, window.notices.changed)
            assert window.notices.texts[0].startswith("Could not record into /dev/full/mine.recording.jsonl: ")
            assert not window.actions_by_name["record"].isChecked()

    drive(main())


def test_a_disk_that_is_full_is_told_at_the_end(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, hello())) as window:
            path = tmp_path / "full.recording.jsonl"
            path.symlink_to("/dev/full")
            await switch_on(window, path)
            await run(window)
            assert (await switch_off(window)).startswith(f"{path}: events are missing from here on (")

    drive(main())


def test_a_window_that_closes_ends_the_recording_in_order(drive, tmp_path):
    path = tmp_path / "mine.recording.jsonl"

    async def main():
        async with open_editor(tmp_path, saved(tmp_path, hello())) as window:
            await switch_on(window, path)
            await run(window)

    drive(main())
    assert in_words(load_recording(path).events)[-1] == "run succeeded"


def test_the_recording_is_played_by_the_button_of_the_news(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, hello())) as window:
            await switch_on(window, tmp_path / "mine.recording.jsonl")
            await run(window)
            await switch_off(window)
            play = next(button for button in window.notices.findChildren(QToolButton) if button.text() == "Play")
            play.click()
            await appeared(window, PlayerBar)
            assert front(window).document.flow.nodes == load_flow(tmp_path / "hello.flow.json").nodes

    drive(main())


# PySide6 6.12 wants the place of QDragEnterEvent as QPointF, 6.11 takes only QPoint.
@pytest.mark.filterwarnings("ignore:.*QDragEnterEvent.*deprecated:DeprecationWarning")
def test_flows_and_recordings_dropped_on_the_window_are_opened(drive, tmp_path):
    flow, recording = saved(tmp_path, hello()), tmp_path / "mine.recording.jsonl"
    cli("run", flow, "--record", recording)

    async def main():
        async with open_editor(tmp_path) as window:
            data = QMimeData()
            data.setUrls([QUrl.fromLocalFile(str(path)) for path in (flow, tmp_path / "picture.png", recording)])
            none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
            canvas, copy = front(window).canvas.viewport(), Qt.DropAction.CopyAction
            QApplication.sendEvent(canvas, enters := QDragEnterEvent(QPoint(9, 9), copy, data, left, none))
            assert enters.isAccepted()
            QApplication.sendEvent(canvas, QDropEvent(QPointF(9, 9), copy, data, left, none))
            await appeared(window, PlayerBar)
            assert next(iter(window.tabs)).document.title == "hello"
            assert window.tabs.count() == 2

    drive(main())
