"""Design 5.6 and 5.8: `Finally` tidies up after a body that is cancelled, and cannot make it go on."""

from __future__ import annotations

import pytest
from flows import draw, run, steps

pytestmark = pytest.mark.anyio


async def test_an_error_there_is_a_warning_and_no_way_back_into_the_flow() -> None:
    flow = (
        draw("start: event.button", "race: flow.race", "outer: flow.try", "try: flow.try", "gone: toy.wait")
        .node("wins", "toy.step")
        .node("crash", "toy.crash")
        .node("no", "toy.step")
        .node("end", "toy.step")
        .set("gone", Gate="never")
        .exec("start.Out > race.In", "race.Branch1 > outer.In", "outer.Try > try.In", "try.Try > gone.In")
        .exec("try.Finally > crash.In", "outer.Catch > no.In", "outer.Done > no.In")
        .exec("race.Branch2 > wins.In", "race.Done > end.In")
    )
    result, told = await run(flow.flow())
    assert result.status == "succeeded"
    assert steps(told) == ["start", "race", "outer", "try", "gone", "wins", "crash", "end"]
    warning = "it was cancelled, and Finally failed: Crash (crash): ZeroDivisionError: division by zero"
    assert f"try logged warn: {warning}" in told


async def test_break_there_is_none() -> None:
    flow = draw("start: event.button", "race: flow.race", "loop: flow.do_n", "try: flow.try", "gone: toy.wait")
    flow.node("wins", "toy.step").node("no", "toy.step").node("end", "toy.step")
    flow.set("loop", Count=2).set("gone", Gate="never")
    flow.exec("start.Out > race.In", "race.Branch1 > loop.In", "loop.Do > try.In", "try.Try > gone.In")
    flow.exec("try.Finally > loop.Break", "loop.Done > no.In", "race.Branch2 > wins.In", "race.Done > end.In")
    _, told = await run(flow.flow())
    assert steps(told) == ["start", "race", "loop", "try", "gone", "wins", "end"]
    assert [line for line in told if line.endswith("cancelled")] == [
        "gone cancelled", "try cancelled", "loop cancelled",
    ]  # fmt: skip


async def test_the_end_of_the_run_there_is_the_end_of_the_run() -> None:
    flow = draw("start: event.button", "par: flow.parallel", "race: flow.race", "try: flow.try", "gone: toy.wait")
    flow.node("wins", "toy.step").node("over", "flow.failed").node("other", "toy.wait").node("no", "toy.step")
    flow.set("gone", Gate="never").set("other", Gate="never")
    flow.exec("start.Out > par.In", "par.Branch1 > race.In", "par.Branch2 > other.In", "race.Done > no.In")
    flow.exec("race.Branch1 > try.In", "try.Try > gone.In", "try.Finally > over.In", "race.Branch2 > wins.In")
    result, told = await run(flow.flow())
    assert str(result.error) == "Failed (over): the flow came here, where it ends as failed"
    assert "no" not in steps(told)
