"""The command line, as a person or a script calls it: real processes, real files, a real server."""

from __future__ import annotations

import array
import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

import pytest
from command_line import ROOT, SECONDS, asks, cli, hello, process, saved
from flows import Drawing, draw
from openai_server import OpenAIServer

from runtime.cli_report import Report
from runtime.document.files import load_flow
from runtime.engine.events import LogWritten
from runtime.ids import NodeId, RunId

Starter = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Starter]:
    """Starts calls that go on while the test does; ends what a failing test left."""
    children = []

    def call(*arguments: object) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, "-m", "runtime", *map(str, arguments)],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        children.append(child)
        return child

    yield call
    for child in children:
        child.kill()
        child.wait()
        for pipe in (child.stdout, child.stderr):
            if pipe is not None:
                pipe.close()


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


class TestProcess:
    """What holds for calls in this process holds for processes: the exit codes, the streams."""

    def test_success_is_0(self, tmp_path: Path) -> None:
        done = process("run", saved(tmp_path, hello()), "--log-level", "error")
        assert (done.returncode, done.stdout) == (0, "Answer: world\n")
        assert done.stderr.startswith("succeeded after ")

    def test_a_flow_that_failed_is_1(self, tmp_path: Path) -> None:
        drawing = draw("start: event.button", "end: flow.failed").exec("start.Out > end.In")
        assert process("run", saved(tmp_path, drawing)).returncode == 1

    def test_half_a_surrogate_pair_is_printed_as_json_escapes_it(self, tmp_path: Path) -> None:
        flow, events, recording = saved(tmp_path, hello().set("out", Value="a\ud800b")), tmp_path / "e", tmp_path / "r"
        assert process("run", flow).stdout == "Answer: a\\ud800b\n"
        done = process("run", flow, "--output", "json", "--events", events, "--record", recording)
        assert json.loads(done.stdout)["outputs"] == {"Answer": "a\ud800b"}
        assert json.loads(events.read_text("utf-8").splitlines()[-1])["outputs"] == {"Answer": "a\ud800b"}
        assert json.loads(recording.read_text("utf-8").splitlines()[-1])["outputs"] == {"Answer": "a\ud800b"}

    def test_a_flow_that_cannot_run_is_2(self, tmp_path: Path) -> None:
        done = process("run", tmp_path / "none.flow.json")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"futureflow: {tmp_path / 'none.flow.json'}: there is no such file: check the path\n"

    def test_bad_arguments_are_2(self) -> None:
        assert process("fly").returncode == 2

    def test_a_key_shows_nowhere(self, tmp_path: Path, server: OpenAIServer) -> None:
        done = process(
            "run", saved(tmp_path, asks(awaits=True)), "--base-url", server.base_url, "--api-key-env", "MY_KEY",
            "--model", "mock-echokey", "--log-level", "debug", MY_KEY="sk-secret-123",
        )  # fmt: skip
        assert server.requests[0].headers["Authorization"] == "Bearer sk-secret-123"
        assert done.returncode == 1
        assert "sk-secret-123" not in done.stdout + done.stderr


