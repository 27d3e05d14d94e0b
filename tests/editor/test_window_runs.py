"""Running flows in the window: which event, which values, stop, failures, several tabs, and closing meanwhile."""

from __future__ import annotations

from pathlib import Path

from driving import emitted, until
from editor_window import answer, appeared, front, open_editor
from flows import draw
from openai_server import OpenAIServer, Reply
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLineEdit, QMessageBox

from editor.dialogs.flow_inputs import FlowInputsDialog
from runtime.document.files import load_flow, save_flow
from runtime.document.flow import Flow
from runtime.ids import NodeId, PinName


def saved(folder: Path, name: str, flow: Flow) -> Path:
    path = folder / f"{name}.flow.json"
    save_flow(flow, path)
    return path


def endless() -> Flow:
    """Runs until it is stopped."""
    return (
        draw("start: event.button", "wait: flow.delay")
        .set("wait", DelayMs=3_600_000)
        .exec("start.Out > wait.In")
        .flow()
    )


def asking(stream: bool = True) -> Flow:
    """Asks a model in the background, and ends at once."""
    return (
        draw(
            "start: event.button",
            "conv: openai.create_conversation",
            "user: openai.add_user_message",
            "ask: openai.chat_completion_async",
        )
        .set("user", Message="hello")
        .set("ask", Model="ok", Stream=stream)
        .exec("start.Out > conv.Execute", "conv.Success > user.Execute", "user.Success > ask.Execute")
        .data("conv.ConversationId > user.ConversationId", "conv.ConversationId > ask.Conversation")
        .flow()
    )


async def run_to_its_end(window):
    """Press Run and return the result."""
    window.actions_by_name["run"].trigger()
    (result,) = await emitted(front(window).runs.finished, "the end of the run")
    return result


def test_run_and_stop_follow_the_run_and_the_node_shows_it(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, "endless", endless())) as window:
            run, stop = window.actions_by_name["run"], window.actions_by_name["stop"]
            assert run.isEnabled()
            assert not stop.isEnabled()
            run.trigger()
            tab = front(window)
            await until(lambda: tab.feed.activity.of(NodeId("wait")).status == "running", tab.feed.activity_changed)
            assert not run.isEnabled()
            assert "▶" in window.tabs.tabText(0)
            stop.trigger()
            (result,) = await emitted(tab.runs.finished)
            assert result.status == "cancelled"
            assert run.isEnabled()
            assert not stop.isEnabled()
            assert not window.notices.texts

    drive(main())


def test_a_failed_run_names_the_node_and_locates_it(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, "broken", asking())) as window:
            document = front(window).document
            document.load(_without_model(document.flow), document.path)
            result = await run_to_its_end(window)
            assert result.status == "failed"
            (text,) = window.notices.texts
            assert "Create Chat Completion (Async)" in text
            assert "Model" in text
            assert front(window).feed.activity.of(NodeId("ask")).status == "failed"
            assert front(window).canvas.selected_nodes() == ["ask"]

    drive(main())


def _without_model(flow: Flow) -> Flow:
    nodes = tuple(
        node.model_copy(update={"inputs": {"Model": ""}}) if node.id == "ask" else node for node in flow.nodes
    )
    return flow.model_copy(update={"nodes": nodes})


def test_a_flow_without_an_event_says_how_to_get_one(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, "log", draw("log: util.console").flow())) as window:
            window.actions_by_name["run"].trigger()
            assert "Button Event" in window.notices.texts[0]

    drive(main())


def test_what_is_being_typed_counts_and_news_of_a_run_go_with_the_next(drive, tmp_path):
    flow = draw("start: event.button", "log: util.console").exec("start.Out > log.In").flow()

    async def main():
        async with open_editor(tmp_path, saved(tmp_path, "log", flow)) as window:
            tab = front(window)
            window.actions_by_name["run"].trigger()
            assert "Message" in window.notices.texts[0]
            tab.canvas.editing.edit(NodeId("log"), PinName("Message"))
            QTest.keyClicks(QApplication.focusWidget(), "typed")
            result = await run_to_its_end(window)
            assert result.status == "succeeded"
            assert tab.document.nodes[NodeId("log")].inputs == {"Message": "typed"}
            assert not window.notices.texts

    drive(main())


