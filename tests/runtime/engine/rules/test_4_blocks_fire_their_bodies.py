"""Design 5.4: block nodes fire their bodies and get control back when the bodies' tokens have ended."""

from __future__ import annotations

import pytest
from flows import draw, logged, run, steps

pytestmark = pytest.mark.anyio


async def test_a_sequence_runs_its_outputs_in_order() -> None:
    flow = (
        draw("start: event.button", "seq: flow.sequence", "a: toy.step", "b: toy.step", "c: toy.step", "d: toy.step")
        .exec("start.Out > seq.In", "seq.Out1 > a.In", "a.Out > b.In", "seq.Out2 > c.In", "seq.Out3 > d.In")
        .flow()
    )
    _, told = await run(flow)
    assert steps(told) == ["start", "seq", "a", "b", "c", "d"]


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
