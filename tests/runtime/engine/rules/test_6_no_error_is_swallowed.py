"""Design 5.6: what happens when a node fails."""

from __future__ import annotations

import asyncio

import pytest
from flows import Drawing, draw, logged, run, steps

from runtime.errors import InputError, NodeFailure
from runtime.nodes.context import NodeContext
from runtime.nodes.node_type import ExecNode
from runtime.nodes.pins import NodeModel

pytestmark = pytest.mark.anyio


def risky() -> Drawing:
    """start → risk, which fails with `no luck`."""
    return draw("start: event.button", "risk: toy.risk").set("risk", Message="no luck").exec("start.Out > risk.In")


async def test_a_connected_failed_is_followed_with_the_message() -> None:
    flow = (
        risky().node("log", "util.console").exec("risk.Failed > log.In").data("risk.ErrorMessage > log.Message").flow()
    )
    result, told = await run(flow)
    assert result.status == "succeeded"
    assert told[4:] == [
        "risk started",
        "risk has Success=False, ErrorMessage='no luck'",
        "risk failed (handled): no luck",
        "token risk.Failed > log.In",
        "log started",
        "log logged info: no luck",
        "log finished > Out",
        "run succeeded",
    ]


async def test_an_unconnected_failed_never_swallows_an_error() -> None:
    result, told = await run(risky().node("log", "util.console", inputs={"Message": "-"}).flow())
    assert told[4:] == ["risk started", "risk failed: no luck", "run failed"]
    failure = result.error
    assert isinstance(failure, NodeFailure)
    assert (failure.node_id, failure.title, failure.node_type) == ("risk", "Risk", "toy.risk")
    assert failure.inputs == {"Message": "no luck", "Key": "", "AtMostTen": 0}
    assert failure.message == str(failure.cause) == "no luck"
    assert str(failure) == "Risk (risk): no luck"
    assert failure.__cause__ is failure.cause


async def test_the_title_is_the_one_that_the_person_gave() -> None:
    flow = draw("start: event.button").node("x", "toy.crash", title="My node").exec("start.Out > x.In").flow()
    result, _ = await run(flow)
    assert str(result.error) == "My node (x): ZeroDivisionError: division by zero"


async def test_an_input_that_does_not_fit_goes_the_same_way() -> None:
    flow = (
        draw("start: event.button", "keep: toy.keep", "risk: toy.risk")
        .set("keep", Value=11)
        .exec("start.Out > keep.In", "keep.Out > risk.In")
        .data("keep.Value > risk.AtMostTen")
        .flow()
    )
    result, _ = await run(flow)
    assert isinstance(result.error, NodeFailure)
    assert isinstance(result.error.cause, InputError)
    assert result.error.message == "AtMostTen: must be at most 10, got 11"
    assert result.error.inputs == {"AtMostTen": 11}


async def test_waiting_for_what_somebody_else_cancelled_is_a_failure_and_no_cancelled_run() -> None:
    class Bereft(ExecNode):
        """Waits for what is cancelled."""

        type_id = "toy.bereft"
        title = "Bereft"
        category = "Toys"
        exec_in = ("In",)

        async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str | None:
            lost = asyncio.get_running_loop().create_future()
            lost.cancel()
            return await lost

    result, _ = await run(draw("start: event.button", "x: toy.bereft").exec("start.Out > x.In").flow(), Bereft)
    assert str(result.error) == "Bereft (x): what it waited for was cancelled"


async def test_an_error_in_a_pure_node_belongs_to_who_asked_and_names_both() -> None:
    flow = (
        draw("start: event.button", "refuse: toy.refuse", "sum: toy.sum", "out: flow.output")
        .exec("start.Out > out.In")
        .data("refuse.Result > sum.A", "sum.Result > out.Value")
        .flow()
    )
    result, told = await run(flow)
    assert str(result.error) == "Flow Output (out): Refuse (refuse): nothing to compute"
    assert steps(told) == ["start", "out"]


async def test_an_unconnected_timed_out_counts_as_failed() -> None:
    flow = (
        draw("start: event.button", "slow: toy.slow", "log: util.console")
        .exec("start.Out > slow.In", "slow.Failed > log.In")
        .data("slow.ErrorMessage > log.Message")
        .flow()
    )
    _, told = await run(flow)
    assert logged(told) == ["info: took longer than 5 ms"]


async def test_with_neither_connected_a_time_out_fails_the_run() -> None:
    result, _ = await run(draw("start: event.button", "slow: toy.slow").exec("start.Out > slow.In").flow())
    assert str(result.error) == "Slow (slow): took longer than 5 ms"


async def test_a_connected_timed_out_is_followed() -> None:
    flow = (
        draw("start: event.button", "slow: toy.slow", "step: toy.step")
        .exec("start.Out > slow.In", "slow.TimedOut > step.In")
        .flow()
    )
    result, told = await run(flow)
    assert result.status == "succeeded"
    assert "slow finished > TimedOut" in told


