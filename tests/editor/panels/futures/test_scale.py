"""The time scale of the waterfall: it fits what it is given, and its marks are numbers that people read easily."""

from __future__ import annotations

from itertools import pairwise

import pytest
from moved_futures import START, lived
from PySide6.QtCore import QRect

from editor.panels.futures.header import marks_that_fit
from editor.panels.futures.row import FutureRow, exact_text
from editor.panels.futures.scale import LATEST_S, ScaleMode, TimeScale, zero_of
from runtime.futures.future import FutureResponse, FutureState

QUEUED, SENDING, WAITING, STREAMING, DONE = (
    FutureState.QUEUED, FutureState.SENDING, FutureState.WAITING, FutureState.STREAMING, FutureState.SUCCEEDED,
)  # fmt: skip


def row(future: FutureResponse) -> FutureRow:
    return FutureRow.of(future, "Ask")


def texts(scale: TimeScale) -> list[str]:
    return [text for _, text in scale.marks()]


def test_requests_of_one_run_are_measured_from_its_start():
    rows = [row(lived((QUEUED, 1.0), (DONE, 3.0))), row(lived((QUEUED, 2.0), (DONE, 7.2)))]
    scale = TimeScale.fitting(rows, ScaleMode.RUN, START)
    assert texts(scale) == ["0 s", "2 s", "4 s", "6 s", "8 s"]
    assert [scale.place(rows[1].created - zero_of(rows[1], scale.mode)), scale.place(8)] == [0.25, 1.0]


def test_late_requests_of_a_long_run_still_fill_the_scale():
    rows = [row(lived((QUEUED, 600.0), (DONE, 604.0)))]
    assert texts(TimeScale.fitting(rows, ScaleMode.RUN, START)) == ["10:00", "10:01", "10:02", "10:03", "10:04"]


def test_each_request_can_be_measured_from_its_own_start():
    rows = [row(lived((QUEUED, 100.0), (DONE, 100.3))), row(lived((QUEUED, 900.0), (DONE, 900.38)))]
    assert texts(TimeScale.fitting(rows, ScaleMode.OWN, START)) == ["0.0 s", "0.1 s", "0.2 s", "0.3 s", "0.4 s"]


def test_a_pending_request_reaches_until_now():
    rows = [row(lived((QUEUED, 0.0), (SENDING, 0.1)))]
    assert TimeScale.fitting(rows, ScaleMode.RUN, START + 19).end == 20


def test_the_scale_of_the_latest_follows_the_clock():
    scale = TimeScale.fitting([], ScaleMode.LATEST, START)
    assert (scale.start, scale.end) == (START - LATEST_S, START)
    assert texts(scale) == ["-30 s", "-20 s", "-10 s", "now"]


def test_the_clock_shows_the_time_of_day():
    rows = [row(lived((QUEUED, 0.0), (DONE, 8.0)))]
    scale = TimeScale.fitting(rows, ScaleMode.CLOCK, START)
    assert [len(text) for text in texts(scale)] == [len("14:03:20")] * 5


def test_a_request_that_repeats_another_is_not_measured_from_a_run_long_past():
    again = lived((QUEUED, 5000.0), (DONE, 5001.0))
    again.retry_of = again.id
    assert TimeScale.fitting([row(again)], ScaleMode.RUN, START).end == 1


def test_nothing_in_sight_is_a_scale_too():
    assert TimeScale.fitting([], ScaleMode.RUN, START).place(0) == 0


def test_the_stretches_of_a_life_join_and_leave_out_its_end():
    future = lived(
        (QUEUED, 0.0), (SENDING, 0.2), (FutureState.RETRY_WAIT, 0.5), (SENDING, 2.5), (STREAMING, 3.0), (DONE, 5.0)
    )
    phases = [(phase.state, round(phase.end - phase.start, 3)) for phase in row(future).phases(START)]
    assert phases == [(QUEUED, 0.2), (SENDING, 0.3), (FutureState.RETRY_WAIT, 2.0), (SENDING, 0.5), (STREAMING, 2.0)]
    assert row(future).first_token == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.004, "4 ms"), (0.314, "0.31 s"), (12.44, "12.4 s"), (75, "1:15"), (3700, "1:01:40")]
)
def test_durations_are_told_as_exactly_as_one_compares_them(seconds, text):
    assert exact_text(seconds) == text


@pytest.mark.parametrize(("width", "shown"), [
    (400, ["0.0 s", "0.5 s", "1.0 s", "1.5 s", "2.0 s"]), (145, ["0.0 s", "1.0 s", "2.0 s"]),
    (90, ["0.0 s", "1.5 s"]), (50, ["0.0 s"]),
])  # fmt: skip
def test_marks_that_have_no_room_are_left_out_evenly_and_none_touch(width: int, shown: list[str]) -> None:
    scale = TimeScale(ScaleMode.RUN, 0.0, 2.0, 0.5)
    marks = marks_that_fit(QRect(10, 0, width, 20), scale, lambda _text: 25)
    assert [text for _left, _width, text in marks] == shown
    assert all(left + 25 < after for (left, *_), (after, *_) in pairwise(marks))
    assert all(10 <= left <= 10 + width - 25 for left, *_ in marks)
