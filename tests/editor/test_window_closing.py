"""Closing tabs and the window: nothing that was edited meanwhile is lost, nothing that has gone is spoken to."""

from __future__ import annotations

import asyncio
from pathlib import Path

from driving import turned, until
from editor_window import answer, appeared, front, open_editor, press
from flows import draw
from openai_server import OpenAIServer, Reply
from PySide6.QtWidgets import QApplication, QMessageBox

from editor import commands
from editor.dialogs.flow_inputs import FlowInputsDialog
from runtime.document.files import load_flow, save_flow
from runtime.document.flow import Flow


def saved(folder: Path, name: str, flow: Flow) -> Path:
    path = folder / f"{name}.flow.json"
    save_flow(flow, path)
    return path


def waiting() -> Flow:
    """Runs until it is stopped."""
    drawn = draw("start: event.button", "wait: flow.delay").set("wait", DelayMs=3_600_000)
    return drawn.exec("start.Out > wait.In").flow()


def asking() -> Flow:
    """Asks a model in the background, and ends at once."""
    drawn = draw(
        "start: event.button",
        "conv: openai.create_conversation",
        "user: openai.add_user_message",
        "ask: openai.chat_completion_async",
    )
    drawn.set("user", Message="hello").set("ask", Model="ok")
    drawn.exec("start.Out > conv.Execute", "conv.Success > user.Execute", "user.Success > ask.Execute")
    return drawn.data("conv.ConversationId > user.ConversationId", "conv.ConversationId > ask.Conversation").flow()


def add_a_node(window) -> None:
    commands.add_node(front(window).document, "util.console", (0, 400))


def test_a_tab_that_was_closed_hears_no_more_of_its_run(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, "waiting", waiting())) as window:
            tab = front(window)
            gone = asyncio.Event()
            tab.destroyed.connect(gone.set)
            window.actions_by_name["run"].trigger()
            (run,) = window.session.runs
            window.actions_by_name["close"].trigger()
            await answer(window, "Stop and close")
            await gone.wait()
            result = await window.session.wait(run)
            assert result.status == "cancelled"
            await asyncio.sleep(0)  # whoever else waited for the run has its turn
            assert not window.notices.texts

    drive(main())


def test_when_a_tab_closes_the_keyboard_goes_to_the_flow_in_front(drive, tmp_path):
    async def main():
        paths = [saved(tmp_path, name, waiting()) for name in ("one", "two")]
        async with open_editor(tmp_path, *paths) as window:
            window.activateWindow()
            tab = front(window)
            gone = asyncio.Event()
            tab.destroyed.connect(gone.set)
            press(tab.canvas, "Ctrl+W")
            await gone.wait()
            assert QApplication.focusWidget() is front(window).canvas

    drive(main())


def test_closing_the_last_tab_twice_at_once_leaves_one_empty_flow(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, "waiting", waiting())) as window:
            tab = front(window)
            gone = asyncio.Event()
            tab.destroyed.connect(gone.set)
            window.actions_by_name["close"].trigger()
            window.actions_by_name["close"].trigger()
            await gone.wait()
            assert window.tabs.count() == 1
            assert not front(window).document.nodes

    drive(main())


def test_edits_made_while_the_window_waits_for_futures_are_asked_about(drive, tmp_path):
    async def main(server: OpenAIServer):
        gate = server.gate()
        server.script(Reply(hold=gate))
        path = saved(tmp_path, "ask", asking())
        async with open_editor(tmp_path, path, server=server) as window:
            window.actions_by_name["run"].trigger()
            await server.until(lambda: server.in_flight == 1)
            window.close()
            await answer(window, "Wait")
            await until(lambda: window.notices.texts, window.notices.changed)
            add_a_node(window)
            gate.open()
            await answer(window, "Save")
            await window.closed.wait()
        assert len(load_flow(path).nodes) == 5

    with OpenAIServer() as server:
        drive(main(server))


def test_edits_made_while_the_last_save_is_written_are_asked_about(drive, tmp_path):
    async def main():
        path = saved(tmp_path, "waiting", waiting())
        async with open_editor(tmp_path, path) as window:
            for x in range(2000):  # enough that writing them takes a while
                commands.add_node(front(window).document, "util.console", (x * 10, 400))
            window.close()
            await answer(window, "Save")
            added = 0
            while not any(box.isVisible() for box in window.findChildren(QMessageBox)):
                assert not window.closed.is_set()
                add_a_node(window)
                added += 1
                await turned()
            await answer(window, "Discard")
            await window.closed.wait()
        assert 2002 <= len(load_flow(path).nodes) < 2002 + added

    drive(main())


def test_of_two_saves_at_once_the_later_one_stands(drive, tmp_path):
    async def main():
        path = saved(tmp_path, "waiting", waiting())
        async with open_editor(tmp_path, path) as window:
            tab = front(window)
            nodes = [commands.add_node(tab.document, "util.console", (x * 10, 400)) for x in range(3000)]
            long = window.save(tab)
            await asyncio.sleep(0)  # let it begin
            commands.remove(tab.document, nodes)
            await window.save(tab)
            await long
            assert not tab.document.is_modified
            assert load_flow(path).nodes == tuple(tab.document.nodes.values())

    drive(main())


def test_the_question_for_values_goes_with_its_tab(drive, tmp_path):
    async def main():
        flow = draw("start: event.button").node("age", "flow.input", config={"name": "Age", "required": True}).flow()
        async with open_editor(tmp_path, saved(tmp_path, "wants", flow)) as window:
            window.actions_by_name["run"].trigger()
            dialog = await appeared(window, FlowInputsDialog)
            gone = asyncio.Event()
            dialog.destroyed.connect(gone.set)
            window.actions_by_name["close"].trigger()
            await gone.wait()
            assert not window.session.runs

    drive(main())
