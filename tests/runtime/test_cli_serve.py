"""`futureflow serve`, as a person or a service manager calls it: real processes, real signals, real files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import IO

import pytest
from flows import Drawing, draw
from openai_server import OpenAIServer

from runtime.cli import main
from runtime.document.files import save_flow

ROOT = Path(__file__).parents[2]
SECONDS = 60.0
"""How long one call may take: far above what any needs on a loaded machine."""


class Serving:
    """A call of `serve` under way."""

    def __init__(self, process: subprocess.Popen[str], stderr: IO[str], stdout: IO[str]) -> None:
        self._process = process
        self._stderr = stderr
        self._stdout = stdout

    def said(self, *parts: str) -> str:
        """Wait for a line on stderr that has all these parts."""
        for line in self._stderr:
            if all(part in line for part in parts):
                return line
        raise AssertionError(f"it ended without saying {parts}")

    def printed(self) -> str:
        """The next line on stdout."""
        return self._stdout.readline()

    def end_by_itself(self) -> tuple[int, str]:
        """The exit code, and what it said until then."""
        said = self._stderr.read()
        return self._process.wait(), said

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal; the exit code, and what it said afterwards."""
        self._process.send_signal(number)
        return self.end_by_itself()


@contextmanager
def serving(*arguments: object, **environment: str) -> Iterator[Serving]:
    """Start it; what a failing test leaves is ended."""
    process = subprocess.Popen(
        [sys.executable, "-m", "runtime", "serve", *map(str, arguments)],
        cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stdout is not None
    limit = Timer(SECONDS, process.kill)  # so that no wait for a line is for ever
    limit.start()
    try:
        with process.stderr as stderr, process.stdout as stdout:
            yield Serving(process, stderr, stdout)
    finally:
        limit.cancel()
        process.kill()
        process.wait()


def saved(folder: Path, drawing: Drawing, name: str = "test") -> Path:
    path = folder / f"{name}.flow.json"
    save_flow(drawing.flow(), path, backups=0)
    return path


def ticks(ms: int = 20) -> Drawing:
    return (
        draw("tick: event.interval", "out: flow.output")
        .set("tick", IntervalMs=ms)
        .config("out", name="Tick")
        .exec("tick.Out > out.In")
        .data("tick.Tick > out.Value")
    )


def inbox() -> Drawing:
    return (
        draw("file: event.file_changed", "out: flow.output")
        .set("file", Path="in.txt")
        .config("out", name="Seen")
        .exec("file.Out > out.In")
        .data("file.Change > out.Value")
    )


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


def test_it_says_what_it_listens_to_and_each_runs_beginning_and_end(tmp_path: Path) -> None:
    flow = saved(tmp_path, ticks())
    with serving(flow) as call:
        assert "info" in call.said(f"{flow}: Interval Event: is listened to, next at 20")
        call.said(f"{flow}: Interval Event: starts a run")
        call.said(f"{flow}: run succeeded after 0.0 s")
        assert call.printed() == "Tick: 1\n"
        assert call.printed() == "Tick: 2\n"


def test_sigterm_ends_it_in_order_with_0_and_ctrl_c_with_130(tmp_path: Path) -> None:
    for number, code in ((signal.SIGTERM, 0), (signal.SIGINT, 130)):
        with serving(saved(tmp_path, ticks(3_600_000))) as call:
            call.said("is listened to")
            ended, said = call.end(number)
            assert ended == code
            assert "stopping" in said
            assert "Interval Event: is listened to no longer" in said
            assert "Traceback" not in said


def test_runs_that_are_on_are_cancelled_at_the_end(tmp_path: Path) -> None:
    drawing = draw("tick: event.interval", "wait: flow.delay").exec("tick.Out > wait.In")
    with serving(saved(tmp_path, drawing.set("tick", IntervalMs=20).set("wait", DelayMs=3_600_000))) as call:
        call.said("starts a run")
        assert "run cancelled after" in call.end()[1]


def test_several_flows_are_told_apart(tmp_path: Path) -> None:
    one, two = saved(tmp_path, ticks(3_600_000), "one"), saved(tmp_path, inbox(), "two")
    with serving(one, two) as call:
        call.said("File Changed Event: is listened to")
        (tmp_path / "in.txt").write_text("a")
        call.said(f"{two}: File Changed Event: starts a run")
        assert call.printed() == f"{two}: Seen: added\n"


def test_json_is_a_line_a_run(tmp_path: Path) -> None:
    flow = saved(tmp_path, ticks())
    with serving(flow, "--output", "json") as call:
        told = json.loads(call.printed())
        assert told.pop("run_id").startswith("run_")
        assert told.pop("started") > 0
        assert told.pop("elapsed_s") >= 0
        assert told == {
            "flow": str(flow), "event": "tick", "happened": {"Tick": 1}, "status": "succeeded",
            "outputs": {"Tick": 1}, "error": None,
        }  # fmt: skip


def test_a_run_that_fails_is_told_and_does_not_end_it(tmp_path: Path) -> None:
    drawing = draw("tick: event.interval", "end: flow.failed").set("tick", IntervalMs=20).exec("tick.Out > end.In")
    with serving(saved(tmp_path, drawing), "--output", "json", "--log-level", "error") as call:
        for _ in range(2):
            error = json.loads(call.printed())["error"]
            assert (error["node"], error["type"]) == ("end", "flow.failed")
            assert " error " in call.said("run failed at Failed after 0.0 s: the flow came here")


def test_events_are_lines_of_json(tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    with serving(saved(tmp_path, ticks()), "--events", events) as call:
        call.printed()
        call.end()
    told = [json.loads(line) for line in events.read_text("utf-8").splitlines()]
    assert (told[0]["event"], told[0]["state"]) == ("ListeningLogged", "listening")
    started = next(event for event in told if event["event"] == "RunStarted")
    assert (started["trigger"], started["outputs"]) == ("event", {"Tick": 1})
    with serving(saved(tmp_path, ticks()), "--events", "-") as call:
        assert json.loads(call.printed())["event"] == "ListeningLogged"


def test_answers_come_back_to_the_flow_that_asked(tmp_path: Path, server: OpenAIServer) -> None:
    drawing = (
        draw("tick: event.interval", "conv: openai.create_conversation", "say: openai.add_user_message")
        .node("ask", "openai.chat_completion_async", inputs={"Model": "some"})
        .node("answer", "event.future_settled")
        .node("out", "flow.output", config={"name": "Answer"})
        .set("tick", IntervalMs=200)
        .set("say", Message="one two")
        .exec("tick.Out > conv.Execute", "conv.Success > say.Execute", "say.Success > ask.Execute")
        .exec("answer.Out > out.In")
        .data("conv.ConversationId > say.ConversationId", "conv.ConversationId > ask.Conversation")
        .data("answer.Message > out.Value")
    )
    with serving(saved(tmp_path, drawing), "--base-url", server.base_url, "--model", "other") as call:
        assert call.printed() == "Answer: echo: one two\n"
        call.said("Create Chat Completion (Async): fut_", "succeeded")
        assert server.requests[0].body["model"] == "other"


def test_runs_get_the_inputs_that_their_flow_has(tmp_path: Path) -> None:
    def named(name: str) -> Drawing:
        drawing = ticks().node("given", "flow.input", config={"name": name, "type": "integer", "required": True})
        return (
            drawing.node("two", "flow.output", config={"name": name})
            .exec("out.Out > two.In")
            .data("given.Value > two.Value")
        )

    one, two = saved(tmp_path, named("A"), "one"), saved(tmp_path, named("B"), "two")
    values = tmp_path / "values.json"
    values.write_text('{"B": 2}')
    with serving(one, two, "--input", "A=1", "--inputs", values, "--output", "json") as call:
        told = [json.loads(call.printed())["outputs"] for _ in range(2)]
        assert sorted((name, value) for outputs in told for name, value in outputs.items() if name != "Tick") == [
            ("A", 1), ("B", 2),
        ]  # fmt: skip


def test_it_ends_with_1_when_nothing_can_be_listened_to_any_longer(tmp_path: Path) -> None:
    """In place of the watched folder there is suddenly a link out of the flow's folder."""
    home, outside = tmp_path / "home", tmp_path / "outside"
    (home / "in").mkdir(parents=True)
    outside.mkdir()
    with serving(saved(home, inbox().set("file", Path="in/a.txt"))) as call:
        call.said("is listened to")
        (home / "in" / "a.txt").write_text("a")
        call.said("starts a run")
        (home / "in").rename(home / "old")
        (home / "in").symlink_to(outside)
        assert "in/a.txt lies outside of the flow's folder" in call.said("is listened to no longer")
        assert call.end_by_itself() == (1, "futureflow: no event can be listened to any longer\n")


class TestRefusal:
    def test_a_flow_without_an_event_that_starts_runs_by_itself(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        flow = saved(tmp_path, draw("start: event.button", "log: util.console").exec("start.Out > log.In"))
        assert main(["serve", str(flow)]) == 2
        said = capsys.readouterr().err
        assert said.startswith(f"futureflow: {flow}: the flow has no event that starts runs by itself: add one, ")

    def test_a_flow_that_cannot_run_and_then_none_is_served(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        good, bad = saved(tmp_path, ticks(), "good"), saved(tmp_path, ticks(1), "bad")
        assert main(["serve", str(good), str(bad)]) == 2
        said = capsys.readouterr().err
        assert f"futureflow: {bad}: the flow cannot run: Interval Event (tick): IntervalMs: must be from 10" in said

    def test_a_file_outside_of_the_flows_folder(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        flow = saved(tmp_path, inbox().set("file", Path="../in.txt"))
        assert main(["serve", str(flow)]) == 2
        assert (
            "File Changed Event (file) cannot be listened to: Path: ../in.txt lies outside" in capsys.readouterr().err
        )

    def test_a_flow_that_is_named_twice(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        flow = saved(tmp_path, ticks())
        assert main(["serve", str(flow), str(tmp_path / "." / flow.name)]) == 2
        assert "is named twice" in capsys.readouterr().err

    def test_a_flow_that_is_not_there(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["serve", str(tmp_path / "none.flow.json")]) == 2
        assert "there is no such file" in capsys.readouterr().err

    def test_an_input_that_no_flow_has(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["serve", str(saved(tmp_path, ticks())), "--input", "Who=Ada"]) == 2
        assert "no flow has an input 'Who'" in capsys.readouterr().err

    def test_an_events_file_that_cannot_be_written(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["serve", str(saved(tmp_path, ticks())), "--events", str(tmp_path)]) == 2
        assert "cannot be written" in capsys.readouterr().err