class TestRun:
    def test_results_go_to_stdout_and_the_log_to_stderr(self, tmp_path: Path) -> None:
        done = cli("run", saved(tmp_path, hello()))
        assert (done.returncode, done.stdout) == (0, "Answer: world\n")
        assert "warn  log: hello" in done.stderr
        assert "succeeded after" in done.stderr

    def test_json_is_one_object_with_everything(self, tmp_path: Path, server: OpenAIServer) -> None:
        flow = saved(tmp_path, asks(awaits=True))
        done = cli("run", flow, "--output", "json", "--base-url", server.base_url)
        told = json.loads(done.stdout)
        assert done.returncode == 0
        assert list(told) == ["status", "outputs", "error", "futures", "log", "elapsed_s"]
        assert (told["status"], told["outputs"], told["error"]) == ("succeeded", {"Answer": "echo: one two"}, None)
        (future,) = told["futures"]
        assert future.pop("id").startswith("fut_")
        assert future.pop("elapsed_s") >= 0
        assert future.pop("usage")["completion_tokens"] == 3
        assert future == {
            "node": "ask", "state": "succeeded", "model": "ok", "message": "echo: one two",
            "messages": ["echo: one two"], "finish_reason": "stop", "error": "",
        }  # fmt: skip

    def test_json_has_the_log(self, tmp_path: Path) -> None:
        told = json.loads(cli("run", saved(tmp_path, hello()), "--output", "json").stdout)
        (line,) = told["log"]
        assert line.pop("t") >= 0
        assert line == {"level": "warn", "node": "log", "message": "hello"}

    @pytest.mark.parametrize(("keeps_all", "count"), [(True, 1), (False, 0)])
    def test_the_log_is_kept_only_where_it_is_told(
        self, keeps_all: bool, count: int, capsys: pytest.CaptureFixture[str]
    ) -> None:
        report = Report(keeps_all=keeps_all)
        report(LogWritten(0.0, RunId("run_1"), NodeId("log"), "info", "one of a million"))
        report.print_json(0.0, one_line=True)
        assert len(json.loads(capsys.readouterr().out)["log"]) == count

    def test_none_prints_nothing_and_the_log_level_hides_lines(self, tmp_path: Path) -> None:
        done = cli("run", saved(tmp_path, hello()), "--output", "none", "--log-level", "error")
        assert (done.returncode, done.stdout) == (0, "")
        assert "hello" not in done.stderr

    def test_a_flow_that_fails_is_exit_code_1_and_names_the_node(self, tmp_path: Path, server: OpenAIServer) -> None:
        flow = saved(tmp_path, asks(awaits=True))
        done = cli("run", flow, "--output", "json", "--base-url", server.base_url, "--model", "mock-401")
        told = json.loads(done.stdout)
        assert (done.returncode, told["status"], told["error"]["node"]) == (1, "failed", "wait")
        assert "Incorrect API key" in told["error"]["message"]
        assert told["error"]["type"] == "future.await"
        assert "failed at wait after" in done.stderr

    def test_flow_failed_ends_it_with_exit_code_1(self, tmp_path: Path) -> None:
        drawing = draw("start: event.button", "end: flow.failed").exec("start.Out > end.In")
        assert cli("run", saved(tmp_path, drawing)).returncode == 1

    def test_the_entry_is_needed_where_there_are_several_events(self, tmp_path: Path) -> None:
        drawing = hello().node("other", "event.button").node("bye", "util.console", inputs={"Message": "bye"})
        flow = saved(tmp_path, drawing.exec("other.Out > bye.In"))
        refused = cli("run", flow)
        assert refused.returncode == 2
        assert "start" in refused.stderr
        assert "other" in refused.stderr
        assert "bye: bye" in cli("run", flow, "--entry", "other").stderr