def test_a_value_that_is_being_typed_is_saved(drive, tmp_path):
    path = saved(tmp_path, "log", draw("start: event.button", "log: util.console").flow())

    async def main():
        async with open_editor(tmp_path, path) as window:
            tab = front(window)
            tab.canvas.editing.edit(NodeId("log"), PinName("Message"))
            QTest.keyClicks(QApplication.focusWidget(), "typed")
            assert await window.save(tab)
            assert load_flow(path).node(NodeId("log")).inputs == {"Message": "typed"}
            assert not tab.document.is_modified

    drive(main())


def test_several_events_are_asked_for_and_the_last_choice_is_kept(drive, tmp_path):
    flow = (
        draw("first: event.button", "second: event.button", "one: util.console", "two: util.console")
        .set("one", Message="1")
        .set("two", Message="2")
        .exec("first.Out > one.In", "second.Out > two.In")
        .flow()
    )

    async def main():
        async with open_editor(tmp_path, saved(tmp_path, "two", flow)) as window:
            tab = front(window)
            wanted = []
            tab.runs.entry_wanted.connect(lambda: wanted.append(True))
            window.actions_by_name["run"].trigger()
            assert wanted
            menu = window.run_menu.entries
            assert menu.isVisible()
            assert [action.text() for action in menu.actions()] == ["Button Event (first)", "Button Event (second)"]
            menu.actions()[1].trigger()
            menu.close()
            (result,) = await emitted(tab.runs.finished)
            assert result.status == "succeeded"
            assert tab.feed.activity.of(NodeId("two")).status == "done"
            await run_to_its_end(window)
            assert len(wanted) == 1
            assert tab.feed.activity.of(NodeId("one")).status == "idle"
            tab.canvas.select([NodeId("first")])
            await run_to_its_end(window)
            assert tab.feed.activity.of(NodeId("one")).status == "done"

    drive(main())


def test_required_values_are_asked_for_and_checked(drive, tmp_path):
    flow = (
        draw("start: event.button", "out: flow.output")
        .node("age", "flow.input", config={"name": "Age", "type": "integer", "required": True, "description": "Years"})
        .config("out", name="seen")
        .exec("start.Out > out.In")
        .data("age.Value > out.Value")
        .flow()
    )

    async def main():
        async with open_editor(tmp_path, saved(tmp_path, "age", flow)) as window:
            tab = front(window)
            window.actions_by_name["run"].trigger()
            dialog = await appeared(window, FlowInputsDialog)
            assert not dialog.isModal()
            field = dialog.findChild(QLineEdit, "Age")
            ok = next(button for button in dialog.findChild(QDialogButtonBox).buttons() if button.text() == "Run")
            for refused in ("", "many"):
                field.setText(refused)
                ok.click()
                assert dialog.isVisible()
                assert not tab.runs.running
            field.setText("42")
            ok.click()
            (result,) = await emitted(tab.runs.finished)
            assert result.outputs == {"seen": 42}

    drive(main())


def test_a_run_works_on_a_copy_of_the_flow(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, "endless", endless())) as window:
            tab = front(window)
            window.actions_by_name["run"].trigger()
            await until(lambda: tab.feed.activity.of(NodeId("wait")).status == "running", tab.feed.activity_changed)
            tab.canvas.select([NodeId("wait")])
            window.actions_by_name["delete"].trigger()
            assert tab.runs.running
            window.actions_by_name["stop"].trigger()
            (result,) = await emitted(tab.runs.finished)
            assert result.status == "cancelled"

    drive(main())


def test_two_flows_run_at_once_and_stay_apart(drive, tmp_path):
    one, two = saved(tmp_path, "one", endless()), saved(tmp_path, "two", endless())

    async def main():
        async with open_editor(tmp_path, one, two) as window:
            first, second = list(window.tabs)
            for tab in (first, second):
                window.tabs.setCurrentWidget(tab)
                window.actions_by_name["run"].trigger()
            assert first.runs.running
            assert second.runs.running
            window.actions_by_name["stop"].trigger()
            await emitted(second.runs.finished)
            assert first.runs.running
            assert second.feed.activity.of(NodeId("wait")).status == "idle"
            assert first.feed.activity.of(NodeId("wait")).status == "running"

    drive(main())


