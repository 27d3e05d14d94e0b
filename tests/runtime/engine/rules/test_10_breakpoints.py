"""Design 5.10: at a breakpoint a run stands still before the node, tells what it sees, and goes on when told to."""

from __future__ import annotations

import asyncio

import pytest
from debugged_run import SOURCE, DebuggedRun
from flows import Drawing, draw, lines

from runtime.document.flow import Breakpoint
from runtime.engine.debugger import Debugger
from runtime.engine.pauses import Frame
from runtime.ids import NodeId

pytestmark = pytest.mark.anyio


def chain() -> Drawing:
    """start → keep → log."""
    return (
        draw("start: event.button", "keep: toy.keep", "log: util.console")
        .set("keep", Value=[1, 2])
        .exec("start.Out > keep.In", "keep.Out > log.In")
        .data("keep.Value > log.Message")
    )


def loop(*items: object) -> Drawing:
    """start → loop over some items with `body` in it → after."""
    return (
        draw("start: event.button", "loop: flow.for_each", "body: toy.keep", "after: toy.step")
        .set("loop", Collection=list(items))
        .exec("start.Out > loop.In", "loop.Do > body.In", "loop.Done > after.In")
        .data("loop.Value > body.Value")
    )


async def test_a_run_stands_still_before_the_node_and_goes_on_from_there() -> None:
    debugged = DebuggedRun(chain().flow(), stops="log")
    await debugged.paused()
    assert debugged.debugger.state(debugged.run.run_id) == "paused"
    assert await debugged.rest() == "succeeded"
    assert debugged.told == lines("""
        run started at start
        start started
        start finished > Out
        token start.Out > keep.In
        keep started
        keep has Value=[1, 2]
        keep finished > Out
        token keep.Out > log.In
        paused at log: breakpoint
        resumed
        log started
        log logged info: [1, 2]
        log finished > Out
        run succeeded
    """)


async def test_it_tells_where_it_is_what_the_node_will_read_and_what_has_been_computed() -> None:
    debugged = DebuggedRun(chain().flow(), stops="log")
    pause = await debugged.paused()
    assert (pause.run_id, pause.node_id, pause.step_id) == (debugged.run.run_id, "log", None)
    assert (pause.reason, pause.message) == ("breakpoint", "")
    assert pause.frames == (Frame(debugged.run.run_id, "test", SOURCE.key, "log", "Console", "", {}),)
    assert pause.inputs == {"Message": "[1, 2]"}
    assert pause.outputs == {"keep": {"Value": [1, 2]}}
    await debugged.rest()


async def test_the_call_stack_tells_which_turn_of_which_loop_it_is() -> None:
    debugged = DebuggedRun(loop("a", "b").flow(), stops="body")
    for turn, value in enumerate("ab"):
        pause = await debugged.paused()
        run_id = debugged.run.run_id
        values = {"Key": str(turn), "Value": value, "ErrorMessage": ""}
        assert pause.frames == (
            Frame(run_id, "test", SOURCE.key, "body", "Keep", "", {}),
            Frame(run_id, "test", SOURCE.key, "loop", "For Each", "Do", values, turn, turns=2),
        )
        debugged.debugger.resume(run_id)
    assert await debugged.rest() == "succeeded"


async def test_one_set_while_a_run_is_on_stops_it() -> None:
    flow = draw("start: event.button", "wait: toy.wait", "end: toy.step").set("wait", Gate="gate")
    debugged = DebuggedRun(flow.exec("start.Out > wait.In", "wait.Out > end.In").flow())
    await debugged.until("wait started")
    debugged.stop_at("end")
    debugged.gates.open("gate")
    assert (await debugged.paused()).node_id == "end"
    assert await debugged.rest() == "succeeded"


