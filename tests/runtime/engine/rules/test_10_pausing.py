"""Design 5.10: pausing, going on up to a node, and pausing where nodes fail. The event loop goes on all the while."""

from __future__ import annotations

import asyncio

import pytest
from debugged_run import DebuggedRun
from flows import Drawing, draw, lines, steps

from runtime.engine.debugger import Debugger
from runtime.ids import RunId
from runtime.nodes.context import NodeContext
from runtime.nodes.node_type import ExecNode
from runtime.nodes.pins import NodeModel

pytestmark = pytest.mark.anyio


def endless() -> Drawing:
    """a → b → a → …"""
    flow = draw("start: event.button", "a: toy.step", "b: toy.step")
    return flow.exec("start.Out > a.In", "a.Out > b.In", "b.Out > a.In")


class Polite(ExecNode):
    """Says by itself that it failed."""

    type_id = "toy.polite"
    title = "Polite"
    category = "Toys"
    exec_in = ("In",)
    exec_out = ("Failed",)

    class Outputs(NodeModel):
        error_message: str = ""

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str:
        ctx.set_outputs(self.Outputs(error_message="I am sorry"))
        return "Failed"


async def test_every_token_stands_still_before_its_next_node() -> None:
    debugged = DebuggedRun(endless().flow())
    await debugged.until("b started", times=2)
    run_id = debugged.run.run_id
    assert debugged.debugger.state(run_id) == "running"
    debugged.debugger.pause(run_id)
    assert debugged.debugger.state(run_id) == "pausing"
    pause = await debugged.paused()
    assert (debugged.debugger.state(run_id), pause.reason) == ("paused", "pause")
    told = len(debugged.told)
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(debugged.told) == told
    debugged.debugger.resume(run_id)
    await debugged.until("b started", times=steps(debugged.told).count("b") + 1)
    await debugged.cancel()


async def test_a_run_that_is_paused_before_it_begins_stands_still_at_its_event() -> None:
    debugged = DebuggedRun(endless().flow())
    debugged.debugger.pause(debugged.run.run_id)
    pause = await debugged.paused()
    assert pause.node_id == "start"
    assert debugged.told == ["run started at start", "paused at start: pause"]
    await debugged.cancel()


async def test_what_a_node_has_begun_goes_on_meanwhile() -> None:
    flow = draw("start: event.button", "wait: toy.wait", "end: toy.step").set("wait", Gate="gate")
    debugged = DebuggedRun(flow.exec("start.Out > wait.In", "wait.Out > end.In").flow())
    await debugged.until("wait started")
    debugged.debugger.pause(debugged.run.run_id)
    debugged.gates.open("gate")
    assert (await debugged.paused()).node_id == "end"
    assert debugged.told[-3:] == ["wait finished > Out", "token wait.Out > end.In", "paused at end: pause"]
    assert await debugged.rest() == "succeeded"


async def test_what_was_left_for_later_stands_still_too() -> None:
    flow = draw("start: event.button", "later: toy.later", "end: toy.step").set("later", Gate="gate")
    debugged = DebuggedRun(flow.exec("start.Out > later.In", "later.Then > end.In").flow(), stops="end")
    debugged.gates.open("gate")
    pause = await debugged.paused()
    assert [frame.node_id for frame in pause.frames] == ["end"]
    assert await debugged.rest() == "succeeded"


async def test_other_runs_of_the_session_go_on() -> None:
    debugger = Debugger()
    flow = draw("start: event.button", "end: toy.step").exec("start.Out > end.In").flow()
    stopped = DebuggedRun(flow, debugger=debugger, stops="end")
    pause = await stopped.paused()
    stopped.stop_at("")
    other = DebuggedRun(flow, debugger=debugger)
    assert (await other.result()).status == "succeeded"
    assert debugger.pauses() == (pause,)
    assert await stopped.rest() == "succeeded"