class TestInputs:
    @staticmethod
    def passes_on(kind: str) -> Drawing:
        return (
            draw("start: event.button", "in: flow.input", "out: flow.output")
            .config("in", name="Given", type=kind)
            .config("out", name="Got")
            .exec("start.Out > out.In")
            .data("in.Value > out.Value")
        )

    @pytest.mark.parametrize(
        ("kind", "text", "value"),
        [
            ("string", "12", "12"),
            ("string", "a=b", "a=b"),
            ("integer", "12", 12),
            ("float", "1e3", 1000.0),
            ("boolean", "True", True),
            ("boolean", "no", False),
            ("json", '{"a": [1, null]}', {"a": [1, None]}),
            ("any", "12", "12"),
        ],
    )
    def test_a_value_is_read_as_the_flow_declares_it(self, tmp_path: Path, kind: str, text: str, value: object) -> None:
        done = cli("run", saved(tmp_path, self.passes_on(kind)), "--input", f"Given={text}", "--output", "json")
        assert json.loads(done.stdout)["outputs"] == {"Got": value}

    def test_the_command_line_goes_before_the_file(self, tmp_path: Path) -> None:
        values = tmp_path / "values.json"
        values.write_text('{"Given": "file"}', "utf-8")
        flow = saved(tmp_path, self.passes_on("string"))
        assert cli("run", flow, "--inputs", values).stdout == "Got: file\n"
        assert cli("run", flow, "--inputs", values, "--input", "Given=line").stdout == "Got: line\n"

    @pytest.mark.parametrize(
        ("arguments", "problem"),
        [
            (["--input", "Given=x"], "--input Given=x: Given is of type integer, and this is none"),
            (["--input", "Given"], "--input Given: write it as NAME=VALUE"),
            (["--input", "Other=1"], "the flow has no input 'Other' (it has: Given)"),
            (["--inputs", "none.json"], "--inputs none.json cannot be read"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, tmp_path: Path, arguments: list[str], problem: str) -> None:
        done = cli("run", saved(tmp_path, self.passes_on("integer")), *arguments)
        assert done.returncode == 2
        assert problem in done.stderr

    @pytest.mark.parametrize(("kind", "text"), [("float", "nan"), ("json", "[1,"), ("boolean", "maybe")])
    def test_a_value_of_another_type_is_refused(self, tmp_path: Path, kind: str, text: str) -> None:
        done = cli("run", saved(tmp_path, self.passes_on(kind)), "--input", f"Given={text}")
        assert done.returncode == 2
        assert f"--input Given={text}: Given is of type {kind}, and this is none" in done.stderr

    @pytest.mark.parametrize("text", ["[1]", "{", '{"Other": 1}'])
    def test_a_file_that_does_not_fit_is_refused(self, tmp_path: Path, text: str) -> None:
        values = tmp_path / "values.json"
        values.write_text(text, "utf-8")
        assert cli("run", saved(tmp_path, self.passes_on("integer")), "--inputs", values).returncode == 2


class TestEventsAndRecordings:
    def test_every_event_is_a_line_of_json(self, tmp_path: Path, server: OpenAIServer) -> None:
        events = tmp_path / "events.jsonl"
        flow = saved(tmp_path, asks(awaits=True))
        cli("run", flow, "--events", events, "--base-url", server.base_url)
        told = [json.loads(line) for line in events.read_text("utf-8").splitlines()]
        names = [event["event"] for event in told]
        assert names[0] == "RunStarted"
        assert names[-1] == "RunFinished"
        assert {"FutureCreated", "FutureStateChanged", "FutureDelta", "FutureSettled", "NodeFinished"} <= set(names)
        assert {event["run_id"] for event in told} == {told[0]["run_id"]}
        assert all(event["t"] >= 0 for event in told)

    def test_events_on_stdout_are_alone_there(self, tmp_path: Path) -> None:
        done = cli("run", saved(tmp_path, hello()), "--events", "-")
        told = [json.loads(line) for line in done.stdout.splitlines()]
        assert [told[0]["event"], told[-1]["event"]] == ["RunStarted", "RunFinished"]

    def test_events_on_stdout_may_be_followed_by_the_result_as_one_line(self, tmp_path: Path) -> None:
        done = cli("run", saved(tmp_path, hello()), "--events", "-", "--output", "json")
        *events, result = [json.loads(line) for line in done.stdout.splitlines()]
        assert events[-1]["event"] == "RunFinished"
        assert result["outputs"] == {"Answer": "world"}

    def test_a_recording_holds_the_flow_and_the_events(self, tmp_path: Path) -> None:
        recording = tmp_path / "a.recording.jsonl"
        flow = saved(tmp_path, hello())
        cli("run", flow, "--record", recording)
        header, *events = [json.loads(line) for line in recording.read_text("utf-8").splitlines()]
        assert (header["format"], header["version"]) == ("futureflow-recording", 1)
        assert header["flow"] == json.loads(flow.read_text("utf-8"))
        assert [events[0]["event"], events[-1]["event"]] == ["RunStarted", "RunFinished"]

    def test_a_file_that_cannot_be_written_is_refused_before_the_run(self, tmp_path: Path) -> None:
        done = cli("run", saved(tmp_path, hello()), "--events", tmp_path / "none" / "events.jsonl")
        assert done.returncode == 2
        assert "cannot be written" in done.stderr
        assert "hello" not in done.stderr

    def test_a_reader_of_events_that_goes_away_is_no_problem(self, tmp_path: Path, start: Starter) -> None:
        process = start("run", saved(tmp_path, hello()), "--events", "-")
        assert process.stdout
        process.stdout.close()
        assert process.stderr
        assert "hello" in (told := process.stderr.read())
        assert "missing" not in told
        assert "Traceback" not in told
        process.wait(SECONDS)

    def test_a_disk_that_fills_up_is_told_and_the_run_goes_on(self, tmp_path: Path) -> None:
        done = cli("run", saved(tmp_path, hello()), "--events", "/dev/full")
        assert (done.returncode, done.stdout) == (0, "Answer: world\n")
        assert "/dev/full: events are missing from here on" in done.stderr

    def test_a_reader_that_goes_away_ends_it_quietly(self, tmp_path: Path, start: Starter) -> None:
        process = start("run", saved(tmp_path, hello()), "--output", "json")
        assert process.stdout
        process.stdout.close()
        assert process.stderr
        assert "Traceback" not in process.stderr.read()
        assert process.wait(SECONDS) == 1


class TestFutures:
    def test_by_default_pending_futures_are_waited_for(self, tmp_path: Path, server: OpenAIServer) -> None:
        flow = saved(tmp_path, asks(awaits=False))
        told = json.loads(cli("run", flow, "--output", "json", "--base-url", server.base_url).stdout)
        assert [future["state"] for future in told["futures"]] == ["succeeded"]

    def test_one_that_fails_after_the_run_is_listed_and_changes_no_exit_code(
        self, tmp_path: Path, server: OpenAIServer
    ) -> None:
        flow = saved(tmp_path, asks(awaits=False))
        done = cli("run", flow, "--base-url", server.base_url, "--model", "mock-400")
        assert done.returncode == 0
        assert "futures without an answer: 1\n" in done.stderr
        assert re.search(r"warn +Ask: fut_\w+ failed: The server answered 400", done.stderr)
        assert "temperature is too high" in done.stderr

    def test_no_wait_cancels_them(self, tmp_path: Path, server: OpenAIServer) -> None:
        flow = saved(tmp_path, asks(awaits=False))
        done = cli("run", flow, "--no-wait", "--output", "json", "--base-url", server.base_url, "--model", "mock-hang")
        assert done.returncode == 0
        assert [future["state"] for future in json.loads(done.stdout)["futures"]] == ["cancelled"]

    def test_the_model_of_the_command_line_replaces_set_and_wired_ones(
        self, tmp_path: Path, server: OpenAIServer
    ) -> None:
        drawing = (
            asks(awaits=True).node("name", "value.text", inputs={"Input": "wired"}).data("name.Output > ask.Model")
        )
        cli("run", saved(tmp_path, drawing), "--base-url", server.base_url, "--model", "mine")
        assert [request.model for request in server.requests] == ["mine"]

    def test_the_key_comes_from_the_variable_that_is_named_and_shows_nowhere(
        self, tmp_path: Path, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MY_KEY", "sk-secret-123")
        flow, events, recording = saved(tmp_path, asks(awaits=True)), tmp_path / "e", tmp_path / "r"
        done = cli(
            "run", flow, "--base-url", server.base_url, "--api-key-env", "MY_KEY", "--model", "mock-echokey",
            "--events", events, "--record", recording, "--log-level", "debug",
        )  # fmt: skip
        assert server.requests[0].headers["Authorization"] == "Bearer sk-secret-123"
        everything = done.stdout + done.stderr + events.read_text("utf-8") + recording.read_text("utf-8")
        assert "sk-secret-123" not in everything

    def test_a_key_that_is_not_there_is_told_before_anything_is_sent(
        self, tmp_path: Path, server: OpenAIServer
    ) -> None:
        done = cli("run", saved(tmp_path, asks(awaits=True)), "--base-url", server.base_url, "--api-key-env", "NO_KEY")
        assert done.returncode == 1
        assert "set the environment variable NO_KEY" in done.stderr
        assert not server.requests

    @pytest.mark.parametrize(
        ("url", "problem"),
        [
            ("localhost:8000", "--base-url: base_url 'localhost:8000' must be an address"),
            ("http://[::1/v1", "--base-url: Invalid IPv6 URL: write it as http://host:8000/v1"),
            ("http://me:hunter2@[::1/v1", "--base-url: Invalid IPv6 URL"),
            ("me:hunter2@host/v1", "--base-url: base_url must not hold a user name, password or query"),
        ],
    )
    def test_a_base_url_that_is_none_is_refused(self, tmp_path: Path, url: str, problem: str) -> None:
        done = cli("run", saved(tmp_path, asks(awaits=True)), "--base-url", url)
        assert done.returncode == 2
        assert problem in done.stderr
        assert "hunter2" not in done.stderr


class TestBadInput:
    @pytest.mark.parametrize("command", ["run", "validate"])
    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ('{\n  "format": "futureflow",\n  "version" 1\n}', "line 3, column 13: not JSON: Expecting ':' delimiter"),
            ("[]", "line 1, column 1, at $: not a flow"),
            ('{"format": "futureflow", "version": 9}', "this flow has version 9"),
            ('{"format": "futureflow", "version": 1, "nodes": [{"id": "a"}]}', "at $.nodes[0]: not a flow: 'type' is"),
            (
                '{"format": "futureflow", "version": 1, "nodes": [{"id": "a", "type": "b", "position": [1]}]}',
                "at $.nodes[0].position: not a flow: item 1 is missing",
            ),
        ],
    )
    def test_a_broken_file_says_where(self, tmp_path: Path, command: str, text: str, problem: str) -> None:
        path = tmp_path / "broken.flow.json"
        path.write_text(text, "utf-8")
        done = cli(command, path)
        assert done.returncode == 2
        assert problem in done.stdout + done.stderr
        assert str(path) in done.stdout + done.stderr
        assert "Traceback" not in done.stderr

    @pytest.mark.parametrize("command", ["run", "validate"])
    @pytest.mark.parametrize(
        ("drawing", "node", "problem"),
        [
            (hello().node("odd", "vendor.odd").exec("out.Out > odd.In"), "odd", "vendor.odd"),
            (hello().data("out.Nothing > log.Message"), "log", "out has no data output Nothing; it has: none"),
            (hello().exec("out.Out > log.Into"), "log", "log has no exec input Into; it has: In"),
            (hello().exec("out.Out > nobody.In"), "out", "nobody"),
        ],
        ids=["unknown type", "missing output", "missing input", "missing node"],
    )
    def test_a_flow_that_cannot_run_names_the_node(
        self, tmp_path: Path, command: str, drawing: Drawing, node: str, problem: str
    ) -> None:
        done = cli(command, saved(tmp_path, drawing))
        assert done.returncode == 2
        assert node in done.stdout + done.stderr
        assert problem in done.stdout + done.stderr

    @pytest.mark.parametrize(
        ("model", "state", "message"),
        [
            ("mock-401", "failed", "Incorrect API key provided"),
            ("mock-429", "failed", "Rate limit reached"),
            ("mock-500", "failed", "The server had an error"),
            ("mock-cut", "", ""),
            ("mock-nofinish", "truncated", ""),
            ("mock-badjson", "failed", ""),
            ("mock-drop", "failed", ""),
            ("mock-html", "failed", ""),
        ],
    )
    def test_a_server_that_fails_fails_the_flow_with_a_message(
        self, tmp_path: Path, server: OpenAIServer, model: str, state: str, message: str
    ) -> None:
        done = cli(
            "run", saved(tmp_path, asks(awaits=True)), "--output", "json", "--base-url", server.base_url,
            "--model", model,
        )  # fmt: skip
        told = json.loads(done.stdout)
        (future,) = told["futures"]
        assert (done.returncode, told["status"]) == (1, "failed")
        assert future["state"] == state or not state
        assert future["error"]
        assert message in told["error"]["message"]
        assert future["error"] in told["error"]["message"] or message

    def test_a_stream_that_is_cut_keeps_what_came(self, tmp_path: Path, server: OpenAIServer) -> None:
        flow = saved(tmp_path, asks(awaits=False))
        done = cli("run", flow, "--output", "json", "--base-url", server.base_url, "--model", "mock-cut")
        (future,) = json.loads(done.stdout)["futures"]
        assert future["state"] in ("truncated", "failed")
        assert future["message"] == "echo:"

    def test_a_server_that_asks_to_wait_is_asked_again(self, tmp_path: Path, server: OpenAIServer) -> None:
        flow = saved(tmp_path, asks(awaits=True))
        done = cli("run", flow, "--base-url", server.base_url, "--model", "mock-429-once")
        assert (done.returncode, done.stdout) == (0, "Answer: echo: one two\n")
        assert len(server.requests) == 2

    def test_a_server_that_is_not_there(self, tmp_path: Path) -> None:
        flow = saved(tmp_path, asks(awaits=True))
        done = cli("run", flow, "--base-url", "http://127.0.0.1:9/v1")
        assert done.returncode == 1
        assert "127.0.0.1:9" in done.stderr

    @pytest.mark.parametrize("awaits", [True, False])
    def test_a_server_that_hangs_ends_with_the_timeout(
        self, tmp_path: Path, server: OpenAIServer, awaits: bool
    ) -> None:
        done = cli(
            "run", saved(tmp_path, asks(awaits=awaits)), "--output", "json", "--base-url", server.base_url,
            "--model", "mock-hang", "--timeout", "2",
        )  # fmt: skip
        told = json.loads(done.stdout)
        assert (done.returncode, told["status"], told["error"]["node"]) == (1, "failed", None)
        assert "not done within the 2 s of --timeout" in told["error"]["message"]
        assert [future["state"] for future in told["futures"]] == ["interrupted"]

    @pytest.mark.parametrize(
        "arguments", [["run"], ["run", "a", "--timeout", "-1"], ["run", "a", "--output", "xml"], ["fly"], []]
    )
    def test_bad_arguments_are_exit_code_2(self, arguments: list[str]) -> None:
        done = cli(*arguments)
        assert done.returncode == 2
        assert "usage: futureflow" in done.stderr

    def test_the_usage_of_a_command_is_of_that_command_alone(self) -> None:
        done = cli("run", "a", "--timeout", "soon")
        assert done.stderr.startswith("usage: futureflow run [-h]")
        assert "argument --timeout: soon is no number of seconds above 0" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to whole consoles only")
class TestStopping:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    @pytest.mark.parametrize("awaits", [True, False])
    def test_ctrl_c_cancels_the_run_and_interrupts_its_futures(
        self, tmp_path: Path, server: OpenAIServer, start: Starter, number: signal.Signals, awaits: bool
    ) -> None:
        process = start(
            "run", saved(tmp_path, asks(awaits=awaits)), "--output", "json", "--base-url", server.base_url,
            "--model", "mock-hang",
        )  # fmt: skip
        server.wait_until(lambda: server.in_flight == 1, "the request")
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=SECONDS)
        assert process.returncode == 130
        assert "stopping" in stderr
        assert "Traceback" not in stderr
        told = json.loads(stdout)
        assert told["status"] == ("cancelled" if awaits else "succeeded")
        assert [future["state"] for future in told["futures"]] == ["interrupted"]
        server.wait_until(lambda: server.disconnects == 1, "the end of the connection")

    def test_a_second_ctrl_c_ends_even_a_process_that_is_stuck(self, tmp_path: Path, start: Starter) -> None:
        drawing = (
            draw("start: event.button", "each: flow.for_each", "log: util.console")
            .set("each", Collection=["long " * 100] * 2000)
            .exec("start.Out > each.In", "each.Do > log.In")
            .data("each.Value > log.Message")
        )
        process = start("run", saved(tmp_path, drawing), "--events", "-", "--log-level", "error")
        assert process.stdout
        before, unread = -1, 0
        while unread < 10_000 or unread > before:  # until the pipe is full: it holds some 60 KB, and nobody reads it
            assert process.poll() is None
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
            before, unread = unread, _unread(process.stdout)
        for _ in range(100):
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
                break
        assert process.poll() == 130
        process.communicate()


