"""Design 5.10: stepping. Over a node with all that it runs, into its bodies and calls, or out of what is around."""

from __future__ import annotations

from pathlib import Path

import pytest
from debugged_run import DebuggedRun
from flows import Drawing, draw

from runtime.document.files import save_flow
from runtime.document.flow import Breakpoint
from runtime.engine.pauses import Frame
from runtime.ids import NodeId
from runtime.source import FlowSource

pytestmark = pytest.mark.anyio


def loop() -> Drawing:
    """start → loop over a and b (first → second) → after → last."""
    flow = draw("start: event.button", "loop: flow.for_each").set("loop", Collection=["a", "b"])
    for node in ("first", "second", "after", "last"):
        flow.node(node, "toy.step")
    flow.exec("start.Out > loop.In", "loop.Do > first.In", "first.Out > second.In")
    return flow.exec("loop.Done > after.In", "after.Out > last.In")


async def test_over_runs_a_block_with_its_bodies() -> None:
    debugged = DebuggedRun(loop().flow(), stops="loop")
    assert await debugged.places("over", 3) == ["loop", "after", "last"]
    assert (await debugged.result()).status == "succeeded"


async def test_over_inside_a_body_goes_from_turn_to_turn_and_behind_the_loop() -> None:
    debugged = DebuggedRun(loop().flow(), stops={"first": Breakpoint(hit_count=1)})
    assert await debugged.places("over", 6) == ["first", "second", "first", "second", "after", "last"]
    assert (await debugged.result()).status == "succeeded"


async def test_into_goes_to_the_next_node_wherever_it_is() -> None:
    debugged = DebuggedRun(loop().flow(), stops="loop")
    assert await debugged.places("into", 7) == ["loop", "first", "second", "first", "second", "after", "last"]
    assert (await debugged.result()).status == "succeeded"


async def test_out_runs_the_block_around_to_its_end() -> None:
    debugged = DebuggedRun(loop().flow(), stops={"second": Breakpoint(condition="Key == '0'")})
    assert await debugged.places("out", 2) == ["second", "after"]
    assert (await debugged.result()).status == "succeeded"  # out of the run itself is to its end


async def test_a_breakpoint_on_the_way_of_a_step_stops_it() -> None:
    debugged = DebuggedRun(loop().flow(), stops={"loop": Breakpoint(), "second": Breakpoint(condition="Key == '1'")})
    pauses = []
    for _ in range(2):
        pauses.append(await debugged.paused())
        debugged.debugger.step_over(debugged.run.run_id)
    assert [(pause.node_id, pause.reason) for pause in pauses] == [("loop", "breakpoint"), ("second", "breakpoint")]
    assert ((await debugged.paused()).node_id, await debugged.rest()) == ("after", "succeeded")


async def test_a_step_says_that_it_is_one() -> None:
    debugged = DebuggedRun(loop().flow(), stops="after")
    await debugged.paused()
    debugged.debugger.step_over(debugged.run.run_id)
    pause = await debugged.paused()
    assert (pause.node_id, pause.reason, pause.message) == ("last", "step", "")
    assert debugged.told[-5:] == [
        "resumed",
        "after started",
        "after finished > Out",
        "token after.Out > last.In",
        "paused at last: step",
    ]
    await debugged.rest()


async def test_sequences_branches_and_retried_bodies_are_stepped_like_any_block() -> None:
    flow = draw("start: event.button", "seq: flow.sequence", "one: toy.step", "two: toy.step", "if: flow.branch")
    flow.config("seq", outputs=2).set("if", Condition=True).node("yes", "toy.step").exec("start.Out > seq.In")
    flow.exec("seq.Out1 > one.In", "one.Out > if.In", "if.True > yes.In", "seq.Out2 > two.In")
    into = DebuggedRun(flow.flow(), stops="seq")
    assert await into.places("into", 5) == ["seq", "one", "if", "yes", "two"]
    out = DebuggedRun(flow.flow(), stops="yes")
    assert await out.places("out", 2) == ["yes", "two"]
    for debugged in (into, out):
        assert (await debugged.result()).status == "succeeded"


