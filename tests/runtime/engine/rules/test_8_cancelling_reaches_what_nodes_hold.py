"""Design 5.8: cancelling reaches connections and child processes, and asks nothing of futures."""

from __future__ import annotations

import asyncio
import sys

import pytest
from asking import Asking, asking
from flows import Drawing, draw, lines
from watched_run import WatchedRun

from runtime.completions import Completions
from runtime.futures.future import FutureState
from runtime.futures.registry import FutureRegistry
from runtime.ids import StepId
from runtime.llm.conversations import Conversations
from runtime.llm.providers import Providers
from runtime.nodes.context import NodeContext
from runtime.nodes.node_type import ExecNode
from runtime.nodes.pins import NodeModel

pytestmark = pytest.mark.anyio


class Child(ExecNode):
    """Waits for a child process that does not end by itself; when cancelled, ends it and waits until it has."""

    type_id = "toy.child"
    title = "Child"
    category = "Toys"
    exec_in = ("In",)
    exec_out = ("Out",)

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str:
        wait_for_ever = "import sys; print('up', flush=True); sys.stdin.read()"
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", wait_for_ever, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        try:
            assert child.stdout is not None
            await child.stdout.readline()
            ctx.log("info", "it is up")
            await child.wait()
        finally:
            child.kill()
            ctx.log("info", f"it ended with {await child.wait()}")
        return "Out"


async def test_a_run_is_over_only_when_its_nodes_have_cleaned_up() -> None:
    watched = WatchedRun(draw("start: event.button", "child: toy.child").exec("start.Out > child.In").flow(), Child)
    await watched.until("child logged info: it is up")
    await watched.cancel()
    assert watched.told == lines("""
        run started at start
        start started
        start finished > Out
        token start.Out > child.In
        child started
        child logged info: it is up
        child logged info: it ended with -9
        child cancelled
        run cancelled
    """)


async def test_a_step_that_is_cancelled_alone_has_cleaned_up_before_its_token_goes_on() -> None:
    watched = WatchedRun(draw("start: event.button", "child: toy.child").exec("start.Out > child.In").flow(), Child)
    await watched.until("child logged info: it is up")
    watched.run.cancel_branch(StepId(2))
    assert (await watched.result()).status == "succeeded"
    assert watched.told[-3:] == ["child logged info: it ended with -9", "child cancelled", "run succeeded"]


def asks(type_id: str) -> Drawing:
    """start → conv → user → ask, which gets no answer."""
    return (
        draw("start: event.button", "conv: openai.create_conversation", "user: openai.add_user_message")
        .node("ask", type_id, inputs={"Model": "mock-hang"})
        .set("user", Message="one two")
        .exec("start.Out > conv.Execute", "conv.Success > user.Execute", "user.Success > ask.Execute")
        .data("conv.ConversationId > user.ConversationId", "conv.ConversationId > ask.Conversation")
    )


def started(drawing: Drawing, asker: Asking) -> WatchedRun:
    """A run that is lent what a session lends."""
    lent = (asker.futures, asker.completions, asker.providers, Conversations())
    kinds = (FutureRegistry, Completions, Providers, Conversations)
    return WatchedRun(drawing.flow(), resources=dict(zip(kinds, lent, strict=True)))


async def test_the_connection_of_a_request_that_a_node_waits_for_is_closed() -> None:
    async with asking() as asker:
        watched = started(asks("openai.chat_completion"), asker)
        await asker.server.until(lambda: asker.server.in_flight == 1)
        assert (await watched.cancel()).status == "cancelled"
        await asker.server.until(lambda: asker.server.in_flight == 0)
        assert asker.server.disconnects == 1
        assert watched.told[-2:] == ["ask cancelled", "run cancelled"]


async def test_also_when_only_the_step_is_cancelled() -> None:
    async with asking() as asker:
        flow = asks("openai.chat_completion").node("log", "util.console").exec("ask.Failed > log.In")
        watched = started(flow.data("ask.ErrorMessage > log.Message"), asker)
        await asker.server.until(lambda: asker.server.in_flight == 1)
        watched.run.cancel_step(StepId(4))
        assert (await watched.result()).status == "succeeded"
        assert "log logged info: it was cancelled by hand" in watched.told
        await asker.server.until(lambda: asker.server.in_flight == 0)
        assert asker.server.disconnects == 1


async def test_a_future_goes_on_though_the_run_that_started_it_and_awaits_it_is_cancelled() -> None:
    async with asking() as asker:
        drawing = asks("openai.chat_completion_async").node("await", "future.await").exec("ask.Success > await.Execute")
        watched = started(drawing.data("ask.FutureResponseId > await.FutureResponseId"), asker)
        await watched.until("await started")
        (future,) = asker.futures
        await asker.reaches(future.id, FutureState.WAITING)
        await asker.server.until(lambda: asker.server.in_flight == 1)
        await watched.cancel()
        assert watched.told[-2:] == ["await cancelled", "run cancelled"]
        assert future.state is FutureState.WAITING
        assert asker.server.in_flight == 1
