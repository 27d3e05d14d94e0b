"""Design 5.5 and 6: asynchronous completions that a flow starts in a row are under way at the same time."""

from __future__ import annotations

import asyncio

import pytest
from asking import profile_of
from flows import TIMEOUT, draw
from openai_server import OpenAIServer, Reply

from runtime.llm.providers import Providers
from runtime.session import Session

pytestmark = pytest.mark.anyio

MANY = 10


async def test_ten_requests_are_in_flight_before_the_first_is_answered() -> None:
    flow = (
        draw("start: event.button", "loop: flow.for_each", "conv: openai.create_conversation")
        .node("user", "openai.add_user_message")
        .node("ask", "openai.chat_completion_async", inputs={"Model": "ok"})
        .set("loop", Collection=[f"question {number}" for number in range(MANY)])
        .exec(
            "start.Out > loop.In", "loop.Do > conv.Execute", "conv.Success > user.Execute", "user.Success > ask.Execute"
        )
        .data("loop.Value > user.Message", "conv.ConversationId > user.ConversationId")
        .data("conv.ConversationId > ask.Conversation")
        .flow()
    )
    with OpenAIServer() as server:
        gate = server.gate()
        server.script(*(Reply(hold=gate) for _ in range(MANY)))
        session = Session(providers=Providers([profile_of(server.base_url)], environment={"TEST_KEY": "sk-test"}))
        async with asyncio.timeout(TIMEOUT):
            assert (await session.wait(session.start(flow))).status == "succeeded", "the run does not wait for them"
            await server.until(lambda: server.in_flight == MANY)
            gate.open()
            await session.futures.wait_all()
        assert [future.text() for future in session.futures] == [f"echo: question {number}" for number in range(MANY)]
        assert server.peak == MANY
        await session.close()
