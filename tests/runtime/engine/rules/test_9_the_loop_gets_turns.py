"""Design 5.9: the event loop gets a turn at least every 5 ms, also in a flow that loops for ever."""

from __future__ import annotations

import asyncio

import pytest
from flows import TIMEOUT, Drawing, draw, registry_with

from runtime.engine.events import Event, NodeStarted
from runtime.engine.run import Run
from runtime.ids import NodeId

pytestmark = pytest.mark.anyio

TURNS = 20


def endless_chain() -> Drawing:
    """Two nodes in a ring."""
    return draw("start: event.button", "a: toy.step", "b: toy.step").exec(
        "start.Out > a.In", "a.Out > b.In", "b.Out > a.In"
    )


def endless_bodies() -> Drawing:
    """A ring through a loop whose bodies are empty."""
    return (
        draw("start: event.button", "loop: flow.for_each")
        .set("loop", Collection=list(range(100_000)))
        .exec("start.Out > loop.In", "loop.Done > loop.In")
    )


def endless_branches() -> Drawing:
    """Eight rings at the same time."""
    drawing = draw("start: event.button", "par: flow.parallel").config("par", branches=8).exec("start.Out > par.In")
    for number in range(1, 9):
        drawing.node(f"a{number}", "toy.step").exec(
            f"par.Branch{number} > a{number}.In", f"a{number}.Out > a{number}.In"
        )
    return drawing


def endless_mutes() -> Drawing:
    """A ring of muted nodes."""
    return draw("start: event.button").node("a", "toy.step", mode="mute").exec("start.Out > a.In", "a.Out > a.In")


async def test_tokens_that_keep_busy_at_the_same_time_have_it_one_after_the_other() -> None:
    ran: set[NodeId] = set()
    made = Run(endless_branches().flow(), registry_with(), sink=lambda event: note(event, ran))
    running = asyncio.ensure_future(made.execute())
    seen: list[frozenset[NodeId]] = []
    async with asyncio.timeout(TIMEOUT):
        while len(seen) < 10 * TURNS:
            await asyncio.sleep(0)
            seen.append(frozenset(ran))
            ran.clear()
    made.cancel()
    await running
    settled = seen[-5 * TURNS :]  # all branches begin in the same turn
    assert max(map(len, settled)) == 1
    assert len(frozenset().union(*settled)) == 8


def note(event: Event, ran: set[NodeId]) -> None:
    if isinstance(event, NodeStarted):
        ran.add(event.node_id)


@pytest.mark.parametrize("endless", [endless_chain, endless_bodies, endless_branches, endless_mutes])
async def test_others_run_while_a_flow_keeps_busy(endless) -> None:
    made = Run(endless().flow(), registry_with())
    running = asyncio.ensure_future(made.execute())
    async with asyncio.timeout(TIMEOUT):
        for _ in range(TURNS):
            await asyncio.sleep(0)
    made.cancel()
    assert (await running).status == "cancelled"
