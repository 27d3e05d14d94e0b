"""Design 5.1: a run starts at one event and works on its own copy of the flow."""

from __future__ import annotations

import asyncio

import pytest
from flows import TIMEOUT, draw, registry_with, run
from toys import Gates

from runtime.engine.run import Run
from runtime.errors import RunError
from runtime.ids import NodeId

pytestmark = pytest.mark.anyio


async def test_editing_meanwhile_changes_nothing() -> None:
    flow = (
        draw("start: event.button", "wait: toy.wait", "out: flow.output")
        .set("wait", Gate="edited")
        .set("out", Value={"list": [1, 2]})
        .exec("start.Out > wait.In", "wait.Out > out.In")
        .flow()
    )
    gates = Gates()
    made = Run(flow, registry_with(), resources={Gates: gates})
    running = asyncio.ensure_future(made.execute())
    flow.node(NodeId("out")).inputs["Value"]["list"].append("edited")
    gates.open("edited")
    async with asyncio.timeout(TIMEOUT):
        assert (await running).outputs == {"Output": {"list": [1, 2]}}


async def test_a_run_starts_at_the_event_that_is_named() -> None:
    flow = (
        draw("one: event.button", "two: event.button", "a: toy.step", "b: toy.step")
        .exec("one.Out > a.In", "two.Out > b.In")
        .flow()
    )
    _, told = await run(flow, entry=NodeId("two"))
    assert told[0] == "run started at two"
    assert "b started" in told
    assert "a started" not in told


async def test_without_an_entry_the_only_event_that_waits_for_a_person_is_meant() -> None:
    drawing = draw("tick: event.interval", "start: event.button", "a: toy.step", "b: toy.step")
    drawing.set("tick", IntervalMs=1000).exec("tick.Out > a.In", "start.Out > b.In")
    _, told = await run(drawing.flow())
    assert told[0] == "run started at start"
    with pytest.raises(RunError, match="several events"):
        Run(drawing.node("other", "event.button").flow(), registry_with())


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (None, r"several events.*Button Event \(one\), Button Event \(two\)"),
        ("three", "no node 'three'.*Button Event"),
        ("a", r"Step \(a\) is no event"),
    ],
)
def test_an_entry_that_cannot_be_one_is_refused(entry: NodeId | None, message: str) -> None:
    flow = draw("one: event.button", "two: event.button", "a: toy.step").flow()
    with pytest.raises(RunError, match=message):
        Run(flow, registry_with(), entry=entry)


def test_a_flow_without_events_is_refused() -> None:
    with pytest.raises(RunError, match="no event to start from: add one"):
        Run(draw("a: toy.step").flow(), registry_with())


async def test_a_run_is_executed_once() -> None:
    made = Run(draw("start: event.button").flow(), registry_with())
    await made.execute()
    with pytest.raises(RunError, match="already"):
        await made.execute()


class TestParameters:
    def flow(self, **config: object):
        return (
            draw("start: event.button", "in: flow.input", "out: flow.output")
            .config("in", name="Who", **config)
            .exec("start.Out > out.In")
            .data("in.Value > out.Value")
        )

    async def test_the_caller_sets_them(self) -> None:
        result, _ = await run(self.flow().flow(), inputs={"Who": "Ada"})
        assert result.outputs == {"Output": "Ada"}

    async def test_the_default_stands_in(self) -> None:
        result, _ = await run(self.flow(required=True).set("in", Default="Bob").flow())
        assert result.outputs == {"Output": "Bob"}

    def test_an_unknown_one_is_refused(self) -> None:
        with pytest.raises(RunError, match="no input 'Whom'; its inputs are: Who"):
            Run(self.flow().flow(), registry_with(), inputs={"Whom": "Ada"})

    def test_one_that_is_required_and_missing_is_refused(self) -> None:
        with pytest.raises(RunError, match="needs its input 'Who': give it with --input Who=VALUE"):
            Run(self.flow(required=True).flow(), registry_with())

    def test_one_of_the_wrong_type_is_refused(self) -> None:
        with pytest.raises(RunError, match="input Who: wants an integer, got 'Ada'"):
            Run(self.flow(type="integer").flow(), registry_with(), inputs={"Who": "Ada"})


class TestErrorsInTheFlow:
    def test_those_that_a_token_can_reach_refuse_the_run_and_are_listed(self) -> None:
        flow = (
            draw("start: event.button", "what: no.such", "log: util.console")
            .exec("start.Out > what.In", "what.Out > log.In")
            .flow()
        )
        with pytest.raises(RunError) as caught:
            Run(flow, registry_with())
        assert str(caught.value).splitlines() == [
            "the flow cannot run: ",
            "- no.such (what): unknown node type 'no.such': delete the node or install what provides it",
            "- Console (log): Message: is missing: set a value or connect a wire",
        ]

    async def test_those_elsewhere_stop_nobody(self) -> None:
        flow = draw("start: event.button", "what: no.such", "log: util.console").exec("what.Out > log.In").flow()
        result, _ = await run(flow)
        assert result.status == "succeeded"

    async def test_those_that_the_node_itself_reports_follow_its_failed(self) -> None:
        flow = (
            draw("start: event.button", "risk: toy.risk", "log: util.console")
            .set("risk", AtMostTen=11)
            .exec("start.Out > risk.In", "risk.Failed > log.In")
            .data("risk.ErrorMessage > log.Message")
            .flow()
        )
        _, told = await run(flow)
        assert "log logged info: AtMostTen: must be at most 10, got 11" in told
