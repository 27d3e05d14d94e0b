"""Design 5.7 and 5.8: when a run ends, and how cancelling it goes."""

from __future__ import annotations

import asyncio

import pytest
from flows import TIMEOUT, draw, in_words, logged, registry_with, run, steps
from toys import Gates

from runtime.document.flow import Flow
from runtime.engine.events import Event
from runtime.engine.run import Run
from runtime.errors import NodeFailure
from runtime.nodes.context import NodeContext
from runtime.nodes.node_type import ExecNode, NodeType
from runtime.nodes.pins import NodeModel

pytestmark = pytest.mark.anyio


async def test_it_succeeds_when_no_token_is_left() -> None:
    flow = draw("start: event.button", "out: flow.output").set("out", Value=5).exec("start.Out > out.In").flow()
    result, told = await run(flow)
    assert (result.status, result.outputs, result.error) == ("succeeded", {"Output": 5}, None)
    assert told[-1] == "run succeeded"


async def test_success_ends_it_at_once_and_cancels_all_other_tokens() -> None:
    flow = (
        draw("start: event.button", "par: flow.parallel", "wait: toy.wait", "end: flow.success", "never: toy.step")
        .node("later", "toy.later", inputs={"Gate": "never"})
        .set("wait", Gate="never")
        .exec("start.Out > later.In", "later.Out > par.In", "par.Branch1 > wait.In", "par.Branch2 > end.In")
        .exec("par.Done > never.In")
        .flow()
    )
    result, told = await run(flow)
    assert (result.status, result.error) == ("succeeded", None)
    assert "never" not in steps(told)
    assert "debug: cleaned up" in logged(told)


async def test_failed_ends_it_at_once_and_names_the_node() -> None:
    flow = (
        draw("start: event.button", "seq: flow.sequence", "par: flow.parallel", "end: flow.failed", "no: toy.step")
        .exec("start.Out > seq.In", "seq.Out1 > par.In", "par.Branch1 > end.In", "par.Failed > no.In")
        .exec("seq.Out2 > no.In")
        .flow()
    )
    result, told = await run(flow)
    assert result.status == "failed"
    assert isinstance(result.error, NodeFailure)
    assert str(result.error) == "Failed (end): the flow came here, where it ends as failed"
    assert "no" not in steps(told)


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


class Watched:
    """A run under way, and what it told."""

    def __init__(self, flow: Flow, *node_types: type[NodeType]) -> None:
        self.events: list[Event] = []
        self._told = asyncio.Event()
        self.run = Run(flow, registry_with(*node_types), sink=self._note, resources={Gates: Gates()})
        self.task = asyncio.ensure_future(self.run.execute())

    @property
    def told(self) -> list[str]:
        return in_words(self.events)

    async def until_started(self, node_id: str, times: int = 1) -> None:
        async with asyncio.timeout(TIMEOUT):
            while steps(self.told).count(node_id) < times:
                self._told.clear()
                await self._told.wait()

    def _note(self, event: Event) -> None:
        self.events.append(event)
        self._told.set()


async def test_cancelling_runs_cleanup_and_reports_cancelled_last() -> None:
    watched = Watched(waiting())
    await watched.until_started("wait", times=2)
    assert watched.run.status == "running"
    watched.run.cancel()
    result = await watched.task
    told = watched.told
    assert (result.status, result.error, watched.run.status) == ("cancelled", None, "cancelled")
    assert logged(told) == ["debug: cleaned up"] * 2
    assert told[-1] == "run cancelled"
    assert not [line for line in told if "failed" in line]


async def test_cancelling_the_task_that_awaits_it_cancels_the_run_and_is_passed_on() -> None:
    watched = Watched(waiting())
    await watched.until_started("wait", times=2)
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
    watched = Watched(flow, Stubborn)
    await watched.until_started("stubborn")
    watched.run.cancel()
    assert (await watched.task).status == "cancelled"
    assert "no" not in steps(watched.told)


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