async def test_a_failure_in_a_body_is_not_the_loop_s() -> None:
    flow = (
        draw("start: event.button", "loop: flow.for_each", "risk: toy.risk", "log: util.console")
        .set("loop", Collection=[1, 2])
        .set("risk", Message="no luck")
        .set("log", Message="the loop failed")
        .exec("start.Out > loop.In", "loop.Do > risk.In", "loop.Failed > log.In")
        .flow()
    )
    result, told = await run(flow)
    assert str(result.error) == "Risk (risk): no luck"
    assert logged(told) == []
    assert "loop finished" in told


async def test_what_the_loop_cannot_go_through_is_its_own_failure() -> None:
    flow = (
        draw("start: event.button", "loop: flow.for_each", "log: util.console")
        .set("loop", Collection=5)
        .exec("start.Out > loop.In", "loop.Failed > log.In")
        .data("loop.ErrorMessage > log.Message")
        .flow()
    )
    _, told = await run(flow)
    assert logged(told) == ["info: Collection: wants a list or an object, or JSON text of one, got 5"]


class TestParallel:
    def flow(self, on_error: str) -> Drawing:
        """Branch1 waits at a gate, then Branch2 fails."""
        return (
            draw("start: event.button", "par: flow.parallel", "risk: toy.risk", "wait: toy.wait")
            .node("after", "toy.keep", inputs={"Value": "computed"})
            .config("par", on_error=on_error)
            .set("risk", Message="no luck")
            .set("wait", Gate="door")
            .exec("start.Out > par.In", "par.Branch1 > wait.In", "wait.Out > after.In", "par.Branch2 > risk.In")
        )

    async def test_a_failing_branch_cancels_the_others_and_failed_is_followed(self) -> None:
        flow = (
            self.flow("cancel")
            .node("log", "util.console")
            .exec("par.Failed > log.In")
            .data("par.ErrorMessage > log.Message")
            .flow()
        )
        result, told = await run(flow)
        assert result.status == "succeeded"
        assert logged(told) == ["debug: cleaned up", "info: Risk (risk): no luck"]
        assert "risk failed: no luck" in told
        assert "par failed (handled): Risk (risk): no luck" in told

    async def test_with_failed_unconnected_the_run_fails_at_the_node_that_did(self) -> None:
        result, told = await run(self.flow("cancel").flow())
        assert str(result.error) == "Risk (risk): no luck"
        assert "par finished" in told

    async def test_collect_lets_the_others_end_and_shows_what_they_computed(self) -> None:
        flow = (
            self.flow("collect")
            .node("open", "toy.open", inputs={"Gate": "door"})
            .node("log", "util.console")
            .config("par", branches=3)
            .exec("par.Branch3 > open.In", "par.Failed > log.In")
            .data("after.Value > log.Message")
            .flow()
        )
        result, told = await run(flow)
        assert result.status == "succeeded"
        assert logged(told) == ["info: computed"]

    async def test_collect_lists_all_failures(self) -> None:
        flow = (
            draw("start: event.button", "par: flow.parallel", "one: toy.risk", "two: toy.crash")
            .config("par", branches=3, on_error="collect")
            .set("one", Message="no luck")
            .exec("start.Out > par.In", "par.Branch1 > one.In", "par.Branch2 > two.In")
            .flow()
        )
        result, _ = await run(flow)
        assert isinstance(result.error, NodeFailure)
        assert result.error.message.splitlines() == [
            "2 of 3 branches failed:",
            "- Risk (one): no luck",
            "- Crash (two): ZeroDivisionError: division by zero",
        ]

    async def test_the_nearest_receiver_gets_it(self) -> None:
        flow = (
            draw("start: event.button", "outer: flow.parallel", "inner: flow.parallel", "risk: toy.risk")
            .node("near", "toy.step")
            .node("far", "toy.step")
            .set("risk", Message="no luck")
            .exec("start.Out > outer.In", "outer.Branch1 > inner.In", "inner.Branch1 > risk.In")
            .exec("inner.Failed > near.In", "outer.Failed > far.In")
            .flow()
        )
        _, told = await run(flow)
        assert "near" in steps(told)
        assert "far" not in steps(told)


async def test_what_fails_later_fails_the_run_though_its_body_has_ended() -> None:
    flow = (
        draw("start: event.button", "par: flow.parallel", "later: toy.later", "open: toy.open", "risk: toy.risk")
        .node("caught", "toy.step")
        .set("later", Gate="door")
        .set("open", Gate="door")
        .set("risk", Message="no luck")
        .exec("start.Out > par.In", "par.Branch1 > later.In", "later.Then > risk.In", "par.Done > open.In")
        .exec("par.Failed > caught.In")
        .flow()
    )
    result, told = await run(flow)
    assert str(result.error) == "Risk (risk): no luck"
    assert "caught" not in steps(told)
