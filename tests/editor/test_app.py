"""The program as a process: it comes up, loads nothing heavy, ends by its window or by a signal, and leaves nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QSize

from editor.app import first_size

SCRIPT = Path(__file__).parents[1] / "started_editor.py"
ENOUGH_SECONDS = 60
"""Far more than starting and ending take on a loaded machine."""


@contextmanager
def editor(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, object]]]:
    """The running editor, and what it said once its window was painted."""
    command = [sys.executable, "-W", "error", str(SCRIPT), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, process.communicate()[1]
            yield process, json.loads(line)
        finally:
            process.kill()


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """The exit code, and what went to stderr besides the noise of Qt's offscreen platform."""
    _, errors = process.communicate(timeout=ENOUGH_SECONDS)
    lines = [line for line in errors.splitlines() if not line.startswith("This plugin does not support")]
    return process.returncode, "\n".join(lines)


def test_a_first_window_fits_on_a_small_screen_with_its_frame() -> None:
    assert first_size(QSize(2560, 1440)) == QSize(1400, 900)
    small = first_size(QSize(1280, 720))
    assert small.width() < 1280
    assert small.height() < 720


def test_the_panels_do_not_make_a_first_window_larger_than_its_screen():
    with editor("--close") as (process, said):
        assert said["size"] == [800 - 16, 800 - 48]  # Qt's offscreen screen, less the frame
        assert ended(process) == (0, "")


def test_the_window_comes_up_without_loading_what_requests_need():
    with editor("--close") as (process, said):
        assert said["loaded"] == []
        assert ended(process) == (0, "")


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_program_in_order(number):
    with editor() as (process, _said):
        process.send_signal(number)
        assert ended(process) == (0, "")


def test_a_broken_file_is_no_reason_not_to_start(tmp_path):
    broken = tmp_path / "broken.flow.json"
    broken.write_text("{")
    with editor("--close", str(broken)) as (process, _said):
        assert ended(process) == (0, "")


def test_a_log_folder_that_refuses_is_no_reason_not_to_start(tmp_path, monkeypatch):
    wall = tmp_path / "wall"
    wall.write_text("a file, no folder")
    monkeypatch.setenv("XDG_STATE_HOME", str(wall))
    with editor("--close") as (process, _said):
        assert ended(process) == (0, "")