class TestRunTo:
    async def test_it_goes_on_up_to_a_node_and_stands_still_there_once(self) -> None:
        debugged = DebuggedRun(endless().flow())
        debugged.debugger.run_to(debugged.run.run_id, "b")
        pause = await debugged.paused()
        assert (pause.node_id, pause.reason) == ("b", "run to here")
        debugged.debugger.resume(debugged.run.run_id)
        await debugged.until("b started", times=3)
        await debugged.cancel()

    async def test_a_pause_before_it_forgets_it(self) -> None:
        debugged = DebuggedRun(endless().flow(), stops="a")
        debugged.debugger.run_to(debugged.run.run_id, "b")
        assert (await debugged.paused()).node_id == "a"
        debugged.debugger.step_over(debugged.run.run_id)
        pause = await debugged.paused()
        assert (pause.node_id, pause.reason) == ("b", "step")
        await debugged.cancel()

    async def test_from_a_pause_and_to_a_pure_node(self) -> None:
        flow = draw("start: event.button", "one: toy.step", "keep: toy.keep", "sum: toy.sum").set("sum", A=1)
        flow.exec("start.Out > one.In", "one.Out > keep.In").data("sum.Result > keep.Value")
        debugged = DebuggedRun(flow.flow(), stops="one")
        await debugged.paused()
        debugged.debugger.run_to(debugged.run.run_id, "sum")
        assert (await debugged.paused()).node_id == "sum"
        assert await debugged.rest() == "succeeded"


class TestFailures:
    def failing(self) -> Drawing:
        """Try → risk, which fails; Catch → rescue; Done → after."""
        flow = draw("start: event.button", "try: flow.try", "risk: toy.risk", "rescue: toy.step").exec(
            "start.Out > try.In"
        )
        flow.set("risk", Message="no luck", Key="sk-1234").exec("try.Try > risk.In", "try.Catch > rescue.In")
        return flow.node("after", "toy.step").exec("try.Done > after.In")

    def debugged(self, flow: Drawing) -> DebuggedRun:
        debugged = DebuggedRun(flow.flow())
        debugged.debugger.breaks_on_failure = True
        return debugged

    async def test_it_stands_still_at_the_node_with_its_inputs_and_error_before_anything_else_happens(self) -> None:
        debugged = self.debugged(self.failing())
        pause = await debugged.paused()
        assert (pause.node_id, pause.step_id, pause.reason, pause.message) == ("risk", 3, "failure", "no luck")
        assert pause.inputs == {"Message": "no luck", "Key": "•••", "AtMostTen": 0}
        assert [(frame.node_id, frame.body) for frame in pause.frames] == [("risk", ""), ("try", "Try")]
        assert debugged.told[-2:] == ["risk started", "paused at risk: no luck"]
        debugged.debugger.resume(debugged.run.run_id)
        assert (await debugged.result()).status == "succeeded"
        assert debugged.told.count("paused at risk: no luck") == 1
        assert "rescue" in steps(debugged.told)

    async def test_failed_that_is_wired_is_followed_only_afterwards(self) -> None:
        debugged = self.debugged(self.failing().exec("risk.Failed > rescue.In"))
        await debugged.paused()
        assert "risk failed (handled): no luck" not in debugged.told
        debugged.debugger.resume(debugged.run.run_id)
        assert (await debugged.result()).status == "succeeded"
        assert "risk failed (handled): no luck" in debugged.told

    @pytest.mark.parametrize(("step", "place"), [("over", "rescue"), ("into", "rescue"), ("out", "after")])
    async def test_a_step_leads_to_where_the_failure_is_received(self, step: str, place: str) -> None:
        debugged = self.debugged(self.failing())
        await debugged.paused()
        getattr(debugged.debugger, f"step_{step}")(debugged.run.run_id)
        pause = await debugged.paused()
        assert (pause.node_id, pause.reason) == (place, "step")
        assert await debugged.rest() == "succeeded"

    async def test_inputs_that_cannot_be_read_are_a_failure_too(self) -> None:
        flow = draw("start: event.button", "keep: toy.keep", "refuse: toy.refuse").data("refuse.Result > keep.Value")
        debugged = self.debugged(flow.exec("start.Out > keep.In"))
        pause = await debugged.paused()
        assert (pause.node_id, pause.message) == ("keep", "Refuse (refuse): nothing to compute")
        assert await debugged.rest() == "failed"

    async def test_a_way_out_that_must_not_be_lost_is_a_failure(self) -> None:
        debugged = self.debugged(draw("start: event.button", "slow: toy.slow").exec("start.Out > slow.In"))
        assert (await debugged.paused()).message == "took longer than 5 ms"
        assert await debugged.rest() == "failed"

    async def test_a_node_that_leaves_by_failed_by_itself_has_failed(self) -> None:
        flow = draw("start: event.button", "polite: toy.polite", "end: toy.step")
        debugged = DebuggedRun(flow.exec("start.Out > polite.In", "polite.Failed > end.In").flow(), Polite)
        debugged.debugger.breaks_on_failure = True
        pause = await debugged.paused()
        assert (pause.node_id, pause.message, pause.outputs) == (
            "polite",
            "I am sorry",
            {"polite": pause.frames[0].values},
        )
        debugged.debugger.step_over(debugged.run.run_id)
        assert (await debugged.paused()).node_id == "end"
        assert await debugged.rest() == "succeeded"

    async def test_unless_it_is_asked_for_no_failure_stops_a_run(self) -> None:
        debugged = DebuggedRun(self.failing().flow(), stops="rescue")
        assert (await debugged.paused()).node_id == "rescue"
        assert await debugged.rest() == "succeeded"

    async def test_switched_on_while_a_run_is_on_and_off_again(self) -> None:
        debugged = DebuggedRun(self.failing().flow(), stops="risk")
        await debugged.paused()
        debugged.debugger.breaks_on_failure = True
        debugged.debugger.resume(debugged.run.run_id)
        assert (await debugged.paused()).reason == "failure"
        assert await debugged.rest() == "succeeded"


