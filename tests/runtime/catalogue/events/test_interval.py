"""Interval Event: a rhythm that neither drifts nor makes up for what was missed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flows import Drawing, draw
from listened import listened

from runtime.errors import RunError

pytestmark = pytest.mark.anyio


def every(ms: int) -> Drawing:
    return draw("tick: event.interval", "then: toy.step").set("tick", IntervalMs=ms).exec("tick.Out > then.In")


def ticks(started: list[tuple[str, dict[str, int]]]) -> list[int]:
    return [outputs["Tick"] for _, outputs in started]


async def test_the_first_time_comes_after_one_interval() -> None:
    async with listened(every(1000)) as it:
        await it.clock.pass_by(0.999)
        assert it.started == []
        await it.clock.pass_by(0.001)
        assert it.started == [("tick", {"Tick": 1})]


async def test_a_thousand_times_take_a_thousand_intervals() -> None:
    async with listened(every(100)) as it:
        await it.clock.pass_by(100.0001)
        assert ticks(it.started) == list(range(1, 1001))


async def test_what_the_loop_was_too_busy_for_is_not_made_up_for_and_the_rhythm_stays() -> None:
    async with listened(every(1000)) as it:
        await it.clock.pass_by(1)
        it.clock.hold_up(3.5)
        await it.clock.pass_by(0)
        assert ticks(it.started) == [1, 2]
        await it.clock.pass_by(0.5)
        assert ticks(it.started) == [1, 2, 5]


async def test_next_due_is_the_end_of_the_interval() -> None:
    async with listened(every(5000)) as it:
        await it.clock.pass_by(2)
        (event,) = it.listening.events
        assert event.due == pytest.approx(it.clock.time() + 3)


async def test_setting_the_wall_clock_changes_nothing() -> None:
    async with listened(every(1000)) as it:
        await it.clock.pass_by(1)
        it.clock.set_wall_clock(datetime(2001, 1, 1, tzinfo=UTC))
        await it.clock.pass_by(2)
        assert ticks(it.started) == [1, 2, 3]


@pytest.mark.parametrize(("ms", "told"), [(0, "must be from 10 to"), (None, "is missing")])
async def test_an_interval_out_of_range_is_refused(ms: int | None, told: str) -> None:
    drawing = draw("tick: event.interval", "then: toy.step").exec("tick.Out > then.In")
    if ms is not None:
        drawing.set("tick", IntervalMs=ms)
    with pytest.raises(RunError, match=f"IntervalMs: {told}"):
        async with listened(drawing):
            pass


async def test_the_interval_may_come_from_a_pure_node_or_a_parameter_of_the_flow() -> None:
    drawing = (
        draw("tick: event.interval", "then: toy.step", "sum: toy.sum")
        .node("given", "flow.input", config={"name": "Half", "type": "integer", "required": True})
        .exec("tick.Out > then.In")
        .data("given.Value > sum.A", "given.Value > sum.B", "sum.Result > tick.IntervalMs")
    )
    async with listened(drawing, inputs={"Half": 500}) as it:
        await it.clock.pass_by(2)
        assert ticks(it.started) == [1, 2]
    with pytest.raises(RunError, match="the flow needs its input 'Half'"):
        async with listened(drawing):
            pass