class TestCatalogue:
    def test_nodes_lists_all_types_and_shows_one(self) -> None:
        assert "flow.branch" in cli("nodes").stdout
        shown = cli("nodes", "openai.chat_completion_async").stdout
        assert "Exec outputs: Success, Failed" in shown
        assert "Temperature (float, at least 0, at most 2)" in shown
        assert "Model (string, required)" in shown

    def test_nodes_as_json_has_every_declaration_in_full(self) -> None:
        told = {node["type"]: node for node in json.loads(cli("nodes", "--output", "json").stdout)}
        asynchronous = told["openai.chat_completion_async"]
        assert list(asynchronous) == [
            "type", "title", "category", "description", "kind", "exec_in", "exec_out", "inputs", "outputs", "config",
        ]  # fmt: skip
        assert len(asynchronous["inputs"]) == 17
        temperature = next(pin for pin in asynchronous["inputs"] if pin["name"] == "Temperature")
        description = temperature.pop("description")
        assert description
        assert temperature == {
            "name": "Temperature", "type": "float", "required": False, "default": None, "minimum": 0, "maximum": 2,
            "choices": None,
        }  # fmt: skip
        assert told["flow.branch"]["config"] is None
        [policy] = asynchronous["config"]["properties"].values()
        assert policy["enum"] == ["new", "ignore", "restart", "queue"]
        assert "outputs" in told["flow.sequence"]["config"]["properties"]
        assert told["event.button"]["kind"] == "event"

    def test_nodes_of_one_type_as_json_is_a_list_of_one(self) -> None:
        assert [node["type"] for node in json.loads(cli("nodes", "flow.branch", "--output", "json").stdout)] == [
            "flow.branch"
        ]

    def test_an_unknown_type_gets_a_suggestion(self) -> None:
        done = cli("nodes", "flow.brunch")
        assert done.returncode == 2
        assert "did you mean flow.branch" in done.stderr

    def test_schema_is_json_schema(self) -> None:
        assert json.loads(cli("schema").stdout)["title"] == "Flow"


