"""Design 5.5: what runs at the same time takes the time of one: by a clock that jumps, and by the order of events."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from flows import Drawing, draw, run, steps
from virtual_time import VIRTUAL_TIME

pytestmark = pytest.mark.anyio

MANY = 10


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """A loop whose time jumps to the next timer when nothing else is to do."""
    return VIRTUAL_TIME


def branches() -> Drawing:
    """A Parallel with a delay in each branch."""
    drawing = draw("start: event.button", "par: flow.parallel", "end: toy.step").config("par", branches=MANY)
    drawing.exec("start.Out > par.In", "par.Done > end.In")
    for number in range(1, MANY + 1):
        drawing.node(f"delay{number}", "flow.delay").exec(f"par.Branch{number} > delay{number}.In")
    return drawing


def turns(concurrency: int) -> Drawing:
    """A For Each with a delay in its body."""
    return (
        draw("start: event.button", "loop: flow.for_each", "delay: flow.delay", "end: toy.step")
        .set("loop", Collection=list(range(MANY)), Concurrency=concurrency)
        .exec("start.Out > loop.In", "loop.Do > delay.In", "loop.Done > end.In")
    )


@pytest.mark.parametrize(
    ("drawing", "seconds"),
    [(branches(), 1), (turns(MANY), 1), (turns(1), MANY), (turns(3), 4)],
    ids=["Parallel", "For Each, all at once", "For Each, one by one", "For Each, three at once"],
)
async def test_ten_delays_of_a_second_take_as_long_as_the_longest_row_of_them(drawing: Drawing, seconds: int) -> None:
    clock = asyncio.get_running_loop()
    began = clock.time()
    result, told = await run(drawing.flow())
    assert result.status == "succeeded"
    assert len([node for node in steps(told) if node.startswith("delay")]) == MANY
    assert clock.time() - began == pytest.approx(seconds, abs=0.01)


@pytest.mark.parametrize("drawing", [branches(), turns(MANY)], ids=["Parallel", "For Each"])
async def test_all_have_started_before_the_first_ends(drawing: Drawing) -> None:
    _, told = await run(drawing.flow())
    delays = [line.rpartition(" ") for line in told if line.startswith("delay")]
    assert [word for _, _, word in delays] == ["started"] * MANY + ["Out"] * MANY
