"""Design 5.5 and 5.8, of Race: the first branch to end wins, the others are cancelled and clean up before `Done`."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from flows import Drawing, draw, lines, logged, run, steps
from virtual_time import VIRTUAL_TIME

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """A loop whose time jumps to the next timer when nothing else is to do."""
    return VIRTUAL_TIME


def racing(*delays_ms: int) -> Drawing:
    """A Race with a delay in each branch, and `end` behind."""
    flow = draw("start: event.button", "race: flow.race", "end: toy.step").config("race", branches=len(delays_ms))
    flow.exec("start.Out > race.In", "race.Done > end.In")
    for number, delay_ms in enumerate(delays_ms, 1):
        flow.node(f"delay{number}", "flow.delay", inputs={"DelayMs": delay_ms})
        flow.exec(f"race.Branch{number} > delay{number}.In")
    return flow


async def test_the_winner_is_told_and_the_losers_are_cancelled() -> None:
    began = asyncio.get_running_loop().time()
    _, told = await run(racing(3000, 1000, 2000).flow())
    assert told == lines("""
        run started at start
        start started
        start finished > Out
        token start.Out > race.In
        race started
        token race.Branch1 > delay1.In
        delay1 started
        token race.Branch2 > delay2.In
        delay2 started
        token race.Branch3 > delay3.In
        delay3 started
        delay2 finished > Out
        delay1 cancelled
        delay3 cancelled
        race has Winner=2
        race finished > Done
        token race.Done > end.In
        end started
        end finished > Out
        run succeeded
    """)
    assert asyncio.get_running_loop().time() - began == pytest.approx(1)


async def test_done_waits_until_the_losers_have_cleaned_up() -> None:
    flow = racing(1000, 2000).node("try", "flow.try").node("wait", "toy.wait", inputs={"Gate": "never"})
    flow.node("tidy", "flow.delay", inputs={"DelayMs": 5000}).config("race", branches=3)
    flow.exec("race.Branch3 > try.In", "try.Try > wait.In", "try.Finally > tidy.In")
    began = asyncio.get_running_loop().time()
    _, told = await run(flow.flow())
    assert logged(told) == ["debug: cleaned up"]
    assert told.index("tidy finished > Out") < told.index("race finished > Done")
    assert asyncio.get_running_loop().time() - began == pytest.approx(6)


async def test_only_what_the_winner_computed_is_visible_behind() -> None:
    flow = (
        draw("start: event.button", "race: flow.race", "slow: flow.delay", "fast: flow.delay", "both: toy.keep")
        .node("mine", "toy.keep", inputs={"Value": "the loser's"})
        .node("log", "util.console")
        .node("seen", "util.console")
        .set("both", Value="from before")
        .set("slow", DelayMs=2000)
        .exec("start.Out > both.In", "both.Out > race.In")
        .exec("race.Branch1 > mine.In", "mine.Out > slow.In", "race.Branch2 > fast.In", "race.Done > log.In")
        .exec("log.Out > seen.In")
        .data("both.Value > log.Message", "mine.Value > seen.Message")
        .flow()
    )
    result, told = await run(flow)
    assert logged(told) == ["info: from before"]
    assert "reads Value of Keep (mine), which has not run yet" in str(result.error)


async def test_a_branch_that_fails_first_makes_the_race_fail_and_cancels_the_others() -> None:
    flow = racing(1000, 2000).node("risk", "toy.risk", inputs={"Message": "no luck"}).exec("delay1.Out > risk.In")
    result, told = await run(flow.flow())
    assert str(result.error) == "Risk (risk): no luck"
    assert told[-4:] == lines("""
        risk failed: no luck
        delay2 cancelled
        race finished
        run failed
    """)


async def test_a_branch_that_would_fail_later_is_cancelled_before_it_can() -> None:
    flow = racing(1000, 2000).node("crash", "toy.crash").exec("delay2.Out > crash.In")
    result, told = await run(flow.flow())
    assert result.status == "succeeded"
    assert "crash" not in steps(told)


async def test_a_branch_without_a_wire_wins_at_once() -> None:
    flow = racing(1000).config("race", branches=2)
    _, told = await run(flow.flow())
    assert "race has Winner=2" in told
    assert "delay1 cancelled" in told


async def test_of_branches_that_never_wait_the_first_wins_and_the_others_do_not_begin() -> None:
    flow = draw("start: event.button", "race: flow.race", "a: toy.step", "b: toy.step")
    flow.exec("start.Out > race.In", "race.Branch1 > a.In", "race.Branch2 > b.In")
    _, told = await run(flow.flow())
    assert steps(told) == ["start", "race", "a"]


async def test_a_race_within_a_race_is_cancelled_with_its_branches() -> None:
    flow = racing(1000, 2000).node("inner", "flow.race").config("race", branches=3).exec("race.Branch3 > inner.In")
    for name in ("x", "y"):
        flow.node(name, "flow.delay", inputs={"DelayMs": 9000})
    flow.exec("inner.Branch1 > x.In", "inner.Branch2 > y.In")
    _, told = await run(flow.flow())
    assert [line for line in told if line.endswith("cancelled")] == [
        "delay2 cancelled", "x cancelled", "y cancelled", "inner cancelled",
    ]  # fmt: skip
    assert "race has Winner=1" in told


async def test_break_from_inside_a_branch_ends_the_loop_around_and_cancels_the_others() -> None:
    flow = draw("start: event.button", "loop: flow.do_n", "race: flow.race", "soon: flow.delay", "late: flow.delay")
    flow.node("end", "toy.step").set("loop", Count=3).set("late", DelayMs=2000)
    flow.exec("start.Out > loop.In", "loop.Do > race.In", "race.Branch1 > soon.In", "race.Branch2 > late.In")
    _, told = await run(flow.exec("soon.Out > loop.Break", "loop.Done > end.In").flow())
    assert steps(told) == ["start", "loop", "race", "soon", "late", "end"]
    assert [line for line in told if line.endswith("cancelled")] == ["late cancelled", "race cancelled"]


@pytest.mark.parametrize("ends", ["flow.success", "flow.failed"])
async def test_a_branch_that_ends_the_run_ends_it_at_once(ends: str) -> None:
    flow = racing(1000, 2000).node("over", ends).exec("delay1.Out > over.In")
    result, told = await run(flow.flow())
    assert result.status == ("succeeded" if ends == "flow.success" else "failed")
    assert steps(told)[-1] == "over"