class TestCancelling:
    @pytest.mark.parametrize("where", ["before a node", "at a failure", "in a branch", "while pausing"])
    async def test_a_run_can_be_cancelled_wherever_it_stands_still(self, where: str) -> None:
        flow = draw("start: event.button", "par: flow.parallel", "risk: toy.risk", "wait: toy.wait", "no: toy.step")
        flow.set("risk", Message="no luck").set("wait", Gate="never").exec("start.Out > par.In")
        flow.node("handled", "toy.step").exec("risk.Failed > handled.In")
        flow.exec("par.Branch1 > risk.In", "par.Branch2 > wait.In", "par.Done > no.In")
        debugged = DebuggedRun(flow.flow(), stops={"before a node": "par", "in a branch": "risk"}.get(where, ""))
        run_id = debugged.run.run_id
        if where == "while pausing":
            await debugged.until("wait started")
            debugged.debugger.pause(run_id)
        else:
            debugged.debugger.breaks_on_failure = where == "at a failure"
            await debugged.paused()
        assert (await debugged.cancel()).status == "cancelled"
        assert debugged.debugger.pauses() == ()
        assert debugged.debugger.state(run_id) == "running"
        assert debugged.told.count("resumed") == len([line for line in debugged.told if line.startswith("paused")])
        assert "no" not in steps(debugged.told)

    async def test_a_branch_that_is_cancelled_while_it_stands_still_is_no_longer_shown(self) -> None:
        flow = draw("start: event.button", "race: flow.race", "slow: toy.step", "fast: toy.wait", "end: toy.step")
        flow.set("fast", Gate="gate").exec("start.Out > race.In", "race.Branch1 > fast.In", "race.Branch2 > slow.In")
        debugged = DebuggedRun(flow.exec("race.Done > end.In").flow(), stops="slow end")
        await debugged.paused()
        debugged.gates.open("gate")
        assert (await debugged.paused()).node_id == "end"
        assert [pause.node_id for pause in debugged.debugger.pauses()] == ["end"]
        assert await debugged.rest() == "succeeded"


async def test_a_run_that_is_over_or_unknown_takes_no_orders() -> None:
    debugged = DebuggedRun(draw("start: event.button").flow())
    await debugged.result()
    for run_id in (debugged.run.run_id, RunId("run_of_nobody")):
        for order in ("pause", "resume", "step_over", "step_into", "step_out"):
            getattr(debugged.debugger, order)(run_id)
        debugged.debugger.run_to(run_id, "start")
        assert debugged.debugger.pauses(run_id) == ()
    assert debugged.told == lines("""
        run started at start
        start started
        start finished > Out
        run succeeded
    """)
