"""A node that is executed again while its request is pending asks anew, ignores it, restarts or queues."""

from __future__ import annotations

from typing import Any

import pytest
from asking import states
from flows import Drawing, logged, out
from openai_server import OpenAIServer, Reply

from runtime.futures.events import FutureCreated
from runtime.futures.future import FutureState
from runtime.source import FlowSource

pytestmark = pytest.mark.anyio

FLOW = FlowSource("/flows/a.flow.json")


class Asking:
    """One flow that is run again and again, whose requests are held by a gate."""

    def __init__(self, bench: Any, server: OpenAIServer, asks: Drawing, policy: str) -> None:
        self.bench = bench
        self.gate = server.gate()
        server.answers["held"] = Reply(hold=self.gate)
        asks.set("ask", Model="held").config("ask", while_pending=policy)
        self.flow = out(asks, "ask.Success", ticket="ask.FutureResponseId").flow()

    async def again(self, source: FlowSource = FLOW) -> str:
        """Run it once more; the ticket that it gave."""
        result = await self.bench.ended(self.bench.session.start(self.flow, source=source))
        assert result.status == "succeeded"
        return str(result.outputs["ticket"])

    @property
    def log(self) -> list[str]:
        return logged(self.bench.told)


@pytest.fixture
def asking(bench: Any, server: OpenAIServer, asks: Drawing, request: pytest.FixtureRequest) -> Asking:
    return Asking(bench, server, asks, request.param)


def of(policy: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("asking", [policy], indirect=True)


@of("new")
async def test_new_asks_anew(asking: Asking, server: OpenAIServer) -> None:
    first, second = await asking.again(), await asking.again()
    await server.until(lambda: server.in_flight == 2)
    asking.gate.open()
    assert [(future.id, future.state) for future in await asking.bench.settled()] == [
        (first, FutureState.SUCCEEDED), (second, FutureState.SUCCEEDED),
    ]  # fmt: skip
    assert asking.log == []


@of("ignore")
async def test_ignore_gives_the_pending_ticket_again(asking: Asking, server: OpenAIServer) -> None:
    first, second = await asking.again(), await asking.again()
    assert second == first
    assert asking.log == [f"info: ignored: {first} is still pending, so its ticket is given again"]
    asking.gate.open()
    await asking.bench.settled()
    third = await asking.again()
    assert third != first
    await asking.bench.settled()
    assert len(server.requests) == 2


@of("ignore")
async def test_what_is_being_cancelled_is_not_handed_out(asking: Asking, server: OpenAIServer) -> None:
    first = await asking.again()
    asking.bench.session.futures.cancel(first)
    assert await asking.again() != first
    asking.gate.open()
    await asking.bench.settled()


@of("restart")
async def test_restart_cancels_what_is_pending(asking: Asking, server: OpenAIServer) -> None:
    first = await asking.again()
    await server.until(lambda: server.in_flight == 1)
    second = await asking.again()
    await server.until(lambda: server.disconnects == 1)
    asking.gate.open()
    cancelled, future = await asking.bench.settled()
    assert (cancelled.id, cancelled.state) == (first, FutureState.CANCELLED)
    assert cancelled.error == f"the node was executed again, which started {second}"
    assert (future.id, future.state) == (second, FutureState.SUCCEEDED)
    assert asking.log == [f"info: restarted: {second} is asked, and {first} has been cancelled"]


@of("restart")
async def test_restart_keeps_the_old_request_if_the_new_one_cannot_start(
    asking: Asking, bench: Any, server: OpenAIServer
) -> None:
    first = await asking.again()
    nodes = tuple(
        node.model_copy(update={"inputs": {**node.inputs, "Temperature": 5}}) if node.id == "ask" else node
        for node in asking.flow.nodes
    )
    run = bench.session.start(asking.flow.model_copy(update={"nodes": nodes}), source=FLOW)
    assert (await bench.ended(run)).status == "failed"
    asking.gate.open()
    [future] = await bench.settled()
    assert (future.id, future.state) == (first, FutureState.SUCCEEDED)


@of("queue")
async def test_queue_asks_one_after_the_other(asking: Asking, server: OpenAIServer) -> None:
    first, second, third = [await asking.again() for _ in range(3)]
    await server.until(lambda: server.in_flight == 1)
    assert asking.log == [
        f"info: queued: {second} is sent when {first} has settled",
        f"info: queued: {third} is sent when {second} and 1 before it have settled",
    ]
    created = [event for event in asking.bench.events if isinstance(event, FutureCreated)]
    assert [event.reason for event in created] == [
        "",
        f"queued behind {first}, which the same node asked before",
        f"queued behind {second} and 1 more, which the same node asked before",
    ]
    asking.gate.open()
    futures = await asking.bench.settled()
    assert [states(future) for future in futures] == [
        ["queued", "sending", "waiting", "streaming", "succeeded"],
    ] * 3  # fmt: skip
    assert server.peak == 1
    ends = [(future.attempts[0].started, future.settled) for future in futures]
    assert ends == sorted(ends)


@of("queue")
async def test_a_queued_request_can_be_cancelled_and_the_next_one_still_waits(
    asking: Asking, server: OpenAIServer
) -> None:
    _, second, third = [await asking.again() for _ in range(3)]
    await server.until(lambda: server.in_flight == 1)
    asking.bench.session.futures.cancel(second, "not needed")
    future = await asking.bench.session.futures.wait(second)
    assert states(future) == ["queued", "cancelling", "cancelled"]
    assert future.error == "not needed"
    assert asking.bench.session.futures.get(third).state is FutureState.QUEUED
    asking.gate.open()
    await asking.bench.settled()
    assert len(server.requests) == 2


@of("queue")
async def test_one_that_failed_lets_the_next_one_go(asking: Asking, server: OpenAIServer) -> None:
    server.answers["held"] = Reply(hold=asking.gate, status=400)
    first, second = await asking.again(), await asking.again()
    asking.gate.open()
    assert {future.id for future in await asking.bench.settled() if future.state is FutureState.FAILED} == {
        first, second,
    }  # fmt: skip


@of("queue")
async def test_closing_interrupts_what_is_queued(asking: Asking, server: OpenAIServer) -> None:
    for _ in range(3):
        await asking.again()
    await server.until(lambda: server.in_flight == 1)
    await asking.bench.session.close()
    assert [future.state for future in asking.bench.futures] == [FutureState.INTERRUPTED] * 3
    assert len(server.requests) == 1


@pytest.mark.parametrize("asking", ["ignore", "restart", "queue"], indirect=True)
async def test_another_flow_has_nothing_to_do_with_it(asking: Asking, server: OpenAIServer) -> None:
    await asking.again()
    await asking.again(FlowSource("/flows/b.flow.json"))
    await server.until(lambda: server.in_flight == 2)
    assert asking.log == []
    asking.gate.open()
    assert {future.state for future in await asking.bench.settled()} == {FutureState.SUCCEEDED}
