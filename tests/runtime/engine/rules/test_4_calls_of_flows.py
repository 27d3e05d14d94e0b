"""Design 5 and the catalogue, of Call Flow: the callee is a run of its own, and its end is the end of the step."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from flows import Drawing, draw, lines, logged, out, registry_with, run, steps
from watched_run import WatchedRun

from runtime.document.files import save_flow
from runtime.engine.events import Event, NodeStarted, RunFinished, RunStarted
from runtime.engine.run import Run
from runtime.errors import NodeFailure
from runtime.source import FlowSource

pytestmark = pytest.mark.anyio


@pytest.fixture
def source(tmp_path: Path) -> FlowSource:
    """Where the calling flow is."""
    return FlowSource.of_file(tmp_path / "main.flow.json")


def called(drawing: Drawing, source: FlowSource) -> Drawing:
    """start → call, whose callee is this flow; nothing is wired behind it."""
    assert source.folder is not None
    save_flow(drawing.flow(), source.folder / "sub.flow.json")
    flow = draw("start: event.button", "call: flow.call").config("call", path="sub.flow.json")
    return flow.exec("start.Out > call.Execute")


def doubling() -> Drawing:
    """A flow that gives twice its Number."""
    flow = draw("begin: event.button", "number: flow.input", "sum: toy.sum").config(
        "number", name="Number", type="integer"
    )
    return out(flow.data("number.Value > sum.A", "number.Value > sum.B"), "begin.Out", Double="sum.Result")


async def test_the_callee_tells_all_it_does_between_the_start_and_the_end_of_the_step(source: FlowSource) -> None:
    flow = called(doubling(), source).set("call", Number=4).node("end", "toy.step").exec("call.Success > end.In")
    _, told = await run(flow.flow(), source=source)
    assert told == lines("""
        run started at start
        start started
        start finished > Out
        token start.Out > call.Execute
        call started
        run started at begin
        begin started
        begin finished > Out
        token begin.Out > out-Double.In
        out-Double started
        number has Value=4
        sum has Result=8
        out-Double finished > Out
        run succeeded
        call has Double=8, ErrorMessage=''
        call finished > Success
        token call.Success > end.In
        end started
        end finished > Out
        run succeeded
    """)


async def test_the_callee_s_run_names_the_step_that_called_it(source: FlowSource) -> None:
    events: list[Event] = []
    flow = called(doubling(), source).set("call", Number=1).flow()
    await Run(flow, registry_with(), sink=events.append, source=source).execute()
    outer, inner = (event for event in events if isinstance(event, RunStarted))
    (step,) = (event for event in events if isinstance(event, NodeStarted) and event.node_id == "call")
    assert (outer.trigger, outer.parent_run_id, outer.parent_step_id) == ("person", None, None)
    assert (inner.trigger, inner.parent_run_id, inner.parent_step_id) == ("call", outer.run_id, step.step_id)
    assert inner.inputs == {"Number": 1}
    assert [event.run_id for event in events if isinstance(event, RunFinished)] == [inner.run_id, outer.run_id]


async def test_calls_at_the_same_time_know_nothing_of_each_other(source: FlowSource) -> None:
    called(doubling(), source)
    flow = draw("start: event.button", "loop: flow.for_each", "call: flow.call", "log: util.console")
    flow.config("call", path="sub.flow.json").set("loop", Collection=[1, 2, 3], Concurrency=3)
    flow.exec("start.Out > loop.In", "loop.Do > call.Execute", "call.Success > log.In")
    _, told = await run(flow.data("loop.Value > call.Number", "call.Double > log.Message").flow(), source=source)
    assert sorted(logged(told)) == ["info: 2", "info: 4", "info: 6"]


class TestFailures:
    def failing(self, source: FlowSource) -> Drawing:
        """A call of a flow in which `risk` fails."""
        callee = draw("start: event.button", "risk: toy.risk").set("risk", Message="no luck")
        return called(callee.exec("start.Out > risk.In"), source)

    async def test_failed_is_followed_with_the_callee_and_the_node_that_failed_there(self, source: FlowSource) -> None:
        flow = self.failing(source).node("log", "util.console").exec("call.Failed > log.In")
        result, told = await run(flow.data("call.ErrorMessage > log.Message").flow(), source=source)
        assert result.status == "succeeded"
        assert logged(told) == ["info: sub.flow.json: Risk (risk): no luck"]

    async def test_unconnected_it_fails_the_caller_s_run_at_the_call(self, source: FlowSource) -> None:
        result, _ = await run(self.failing(source).flow(), source=source)
        assert isinstance(result.error, NodeFailure)
        assert result.error.node_id == "call"
        assert str(result.error) == "Call Flow (call): sub.flow.json: Risk (risk): no luck"

    async def test_a_try_around_the_call_catches_it(self, source: FlowSource) -> None:
        self.failing(source)
        flow = draw("start: event.button", "try: flow.try", "call: flow.call", "log: util.console")
        flow.config("call", path="sub.flow.json")
        flow.exec("start.Out > try.In", "try.Try > call.Execute", "try.Catch > log.In")
        _, told = await run(flow.data("try.ErrorNode > log.Message").flow(), source=source)
        assert logged(told) == ["info: call"]

    async def test_of_a_call_in_a_call_both_are_named(self, source: FlowSource) -> None:
        assert source.folder is not None
        save_flow(self.failing(source).flow(), source.folder / "middle.flow.json")
        flow = draw("start: event.button", "call: flow.call").config("call", path="middle.flow.json")
        result, _ = await run(flow.exec("start.Out > call.Execute").flow(), source=source)
        assert str(result.error) == (
            "Call Flow (call): middle.flow.json: Call Flow (call): sub.flow.json: Risk (risk): no luck"
        )

    async def test_a_callee_that_cannot_start_is_one(self, source: FlowSource) -> None:
        result, _ = await run(called(draw("step: toy.step"), source).flow(), source=source)
        assert "sub.flow.json: the flow has no event to start from: add one" in str(result.error)


@pytest.mark.parametrize(("ends", "way"), [("flow.success", "yes"), ("flow.failed", "no")])
async def test_a_node_that_ends_the_run_ends_that_of_the_callee_only(source: FlowSource, ends: str, way: str) -> None:
    flow = called(draw("start: event.button").node("over", ends).exec("start.Out > over.In"), source)
    flow.node("yes", "toy.step").node("no", "toy.step").exec("call.Success > yes.In", "call.Failed > no.In")
    result, told = await run(flow.flow(), source=source)
    assert result.status == "succeeded"
    assert steps(told) == ["start", "call", "start", "over", way]


async def test_cancelling_the_caller_cancels_the_callee_which_cleans_up_first(source: FlowSource) -> None:
    before = asyncio.all_tasks()
    callee = draw("start: event.button", "wait: toy.wait").set("wait", Gate="never").exec("start.Out > wait.In")
    watched = WatchedRun(called(callee, source).flow(), source=source)
    await watched.until("wait started")
    assert (await watched.cancel()).status == "cancelled"
    assert watched.told[-5:] == lines("""
        wait logged debug: cleaned up
        wait cancelled
        run cancelled
        call cancelled
        run cancelled
    """)
    assert asyncio.all_tasks() == before


async def test_a_caller_that_is_broken_off_breaks_the_callee_off(source: FlowSource) -> None:
    callee = draw("start: event.button", "wait: toy.wait").set("wait", Gate="never").exec("start.Out > wait.In")
    called(callee, source)
    flow = draw("start: event.button", "race: flow.race", "call: flow.call", "open: toy.wait", "end: toy.step")
    flow.config("call", path="sub.flow.json").set("open", Gate="door")
    flow.exec("start.Out > race.In", "race.Branch1 > call.Execute", "race.Branch2 > open.In", "race.Done > end.In")
    watched = WatchedRun(flow.flow(), source=source)
    await watched.until("wait started")
    watched.gates.open("door")
    assert (await watched.result()).status == "succeeded"
    assert "run cancelled" in watched.told
    assert steps(watched.told)[-1] == "end"


@pytest.mark.parametrize(("stops", "tidies"), [(False, True), (True, False)], ids=["a race that is lost", "Stop"])
async def test_finally_in_a_callee_runs_when_the_call_is_broken_off_but_not_when_the_run_is_cancelled(
    source: FlowSource, stops: bool, tidies: bool
) -> None:
    callee = draw("start: event.button", "try: flow.try", "wait: toy.wait", "tidy: toy.step").set("wait", Gate="never")
    called(callee.exec("start.Out > try.In", "try.Try > wait.In", "try.Finally > tidy.In"), source)
    flow = draw("start: event.button", "race: flow.race", "call: flow.call", "other: toy.wait")
    flow.config("call", path="sub.flow.json").set("other", Gate="door")
    flow.exec("start.Out > race.In", "race.Branch1 > call.Execute", "race.Branch2 > other.In")
    watched = WatchedRun(flow.flow(), source=source)
    await watched.until("wait started")
    if stops:
        await watched.cancel()
    else:
        watched.gates.open("door")
        await watched.result()
    assert ("tidy" in steps(watched.told)) is tidies


async def test_the_callee_is_the_file_as_it_was_when_the_call_began(source: FlowSource) -> None:
    callee = draw("start: event.button", "wait: toy.wait", "text: value.text").set("wait", Gate="door")
    callee = out(callee.set("text", Input="as it was").exec("start.Out > wait.In"), "wait.Out", Text="text.Output")
    flow = out(called(callee, source), "call.Success", it="call.Text").flow()
    watched = WatchedRun(flow, source=source)
    await watched.until("wait started")
    assert source.folder is not None
    save_flow(draw("start: event.button").flow(), source.folder / "sub.flow.json")
    watched.gates.open("door")
    assert (await watched.result()).outputs == {"it": "as it was"}


def descending() -> Drawing:
    """main.flow.json: calls itself with one less until Number is 0, and gives how deep that was."""
    flow = draw("start: event.button", "n: flow.input", "switch: flow.switch", "call: flow.call", "less: toy.sum")
    flow.config("n", name="Number", type="integer").config("switch", cases=["0"]).config("call", path="main.flow.json")
    flow.node("bottom", "flow.output", inputs={"Value": 0}, config={"name": "Depth"}).set("less", B=-1)
    flow.node("up", "flow.output", config={"name": "Depth"}).node("more", "toy.sum", inputs={"B": 1})
    flow.exec("start.Out > switch.In", "switch.0 > bottom.In", "switch.Default > call.Execute", "call.Success > up.In")
    flow.data("n.Value > switch.Value", "n.Value > less.A", "less.Result > call.Number", "call.Depth > more.A")
    return flow.data("more.Result > up.Value")


class TestRecursion:
    async def test_a_flow_may_call_itself_and_come_back(self, source: FlowSource) -> None:
        assert source.folder is not None
        save_flow(descending().flow(), source.folder / "main.flow.json")
        result, told = await run(descending().flow(), inputs={"Number": 3}, source=source)
        assert result.outputs == {"Depth": 3}
        assert told.count("run started at start") == 4

    async def test_a_flow_that_calls_itself_without_end_is_ended_at_100_by_an_error_that_names_it(
        self, source: FlowSource
    ) -> None:
        assert source.folder is not None
        flow = draw("start: event.button", "call: flow.call", name="For ever").config("call", path="main.flow.json")
        flow.exec("start.Out > call.Execute")
        save_flow(flow.flow(), source.folder / "main.flow.json")
        result, told = await run(flow.flow(), source=source)
        assert told.count("run started at start") == 101, "the run itself, and 100 calls"
        assert told.count("run failed") == 101
        assert str(result.error) == (
            "Call Flow (call): main.flow.json: Call Flow (call): … 98 more calls …: main.flow.json: Call Flow (call): "
            "100 flows are calling each other: a flow that calls itself has to stop somewhere"
        )