class TestSeveralTokens:
    def parallel(self) -> Drawing:
        """par → (a1 → a2) beside (b1 → b2) → after."""
        flow = draw("start: event.button", "par: flow.parallel").exec("start.Out > par.In")
        for node in ("a1", "a2", "b1", "b2", "after"):
            flow.node(node, "toy.step")
        flow.exec("par.Branch1 > a1.In", "a1.Out > a2.In", "par.Branch2 > b1.In", "b1.Out > b2.In")
        return flow.exec("par.Done > after.In")

    async def test_over_runs_all_branches(self) -> None:
        debugged = DebuggedRun(self.parallel().flow(), stops="par")
        assert await debugged.places("over", 2) == ["par", "after"]
        assert (await debugged.result()).status == "succeeded"

    async def test_if_one_stops_all_others_stop_before_their_next_node(self) -> None:
        debugged = DebuggedRun(self.parallel().flow(), stops="a2")
        first, second = await debugged.paused(), await debugged.paused()
        assert {(p.node_id, p.reason) for p in (first, second)} in (
            {("a2", "breakpoint"), ("b1", "pause")},
            {("a2", "breakpoint"), ("b2", "pause")},
        )
        assert first.token != second.token
        assert debugged.debugger.pauses(debugged.run.run_id) == (first, second)
        assert await debugged.rest() == "succeeded"

    async def test_a_step_moves_one_token_and_leaves_the_others(self) -> None:
        debugged = DebuggedRun(self.parallel().flow(), stops="a1 b1")
        pauses = {pause.node_id: pause for pause in (await debugged.paused(), await debugged.paused())}
        run_id = debugged.run.run_id
        debugged.debugger.step_over(run_id, pauses["b1"].token)
        moved = await debugged.paused()
        assert (moved.node_id, moved.reason, moved.token) == ("b2", "step", pauses["b1"].token)
        assert [pause.node_id for pause in debugged.debugger.pauses(run_id)] == ["a1", "b2"]
        assert await debugged.rest() == "succeeded"

    async def test_when_the_token_ends_the_others_stand_still_and_can_be_stepped(self) -> None:
        debugged = DebuggedRun(self.parallel().flow(), stops="a2 b1")
        pauses = {pause.node_id: pause for pause in (await debugged.paused(), await debugged.paused())}
        run_id = debugged.run.run_id
        debugged.debugger.step_over(run_id, pauses["a2"].token)
        await debugged.until("a2 finished > Out")
        assert [pause.node_id for pause in debugged.debugger.pauses(run_id)] == ["b1"]
        debugged.debugger.step_over(run_id)
        assert await debugged.places("over", 2) == ["b2", "after"]
        assert (await debugged.result()).status == "succeeded"

    async def test_into_leads_into_whichever_branch_is_first(self) -> None:
        debugged = DebuggedRun(self.parallel().flow(), stops="par")
        await debugged.paused()
        debugged.debugger.step_into(debugged.run.run_id)
        pauses = [await debugged.paused(), await debugged.paused()]
        assert {(pause.node_id, pause.reason) for pause in pauses} == {("a1", "step"), ("b1", "pause")}
        assert await debugged.rest() == "succeeded"

    async def test_one_that_comes_to_a_stand_meanwhile_does_not_say_that_it_made_the_step(self) -> None:
        flow = draw("start: event.button", "par: flow.parallel", "slow: toy.wait", "slower: toy.wait")
        flow.node("a", "toy.step").node("b", "toy.step").set("slow", Gate="slow").set("slower", Gate="slower")
        flow.exec("start.Out > par.In", "par.Branch1 > slow.In", "par.Branch2 > slower.In", "slow.Out > a.In")
        debugged = DebuggedRun(flow.exec("slower.Out > b.In").flow(), stops="slower")
        await debugged.paused()
        debugged.debugger.step_over(debugged.run.run_id)
        for gate, expected in (("slow", ("a", "pause")), ("slower", ("b", "step"))):
            debugged.gates.open(gate)
            pause = await debugged.paused()
            assert (pause.node_id, pause.reason) == expected
        assert await debugged.rest() == "succeeded"

    async def test_turns_at_the_same_time_have_frames_of_their_own(self) -> None:
        flow = loop().set("loop", Concurrency=2)
        debugged = DebuggedRun(flow.flow(), stops="first")
        pauses = [await debugged.paused(), await debugged.paused()]
        assert [pause.frames[1].values["Value"] for pause in pauses] == ["a", "b"]
        debugged.debugger.step_out(debugged.run.run_id, pauses[1].token)
        await debugged.until("second finished > Out")
        assert [pause.frames[1].values["Value"] for pause in debugged.debugger.pauses()] == ["a"]
        assert await debugged.rest() == "succeeded"


