"""A recording written in a thread: nothing is lost, and a slow disk holds nobody up for long."""

from __future__ import annotations

import threading
from pathlib import Path

from runtime.document.flow import Flow
from runtime.engine.events import LogWritten
from runtime.ids import RunId
from runtime.recording.background import MOST_BEHIND, BackgroundWriter
from runtime.recording.reading import load_recording
from runtime.recording.writing import EventWriter, open_recording


def log(number: int) -> LogWritten:
    return LogWritten(0.0, RunId("run_1"), None, "info", str(number))


def test_all_that_was_told_is_in_the_file_in_order(tmp_path: Path) -> None:
    path = tmp_path / "a.recording.jsonl"
    writer = BackgroundWriter(lambda: open_recording(path, Flow(), str))
    events = [log(number) for number in range(1000)]
    for event in events:
        writer(event)
    writer.close()
    assert load_recording(path).events == tuple(events)
    assert writer.problem == ""


def test_who_tells_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    path, disk_wakes = tmp_path / "a.recording.jsonl", threading.Event()

    def slow() -> EventWriter:
        disk_wakes.wait()
        return open_recording(path, Flow(), str)

    writer = BackgroundWriter(slow)
    for number in range(MOST_BEHIND):
        writer(log(number))
    assert not path.exists()
    disk_wakes.set()
    writer.close()
    assert len(load_recording(path).events) == MOST_BEHIND


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    path = tmp_path / "none" / "a.recording.jsonl"
    writer = BackgroundWriter(lambda: open_recording(path, Flow(), str))
    for number in range(2 * MOST_BEHIND):
        writer(log(number))
    writer.close()
    assert writer.problem == f"{path} cannot be written (No such file or directory): record into another file"
