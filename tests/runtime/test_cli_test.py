"""`futureflow test`: a recording is a fixture; the flow of today must end as it did then, offline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from command_line import Done, asks, cli, hello, process, saved
from flows import Drawing, draw
from openai_server import OpenAIServer, Reply


def recorded(folder: Path, drawing: Drawing, *arguments: object) -> Path:
    """Run a flow and record it: the recording. The flow's file is `folder / "test.flow.json"`."""
    file = folder / "a.recording.jsonl"
    cli("run", saved(folder, drawing), "--record", file, *arguments)
    return file


def checked(folder: Path, drawing: Drawing, recording: Path, *arguments: object) -> Done:
    """Test a flow of today against a recording."""
    return cli("test", saved(folder, drawing), "--recording", recording, *arguments)


def told(done: Done) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.fixture
def conversation(tmp_path: Path) -> Path:
    """A recording of `asks(awaits=True)`; its server is gone when it is used."""
    with OpenAIServer() as server:
        return recorded(tmp_path, asks(awaits=True), "--base-url", server.base_url)


def test_an_unchanged_flow_ends_as_recorded_without_server_key_or_network(tmp_path: Path, conversation: Path) -> None:
    flow = saved(tmp_path, asks(awaits=True))
    done = process("test", flow, "--recording", conversation)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{flow}: as recorded in {conversation} (1 run, 1 request)\n"


def test_two_tests_are_alike(tmp_path: Path, conversation: Path) -> None:
    first, second = (checked(tmp_path, asks(awaits=True), conversation, "--output", "json") for _ in range(2))
    assert first == second
    assert told(first) == {"passed": True, "runs": 1, "requests": 1, "differences": [], "notes": []}


def test_another_output_is_1_and_told_value_by_value(tmp_path: Path, conversation: Path) -> None:
    changed = (
        asks(awaits=True)
        .node("add", "string.concat", inputs={"B": "!"})
        .node("more", "flow.output", config={"name": "More"}, inputs={"Value": 1})
        .exec("out.Out > more.In")
    )
    done = checked(tmp_path, changed, conversation)
    assert done.returncode == 1
    assert done.stdout.splitlines()[1:] == ["  outputs.More: recorded nothing, now 1"]
    finding = told(checked(tmp_path, changed, conversation, "--output", "json"))["differences"]
    assert finding == [
        {"run": 1, "message": "outputs.More: recorded nothing, now 1", "place": "outputs.More", "now": 1}
    ]


def test_another_status_is_told_with_its_error(tmp_path: Path) -> None:
    recording = recorded(tmp_path, hello())
    done = checked(tmp_path, hello().node("end", "flow.failed").exec("out.Out > end.In"), recording)
    assert done.returncode == 1
    assert '  status: recorded "succeeded", now "failed"' in done.stdout.splitlines()
    assert '"node": "end"' in done.stdout


def test_a_request_that_the_recording_does_not_have_is_told_with_what_differs(
    tmp_path: Path, conversation: Path
) -> None:
    done = checked(
        tmp_path, asks(awaits=True).set("say", Message="one three").set("ask", Temperature=0.5), conversation
    )
    assert done.returncode == 1
    assert 'the recording has no answer to this request: ok, 1 messages, the last one "one three"' in done.stdout
    assert '    request.messages[0].content: recorded "one two", now "one three"' in done.stdout.splitlines()
    assert "    request.parameters.temperature: recorded nothing, now 0.5" in done.stdout.splitlines()


def test_a_request_once_too_often_is_told_even_if_the_flow_shrugs(tmp_path: Path, conversation: Path) -> None:
    again = asks(awaits=True).node("ask2", "openai.chat_completion_async", inputs={"Model": "ok", "Stream": True})
    again.exec("out.Out > ask2.Execute").data("conv.ConversationId > ask2.Conversation")
    done = checked(tmp_path, again, conversation)
    assert done.returncode == 1
    assert done.stdout.count("the recording has no answer to this request") == 1