class TestValidate:
    def test_a_good_flow_is_exit_code_0_without_a_word(self, tmp_path: Path) -> None:
        done = cli("validate", saved(tmp_path, hello()))
        assert (done.returncode, done.stdout) == (0, "")

    def test_problems_are_lines_of_file_node_and_message(self, tmp_path: Path) -> None:
        path = saved(tmp_path, hello().node("odd", "vendor.odd"))
        done = cli("validate", path)
        assert done.returncode == 2
        assert done.stdout.startswith(f"{path}: odd: unknown node type 'vendor.odd'")

    def test_warnings_alone_are_no_errors(self, tmp_path: Path) -> None:
        path = saved(tmp_path, hello().node("alone", "flow.success"))
        done = cli("validate", path)
        assert done.returncode == 0
        assert done.stdout.startswith(f"{path}: alone: warning: ")

    def test_json_lists_the_problems_of_all_files(self, tmp_path: Path) -> None:
        broken = tmp_path / "broken.flow.json"
        broken.write_text("{", "utf-8")
        path = saved(tmp_path, hello().node("odd", "vendor.odd"))
        told = json.loads(cli("validate", path, broken, "--output", "json").stdout)
        assert [(problem["file"], problem["node"], problem["severity"]) for problem in told] == [
            (str(path), "odd", "error"), (str(broken), None, "error"),
        ]  # fmt: skip

    def test_every_flow_of_version_1_can_be_validated(self) -> None:
        flows = sorted((ROOT / "tests" / "data" / "flows" / "v1").glob("*.flow.json"))
        assert flows
        assert "Traceback" not in cli("validate", *flows).stderr
        assert all(load_flow(flow).version == 1 for flow in flows)


