"""Design 5.8 for less than a run: one step is cancelled as if its node had failed, or its branch ends with it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from debugged_run import DebuggedRun
from flows import Drawing, draw, lines, logged, steps
from toys import Gates
from watched_run import WatchedRun

from runtime.document.files import save_flow
from runtime.engine.events import NodeFailed, NodeStarted
from runtime.errors import NodeCancelledError, NodeFailure
from runtime.ids import StepId
from runtime.nodes.context import NodeContext
from runtime.nodes.node_type import ExecNode
from runtime.nodes.pins import NodeModel
from runtime.source import FlowSource

pytestmark = pytest.mark.anyio


class Hold(ExecNode):
    """Waits at a gate, and can fail."""

    type_id = "toy.hold"
    title = "Hold"
    category = "Toys"
    exec_in = ("In",)
    exec_out = ("Out", "Failed")

    class Inputs(NodeModel):
        gate: str = "never"
        stubborn: str = ""

    class Outputs(NodeModel):
        error_message: str = ""

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        try:
            await ctx.resource(Gates).passed(inputs.gate)
        except asyncio.CancelledError:
            ctx.log("debug", "cleaned up")
            if inputs.stubborn == "goes on":
                return "Out"
            if inputs.stubborn == "fails":
                raise ValueError("it was open") from None
            raise
        return "Out"


class Lost(ExecNode):
    """Waits for something that somebody else has cancelled."""

    type_id = "toy.lost"
    title = "Lost"
    category = "Toys"
    exec_in = ("In",)
    exec_out = ("Out", "Failed")

    class Outputs(NodeModel):
        error_message: str = ""

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str:
        waiting = asyncio.get_running_loop().create_future()
        waiting.cancel()
        await waiting
        return "Out"


def held(*nodes: str) -> Drawing:
    """start → hold → after."""
    flow = draw("start: event.button", "hold: toy.hold", "after: toy.step", *nodes)
    return flow.exec("start.Out > hold.In", "hold.Out > after.In")


def step_of(watched: WatchedRun, node: str) -> StepId:
    """The latest step of a node."""
    return next(e.step_id for e in reversed(watched.events) if isinstance(e, NodeStarted) and e.node_id == node)


async def cancelled(flow: Drawing, node: str = "hold", how: str = "step", waiting: str = "hold") -> WatchedRun:
    """A run in which a step was cancelled when another had started, and which has ended."""
    watched = WatchedRun(flow.flow(), Hold)
    await watched.until(f"{waiting} started")
    assert getattr(watched.run, f"cancel_{how}")(step_of(watched, node))
    await watched.result()
    return watched


async def test_its_token_goes_on_at_failed_with_a_message() -> None:
    flow = held("log: util.console").exec("hold.Failed > log.In").data("hold.ErrorMessage > log.Message")
    watched = await cancelled(flow)
    assert watched.told == lines("""
        run started at start
        start started
        start finished > Out
        token start.Out > hold.In
        hold started
        hold logged debug: cleaned up
        hold has ErrorMessage='it was cancelled by hand'
        hold cancelled
        token hold.Failed > log.In
        log started
        log logged info: it was cancelled by hand
        log finished > Out
        run succeeded
    """)


async def test_without_failed_the_run_fails_and_names_the_node_but_nothing_is_told_as_failed() -> None:
    watched = await cancelled(held())
    result = await watched.result()
    assert isinstance(result.error, NodeFailure)
    assert isinstance(result.error.cause, NodeCancelledError)
    assert str(result.error) == "Hold (hold): it was cancelled by hand"
    assert watched.told[-2:] == ["hold cancelled", "run failed"]
    assert not [event for event in watched.events if isinstance(event, NodeFailed)]


async def test_a_try_around_catches_it() -> None:
    flow = draw("start: event.button", "try: flow.try", "hold: toy.hold", "log: util.console").exec(
        "start.Out > try.In"
    )
    flow.exec("try.Try > hold.In", "try.Catch > log.In").data("try.ErrorMessage > log.Message")
    watched = await cancelled(flow)
    assert (await watched.result()).status == "succeeded"
    assert logged(watched.told)[-1] == "info: it was cancelled by hand"


async def test_a_block_is_cancelled_with_all_that_runs_in_it() -> None:
    flow = draw("start: event.button", "par: flow.parallel", "hold: toy.hold", "wait: toy.wait", "after: toy.step")
    flow.set("wait", Gate="never").exec("start.Out > par.In", "par.Branch1 > hold.In", "par.Branch2 > wait.In")
    watched = await cancelled(flow.exec("par.Failed > after.In"), node="par", waiting="wait")
    assert (
        watched.told[-9:]
        == lines("""
        hold logged debug: cleaned up
        hold cancelled
        wait logged debug: cleaned up
        wait cancelled
        par has ErrorMessage='it was cancelled by hand'
        par cancelled
        token par.Failed > after.In
        after started
        after finished > Out
        run succeeded
    """)[-9:]
    )


class TestBranches:
    async def test_the_token_ends_and_the_block_around_goes_on(self) -> None:
        flow = draw("start: event.button", "par: flow.parallel", "hold: toy.hold", "no: toy.step", "other: toy.step")
        flow.node("after", "toy.step").exec("start.Out > par.In", "par.Branch1 > hold.In", "hold.Out > no.In")
        flow.exec("hold.Failed > no.In", "par.Branch2 > other.In", "par.Done > after.In")
        watched = await cancelled(flow, how="branch", waiting="other")
        assert (await watched.result()).status == "succeeded"
        assert "hold cancelled" in watched.told
        assert steps(watched.told) == ["start", "par", "hold", "other", "after"]

    async def test_in_a_loop_the_next_turn_comes(self) -> None:
        flow = draw("start: event.button", "loop: flow.for_each", "hold: toy.hold", "no: toy.step", "after: toy.step")
        flow.set("loop", Collection=["never", "open"]).exec("start.Out > loop.In", "loop.Do > hold.In")
        flow.exec("hold.Out > no.In", "loop.Done > after.In").data("loop.Value > hold.Gate")
        watched = WatchedRun(flow.flow(), Hold)
        watched.gates.open("open")
        await watched.until("hold started")
        watched.run.cancel_branch(step_of(watched, "hold"))
        assert (await watched.result()).status == "succeeded"
        assert steps(watched.told) == ["start", "loop", "hold", "hold", "no", "after"]

    async def test_outside_of_all_blocks_the_run_ends(self) -> None:
        watched = await cancelled(held(), how="branch")
        assert watched.told[-2:] == ["hold cancelled", "run succeeded"]

    async def test_what_was_left_for_later_can_be_cancelled_alone(self) -> None:
        flow = draw("start: event.button", "later: toy.later", "no: toy.step").set("later", Gate="never")
        watched = WatchedRun(flow.exec("start.Out > later.In", "later.Then > no.In").flow())
        await watched.until("later started", times=2)
        assert watched.run.cancel_branch(step_of(watched, "later"))
        assert (await watched.result()).status == "succeeded"
        assert watched.told[-2:] == ["later cancelled", "run succeeded"]


async def test_a_step_that_is_not_running_is_not_cancelled() -> None:
    flow = held().set("hold", Gate="gate")
    watched = WatchedRun(flow.flow(), Hold)
    await watched.until("hold started")
    assert not watched.run.cancel_step(step_of(watched, "start"))
    assert not watched.run.cancel_step(StepId(99))
    watched.gates.open("gate")
    assert (await watched.result()).status == "succeeded"
    assert not watched.run.cancel_step(step_of(watched, "after"))


async def test_a_step_that_has_ended_is_not_cancelled_though_its_token_has_not_gone_on_yet() -> None:
    flow = draw("start: event.button", "one: toy.step", "two: toy.step").exec("start.Out > one.In", "one.Out > two.In")
    debugged = DebuggedRun(flow.flow(), stops="two")
    await debugged.paused()
    assert not debugged.run.cancel_step(step_of(debugged, "one"))
    assert await debugged.rest() == "succeeded"


async def test_one_that_ends_at_the_same_moment_has_ended() -> None:
    """The order comes out of an event of the very step, which does not wait for anything any more."""
    watched: list[WatchedRun] = []

    def cancel_at_once(event: object) -> None:
        if isinstance(event, NodeStarted) and event.node_id == "one":
            watched[0].run.cancel_step(event.step_id)

    flow = draw("start: event.button", "one: toy.step", "two: toy.wait", "three: toy.step").set("two", Gate="gate")
    flow.exec("start.Out > one.In", "one.Out > two.In", "two.Out > three.In")
    watched.append(WatchedRun(flow.flow(), also=cancel_at_once))
    await watched[0].until("two started")
    await asyncio.sleep(0)
    watched[0].gates.open("gate")
    assert (await watched[0].result()).status == "succeeded"
    assert steps(watched[0].told) == ["start", "one", "two", "three"]


async def test_a_node_that_goes_on_all_the_same_has_not_been_cancelled_nor_is_what_comes_after_it() -> None:
    flow = held("lost: toy.lost", "rescue: toy.step").set("hold", Stubborn="goes on")
    watched = WatchedRun(flow.exec("after.Out > lost.In", "lost.Failed > rescue.In").flow(), Hold, Lost)
    await watched.until("hold started")
    watched.run.cancel_step(step_of(watched, "hold"))
    assert (await watched.result()).status == "succeeded"
    assert "hold finished > Out" in watched.told
    assert "lost failed (handled): what it waited for was cancelled" in watched.told


async def test_a_cleanup_that_fails_is_logged() -> None:
    flow = held("rescue: toy.step").set("hold", Stubborn="fails").exec("hold.Failed > rescue.In")
    watched = await cancelled(flow)
    assert logged(watched.told)[-1] == "warn: it was cancelled, and could not clean up: ValueError: it was open"
    assert steps(watched.told)[-1] == "rescue"


@pytest.mark.parametrize("first", ["step", "run"])
async def test_cancelling_the_run_at_the_same_time_cancels_it(first: str) -> None:
    watched = WatchedRun(held("no: toy.step").exec("hold.Failed > no.In").flow(), Hold)
    await watched.until("hold started")
    if first == "run":
        watched.run.cancel()
    watched.run.cancel_step(step_of(watched, "hold"))
    await asyncio.sleep(0)
    assert (await watched.cancel()).status == "cancelled"
    assert "no" not in steps(watched.told)


async def test_a_branch_that_is_cancelled_at_the_same_time_ends() -> None:
    flow = draw("start: event.button", "race: flow.race", "hold: toy.hold", "fast: toy.wait", "no: toy.step")
    flow.set("fast", Gate="gate").exec("start.Out > race.In", "race.Branch1 > hold.In", "race.Branch2 > fast.In")
    watched = WatchedRun(flow.exec("hold.Failed > no.In").flow(), Hold)
    await watched.until("fast started")
    watched.run.cancel_step(step_of(watched, "hold"))
    watched.gates.open("gate")
    assert (await watched.result()).status == "succeeded"
    assert "hold cancelled" in watched.told
    assert "no" not in steps(watched.told)


@pytest.mark.parametrize("order", [("hold", "seq"), ("seq", "hold")])
async def test_of_a_step_and_one_around_it_the_outer_is_cancelled(order: tuple[str, str]) -> None:
    flow = draw("start: event.button", "try: flow.try", "seq: flow.sequence", "hold: toy.hold", "no: toy.step")
    flow.exec("start.Out > try.In", "try.Try > seq.In", "seq.Out1 > hold.In", "hold.Failed > no.In", "seq.Out2 > no.In")
    watched = WatchedRun(flow.node("catch", "toy.step").exec("try.Catch > catch.In").flow(), Hold)
    await watched.until("hold started")
    for node in order:
        watched.run.cancel_step(step_of(watched, node))
    assert (await watched.result()).status == "succeeded"
    assert steps(watched.told) == ["start", "try", "seq", "hold", "catch"]
    assert [line for line in watched.told if line.endswith("cancelled")] == ["hold cancelled", "seq cancelled"]


async def test_a_step_that_stands_still_at_its_failure_can_be_cancelled() -> None:
    flow = draw("start: event.button", "risk: toy.risk", "no: toy.step").set("risk", Message="no luck")
    debugged = DebuggedRun(flow.exec("start.Out > risk.In", "risk.Failed > no.In").flow())
    debugged.debugger.breaks_on_failure = True
    pause = await debugged.paused()
    assert pause.step_id is not None
    assert debugged.run.cancel_branch(pause.step_id)
    assert (await debugged.result()).status == "succeeded"
    assert debugged.told[-3:] == ["resumed", "risk cancelled", "run succeeded"]


async def test_in_a_called_flow_and_that_whole_flow(tmp_path: Path) -> None:
    callee = draw("begin: event.button", "wait: flow.delay", name="callee").set("wait", DelayMs=3_600_000)
    save_flow(callee.exec("begin.Out > wait.In").flow(), tmp_path / "callee.flow.json")
    flow = draw("start: event.button", "call: flow.call").config("call", path="callee.flow.json")
    flow.node("log", "util.console").exec("start.Out > call.Execute", "call.Failed > log.In")
    flow.data("call.ErrorMessage > log.Message")
    for how, message in (("step", "Delay (wait): it was cancelled by hand"), ("run", "it was cancelled")):
        watched = WatchedRun(flow.flow(), source=FlowSource.of_file(tmp_path / "caller.flow.json"))
        await watched.until("wait started")
        (called,) = watched.run.calls
        if how == "run":
            called.cancel()
        else:
            called.cancel_step(step_of(watched, "wait"))
        assert (await watched.result()).status == "succeeded"
        assert watched.run.calls == ()
        assert message in logged(watched.told)[0]
