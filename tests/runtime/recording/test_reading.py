"""Recordings as files: written by a run, read back whole, and what is said of broken ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flows import draw, registry_with
from toys import Gates

from runtime.document.flow import Flow
from runtime.engine.events import Event, LogWritten
from runtime.engine.run import Run
from runtime.errors import RecordingError
from runtime.ids import RunId
from runtime.recording.reading import RecordingReader, load_recording
from runtime.recording.writing import open_recording

pytestmark = pytest.mark.anyio


def hello(message: str = "hello") -> Flow:
    return (
        draw("start: event.button", "log: util.console", "out: flow.output", name="hello")
        .set("log", Message=message)
        .set("out", Value={"list": [1, 2.5, None, True]})
        .exec("start.Out > log.In", "log.Out > out.In")
        .flow()
    )


async def recorded(path: Path, flow: Flow, *more: Event) -> list[Event]:
    """Record a run of the flow; what it told."""
    told: list[Event] = []
    writer = open_recording(path, flow, str)

    def sink(event: Event) -> None:
        told.append(event)
        writer(event)

    await Run(flow, registry_with(), sink=sink, resources={Gates: Gates()}).execute()
    for event in more:
        sink(event)
    writer.close()
    assert not writer.problem
    return told


async def test_a_recording_gives_back_the_flow_and_every_event(tmp_path: Path) -> None:
    file, flow = tmp_path / "a.recording.jsonl", hello()
    told = await recorded(file, flow)
    recording = load_recording(file)
    assert recording.flow == flow
    assert recording.events == tuple(told)
    assert recording.note == ""
    assert recording.recorded > 1_700_000_000


async def test_half_an_emoji_is_kept_as_a_stream_brought_it(tmp_path: Path) -> None:
    file = tmp_path / "a.recording.jsonl"
    half = LogWritten(1.0, RunId("run_1"), None, "info", "half: \ud83d")
    await recorded(file, hello(), half)
    assert load_recording(file).events[-1] == half


async def test_a_last_line_cut_off_by_a_crash_is_left_out_and_told(tmp_path: Path) -> None:
    file = tmp_path / "a.recording.jsonl"
    told = await recorded(file, hello())
    whole = file.read_bytes()
    last = len(whole.splitlines(keepends=True)[-1])
    for kept in (1, last // 2, last - 2):
        file.write_bytes(whole[: len(whole) - last + kept])
        recording = load_recording(file)
        assert recording.events == tuple(told[:-1])
        assert recording.note == f"line {len(told) + 1} is cut off, as by a crash: what came from there on is missing"


async def test_a_last_line_that_only_lacks_its_end_of_line_counts(tmp_path: Path) -> None:
    file = tmp_path / "a.recording.jsonl"
    told = await recorded(file, hello())
    file.write_bytes(file.read_bytes()[:-1])
    recording = load_recording(file)
    assert (recording.events, recording.note) == (tuple(told), "")


async def test_what_was_left_out_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.recording.jsonl"
    told = await recorded(file, hello())
    with file.open("a", encoding="utf-8") as more:
        more.write('{"left_out": 1200}\n')
    recording = load_recording(file)
    assert recording.events == tuple(told)
    assert recording.note == "1,200 events were left out to keep it small"


def with_line(number: int, line: str) -> Callable[[list[str]], list[str]]:
    return lambda lines: [*lines[: number - 1], line, *lines[number:]]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (with_line(3, "{not json}"), "line 3: not JSON .Expecting property name enclosed in double quotes, column 2."),
        (with_line(3, '{"event": "Nonsense"}'), "line 3: there is no event 'Nonsense': mend the line"),
        (with_line(2, '{"event": "NodeStarted", "t": NaN}'), "line 2: NaN is no JSON"),
        (with_line(2, "[" * 100_000), "line 2: lists and objects are nested too deeply"),
        (with_line(1, '{"format": "futureflow"}'), "line 1: no recording: give a file that"),
        (with_line(1, "hello"), "line 1: no recording: not JSON"),
    ],
)
async def test_a_broken_file_is_refused_with_the_line(
    tmp_path: Path, spoil: Callable[[list[str]], list[str]], message: str
) -> None:
    file = tmp_path / "a.recording.jsonl"
    await recorded(file, hello())
    file.write_text("\n".join(spoil(file.read_text("utf-8").splitlines())) + "\n", encoding="utf-8")
    with pytest.raises(RecordingError, match=message) as refused:
        load_recording(file)
    assert str(refused.value).startswith(f"{file}, line ")
    assert refused.value.path == file


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"version": 2},
            "written by a newer Futureflow .version 2 of the format, this one reads 1.: update Futureflow",
        ),
        ({"version": "1"}, "its version is '1'"),
        ({"recorded": None}, "'recorded' is None, not a time"),
        (
            {"flow": {"format": "futureflow", "version": 1, "nodes": [{}]}},
            r"its flow cannot be read: at \$\.nodes\[0\]",
        ),
        ({"flow": None}, "its flow cannot be read: "),
    ],
)
async def test_a_header_that_cannot_be_meant_is_refused(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    file = tmp_path / "a.recording.jsonl"
    await recorded(file, hello())
    header, *rest = file.read_text("utf-8").splitlines()
    file.write_text("\n".join([json.dumps({**json.loads(header), **change}), *rest]) + "\n", encoding="utf-8")
    with pytest.raises(RecordingError, match=f"line 1: .*{message}"):
        load_recording(file)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.recording.jsonl"
    file.write_bytes(b"\xff\xfe\n")
    with pytest.raises(RecordingError, match="line 1: no recording: not UTF-8 text"):
        load_recording(file)


def test_an_empty_file_and_none_at_all_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with pytest.raises(RecordingError, match="empty: is empty"):
        load_recording(tmp_path / "empty")
    with pytest.raises(RecordingError, match=r"none: cannot be read \(No such file or directory\)"):
        load_recording(tmp_path / "none")


async def test_events_can_be_read_one_by_one_and_again(tmp_path: Path) -> None:
    file = tmp_path / "a.recording.jsonl"
    told = await recorded(file, hello())
    reader = RecordingReader(file)
    assert next(iter(reader)) == told[0]
    assert list(reader) == told