def test_requests_that_are_not_asked_any_more_are_a_note(tmp_path: Path) -> None:
    with OpenAIServer() as server:
        recording = recorded(tmp_path, asks(awaits=False), "--base-url", server.base_url)
    lazy = draw("start: event.button", "log: util.console").exec("start.Out > log.In").set("log", Message="no")
    done = checked(tmp_path, lazy, recording)
    assert done.returncode == 0
    assert done.stderr == f"futureflow: {recording}: recorded requests that were not asked: 1\n"


def races() -> Drawing:
    """Asks two at once; `Last` is the answer that came last."""
    flow = draw("start: event.button", "last_a: flow.output", "last_b: flow.output")
    for name, message in (("a", "ask a"), ("b", "ask b")):
        flow.node(f"conv_{name}", "openai.create_conversation").node(f"say_{name}", "openai.add_user_message")
        flow.node(f"ask_{name}", "openai.chat_completion_async", inputs={"Model": name}).node(
            f"then_{name}", "future.then"
        )
        flow.set(f"say_{name}", Message=message).config(f"last_{name}", name="Last")
        flow.exec(
            f"conv_{name}.Success > say_{name}.Execute", f"say_{name}.Success > ask_{name}.Execute",
            f"ask_{name}.Success > then_{name}.Execute", f"then_{name}.Resolved > last_{name}.In",
        )  # fmt: skip
        flow.data(
            f"conv_{name}.ConversationId > say_{name}.ConversationId",
            f"conv_{name}.ConversationId > ask_{name}.Conversation",
            f"ask_{name}.FutureResponseId > then_{name}.FutureResponseId", f"then_{name}.Message > last_{name}.Value",
        )  # fmt: skip
    return flow.exec("start.Out > conv_a.Execute", "then_a.Out > conv_b.Execute")


@pytest.mark.parametrize(("held", "last"), [("a", "echo: ask a"), ("b", "echo: ask b")])
def test_answers_come_in_the_order_of_the_recording(tmp_path: Path, held: str, last: str) -> None:
    with OpenAIServer() as server:
        server.answers[held] = Reply(delay=0.3)
        recording = recorded(tmp_path, races().set(f"ask_{held}", Stream=True), "--base-url", server.base_url)
    assert last in recording.read_text("utf-8").splitlines()[-1]
    done = checked(tmp_path, races().set(f"ask_{held}", Stream=True), recording)
    assert (done.returncode, done.stdout.partition(" (")[2]) == (0, "1 run, 2 requests)\n")


def test_failed_answers_fail_again_with_the_same_words(tmp_path: Path) -> None:
    with OpenAIServer() as server:
        recording = recorded(tmp_path, asks(awaits=True), "--base-url", server.base_url, "--model", "mock-400")
    done = checked(tmp_path, asks(awaits=True), recording, "--model", "mock-400")
    assert (done.returncode, done.stdout.partition(" (")[2]) == (0, "1 run, 1 request)\n")


def test_waits_take_no_time(tmp_path: Path) -> None:
    def waits(milliseconds: int) -> Drawing:
        return hello().node("wait", "flow.delay", inputs={"DelayMs": milliseconds}).exec("out.Out > wait.In")

    recording = recorded(tmp_path, waits(1))
    assert checked(tmp_path, waits(3_000_000), recording).returncode == 0


def test_a_flow_that_takes_much_too_long_is_stopped(tmp_path: Path) -> None:
    recording = recorded(tmp_path, hello())
    late = hello().node("wait", "flow.delay", inputs={"DelayMs": 10_000_000}).exec("out.Out > wait.In")
    done = checked(tmp_path, late, recording)
    assert done.returncode == 1
    assert "it is not done 3600 s of its own time after the end of the recording" in done.stdout


def test_inputs_come_from_the_recording(tmp_path: Path) -> None:
    greets = (
        draw("start: event.button", "out: flow.output", "name: flow.input")
        .config("name", name="Name", type="string", required=True)
        .config("out", name="Hello")
        .exec("start.Out > out.In")
        .data("name.Value > out.Value")
    )
    recording = recorded(tmp_path, greets, "--input", "Name=Ada")
    assert checked(tmp_path, greets, recording).returncode == 0
    text = recording.read_text("utf-8").replace('"inputs": {"Name": "Ada"}', '"inputs": {"Name": "Bob"}')
    recording.write_text(text, "utf-8")
    done = checked(tmp_path, greets, recording)
    assert done.stdout.splitlines()[1:] == ['  outputs.Hello: recorded "Ada", now "Bob"']


