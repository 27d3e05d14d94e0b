"""Design 5.8: cancelling a run cancels its tokens at the next await, cleans up, reports `cancelled`, never `failed`."""

from __future__ import annotations

import asyncio

import pytest
from flows import TIMEOUT, draw, in_words, logged, registry_with, steps
from toys import Gates
from watched_run import WatchedRun

from runtime.document.flow import Flow
from runtime.engine.events import Event
from runtime.engine.run import Run
from runtime.nodes.context import NodeContext
from runtime.nodes.node_type import ExecNode
from runtime.nodes.pins import NodeModel

pytestmark = pytest.mark.anyio


def waiting() -> Flow:
    """A flow that waits for ever in a loop, with something left for later."""
    return (
        draw("start: event.button", "later: toy.later", "loop: flow.for_each", "wait: toy.wait")
        .set("later", Gate="never")
        .set("loop", Collection=[1, 2], Concurrency=2)
        .set("wait", Gate="never")
        .exec("start.Out > later.In", "later.Out > loop.In", "loop.Do > wait.In")
        .flow()
    )


async def test_cancelling_runs_cleanup_and_reports_cancelled_last() -> None:
    watched = WatchedRun(waiting())
    await watched.until("wait started", times=2)
    assert watched.run.status == "running"
    result = await watched.cancel()
    told = watched.told
    assert (result.status, result.error, watched.run.status) == ("cancelled", None, "cancelled")
    assert logged(told) == ["debug: cleaned up"] * 2
    assert told[-1] == "run cancelled"
    assert not [line for line in told if "failed" in line]


async def test_cancelling_the_task_that_awaits_it_cancels_the_run_and_is_passed_on() -> None:
    watched = WatchedRun(waiting())
    await watched.until("wait started", times=2)
    watched.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watched.task
    assert watched.run.status == "cancelled"
    assert watched.told[-1] == "run cancelled"


async def test_a_run_that_is_cancelled_before_it_begins_does_nothing() -> None:
    events: list[Event] = []
    made = Run(waiting(), registry_with(), sink=events.append)
    made.cancel()
    result = await made.execute()
    assert result.status == "cancelled"
    assert in_words(events) == ["run started at start", "run cancelled"]


async def test_cancelling_a_run_that_is_over_changes_nothing() -> None:
    made = Run(draw("start: event.button").flow(), registry_with())
    await made.execute()
    made.cancel()
    assert made.status == "succeeded"


class Stubborn(ExecNode):
    """Makes of its cancellation what it should not: goes on as if nothing were, or fails."""

    type_id = "toy.stubborn"
    title = "Stubborn"
    category = "Toys"
    exec_in = ("In",)
    exec_out = ("Out", "Failed")

    class Inputs(NodeModel):
        fails: bool

    class Outputs(NodeModel):
        error_message: str = ""

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        try:
            await ctx.resource(Gates).passed("never")
        except asyncio.CancelledError:
            if inputs.fails:
                raise ValueError("the cleanup failed") from None
        return "Out"


@pytest.mark.parametrize("fails", [False, True])
async def test_a_node_that_resists_cannot_make_a_cancelled_run_go_on_or_fail(fails: bool) -> None:
    flow = (
        draw("start: event.button", "stubborn: toy.stubborn", "no: toy.step")
        .set("stubborn", Fails=fails)
        .exec("start.Out > stubborn.In", "stubborn.Out > no.In", "stubborn.Failed > no.In")
        .flow()
    )
    watched = WatchedRun(flow, Stubborn)
    await watched.until("stubborn started")
    assert (await watched.cancel()).status == "cancelled"
    assert "no" not in steps(watched.told)


async def test_a_cleanup_that_fails_is_logged_and_its_step_counts_as_cancelled() -> None:
    flow = draw("start: event.button", "stubborn: toy.stubborn", "no: toy.step").set("stubborn", Fails=True)
    watched = WatchedRun(flow.exec("start.Out > stubborn.In", "stubborn.Failed > no.In").flow(), Stubborn)
    await watched.until("stubborn started")
    await watched.cancel()
    assert watched.told[-3:] == [
        "stubborn logged warn: it was cancelled, and could not clean up: ValueError: the cleanup failed",
        "stubborn cancelled",
        "run cancelled",
    ]


async def test_a_run_that_loops_for_ever_can_be_cancelled() -> None:
    flow = (
        draw("start: event.button", "a: toy.step", "b: toy.step")
        .exec("start.Out > a.In", "a.Out > b.In", "b.Out > a.In")
        .flow()
    )
    made = Run(flow, registry_with())
    asyncio.get_running_loop().call_later(0.02, made.cancel)
    async with asyncio.timeout(TIMEOUT):
        assert (await made.execute()).status == "cancelled"