class TestCalls:
    @pytest.fixture
    def called(self, tmp_path: Path) -> tuple[Drawing, FlowSource]:
        """start → before → call (begin → inside) → after."""
        callee = draw("begin: event.button", "inside: toy.keep", "deep: toy.step", name="callee").set("inside", Value=5)
        save_flow(callee.exec("begin.Out > inside.In", "inside.Out > deep.In").flow(), tmp_path / "callee.flow.json")
        flow = draw("start: event.button", "before: toy.keep", "call: flow.call", "after: toy.step")
        flow.set("before", Value=1).config("call", path="callee.flow.json")
        flow.exec("start.Out > before.In", "before.Out > call.Execute", "call.Success > after.In")
        return flow, FlowSource.of_file(tmp_path / "caller.flow.json")

    async def test_over_runs_the_called_flow(self, called: tuple[Drawing, FlowSource]) -> None:
        flow, source = called
        debugged = DebuggedRun(flow.flow(), source=source, stops="call")
        assert await debugged.places("over", 2) == ["call", "after"]
        assert (await debugged.result()).status == "succeeded"

    async def test_into_leads_to_its_event_and_through_it_back_to_the_caller(
        self, called: tuple[Drawing, FlowSource]
    ) -> None:
        flow, source = called
        debugged = DebuggedRun(flow.flow(), source=source, stops="call")
        assert await debugged.places("into", 5) == ["call", "begin", "inside", "deep", "after"]
        assert (await debugged.result()).status == "succeeded"

    async def test_out_runs_it_to_its_end(self, called: tuple[Drawing, FlowSource]) -> None:
        flow, source = called
        debugged = DebuggedRun(flow.flow(), source=source)
        callee = str(source.folder / "callee.flow.json")
        debugged.debugger.set_breakpoints(callee, {NodeId("inside"): Breakpoint()})
        pause = await debugged.paused()
        run_id = debugged.run.run_id
        assert pause.run_id != run_id
        assert pause.frames == (
            Frame(pause.run_id, "callee", callee, NodeId("inside"), "Keep", "", {}),
            Frame(run_id, "test", source.key, NodeId("call"), "Call Flow", "", {}),
        )
        assert pause.outputs_in(pause.frames[1]) == {"before": {"Value": 1}}
        assert debugged.debugger.pauses(run_id) == debugged.debugger.pauses(pause.run_id) == (pause,)
        debugged.debugger.step_out(pause.run_id)
        pause = await debugged.paused()
        assert (pause.run_id, pause.node_id, pause.reason) == (run_id, "after", "step")
        assert await debugged.rest() == "succeeded"

    async def test_a_run_stands_still_with_the_flows_that_it_calls(self, called: tuple[Drawing, FlowSource]) -> None:
        flow, source = called
        flow.node("par", "flow.parallel").node("one", "toy.step").node("two", "toy.step")
        flow.exec("after.Out > par.In", "par.Branch1 > one.In", "par.Branch2 > again.Execute")
        flow.node("again", "flow.call", config={"path": "callee.flow.json"})
        debugged = DebuggedRun(flow.flow(), source=source, stops="one")
        pauses = [await debugged.paused(), await debugged.paused()]
        assert [(pause.node_id, pause.reason) for pause in pauses] == [("one", "breakpoint"), ("again", "pause")]
        debugged.debugger.step_into(debugged.run.run_id, pauses[1].token)
        pause = await debugged.paused()
        assert (pause.node_id, pause.reason) == ("begin", "step")
        debugged.debugger.step_over(pause.run_id, pauses[0].token)
        await debugged.until("one finished > Out")
        assert debugged.debugger.pauses() == (pause,)
        debugged.debugger.resume(pause.run_id)
        assert (await debugged.result()).status == "succeeded"