async def test_breakpoints_can_be_set_and_removed_while_a_run_stands_still() -> None:
    debugged = DebuggedRun(loop(1, 2, 3, 4).flow(), stops="body")
    await debugged.paused()
    debugged.stop_at("after")
    debugged.debugger.resume(debugged.run.run_id)
    assert (await debugged.paused()).node_id == "after"
    assert await debugged.rest() == "succeeded"


async def test_one_that_is_disabled_or_of_another_flow_stops_nobody() -> None:
    debugged = DebuggedRun(chain().flow(), stops={"keep": Breakpoint(enabled=False), "log": Breakpoint()})
    debugged.debugger.set_breakpoints("another flow", {NodeId("start"): Breakpoint()})
    assert (await debugged.paused()).node_id == "log"
    assert await debugged.rest() == "succeeded"


class TestConditions:
    async def turns(self, condition: str, hit_count: int = 1) -> tuple[list[str], list[str]]:
        """In which turns of a loop over 10, 20, 30, 40 it pauses, and with which words."""
        stop = Breakpoint(condition=condition, hit_count=hit_count)
        debugged = DebuggedRun(loop(10, 20, 30, 40).flow(), stops={"body": stop})
        keys, messages = [], []
        while True:
            paused = asyncio.ensure_future(debugged.paused())
            await asyncio.wait([paused, debugged.task], return_when=asyncio.FIRST_COMPLETED)
            if not paused.done():
                paused.cancel()
                break
            keys.append(paused.result().frames[1].values["Key"])
            messages.append(paused.result().message)
            debugged.debugger.resume(debugged.run.run_id)
        assert (await debugged.result()).status == "succeeded"
        return keys, messages

    @pytest.mark.parametrize(
        ("condition", "keys"),
        [
            ("Value > 20", "23"),  # what the node is about to read, and what the loop gives
            ("Key == '1'", "1"),
            ("int(Key) % 2 == 0 and not Value == 10", "2"),
            ("loop.Value >= 40", "3"),
            ("For_Each.Value in [10, 40]", "03"),
            ("true", "0123"),
            ("Value > 100", ""),
        ],
    )
    async def test_it_pauses_only_where_its_condition_is_true(self, condition: str, keys: str) -> None:
        assert await self.turns(condition) == (list(keys), [condition] * len(keys))

    async def test_an_earlier_node_is_named_by_its_title_or_id(self) -> None:
        flow = chain().node("9x", "toy.keep", title="the 2nd one", inputs={"Value": {"a": 7}})
        flow.exec("log.Out > 9x.In").node("end", "toy.step").exec("9x.Out > end.In")
        for condition in (
            "the_2nd_one.Value.a == 7",
            "_9x.Value['a'] == 7",
            "keep.Value[1] == 2 and len(keep.Value) == 2",
        ):
            debugged = DebuggedRun(flow.flow(), stops={"end": Breakpoint(condition=condition)})
            assert (await debugged.paused()).message == condition
            await debugged.rest()

    async def test_the_innermost_block_goes_first_and_the_nodes_own_inputs_before_that(self) -> None:
        flow = loop("outer").node("inner", "flow.for_each", inputs={"Collection": ["inner"]}).node("keep", "toy.keep")
        flow.set("keep", Value="own").exec("body.Out > inner.In", "inner.Do > keep.In").node("step", "toy.step")
        flow.exec("keep.Out > step.In")
        stops = {"keep": Breakpoint(condition="Value == 'own'"), "step": Breakpoint(condition="Value == 'inner'")}
        debugged = DebuggedRun(flow.flow(), stops=stops)
        for node in ("keep", "step"):
            pause = await debugged.paused()
            assert (pause.node_id, pause.reason, pause.message) == (node, "breakpoint", stops[node].condition)
            debugged.debugger.resume(debugged.run.run_id)
        assert (await debugged.result()).status == "succeeded"

    @pytest.mark.parametrize(
        ("condition", "problem"),
        [
            ("Valu > 3", "'Valu' is not defined for expression 'Valu > 3'"),
            ("Value > ", "invalid syntax, compare as in Index > 3 and Value == 'x'"),
            ("Value = 3", "invalid syntax, compare as in Index > 3 and Value == 'x'"),
            ("Value > 'a'", "'>' not supported between instances of 'int' and 'str'"),
            ("9 ** 9 ** 9 ** 9", "Sorry! I don't want to evaluate 9 ** 387420489"),
            ("open('/etc/passwd')", "Function 'open' not defined, for expression 'open('/etc/passwd')'."),
            ("Value.__class__", "Sorry, access to __attributes or func_ attributes is not available. (__class__)"),
        ],
    )
    async def test_one_that_cannot_be_evaluated_pauses_and_says_so(self, condition: str, problem: str) -> None:
        keys, messages = await self.turns(condition, hit_count=3)
        assert keys == ["0", "1", "2", "3"]
        assert messages[0] == f"the condition {condition!r} cannot be evaluated: {problem}"

    async def test_with_a_hit_count_it_pauses_from_that_hit_on(self) -> None:
        assert await self.turns("", hit_count=3) == (["2", "3"], ["hit 3", "hit 4"])

    async def test_hits_are_counted_where_the_condition_is_true(self) -> None:
        assert await self.turns("Value > 10", hit_count=2) == (["2", "3"], ["Value > 10, hit 2", "Value > 10, hit 3"])

    async def test_each_run_counts_its_own_hits(self) -> None:
        debugger = Debugger()
        for _ in range(2):
            debugged = DebuggedRun(loop(1, 2).flow(), stops={"body": Breakpoint(hit_count=2)}, debugger=debugger)
            assert (await debugged.paused()).frames[1].values["Key"] == "1"
            await debugged.rest()

    async def test_a_secret_is_neither_told_nor_to_be_guessed_by_conditions(self) -> None:
        flow = draw("start: event.button", "risk: toy.risk").set("risk", Key="sk-1234").exec("start.Out > risk.In")
        debugged = DebuggedRun(flow.flow(), stops={"risk": Breakpoint(condition="Key == 'sk-1234'")})
        assert (await debugged.result()).status == "succeeded"
        debugged = DebuggedRun(flow.flow(), stops="risk")
        assert (await debugged.paused()).inputs == {"Key": "•••"}
        await debugged.rest()


