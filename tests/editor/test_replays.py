"""Recordings in the window: opened from a file or the history, played on the canvas, and taken away again."""

from __future__ import annotations

from pathlib import Path

from command_line import cli
from driving import emitted, until
from editor_window import appeared, front, open_editor, press
from flows import Drawing, draw
from openai_server import OpenAIServer
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from editor.flow_tab import FlowTab
from editor.main_window import MainWindow
from editor.panels.history.model import Column
from editor.player_bar import PlayerBar, clock_text
from editor.replay import Replay
from runtime.document.files import load_flow, save_flow
from runtime.history.summary import RunSummary
from runtime.ids import NodeId, PinName

OUT = NodeId("out")


def saved(folder: Path, drawing: Drawing, name: str = "greet") -> Path:
    path = folder / f"{name}.flow.json"
    save_flow(drawing.flow(), path)
    return path


def greets(word: str = "hello") -> Drawing:
    """Logs a word, waits, and hands the word out."""
    return (
        draw("start: event.button", "log: util.console", "text: value.text", "wait: flow.delay", "out: flow.output")
        .set("log", Message=word)
        .set("text", Input=word)
        .set("wait", DelayMs=50)
        .config("out", name="Hello")
        .exec("start.Out > log.In", "log.Out > wait.In", "wait.Out > out.In")
        .data("text.Output > out.Value")
    )


def asks() -> Drawing:
    return (
        draw("start: event.button", "conv: openai.create_conversation", "say: openai.add_user_message")
        .node("ask", "openai.chat_completion", inputs={"Model": "ok", "Stream": True})
        .set("say", Message="one two")
        .exec("start.Out > conv.Execute", "conv.Success > say.Execute", "say.Success > ask.Execute")
        .data("conv.ConversationId > say.ConversationId", "conv.ConversationId > ask.Conversation")
    )


async def ran(window: MainWindow) -> RunSummary:
    """Run the flow in front to its end; its line in the history."""
    window.actions_by_name["run"].trigger()
    await emitted(front(window).runs.finished, "the end of the run")
    model = window.panels.history.model
    await until(
        lambda: model.rowCount() and model.run(0).status != "running", model.dataChanged, model.rowsInserted, what="it"
    )
    return model.run(0)


async def shown(window: MainWindow, run: RunSummary) -> Replay:
    """Double-click a run in the history panel; what is played then, at its end."""
    panel = window.panels.history
    window.panels.docks.raise_panel("history")
    source = panel.model.index(panel.model.row_of(run.run_id), Column.FLOW)
    place = panel.table.visualRect(panel.listed.mapFromSource(source)).center()
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    bar = await appeared(window, PlayerBar)
    return await at_end(window, bar)


async def at_end(window: MainWindow, bar: PlayerBar) -> Replay:
    tab = bar.parentWidget()
    assert isinstance(tab, FlowTab)
    replay = window.past_runs.replays.of(tab)
    assert replay is not None
    await until(lambda: replay.player.at_end, tab.feed.activity_changed, what="the end of the recording")
    return replay


def statuses(tab: FlowTab) -> dict[str, str]:
    return {node_id: tab.feed.activity.of(node_id).status for node_id in tab.document.nodes}


def told(window: MainWindow) -> str:
    window.panels.console.flush()
    return window.panels.console.text.toPlainText()


def test_a_run_of_the_history_shows_its_values_as_if_it_had_just_ended(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, greets())) as window:
            run = await ran(window)
            tab = front(window)
            tab.feed.clear()
            window.panels.console.clear()
            await shown(window, run)
            assert front(window) is tab
            assert set(statuses(tab).values()) == {"done", "idle"}
            assert tab.feed.activity.values.outputs_of(NodeId("text")) == {"Output": "hello"}
            assert "Run of test (recorded) started" in told(window)
            assert "Run succeeded" in told(window)

    drive(main())