WITHOUT_QT = """
import sys

for name in ("PySide6", "shiboken6", "qasync"):
    sys.modules[name] = None  # importing it raises ModuleNotFoundError
sys.argv[0] = "futureflow"
from editor.__main__ import main

sys.exit(main())
"""


class TestWithoutQt:
    @staticmethod
    def futureflow(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
        kept = {name: value for name, value in os.environ.items() if name not in hidden}
        return subprocess.run(
            [sys.executable, "-c", WITHOUT_QT, *map(str, arguments)],
            cwd=ROOT, env={**kept, **environment}, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip

    def test_the_command_line_works(self, tmp_path: Path, server: OpenAIServer) -> None:
        done = self.futureflow("run", saved(tmp_path, asks(awaits=True)), "--base-url", server.base_url)
        assert (done.returncode, done.stdout) == (0, "Answer: echo: one two\n")
        for arguments in (["nodes"], ["schema"], ["--help"], ["--version"]):
            assert self.futureflow(*arguments).returncode == 0

    def test_all_of_the_runtime_can_be_imported(self) -> None:
        walk = (
            "import importlib, pkgutil, runtime; "
            "[importlib.import_module(found.name) for found in pkgutil.walk_packages(runtime.__path__, 'runtime.')"
            " if not found.name.endswith('__main__')]"
        )
        program = WITHOUT_QT.replace("from editor.__main__ import main", walk).replace("sys.exit(main())", "")
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")

    def test_the_editor_says_what_is_missing(self) -> None:
        without_screen = self.futureflow("a.flow.json")
        assert without_screen.returncode == 2
        assert "there is no screen here" in without_screen.stderr
        without_qt = self.futureflow("a.flow.json", QT_QPA_PLATFORM="offscreen")
        assert without_qt.returncode == 2
        assert "Qt cannot be loaded" in without_qt.stderr
        assert "futureflow run FLOW" in without_qt.stderr


def _unread(pipe: IO[str]) -> int:
    """How many bytes wait in a pipe."""
    count = array.array("i", [0])
    fcntl.ioctl(pipe.fileno(), termios.FIONREAD, count)
    return count[0]
