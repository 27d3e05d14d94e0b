"""An event that fails says so, is tried again a few times, and hurts no other one."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest
from flows import Drawing, draw
from listened import listened

from runtime.errors import NodeError
from runtime.listening.listener import LONGEST_RETRY_SECONDS, MOST_RETRIES
from runtime.nodes.context import ListeningContext
from runtime.nodes.node_type import EventNode, ListeningConfig, NodeType, Occurrence

pytestmark = pytest.mark.anyio
Times = Callable[[int, ListeningContext], AsyncGenerator[Occurrence, None]]


def bell(times: Times) -> type[NodeType]:
    """An event that does something each time that it begins to listen; it is told which time it is."""

    class Bell(EventNode):
        """Rings."""

        type_id = "toy.bell"
        title = "Bell"
        category = "Toys"
        exec_out = ("Out",)
        listens = True
        Config = ListeningConfig
        begun = 0

        def occurrences(self, inputs: Any, ctx: ListeningContext) -> AsyncGenerator[Occurrence, None]:
            Bell.begun += 1
            return times(Bell.begun, ctx)

    return Bell


def beside_an_interval() -> Drawing:
    return (
        draw("bell: toy.bell", "tick: event.interval", "then: toy.step")
        .set("tick", IntervalMs=1000)
        .exec("bell.Out > then.In", "tick.Out > then.In")
    )


async def always_fails(_time: int, _ctx: ListeningContext) -> AsyncGenerator[Occurrence, None]:
    raise OSError("the line is dead")
    yield


async def test_one_that_fails_is_tried_again_with_growing_pauses_and_then_no_longer() -> None:
    async with listened(beside_an_interval(), bell(always_fails)) as it:
        await it.clock.pass_by(0)
        listener = it.listening.events[0]
        assert (listener.state, listener.due) == ("retry_wait", None)
        assert listener.message == "failed and is tried again in 1 s: OSError: the line is dead"
        await it.clock.pass_by(10 * LONGEST_RETRY_SECONDS)
        told = [line for line in it.said if "tried again" in line]
        assert [line.split(" in ")[1].split(" s:")[0] for line in told] == ["1", "2", "4", "8", "16", "32", "60", "60"]
        assert len(told) == MOST_RETRIES
        assert listener.state == "failed"
        assert it.said[-1] == (
            "error: failed 9 times in a row, so it is listened to no longer: OSError: the line is dead"
        )


async def test_the_others_go_on() -> None:
    async with listened(beside_an_interval(), bell(always_fails)) as it:
        await it.clock.pass_by(600)
        assert len(it.started) == 600
        assert it.listening.is_on


async def test_one_that_says_that_it_cannot_is_not_tried_again() -> None:
    async def cannot(_time: int, _ctx: ListeningContext) -> AsyncGenerator[Occurrence, None]:
        raise NodeError("there is no bell: hang one up")
        yield

    async with listened(beside_an_interval(), bell(cannot)) as it:
        await it.clock.pass_by(0)
        assert it.listening.events[0].state == "failed"
        assert "error: is listened to no longer: there is no bell: hang one up" in it.said


async def test_listening_ends_when_no_event_can_be_listened_to() -> None:
    drawing = draw("bell: toy.bell", "then: toy.step").exec("bell.Out > then.In")
    async with listened(drawing, bell(always_fails)) as it:
        await it.clock.pass_by(600)
        assert not it.listening.is_on
        assert it.clock.sleepers == 0


async def test_one_that_works_again_begins_anew() -> None:
    """It rings each time before it fails, so it never fails twice in a row."""

    async def rings_and_fails(time: int, ctx: ListeningContext) -> AsyncGenerator[Occurrence, None]:
        yield Occurrence(EventNode.Outputs())
        raise OSError("the line is dead")

    async with listened(beside_an_interval(), bell(rings_and_fails)) as it:
        await it.clock.pass_by(MOST_RETRIES * 3)
        assert it.listening.events[0].state == "retry_wait"
        assert all("tried again in 1 s" in line for line in it.said if line.startswith("warn"))


async def test_one_that_listened_for_a_while_begins_anew() -> None:
    async def waits_and_fails(_time: int, ctx: ListeningContext) -> AsyncGenerator[Occurrence, None]:
        await ctx.sleep(LONGEST_RETRY_SECONDS)
        raise OSError("the line is dead")
        yield

    async with listened(beside_an_interval(), bell(waits_and_fails)) as it:
        await it.clock.pass_by(3 * MOST_RETRIES * LONGEST_RETRY_SECONDS)
        assert it.listening.events[0].state != "failed"


async def test_one_that_just_ends_is_a_defect_that_is_told() -> None:
    async def ends(_time: int, _ctx: ListeningContext) -> AsyncGenerator[Occurrence, None]:
        return
        yield

    async with listened(beside_an_interval(), bell(ends)) as it:
        await it.clock.pass_by(0)
        assert "it stopped by itself" in it.listening.events[0].message


async def test_one_that_rings_without_a_pause_leaves_others_their_turn() -> None:
    async def rings_for_ever(_time: int, _ctx: ListeningContext) -> AsyncGenerator[Occurrence, None]:
        while True:
            yield Occurrence(EventNode.Outputs())

    async with listened(beside_an_interval(), bell(rings_for_ever)) as it:
        await it.clock.pass_by(2)
        assert [entry for entry, _ in it.started].count("tick") == 2


async def test_what_an_event_writes_to_the_log_is_told() -> None:
    async def tells(_time: int, ctx: ListeningContext) -> AsyncGenerator[Occurrence, None]:
        ctx.log("warn", "it is cold")
        await ctx.sleep(3600)
        yield

    async with listened(beside_an_interval(), bell(tells)) as it:
        await it.clock.pass_by(0)
        assert "warn: it is cold" in it.said
