"""Design 5.4: block nodes fire their bodies and get control back when the bodies' tokens have ended."""

from __future__ import annotations

import pytest
from flows import draw, lines, logged, run, steps

pytestmark = pytest.mark.anyio


async def test_a_sequence_runs_its_outputs_in_order_and_goes_on_at_the_last() -> None:
    flow = (
        draw("start: event.button", "seq: flow.sequence", "a: toy.step", "b: toy.step", "c: toy.step", "d: toy.step")
        .exec("start.Out > seq.In", "seq.Out1 > a.In", "a.Out > b.In", "seq.Out2 > c.In", "seq.Out3 > d.In")
        .flow()
    )
    _, told = await run(flow)
    assert told == lines("""
        run started at start
        start started
        start finished > Out
        token start.Out > seq.In
        seq started
        token seq.Out1 > a.In
        a started
        a finished > Out
        token a.Out > b.In
        b started
        b finished > Out
        token seq.Out2 > c.In
        c started
        c finished > Out
        seq finished > Out3
        token seq.Out3 > d.In
        d started
        d finished > Out
        run succeeded
    """)


async def test_a_loop_gets_control_back_after_each_turn_and_then_follows_done() -> None:
    flow = (
        draw("start: event.button", "loop: flow.for_each", "body: toy.step", "end: toy.step")
        .set("loop", Collection={"x": 1, "y": 2})
        .exec("start.Out > loop.In", "loop.Do > body.In", "loop.Done > end.In")
        .flow()
    )
    _, told = await run(flow)
    assert told == lines("""
        run started at start
        start started
        start finished > Out
        token start.Out > loop.In
        loop started
        loop has Key='x', Value=1, ErrorMessage=''
        token loop.Do > body.In
        body started
        body finished > Out
        loop has Key='y', Value=2, ErrorMessage=''
        token loop.Do > body.In
        body started
        body finished > Out
        loop finished > Done
        token loop.Done > end.In
        end started
        end finished > Out
        run succeeded
    """)


async def test_a_parallel_goes_on_when_the_tokens_of_all_branches_have_ended() -> None:
    flow = (
        draw("start: event.button", "par: flow.parallel", "wait: toy.wait", "open: toy.open", "end: toy.step")
        .set("wait", Gate="door")
        .set("open", Gate="door")
        .exec("start.Out > par.In", "par.Branch1 > wait.In", "par.Branch2 > open.In", "par.Done > end.In")
        .flow()
    )
    _, told = await run(flow)
    assert told == lines("""
        run started at start
        start started
        start finished > Out
        token start.Out > par.In
        par started
        token par.Branch1 > wait.In
        wait started
        token par.Branch2 > open.In
        open started
        open finished > Out
        wait finished > Out
        par finished > Done
        token par.Done > end.In
        end started
        end finished > Out
        run succeeded
    """)


async def test_what_is_left_for_later_holds_the_run_open_but_not_the_body() -> None:
    flow = (
        draw("start: event.button", "loop: flow.for_each", "later: toy.later", "open: toy.open")
        .set("loop", Collection=["a", "b"])
        .set("later", Gate="door")
        .set("open", Gate="door")
        .node("value", "util.console")
        .exec("start.Out > loop.In", "loop.Do > later.In", "later.Then > value.In", "value.Out > loop.Continue")
        .exec("loop.Done > open.In")
        .data("loop.Value > value.Message")
        .flow()
    )
    result, told = await run(flow)
    assert result.status == "succeeded"
    assert steps(told)[:5] == ["start", "loop", "later", "later", "open"], "the loop did not wait"
    assert sorted(steps(told)[5:]) == ["later", "later", "value", "value"]
    assert logged(told) == ["info: a", "info: b"], "each sees the values of the turn that left it"
