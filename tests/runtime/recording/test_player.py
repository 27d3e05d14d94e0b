"""A recording is played at any speed, from anywhere, step by step; the clock is moved by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from manual_clock import ManualClock

from runtime.engine.events import Event, LogWritten, NodeFinished, NodeStarted, RunFinished, RunStarted
from runtime.ids import NodeId, PinName, RunId, StepId
from runtime.llm.local_model import LocalModelProgress
from runtime.recording.player import Player
from runtime.recording.timeline import offsets_of

RUN, OTHER = RunId("run_1"), RunId("run_2")


def started(run: RunId = RUN, at: float = 1000.0) -> RunStarted:
    return RunStarted(0.0, run, "test", NodeId("start"), started=at)


def log(t: float, run: RunId = RUN) -> LogWritten:
    return LogWritten(t, run, None, "info", f"{run} at {t:g}")


def node(node_id: str, begins: float, ends: float) -> list[Event]:
    step = StepId(1)
    return [
        NodeStarted(begins, RUN, NodeId(node_id), step),
        NodeFinished(ends, RUN, NodeId(node_id), step, PinName("Out")),
    ]


def ended(t: float) -> RunFinished:
    return RunFinished(t, RUN, "succeeded", {}, None)


class Stage:
    """A player, its clock, and what it told since it was last rewound."""

    def __init__(self, *events: Event) -> None:
        self.clock = ManualClock()
        self.told: list[Event] = []
        self.changes = 0
        self.rewinds = 0
        self.player = Player(events, self.told.append, self.clock, rewound=self._rewind, changed=self._count)

    def _rewind(self) -> None:
        self.rewinds += 1
        self.told.clear()

    def _count(self) -> None:
        self.changes += 1


TALK = (started(), log(1.0), log(2.0), log(4.0), ended(4.0))


def test_events_come_at_their_time() -> None:
    stage = Stage(*TALK)
    stage.player.play()
    stage.clock.work_off()
    assert stage.told == [TALK[0]]
    stage.clock.advance(1.5)
    assert stage.told == list(TALK[:2])
    assert stage.player.position == 1.5
    stage.clock.advance(0.5)
    assert stage.told == list(TALK[:3])
    stage.clock.advance(100)
    assert stage.told == list(TALK)
    assert (stage.player.position, stage.player.is_playing, stage.player.at_end) == (4.0, False, True)


@pytest.mark.parametrize(("speed", "seconds"), [(0.25, 4.0), (1.0, 1.0), (4.0, 0.25), (16.0, 0.0625)])
def test_speed_stretches_or_shrinks_time(speed: float, seconds: float) -> None:
    stage = Stage(*TALK)
    stage.player.speed = speed
    stage.player.play()
    stage.clock.advance(seconds * 0.999)
    assert stage.told == [TALK[0]]
    stage.clock.advance(seconds * 0.001)
    assert stage.told == list(TALK[:2])


def test_at_most_speed_no_time_passes() -> None:
    stage = Stage(*TALK)
    stage.player.speed = math.inf
    stage.player.play()
    stage.clock.work_off()
    assert stage.told == list(TALK)
    assert stage.player.position == 4.0


def test_speed_may_change_on_the_way() -> None:
    stage = Stage(*TALK)
    stage.player.play()
    stage.clock.advance(1.0)
    stage.player.speed = 0.5
    assert stage.player.position == 1.0
    stage.clock.advance(1.9)
    assert stage.told == list(TALK[:2])
    stage.clock.advance(0.1)
    assert stage.told == list(TALK[:3])


def test_pause_stops_time() -> None:
    stage = Stage(*TALK)
    stage.player.play()
    stage.clock.advance(1.5)
    stage.player.pause()
    stage.clock.advance(100)
    assert stage.told == list(TALK[:2])
    assert stage.player.position == 1.5
    stage.player.play()
    stage.clock.advance(0.5)
    assert stage.told == list(TALK[:3])


def test_after_the_end_it_begins_anew() -> None:
    stage = Stage(*TALK)
    for rewinds in (0, 1):
        stage.player.play()
        assert stage.rewinds == rewinds
        stage.clock.advance(4.0)
        assert stage.told == list(TALK)


def test_seeking_forwards_tells_what_happened_until_there() -> None:
    stage = Stage(*TALK)
    stage.player.seek(2.5)
    assert stage.told == list(TALK[:3])
    assert (stage.player.position, stage.rewinds) == (2.5, 0)
    stage.clock.advance(100)
    assert stage.told == list(TALK[:3])


def test_seeking_backwards_tells_it_again_from_the_first() -> None:
    stage = Stage(*TALK)
    stage.player.seek(100.0)
    assert stage.told == list(TALK)
    stage.player.seek(1.0)
    assert stage.rewinds == 1
    assert stage.told == list(TALK[:2])
    stage.player.seek(-1.0)
    assert stage.told == [TALK[0]]


def test_seeking_while_it_plays_goes_on_from_there() -> None:
    stage = Stage(*TALK)
    stage.player.play()
    stage.player.seek(3.5)
    assert stage.player.is_playing
    stage.clock.advance(0.4)
    assert stage.told == list(TALK[:3])
    stage.clock.advance(0.1)
    assert stage.told == list(TALK)


def test_steps_go_from_end_to_end_of_nodes_and_back() -> None:
    a, b = node("a", 0.0, 1.0), node("b", 1.0, 3.0)
    events = [started(), *a, log(1.0), *b, ended(3.0)]
    stage = Stage(*events)
    stage.player.step()
    assert stage.told == events[:3]
    assert stage.player.position == 1.0
    stage.player.step()
    assert stage.told == events[:6]
    stage.player.step()
    assert stage.told == events
    stage.player.step()
    assert stage.told == events
    stage.player.step(-1)
    assert stage.told == events[:6]
    stage.player.step(-2)
    assert stage.told == []
    assert stage.player.position == 0.0


def test_a_step_stands_still() -> None:
    stage = Stage(started(), *node("a", 0.0, 1.0), *node("b", 1.0, 3.0))
    stage.player.play()
    stage.player.step()
    stage.clock.advance(100)
    assert not stage.player.is_playing
    assert stage.told[-1] == node("a", 0.0, 1.0)[1]


def test_who_listens_is_told_of_each_change_of_its_doing() -> None:
    stage = Stage(*TALK)
    stage.player.play()
    stage.player.pause()
    stage.player.seek(1.0)
    stage.player.step()
    assert stage.changes == 4
    stage.player.seek(0.0)
    stage.player.play()
    before = stage.changes
    stage.clock.advance(100)
    assert stage.changes == before + 1


def test_closed_it_tells_nothing_more() -> None:
    stage = Stage(*TALK)
    stage.player.play()
    stage.player.close()
    stage.clock.advance(100)
    assert stage.told == []


def test_many_events_are_told_in_turns() -> None:
    events = [started(), *(log(0.0) for _ in range(100_000))]
    stage = Stage(*events)
    stage.player.speed = math.inf
    stage.player.play()
    assert stage.told == []
    stage.clock.work_off()
    assert len(stage.told) == len(events)
    assert stage.clock.made > 1
    stage.player.seek(0.0)
    assert stage.player.position == 0.0


def test_an_empty_recording_is_at_its_end() -> None:
    stage = Stage()
    stage.player.play()
    stage.clock.advance(1.0)
    assert (stage.player.at_end, stage.player.is_playing, stage.player.duration) == (True, False, 0.0)


class TestTimeline:
    def test_runs_share_one_clock(self) -> None:
        events = [started(), log(2.0), started(OTHER, 1010.0), log(3.0), log(1.0, OTHER), log(1.5, OTHER)]
        assert offsets_of(events) == [0.0, 2.0, 10.0, 10.0, 11.0, 11.5]

    def test_a_run_without_its_start_counts_from_its_first_event(self) -> None:
        assert offsets_of([log(5.0), log(6.0)]) == [0.0, 1.0]

    def test_older_recordings_that_do_not_say_when_runs_started_still_play(self) -> None:
        second = replace(started(OTHER), started=0.0)
        events = [replace(started(), started=0.0), log(2.0), second, log(1.0, OTHER)]
        assert offsets_of(events) == [0.0, 2.0, 2.0, 3.0]

    def test_what_belongs_to_no_run_happens_with_what_came_before(self) -> None:
        progress = LocalModelProgress(50.0, None, "ready", "here")
        assert offsets_of([started(), log(2.0), progress, log(3.0)]) == [0.0, 2.0, 2.0, 3.0]
