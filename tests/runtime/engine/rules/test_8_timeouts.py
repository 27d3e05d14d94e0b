"""Design 5.8, of Timeout: a body that takes too long is cancelled, cleans up, and is told as cancelled."""

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


def limited(timeout_ms: int, *nodes: str) -> Drawing:
    """start → limit; `end` and `over` behind."""
    flow = draw("start: event.button", "limit: flow.timeout", *nodes, "end: toy.step", "over: toy.step")
    flow.set("limit", TimeoutMs=timeout_ms)
    return flow.exec("start.Out > limit.In", "limit.Done > end.In", "limit.TimedOut > over.In")


async def test_a_body_that_is_in_time_goes_on_at_done() -> None:
    _, told = await run(limited(1001, "delay: flow.delay").exec("limit.Do > delay.In").flow())
    assert steps(told) == ["start", "limit", "delay", "end"]


async def test_a_body_that_takes_too_long_is_cancelled_and_timed_out_is_followed() -> None:
    began = asyncio.get_running_loop().time()
    _, told = await run(limited(999, "delay: flow.delay").exec("limit.Do > delay.In").flow())
    assert told == lines("""
        run started at start
        start started
        start finished > Out
        token start.Out > limit.In
        limit started
        token limit.Do > delay.In
        delay started
        delay cancelled
        limit finished > TimedOut
        token limit.TimedOut > over.In
        over started
        over finished > Out
        run succeeded
    """)
    assert asyncio.get_running_loop().time() - began == pytest.approx(0.999)


async def test_all_that_the_body_runs_at_the_same_time_is_cancelled() -> None:
    flow = limited(10, "par: flow.parallel", "wait: toy.wait", "loop: flow.for_each", "delay: flow.delay")
    flow.set("wait", Gate="never").set("loop", Collection=[1, 2], Concurrency=2)
    flow.exec("limit.Do > par.In", "par.Branch1 > wait.In", "par.Branch2 > loop.In", "loop.Do > delay.In")
    _, told = await run(flow.flow())
    assert [line for line in told if line.endswith("cancelled")] == [
        "wait cancelled", "delay cancelled", "delay cancelled", "loop cancelled", "par cancelled",
    ]  # fmt: skip
    assert steps(told)[-1] == "over"


async def test_an_unconnected_timed_out_counts_as_an_error_that_says_what_to_do() -> None:
    flow = draw("start: event.button", "limit: flow.timeout", "delay: flow.delay").set("limit", TimeoutMs=50)
    result, told = await run(flow.exec("start.Out > limit.In", "limit.Do > delay.In").flow())
    error = "what is behind Do took longer than 50 ms: allow more, or wire TimedOut"
    assert str(result.error) == f"Timeout (limit): {error}"
    assert told[-3:] == ["delay cancelled", f"limit failed: {error}", "run failed"]


async def test_an_error_in_the_body_is_no_time_out() -> None:
    result, told = await run(limited(50, "crash: toy.crash").exec("limit.Do > crash.In").flow())
    assert str(result.error) == "Crash (crash): ZeroDivisionError: division by zero"
    assert steps(told) == ["start", "limit", "crash"]


async def test_of_two_limits_the_shorter_one_ends_its_own_body_only() -> None:
    flow = limited(1000, "inner: flow.timeout", "delay: flow.delay", "after: flow.delay").set("inner", TimeoutMs=10)
    flow.set("after", DelayMs=100).exec("limit.Do > inner.In", "inner.Do > delay.In", "inner.TimedOut > after.In")
    _, told = await run(flow.flow())
    assert steps(told) == ["start", "limit", "inner", "delay", "after", "end"]
    flow.set("inner", TimeoutMs=5000).set("delay", DelayMs=5000).set("limit", TimeoutMs=10)
    _, told = await run(flow.flow())
    assert steps(told) == ["start", "limit", "inner", "delay", "over"]


async def test_finally_runs_in_full_before_timed_out_is_followed() -> None:
    flow = limited(10, "try: flow.try", "delay: flow.delay", "tidy: flow.delay", "log: util.console")
    flow.set("log", Message="tidied up")
    flow.exec("limit.Do > try.In", "try.Try > delay.In", "try.Finally > tidy.In", "tidy.Out > log.In")
    _, told = await run(flow.flow())
    assert steps(told) == ["start", "limit", "try", "delay", "tidy", "log", "over"]
    assert logged(told) == ["info: tidied up"]


async def test_what_fails_while_a_cancelled_body_tidies_up_can_be_handled_there() -> None:
    flow = limited(10, "try: flow.try", "delay: flow.delay", "risk: toy.risk", "near: toy.step")
    flow.set("risk", Message="no luck")
    flow.exec("limit.Do > try.In", "try.Try > delay.In", "try.Finally > risk.In", "risk.Failed > near.In")
    _, told = await run(flow.flow())
    assert steps(told) == ["start", "limit", "try", "delay", "risk", "near", "over"]


async def test_break_out_of_the_body_is_no_time_out() -> None:
    flow = draw("start: event.button", "loop: flow.do_n", "limit: flow.timeout", "end: toy.step")
    flow.set("loop", Count=2).set("limit", TimeoutMs=10)
    flow.exec("start.Out > loop.In", "loop.Do > limit.In", "limit.Do > loop.Break", "loop.Done > end.In")
    _, told = await run(flow.flow())
    assert steps(told) == ["start", "loop", "limit", "end"]


async def test_a_loop_without_an_end_is_ended_by_its_limit() -> None:
    flow = limited(50, "while: flow.while", "delay: flow.delay").set("while", Condition=True).set("delay", DelayMs=20)
    _, told = await run(flow.exec("limit.Do > while.In", "while.Do > delay.In").flow())
    assert steps(told) == ["start", "limit", "while", "delay", "delay", "delay", "over"]