def test_closing_the_tab_of_a_running_flow_asks_first(drive, tmp_path):
    async def main():
        async with open_editor(tmp_path, saved(tmp_path, "endless", endless())) as window:
            tab = front(window)
            window.actions_by_name["run"].trigger()
            window.actions_by_name["close"].trigger()
            await answer(window, "Keep editing")
            assert tab.runs.running
            window.actions_by_name["close"].trigger()
            await answer(window, "Stop and close")
            await until(lambda: front(window) is not tab, window.tabs.current_tab_changed)

    drive(main())


def test_closing_with_futures_pending_can_be_called_off(drive, tmp_path):
    async def main(server: OpenAIServer):
        gate = server.gate()
        server.script(Reply(hold=gate))
        async with open_editor(tmp_path, saved(tmp_path, "ask", asking()), server=server) as window:
            await run_to_its_end(window)
            window.close()
            box = await answer(window, "Keep editing")
            assert "1 future" in box.text()
            assert window.isVisible()
            assert not window.closed.is_set()
            assert len(window.session.futures.pending()) == 1
            gate.open()
            await window.session.futures.wait_all()

    with OpenAIServer() as server:
        drive(main(server))


def test_a_damaged_database_of_futures_is_told_above_the_canvas(drive, tmp_path):
    async def main(server: OpenAIServer):
        path = tmp_path / "data" / "futures.db"
        path.parent.mkdir()
        path.write_bytes(b"no database" * 1000)
        async with open_editor(tmp_path, saved(tmp_path, "ask", asking()), server=server) as window:
            await run_to_its_end(window)
            await window.session.futures.wait_all()
            await until(lambda: window.notices.texts, window.notices.changed, what="the notice")
            (text,) = window.notices.texts
            assert "damaged" in text
            assert str(path.parent / "futures.broken-") in text

    with OpenAIServer() as server:
        drive(main(server))


def test_closing_can_cancel_pending_futures(drive, tmp_path):
    async def main(server: OpenAIServer):
        server.script(Reply(hold=server.gate()))
        async with open_editor(tmp_path, saved(tmp_path, "ask", asking()), server=server) as window:
            await run_to_its_end(window)
            await server.until(lambda: server.in_flight == 1)
            window.close()
            await answer(window, "Cancel them")
            await window.closed.wait()
        assert [future.state for future in window.session.futures] == ["cancelled"]
        await server.until(lambda: server.disconnects == 1)

    with OpenAIServer() as server:
        drive(main(server))


def test_closing_can_wait_for_pending_futures_and_asks_once(drive, tmp_path):
    async def main(server: OpenAIServer):
        gate = server.gate()
        server.script(Reply(hold=gate, text="late but whole"))
        async with open_editor(tmp_path, saved(tmp_path, "ask", asking()), server=server) as window:
            await run_to_its_end(window)
            window.close()
            await answer(window, "Wait")
            await until(lambda: window.notices.texts, window.notices.changed)
            assert window.isVisible()
            assert not [box for box in window.findChildren(QMessageBox) if box.isVisible()]
            gate.open()
            await window.closed.wait()
            (future,) = window.session.futures
            assert future.text() == "late but whole"

    with OpenAIServer() as server:
        drive(main(server))


def test_who_waits_for_futures_may_change_their_mind(drive, tmp_path):
    async def main(server: OpenAIServer):
        gate = server.gate()
        server.script(Reply(hold=gate))
        async with open_editor(tmp_path, saved(tmp_path, "ask", asking()), server=server) as window:
            await run_to_its_end(window)
            window.close()
            await answer(window, "Wait")
            await until(lambda: window.notices.texts, window.notices.changed)
            window.close()
            await answer(window, "Keep editing")
            assert not window.notices.texts
            gate.open()
            await window.session.futures.wait_all()
            assert window.isVisible()
            assert not window.closed.is_set()

    with OpenAIServer() as server:
        drive(main(server))