class TestPureNodes:
    def summed(self) -> Drawing:
        flow = draw("start: event.button", "keep: toy.keep", "one: toy.sum", "two: toy.sum", "end: toy.step")
        flow.set("one", A=1).exec("start.Out > keep.In", "keep.Out > end.In")
        return flow.data("one.Result > two.A", "two.Result > keep.Value")

    async def test_a_pure_node_pauses_in_the_step_that_asks_for_it(self) -> None:
        debugged = DebuggedRun(self.summed().flow(), stops="two")
        pause = await debugged.paused()
        assert [(frame.node_id, frame.body) for frame in pause.frames] == [("two", ""), ("keep", "")]
        assert debugged.told[-3:] == ["keep started", "one has Result=1", "paused at two: breakpoint"]
        assert await debugged.rest() == "succeeded"

    @pytest.mark.parametrize("step", ["over", "into", "out"])
    async def test_a_step_from_there_leads_behind_the_node_that_asked(self, step: str) -> None:
        debugged = DebuggedRun(self.summed().flow(), stops="two")
        assert await debugged.places(step, 2) == ["two", "end"]
        await debugged.rest()

    @pytest.mark.parametrize(("step", "place"), [("over", "after"), ("out", "after"), ("into", "body")])
    async def test_if_a_block_asked_a_step_over_runs_it_whole(self, step: str, place: str) -> None:
        flow = loop().node("text", "value.text", inputs={"Input": "[1, 2]"}).data("text.Output > loop.Collection")
        debugged = DebuggedRun(flow.flow(), stops="text")
        assert await debugged.places(step, 2) == ["text", place]
        await debugged.rest()