def test_ids_and_durations_are_no_difference(tmp_path: Path) -> None:
    waits_for_all = (
        asks(awaits=False)
        .node("ids", "list.make", config={"count": 1})
        .node("wait", "future.await_all")
        .node("out", "flow.output", config={"name": "Results"})
        .exec("ask.Success > wait.Execute", "wait.Success > out.In")
        .data("ask.FutureResponseId > ids.Item1", "ids.List > wait.FutureResponseIds", "wait.Results > out.Value")
    )
    with OpenAIServer() as server:
        recording = recorded(tmp_path, waits_for_all, "--base-url", server.base_url)
    text = recording.read_text("utf-8")
    assert '"ElapsedMs": ' in text
    assert checked(tmp_path, waits_for_all, recording).returncode == 0


def test_an_output_may_be_ignored(tmp_path: Path) -> None:
    recording = recorded(tmp_path, hello())
    changed = hello().set("out", Value="moon")
    assert checked(tmp_path, changed, recording).returncode == 1
    assert checked(tmp_path, changed, recording, "--ignore", "Answer").returncode == 0


def test_a_run_that_was_stopped_says_nothing_about_the_flow(tmp_path: Path) -> None:
    endless = hello().node("wait", "flow.delay", inputs={"DelayMs": 3_600_000}).exec("out.Out > wait.In")
    recording = recorded(tmp_path, endless, "--timeout", "0.2")
    done = checked(tmp_path, hello(), recording)
    assert (done.returncode, done.stdout) == (2, "")
    assert "nothing to compare with (run 1 is left out: it was stopped): record a run to its end" in done.stderr


def test_a_recording_cut_off_before_the_end_is_nothing_to_compare_with(tmp_path: Path) -> None:
    recording = recorded(tmp_path, hello())
    recording.write_bytes(recording.read_bytes()[:-5])
    done = checked(tmp_path, hello(), recording)
    assert done.returncode == 2
    assert "the recording ends before it does" in done.stderr


def test_several_runs_are_made_in_turn(tmp_path: Path) -> None:
    one = recorded(tmp_path, hello()).read_text("utf-8").splitlines()
    two = recorded(tmp_path, hello()).read_text("utf-8").splitlines()
    both = tmp_path / "both.recording.jsonl"
    both.write_text("\n".join([*one, *two[1:]]) + "\n", "utf-8")
    assert checked(tmp_path, hello(), both).stdout.endswith("(2 runs, 0 requests)\n")
    done = checked(tmp_path, hello().set("out", Value="moon"), both)
    assert done.stdout.splitlines()[1:] == [
        f'  run {number}: outputs.Answer: recorded "world", now "moon"' for number in (1, 2)
    ]


def test_a_flow_that_cannot_run_is_2(tmp_path: Path) -> None:
    recording = recorded(tmp_path, hello())
    done = checked(tmp_path, draw("begin: event.button"), recording)
    assert done.returncode == 2
    assert "has no node 'start'" in done.stderr
    assert cli("test", tmp_path / "none.flow.json", "--recording", recording).returncode == 2
    assert cli("test", tmp_path / "test.flow.json", "--recording", tmp_path / "none").returncode == 2
    assert cli("test", tmp_path / "test.flow.json").returncode == 2


def test_a_budget_of_the_user_is_not_asked_for_what_costs_nothing(tmp_path: Path, conversation: Path) -> None:
    budget = platformdirs.user_config_path("futureflow") / "budget.json"
    budget.parent.mkdir(parents=True)
    budget.write_text('{"per_run": 0}', "utf-8")
    with OpenAIServer() as server:
        assert "is used up" in cli("run", tmp_path / "test.flow.json", "--base-url", server.base_url).stderr
    assert checked(tmp_path, asks(awaits=True), conversation).returncode == 0
