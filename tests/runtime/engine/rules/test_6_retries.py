"""Design 5.6, of Retry: how often its body is tried, how long it waits between, and where the last failure goes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from flows import Drawing, draw, lines, logged, registry_with, run, steps
from virtual_time import VIRTUAL_TIME

from runtime.engine.run import Run
from runtime.errors import NodeError, NodeFailure
from runtime.nodes.context import NodeContext
from runtime.nodes.node_type import ExecNode
from runtime.nodes.pins import NodeModel

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """A loop whose time jumps to the next timer when nothing else is to do."""
    return VIRTUAL_TIME


def failing(times: int) -> type[ExecNode]:
    """A type whose node fails so many times before it succeeds, and remembers when it was tried."""

    class Flaky(ExecNode):
        """Fails at first."""

        type_id = "toy.flaky"
        title = "Flaky"
        category = "Toys"
        exec_in = ("In",)
        exec_out = ("Success", "Failed")
        tried: list[float] = []

        class Outputs(NodeModel):
            error_message: str = ""

        async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str:
            self.tried.append(asyncio.get_running_loop().time())
            if len(self.tried) <= times:
                raise NodeError(f"failure {len(self.tried)}")
            return "Success"

    return Flaky


def retrying(**inputs: Any) -> Drawing:
    """start → retry, with `flaky` as its body; `end` behind."""
    flow = draw("start: event.button", "retry: flow.retry", "flaky: toy.flaky", "end: toy.step").set("retry", **inputs)
    return flow.exec("start.Out > retry.In", "retry.Do > flaky.In", "retry.Done > end.In")


async def test_it_tries_again_until_the_body_succeeds() -> None:
    _, told = await run(retrying().flow(), failing(1))
    assert told == lines("""
        run started at start
        start started
        start finished > Out
        token start.Out > retry.In
        retry started
        retry has Attempt=1, ErrorMessage=''
        token retry.Do > flaky.In
        flaky started
        flaky failed: failure 1
        retry logged warn: attempt 1 of 3 failed, the next one begins in 1 s: Flaky (flaky): failure 1
        retry has Attempt=2, ErrorMessage='Flaky (flaky): failure 1'
        token retry.Do > flaky.In
        flaky started
        flaky finished > Success
        retry finished > Done
        token retry.Done > end.In
        end started
        end finished > Out
        run succeeded
    """)


@pytest.mark.parametrize(
    ("inputs", "at"),
    [
        ({}, [0, 1, 3]),
        ({"Attempts": 1}, [0]),
        ({"Attempts": 5, "DelayMs": 100, "Backoff": 3.0}, [0, 0.1, 0.4, 1.3, 4]),
        ({"Attempts": 4, "Backoff": 1.0}, [0, 1, 2, 3]),
        ({"Attempts": 3, "DelayMs": 0}, [0, 0, 0]),
    ],
)
async def test_each_wait_is_longer_by_the_backoff_and_no_attempt_is_more_than_was_asked_for(
    inputs: dict[str, Any], at: list[float]
) -> None:
    began, flaky = asyncio.get_running_loop().time(), failing(99)
    result, _ = await run(retrying(**inputs).flow(), flaky)
    assert result.status == "failed"
    assert [tried - began for tried in flaky.tried] == pytest.approx(at, abs=0.001)


async def test_no_wait_is_longer_than_an_hour() -> None:
    flaky = failing(2)
    flow = retrying(Attempts=3, DelayMs=50_000, Backoff=1e300).flow()
    assert (await Run(flow, registry_with(flaky)).execute()).status == "succeeded"
    assert [tried - flaky.tried[0] for tried in flaky.tried] == pytest.approx([0, 50, 3650])


async def test_failed_is_followed_with_what_failed_last() -> None:
    flow = retrying(Attempts=2).node("log", "util.console").exec("retry.Failed > log.In")
    result, told = await run(flow.data("retry.ErrorMessage > log.Message").flow(), failing(99))
    assert result.status == "succeeded"
    assert told[-7:] == lines("""
        retry has Attempt=2, ErrorMessage='Flaky (flaky): failure 2'
        retry failed (handled): Flaky (flaky): failure 2
        token retry.Failed > log.In
        log started
        log logged info: Flaky (flaky): failure 2
        log finished > Out
        run succeeded
    """)
    assert "end" not in steps(told)


async def test_an_unconnected_failed_lets_the_failure_of_the_body_out_as_it_is() -> None:
    result, told = await run(retrying(Attempts=2).flow(), failing(99))
    assert isinstance(result.error, NodeFailure)
    assert (result.error.node_id, result.error.message) == ("flaky", "failure 2")
    assert told[-2:] == ["retry finished", "run failed"]


async def test_an_error_that_the_body_handles_itself_is_no_failed_attempt() -> None:
    flow = retrying().node("near", "toy.step").exec("flaky.Failed > near.In")
    _, told = await run(flow.flow(), failing(1))
    assert steps(told) == ["start", "retry", "flaky", "near", "end"]


async def test_a_try_in_the_body_catches_before_the_retry_does_and_one_around_after_it() -> None:
    flow = (
        draw("start: event.button", "outer: flow.try", "retry: flow.retry", "flaky: toy.flaky", "caught: toy.step")
        .set("retry", Attempts=2)
        .exec("start.Out > outer.In", "outer.Try > retry.In", "retry.Do > flaky.In", "outer.Catch > caught.In")
    )
    _, told = await run(flow.flow(), failing(99))
    assert steps(told) == ["start", "outer", "retry", "flaky", "flaky", "caught"]
    inner = (
        draw("start: event.button", "retry: flow.retry", "inner: flow.try", "flaky: toy.flaky", "caught: toy.step")
        .exec("start.Out > retry.In", "retry.Do > inner.In", "inner.Try > flaky.In", "inner.Catch > caught.In")
    )  # fmt: skip
    _, told = await run(inner.flow(), failing(99))
    assert steps(told) == ["start", "retry", "inner", "flaky", "caught"]


async def test_break_out_of_the_body_is_no_failed_attempt() -> None:
    flow = draw("start: event.button", "loop: flow.do_n", "retry: flow.retry", "end: toy.step").set("loop", Count=2)
    flow.exec("start.Out > loop.In", "loop.Do > retry.In", "retry.Do > loop.Break", "loop.Done > end.In")
    _, told = await run(flow.flow())
    assert steps(told) == ["start", "loop", "retry", "end"]
    assert logged(told) == []


async def test_retries_at_the_same_time_wait_each_for_themselves() -> None:
    flow = draw("start: event.button", "loop: flow.for_each", "retry: flow.retry", "crash: toy.crash", "no: toy.step")
    flow.set("loop", Collection=[1, 2, 3], Concurrency=3)
    flow.exec("start.Out > loop.In", "loop.Do > retry.In", "retry.Do > crash.In", "retry.Failed > no.In")
    began = asyncio.get_running_loop().time()
    _, told = await run(flow.flow())
    assert steps(told).count("crash") == 9
    assert steps(told).count("no") == 3
    assert asyncio.get_running_loop().time() - began == pytest.approx(3)
