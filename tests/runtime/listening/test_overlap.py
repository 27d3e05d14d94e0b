"""What happens when an event comes again while its run is on."""

from __future__ import annotations

import pytest
from flows import Drawing, draw
from listened import Held, Listened, listened

from runtime.listening.launcher import MOST_AT_ONCE, MOST_QUEUED

pytestmark = pytest.mark.anyio


def every_second(overlap: str) -> Drawing:
    """Each run stands still until it is let go."""
    return (
        draw("tick: event.interval", "hold: toy.hold")
        .set("tick", IntervalMs=1000)
        .config("tick", overlap=overlap)
        .exec("tick.Out > hold.In")
    )


def ticks(it: Listened) -> list[int]:
    return [outputs["Tick"] for _, outputs in it.started]


async def test_skipped_times_are_counted_and_told_when_the_run_has_ended() -> None:
    held = Held()
    async with listened(every_second("skip"), held.node_type) as it:
        await it.clock.pass_by(3)
        assert ticks(it) == [1]
        held.let_go()
        await it.clock.pass_by(1)
        assert ticks(it) == [1, 4]
        assert it.said[1:] == ["info: came 2 times more while its run was on, and was skipped"]
        await it.clock.pass_by(1)
        held.let_go()
        await it.clock.pass_by(0)
        assert it.said[-1] == "info: came once more while its run was on, and was skipped"


async def test_queued_ones_run_one_after_the_other_in_order() -> None:
    held = Held()
    async with listened(every_second("queue"), held.node_type) as it:
        await it.clock.pass_by(3)
        assert ticks(it) == [1]
        for number in (2, 3):
            held.let_go()
            await it.clock.pass_by(0)
            assert ticks(it) == list(range(1, number + 1))
            assert len(held) == len(it.listening.runs) == 1


async def test_parallel_ones_run_at_once() -> None:
    held = Held()
    async with listened(every_second("parallel"), held.node_type) as it:
        await it.clock.pass_by(3)
        assert ticks(it) == [1, 2, 3]
        assert len(held) == len(it.listening.runs) == 3


async def test_an_event_that_is_faster_than_its_runs_does_not_fill_the_memory() -> None:
    held = Held()
    async with listened(every_second("parallel"), held.node_type) as it:
        await it.clock.pass_by(MOST_AT_ONCE + 5)
        assert len(held) == MOST_AT_ONCE
        held.let_go()
        await it.clock.pass_by(0)
        assert it.said[-1] == "info: came 5 times more while its run was on, and was skipped"
    async with listened(every_second("queue"), held.node_type) as it:
        await it.clock.pass_by(MOST_QUEUED + 5)
        held.let_go()
        await it.clock.pass_by(0)
        assert it.said[-1] == "info: came 4 times more while its run was on, and was skipped"


async def test_a_run_that_fails_stops_neither_the_queue_nor_the_event() -> None:
    drawing = draw("tick: event.interval", "fail: toy.crash").set("tick", IntervalMs=1000).exec("tick.Out > fail.In")
    async with listened(drawing) as it:
        await it.clock.pass_by(3)
        assert ticks(it) == [1, 2, 3]
        assert it.listening.is_on


async def test_two_events_of_a_flow_do_not_wait_for_each_other() -> None:
    held = Held()
    drawing = (
        every_second("queue").node("other", "event.interval", inputs={"IntervalMs": 1000}).node("step", "toy.step")
    )
    async with listened(drawing.exec("other.Out > step.In"), held.node_type) as it:
        await it.clock.pass_by(3)
        assert [entry for entry, _ in it.started] == ["tick", "other", "other", "other"]
