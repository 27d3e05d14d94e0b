"""Design 5.4: `Break` leaves every block between it and its loop, and each of them ends as cancelled."""

from __future__ import annotations

import pytest
from flows import draw, run, steps

pytestmark = pytest.mark.anyio

BODIES = {
    "flow.branch": "True",
    "flow.switch": "A",
    "flow.sequence": "Out1",
    "flow.for_each": "Do",
    "flow.do_n": "Do",
    "flow.while": "Do",
    "flow.parallel": "Branch1",
    "flow.race": "Branch1",
    "flow.try": "Try",
    "flow.retry": "Do",
    "flow.timeout": "Do",
}
"""Each block, and an output of it from which a token may break out."""
INPUTS = {
    "flow.branch": {"Condition": True},
    "flow.switch": {"Value": "A"},
    "flow.for_each": {"Collection": [1, 2]},
    "flow.do_n": {"Count": 2},
    "flow.while": {"Condition": True},
    "flow.timeout": {"TimeoutMs": 3_600_000},
}
CHOOSES = {"flow.branch", "flow.switch"}
"""These are over when the token has left them."""


@pytest.mark.parametrize("loop", ["flow.for_each", "flow.do_n", "flow.while"])
@pytest.mark.parametrize("block", BODIES)
async def test_break_leaves_the_block_and_ends_the_loop(loop: str, block: str) -> None:
    flow = draw("start: event.button").node("loop", loop, inputs=INPUTS[loop]).node("end", "toy.step")
    flow.node("block", block, inputs=INPUTS.get(block, {})).node("before", "toy.step").node("no", "toy.step")
    flow.exec("start.Out > loop.In", "loop.Do > block.In", f"block.{BODIES[block]} > before.In")
    flow.exec("before.Out > loop.Break", "loop.Done > end.In")
    if block not in CHOOSES and block != "flow.sequence":
        flow.exec("block.Done > no.In")
    _, told = await run(flow.flow())
    assert steps(told) == ["start", "loop", "block", "before", "end"]
    ends = [line for line in told if line.startswith(("block finished", "block cancelled", "loop finished"))]
    assert ends == [
        f"block finished > {BODIES[block]}" if block in CHOOSES else "block cancelled",
        "loop finished > Done",
    ]


@pytest.mark.parametrize("pin", ["Catch", "Finally"])
async def test_break_out_of_the_other_bodies_of_a_try(pin: str) -> None:
    flow = draw("start: event.button", "loop: flow.do_n", "try: flow.try", "crash: toy.crash", "last: toy.step")
    flow.node("end", "toy.step").set("loop", Count=2)
    flow.exec("start.Out > loop.In", "loop.Do > try.In", "try.Try > crash.In", f"try.{pin} > loop.Break")
    if pin == "Catch":
        flow.exec("try.Finally > last.In")
    result, told = await run(flow.exec("loop.Done > end.In").flow())
    last = ["last"] if pin == "Catch" else []
    assert steps(told) == ["start", "loop", "try", "crash", *last, "end"]
    assert result.status == "succeeded"