def test_runs_are_there_again_after_a_restart_and_open_their_file(drive, tmp_path):
    path = saved(tmp_path, greets())

    async def first():
        async with open_editor(tmp_path, path) as window:
            await ran(window)

    async def second():
        async with open_editor(tmp_path) as window:
            model = window.panels.history.model
            await until(lambda: model.rowCount() == 1, model.rowsInserted, what="the run")
            await shown(window, model.run(0))
            assert front(window).document.path == path
            assert statuses(front(window))["out"] == "done"

    drive(first())
    drive(second())


def test_a_run_of_a_flow_that_is_nowhere_any_more_shows_the_flow_as_it_was(drive, tmp_path):
    path = saved(tmp_path, greets())

    async def main():
        async with open_editor(tmp_path, path) as window:
            run = await ran(window)
            window.tabs.drop(front(window))
            path.unlink()
            await shown(window, run)
            tab = front(window)
            assert tab.document.path is None
            assert not tab.document.is_modified
            assert tab.document.title.startswith("test (")
            assert statuses(tab)["out"] == "done"

    drive(main())


def test_steps_play_and_slider_move_through_a_run(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, greets())) as window:
            replay = await shown(window, await ran(window))
            tab, bar = front(window), replay.bar
            press(bar.slider, "Home")
            assert replay.player.position == 0.0
            assert bar.clock_text.startswith("0:00.0 / 0:00.")
            QTest.mouseClick(bar.buttons["next"], Qt.MouseButton.LeftButton)
            QTest.mouseClick(bar.buttons["next"], Qt.MouseButton.LeftButton)
            assert statuses(tab) == {"start": "done", "log": "done", "text": "idle", "wait": "idle", "out": "idle"}
            press(bar.slider, "Left")
            assert statuses(tab)["log"] == "idle"
            press(bar.slider, "Right")
            assert statuses(tab)["log"] == "done"
            bar.speed.setCurrentText("max")
            QTest.mouseClick(bar.buttons["play"], Qt.MouseButton.LeftButton)
            await at_end(window, bar)
            assert statuses(tab)["out"] == "done"
            assert bar.slider.value() == bar.slider.maximum()
            assert told(window).count("(recorded) started") == 1

    drive(main())


def test_a_click_on_the_slider_goes_there(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, greets())) as window:
            replay = await shown(window, await ran(window))
            slider, tab = replay.bar.slider, front(window)
            QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() // 2, slider.height() // 2))
            assert abs(replay.player.position - replay.player.duration / 2) < replay.player.duration / 20
            assert statuses(tab)["wait"] == "running"
            assert statuses(tab)["out"] == "idle"

    drive(main())


def test_space_plays_and_pauses(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, greets())) as window:
            replay = await shown(window, await ran(window))
            replay.bar.speed.setCurrentText(replay.bar.speed.itemText(0))
            press(replay.bar.slider, "Space")
            assert replay.player.is_playing
            press(replay.bar.slider, "Space")
            assert not replay.player.is_playing
            assert replay.player.position < replay.player.duration

    drive(main())


def test_closed_it_takes_away_all_that_it_told(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, greets())) as window:
            run = await ran(window)
            before = told(window)
            replay = await shown(window, run)
            tab = front(window)
            QTest.mouseClick(replay.bar.close_button, Qt.MouseButton.LeftButton)
            assert window.past_runs.replays.of(tab) is None
            assert set(statuses(tab).values()) == {"idle"}
            assert told(window) == before

    drive(main())


def test_a_new_run_takes_the_recording_away(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, greets())) as window:
            await shown(window, await ran(window))
            await ran(window)
            assert window.past_runs.replays.of(front(window)) is None
            assert statuses(front(window))["out"] == "done"

    drive(main())


def test_a_flow_that_has_changed_since_can_be_seen_as_it_was(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, greets())) as window:
            run = await ran(window)
            replay = await shown(window, run)
            assert not replay.bar.original.isVisible()
            QTest.mouseClick(replay.bar.close_button, Qt.MouseButton.LeftButton)
            tab = front(window)
            tab.document.load(greets("bye").flow(), tab.document.path)
            replay = await shown(window, run)
            QTest.mouseClick(replay.bar.original, Qt.MouseButton.LeftButton)
            await until(lambda: front(window) is not tab, window.tabs.current_tab_changed)
            await until(lambda: window.past_runs.replays.of(front(window)), front(window).feed.activity_changed)
            assert front(window).document.nodes[NodeId("log")].inputs == {PinName("Message"): "hello"}

    drive(main())


