"""`futureflow replay`: it tells what `futureflow run` told, from the recording alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Done, asks, cli, hello, process, saved
from flows import Drawing, draw
from openai_server import OpenAIServer

from runtime.document.flow import Flow
from runtime.engine.events import LogWritten, RunFinished, RunStarted, event_line
from runtime.ids import NodeId, RunId
from runtime.recording.writing import header_line


def recorded(folder: Path, drawing: Drawing, *arguments: object) -> tuple[Path, Done]:
    """Run a flow and record it: the recording, and what the run printed."""
    file = folder / "a.recording.jsonl"
    return file, cli("run", saved(folder, drawing), "--record", file, *arguments)


def told_live(done: Done) -> list[str]:
    """The lines of stderr but the last, which says how long it took."""
    return done.stderr.splitlines()[:-1]


def slow(folder: Path, seconds: float) -> Path:
    """A recording of a run that took so long."""
    run = RunId("run_1")
    events = [
        RunStarted(0.0, run, "slow", NodeId("start"), started=1000.0),
        LogWritten(seconds, run, None, "info", "late"),
        RunFinished(seconds, run, "succeeded", {"Answer": 42}, None),
    ]
    file = folder / "slow.recording.jsonl"
    file.write_text("\n".join([header_line(Flow()), *map(event_line, events)]) + "\n", "utf-8")
    return file


def test_it_prints_what_the_run_printed(tmp_path: Path) -> None:
    with OpenAIServer() as server:
        file, ran = recorded(tmp_path, asks(awaits=True), "--base-url", server.base_url)
    replayed = process("replay", file, "--speed", "max")
    assert (replayed.returncode, replayed.stdout) == (0, ran.stdout) == (0, "Answer: echo: one two\n")
    assert told_live(replayed) == told_live(ran) != []
    assert replayed.stderr.splitlines()[-1].startswith("succeeded after ")


def test_as_json_it_gives_the_same_object(tmp_path: Path) -> None:
    with OpenAIServer() as server:
        file, ran = recorded(tmp_path, asks(awaits=True), "--base-url", server.base_url, "--output", "json")
    replayed = json.loads(cli("replay", file, "--speed", "max", "--output", "json").stdout)
    before = json.loads(ran.stdout)
    for told in (replayed, before):
        assert told.pop("elapsed_s") > 0
    assert replayed == before
    assert before["futures"][0]["message"] == "echo: one two"


def test_a_failed_run_is_1_and_names_the_node(tmp_path: Path) -> None:
    file, ran = recorded(tmp_path, draw("start: event.button", "end: flow.failed").exec("start.Out > end.In"))
    assert ran.returncode == 1
    replayed = cli("replay", file, "--speed", "max")
    assert replayed.returncode == 1
    assert "failed at end after " in replayed.stderr


def test_its_events_are_those_of_the_recording(tmp_path: Path) -> None:
    file, _ = recorded(tmp_path, hello())
    header, *lines = file.read_text("utf-8").splitlines()
    assert "flow" in json.loads(header)
    assert cli("replay", file, "--speed", "max", "--events", "-").stdout.splitlines() == lines
    cli("replay", file, "--speed", "max", "--events", tmp_path / "events.jsonl")
    assert (tmp_path / "events.jsonl").read_text("utf-8").splitlines() == lines


def test_two_replays_are_alike(tmp_path: Path) -> None:
    with OpenAIServer() as server:
        file, _ = recorded(tmp_path, asks(awaits=True), "--base-url", server.base_url)
    first, second = (cli("replay", file, "--speed", "max", "--events", "-", "--output", "json") for _ in range(2))
    assert first == second


def test_speed_is_a_factor_of_time(tmp_path: Path) -> None:
    # An hour at a millionth: if the speed were ignored, this test would run into its time limit.
    done = cli("replay", slow(tmp_path, 3600.0), "--speed", "1000000")
    assert (done.returncode, done.stdout) == (0, "Answer: 42\n")
    assert "succeeded after 3600.0 s" in done.stderr


@pytest.mark.parametrize("speed", ["0", "-1", "fast", "inf", "nan"])
def test_a_speed_that_is_none_is_refused(tmp_path: Path, speed: str) -> None:
    done = cli("replay", slow(tmp_path, 1.0), f"--speed={speed}")
    assert done.returncode == 2
    assert f"argument --speed: {speed} is no number above 0, and not max" in done.stderr


def test_what_a_crash_cut_off_is_told(tmp_path: Path) -> None:
    file, _ = recorded(tmp_path, hello())
    file.write_bytes(file.read_bytes()[:-5])
    done = cli("replay", file, "--speed", "max")
    assert done.returncode == 1
    assert "the recording ends before the run does" in done.stderr
    assert f"futureflow: {file}: line " in done.stderr
    assert "is cut off, as by a crash" in done.stderr


def test_what_is_no_recording_is_2_and_says_where(tmp_path: Path) -> None:
    flow = saved(tmp_path, hello())
    done = process("replay", flow)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"futureflow: {flow}, line 1: no recording: ")
    assert process("replay", tmp_path / "none").returncode == 2


def test_a_file_of_events_that_cannot_be_written_is_2(tmp_path: Path) -> None:
    done = cli("replay", slow(tmp_path, 1.0), "--events", tmp_path / "none" / "events.jsonl")
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
