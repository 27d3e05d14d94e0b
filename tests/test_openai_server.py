"""The server that the other tests talk to does what it says, seen through the openai client itself."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from openai_server import OpenAIServer, Reply

pytestmark = pytest.mark.anyio


def client(server: OpenAIServer) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(
        api_key="key", base_url=server.base_url, max_retries=0, http_client=openai.DefaultAioHttpClient()
    )


async def ask(server: OpenAIServer, model: str = "ok", **more: Any) -> Any:
    async with client(server) as talk:
        return await talk.chat.completions.create(
            model=model, messages=[{"role": "user", "content": "one two"}], **more
        )


async def test_echoes_and_records() -> None:
    with OpenAIServer() as server:
        answer = await ask(server, n=2)
        assert [choice.message.content for choice in answer.choices] == ["echo: one two", "echo: one two #1"]
        assert server.requests[0].body["n"] == 2
        assert server.requests[0].headers["Authorization"] == "Bearer key"
        assert (server.in_flight, server.peak, server.disconnects) == (0, 1, 0)


async def test_streams_the_same_text_in_pieces() -> None:
    with OpenAIServer() as server:
        async with client(server) as talk:
            messages = [{"role": "user", "content": "one two"}]
            stream = await talk.chat.completions.create(
                model="ok", messages=messages, stream=True, stream_options={"include_usage": True}
            )
            chunks = [chunk async for chunk in stream]
    assert [chunk.choices[0].delta.content for chunk in chunks[:3]] == ["echo:", " one", " two"]
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].choices == []
    assert chunks[-1].usage.completion_tokens == 3


async def test_fails_by_model_name_and_once() -> None:
    with OpenAIServer() as server:
        with pytest.raises(openai.RateLimitError):
            await ask(server, "mock-429")
        with pytest.raises(openai.InternalServerError):
            await ask(server, "mock-500-once")
        assert (await ask(server, "mock-500-once")).choices[0].message.content == "echo: one two"


async def test_a_gate_holds_the_answer_and_a_client_that_goes_is_counted() -> None:
    import asyncio

    with OpenAIServer() as server:
        server.script(Reply(hold=server.gate()))
        task = asyncio.create_task(ask(server))
        await server.until(lambda: server.in_flight == 1)
        task.cancel()
        await server.until(lambda: server.disconnects == 1)
        assert server.in_flight == 0