def test_a_recording_opens_with_its_flow_and_its_futures_offline(drive, tmp_path):
    recording = tmp_path / "a.recording.jsonl"
    with OpenAIServer() as server:
        cli("run", saved(tmp_path, asks(), "asks"), "--record", recording, "--base-url", server.base_url)

    async def main():
        async with open_editor(tmp_path, recording) as window:
            replay = await at_end(window, await appeared(window, PlayerBar))
            tab, futures = front(window), window.panels.futures
            assert tab.document.flow.nodes == load_flow(tmp_path / "asks.flow.json").nodes
            assert statuses(tab)["ask"] == "done"
            assert tab.feed.activity.values.outputs_of(NodeId("ask"))["Message"] == "echo: one two"
            futures.model.flush()
            assert futures.model.total == 1
            row = futures.model.row_at(0)
            assert (str(row.state), row.text, row.node) == ("succeeded", "echo: one two", "Create Chat Completion")
            window.panels.docks.raise_panel("futures")
            futures.table.selectRow(0)
            assert futures.details.current_text == "echo: one two"
            replay.bar.slider.setFocus()
            press(replay.bar.slider, "Home")
            assert futures.model.total == 0
            press(replay.bar.slider, "End")
            futures.model.flush()
            assert futures.model.total == 1
            QTest.mouseClick(replay.bar.close_button, Qt.MouseButton.LeftButton)
            assert futures.model.total == 0

    drive(main())


def test_futures_that_the_session_knows_stay_as_they_are(drive, tmp_path):
    async def main():
        with OpenAIServer() as server:
            async with open_editor(tmp_path, saved(tmp_path, asks(), "asks"), server=server) as window:
                run = await ran(window)
                model = window.panels.futures.model
                model.flush()
                assert model.total == 1
                replay = await shown(window, run)
                assert model.total == 1
                QTest.mouseClick(replay.bar.close_button, Qt.MouseButton.LeftButton)
                assert model.total == 1

    drive(main())


def test_a_broken_recording_gives_a_message_with_the_line(drive, tmp_path):
    recording = tmp_path / "broken.recording.jsonl"
    recording.write_text("{}\n", "utf-8")

    async def main():
        async with open_editor(tmp_path, recording) as window:
            (text,) = window.notices.texts
            assert text.startswith(f"Could not open the recording {recording}, line 1: no recording: ")
            assert window.tabs.count() == 1

    drive(main())


def test_what_a_crash_cut_off_is_told_in_the_bar(drive, tmp_path):
    recording = tmp_path / "a.recording.jsonl"
    cli("run", saved(tmp_path, greets()), "--record", recording)
    recording.write_bytes(recording.read_bytes()[:-5])

    async def main():
        async with open_editor(tmp_path, recording) as window:
            replay = await at_end(window, await appeared(window, PlayerBar))
            assert "is cut off, as by a crash" in replay.bar.note

    drive(main())


def test_a_tab_closed_takes_its_recording_along(drive, tmp_path):
    recording = tmp_path / "a.recording.jsonl"
    cli("run", saved(tmp_path, greets()), "--record", recording)

    async def main():
        async with open_editor(tmp_path, recording) as window:
            await at_end(window, await appeared(window, PlayerBar))
            tab = front(window)
            window.actions_by_name["new"].trigger()
            window.tabs.drop(tab)
            assert window.past_runs.replays.of(tab) is None
            assert told(window) == ""

    drive(main())


def test_positions_are_told_in_minutes_and_hours():
    assert [clock_text(seconds) for seconds in (0.0, 3.25, 61.0, 3661.5)] == ["0:00.0", "0:03.2", "1:01.0", "1:01:01"]
