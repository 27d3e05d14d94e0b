"""Chat completions against a real server: states, answers, cancelling, limits on what is in flight, closing."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from asking import KEY, Asking, asking, origin_of, profile_of, states
from openai_server import TIMEOUT, OpenAIServer, Reply

from runtime.choices import Choice, PartialChoice, Piece, ToolCall
from runtime.errors import NotConfiguredError, ProviderError, UnknownFutureError
from runtime.futures.events import FutureCreated, FutureDelta, FutureEvent, FutureSettled, FutureStateChanged
from runtime.futures.future import FutureState
from runtime.ids import FutureId
from runtime.llm.endpoint import Endpoint
from runtime.llm.providers import Limits, ProviderProfile
from runtime.llm.requests import ChatRequest, chat_request

pytestmark = pytest.mark.anyio

PLAIN = ["queued", "sending", "waiting"]
STREAMED = [*PLAIN, "streaming"]


async def test_a_plain_answer() -> None:
    async with asking() as asks:
        future = await asks.ask()
        assert states(future) == [*PLAIN, "succeeded"]
        assert future.result is not None
        assert future.result.messages == ("echo: one two",)
        assert future.result.finish_reason == "stop"
        assert future.result.usage == {"prompt_tokens": 2, "completion_tokens": 3, "total_tokens": 5}
        assert future.result.response["choices"][0]["message"]["content"] == "echo: one two"
        assert (future.result.error, future.result.error_type) == ("", "")


async def test_a_streamed_answer_comes_to_the_same_as_a_plain_one() -> None:
    async with asking() as asks:
        plain = (await asks.ask(N=2)).result
        future = await asks.ask(N=2, Stream=True)
        streamed = future.result
        assert states(future) == [*STREAMED, "succeeded"]
        assert plain is not None
        assert streamed is not None
        assert streamed.messages == plain.messages == ("echo: one two", "echo: one two #1")
        assert (streamed.finish_reason, streamed.usage) == (plain.finish_reason, plain.usage)
        assert streamed.response["object"] == "chat.completion"
        assert [choice["message"]["content"] for choice in streamed.response["choices"]] == list(plain.messages)
        deltas = [event for event in asks.events if isinstance(event, FutureDelta)]
        for choice, text in enumerate(streamed.messages):
            assert "".join(delta.delta for delta in deltas if delta.choice == choice) == text


async def test_text_is_seen_while_it_streams() -> None:
    async with asking() as asks:
        gate = asks.server.gate()
        asks.server.script(Reply(hold_rest=gate))
        future_id = asks.start(Stream=True)
        future = await asks.has_text(future_id, "echo:")
        assert future.state is FutureState.STREAMING
        gate.open()
        assert (await asks.settled(future_id)).text() == "echo: one two"


async def test_each_future_tells_its_life_in_order() -> None:
    async with asking() as asks:
        future = await asks.ask(Stream=True)
        first, *middle, last = asks.events
        assert isinstance(first, FutureCreated)
        assert isinstance(last, FutureSettled)
        changes = [event.state for event in middle if isinstance(event, FutureStateChanged)]
        assert changes == ["sending", "waiting", "streaming"]
        assert last.elapsed_s == pytest.approx(future.elapsed())


SHAPES = {
    "mock-tools": Choice(
        tool_calls=(ToolCall("call_1", "look_up", '{"word": "futures"}'),), finish_reason="tool_calls"
    ),
    "mock-twotools": Choice(
        tool_calls=(ToolCall("call_1", "look_up", '{"word": "futures"}'), ToolCall("call_2", "now", "{}")),
        finish_reason="tool_calls",
    ),
    "mock-refusal": Choice(refusal="I must not say.", finish_reason="stop"),
    "mock-reasoning": Choice("Yes.", "Let me see.", finish_reason="stop"),
    "ok": Choice("echo: one two", finish_reason="stop"),
}


@pytest.mark.parametrize("model", SHAPES)
async def test_text_reasoning_refusal_and_calls_are_kept_apart(model: str) -> None:
    async with asking() as asks:
        plain, streamed = (await asks.ask(model)).result, (await asks.ask(model, Stream=True)).result
        assert plain is not None
        assert streamed is not None
        assert plain.choices == streamed.choices == (SHAPES[model],)
        settled = asks.events[-1]
        assert isinstance(settled, FutureSettled)
        assert settled.choices == (SHAPES[model].as_json(),)
        heard = PartialChoice()
        for event in asks.events:
            if isinstance(event, FutureDelta):
                heard.add(Piece(event.delta, event.kind, event.choice, event.call, name=event.name))
        assert heard.choice() == replace(
            SHAPES[model], finish_reason="", tool_calls=tuple(replace(c, id="") for c in SHAPES[model].tool_calls)
        )


async def test_choices_can_be_read_while_they_stream() -> None:
    async with asking() as asks:
        gate = asks.server.gate()
        asks.server.script(Reply(fault="reasoning", hold_rest=gate))
        future_id = asks.start(Stream=True)
        future = asks.futures.get(future_id)
        await asks.heard(lambda: future.choices() == (Choice(reasoning="Let me"),))
        assert future.state is FutureState.STREAMING
        assert future.text() == ""
        gate.open()
        await asks.settled(future_id)
        assert future.choices() == (SHAPES["mock-reasoning"],)


async def test_start_does_no_io_and_needs_no_answer() -> None:
    async with asking() as asks:
        future_id = asks.start("mock-hang")
        assert asks.futures.get(future_id).state is FutureState.QUEUED
        assert not asks.server.requests
        await asks.server.until(lambda: asks.server.in_flight == 1)


async def test_what_is_sent() -> None:
    async with asking(organization="org-1") as asks:
        await asks.ask(Temperature=0.5, Stop=r"a\,b, c", LogitBias='{"5": -1}', MaxTokens=9, Stream=True, User="u")
        received = asks.server.requests[0]
        assert received.path == "/v1/chat/completions"
        assert received.headers["Authorization"] == f"Bearer {KEY}"
        assert received.headers["OpenAI-Organization"] == "org-1"
        assert received.body == {
            "model": "ok", "messages": [{"role": "user", "content": "one two"}], "temperature": 0.5,
            "stop": ["a,b", "c"], "logit_bias": {"5": -1}, "max_tokens": 9, "user": "u",
            "stream": True, "stream_options": {"include_usage": True},
        }  # fmt: skip


async def test_quirks_of_a_provider() -> None:
    quirks = {"max_tokens_name": "max_completion_tokens", "stream_usage": False, "key_environment": ""}
    async with asking(**quirks) as asks:
        future = await asks.ask(MaxTokens=9, Stream=True)
        received = asks.server.requests[0]
        assert received.body["max_completion_tokens"] == 9
        assert not {"max_tokens", "stream_options"} & set(received.body)
        assert "Authorization" not in received.headers
        assert future.result is not None
        assert future.result.usage is None


async def test_what_the_environment_says_of_openai_goes_to_openai_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-openai")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-of-openai")
    async with asking() as asks:
        await asks.ask()
        assert not {"OpenAI-Organization", "OpenAI-Project"} & set(asks.server.requests[0].headers)


@pytest.mark.parametrize("deployment", ["", "my-deployment"])
async def test_azure(deployment: str) -> None:
    with OpenAIServer() as server:
        base_url = server.base_url.removesuffix("/v1")
        profile = profile_of(base_url, kind="azure", api_version="2024-10-21", deployment=deployment)
        asks = Asking(server, profile)
        assert (await asks.ask("gpt 4")).state is FutureState.SUCCEEDED
        await asks.completions.close()
        received = server.requests[0]
        assert received.path == f"/openai/deployments/{deployment or 'gpt 4'}/chat/completions"
        assert received.query == {"api-version": "2024-10-21"}
        assert received.headers["api-key"] == KEY


async def test_a_request_is_a_snapshot() -> None:
    async with asking() as asks:
        messages: list[dict[str, Any]] = [{"role": "user", "content": [{"type": "text", "text": "before"}]}]
        future_id = asks.completions.start(chat_request("ok", messages, {}), origin_of())
        messages[0]["content"][0]["text"] = "after"
        messages.append({"role": "user", "content": "late"})
        future = await asks.settled(future_id)
        sent = [{"role": "user", "content": [{"type": "text", "text": "before"}]}]
        assert asks.server.requests[0].body["messages"] == sent
        assert future.request["messages"] == sent


async def test_what_json_cannot_spell_in_utf_8_is_sent_all_the_same() -> None:
    async with asking() as asks:
        await asks.settled(asks.start(text="half a pair \ud83d"))
        assert asks.server.requests[0].body["messages"][0]["content"] == "half a pair \ud83d"


async def test_retry_asks_the_same_again_as_a_new_future() -> None:
    async with asking() as asks:
        failed = await asks.ask("mock-401", Stream=True, Temperature=0)
        again = await asks.settled(asks.completions.retry(failed.id))
        assert again.id != failed.id
        assert again.retry_of == failed.id
        assert again.request == failed.request
        assert asks.server.requests[0].body == asks.server.requests[1].body
        with pytest.raises(UnknownFutureError):
            asks.completions.retry(FutureId("fut_nowhere"))


async def test_without_a_key_nothing_starts() -> None:
    async with asking(key_environment="MISSING_KEY") as asks:
        with pytest.raises(NotConfiguredError, match="MISSING_KEY"):
            asks.start()
        assert not asks.events


async def test_an_unknown_provider_is_refused_with_the_known_ones() -> None:
    async with asking() as asks:
        request = ChatRequest("ok", ({"role": "user", "content": "x"},), {})
        with pytest.raises(NotConfiguredError, match=r"'nobody' \(known: test\)"):
            asks.completions.start(request, origin_of(), provider="nobody")


# How many at once


async def test_no_more_in_flight_than_the_provider_allows() -> None:
    async with asking(most_in_flight=3) as asks:
        gate = asks.server.gate()
        asks.server.answers["held"] = Reply(hold=gate)
        ids = [asks.start("held") for _ in range(10)]
        await asks.server.until(lambda: asks.server.in_flight == 3)
        for future_id in ids[:3]:
            await asks.reaches(future_id, FutureState.WAITING)
        assert [str(asks.futures.get(future_id).state) for future_id in ids[3:]] == ["queued"] * 7
        gate.open()
        ended = [await asks.settled(future_id) for future_id in ids]
        assert {future.state for future in ended} == {FutureState.SUCCEEDED}
        assert asks.server.peak == 3


async def test_who_waits_for_a_place_can_see_where_and_why() -> None:
    async with asking(most_in_flight=1) as asks:
        gate = asks.server.gate()
        asks.server.answers["held"] = Reply(hold=gate)
        first, second, third = (asks.start("held") for _ in range(3))
        await asks.server.until(lambda: asks.server.in_flight == 1)
        await asks.in_queue(third)
        places = [asks.futures.get(future_id).queue_place for future_id in (first, second, third)]
        assert [place and place.position for place in places] == [None, 1, 2]
        future = asks.futures.get(third)
        assert future.history[-1].reason == ("number 2 in the queue of provider 'test' (at most 1 in flight)")
        gate.open()
        assert states(await asks.settled(third)) == ["queued", "queued", "sending", "waiting", "succeeded"]
        assert future.queue_place is None


async def test_no_more_requests_a_minute_than_the_provider_allows() -> None:
    async with asking(requests_per_minute=2) as asks:
        for _ in range(2):
            assert (await asks.ask()).state is FutureState.SUCCEEDED
        third = asks.start()
        await asks.in_queue(third)
        assert "2 requests a minute" in asks.futures.get(third).history[-1].reason
        asks.futures.cancel(third)
        assert (await asks.settled(third)).state is FutureState.CANCELLED
        assert len(asks.server.requests) == 2


async def test_tokens_are_counted_as_the_server_counts_them() -> None:
    async with asking(tokens_per_minute=100) as asks:
        asks.server.answers["long"] = Reply(text="word " * 200)
        assert (await asks.ask("long")).state is FutureState.SUCCEEDED
        second = asks.start(text="short")
        await asks.in_queue(second)
        assert "100 tokens a minute" in asks.futures.get(second).history[-1].reason
        asks.futures.cancel(second)
        await asks.settled(second)


async def test_two_hundred_at_once_each_get_their_own_answer() -> None:
    async with asking() as asks:
        gate = asks.server.gate()
        asks.server.answers["held"] = Reply(hold=gate)
        ids = {number: asks.start("held", f"number {number}", Stream=number % 2 == 0) for number in range(200)}
        await asks.server.until(lambda: asks.server.in_flight == 200)
        gate.open()
        for number, future_id in ids.items():
            assert (await asks.settled(future_id)).text() == f"echo: number {number}"
        assert asks.server.disconnects == 0


# The model on this machine


class Local:
    """Stands in for the local model's process: says where it is once the test lets it."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.error: ProviderError | None = None
        self.is_closed = False

    async def endpoint(self) -> Endpoint:
        if self.error is not None:
            raise self.error
        return Endpoint(self.base_url, KEY)

    async def close(self) -> None:
        self.is_closed = True


async def test_the_local_model_is_asked_where_it_is_and_closed() -> None:
    with OpenAIServer() as server:
        local = Local(server.base_url)
        asks = Asking(server, ProviderProfile(name="local", kind="local"), local)
        future = await asks.ask("any model")
        assert future.state is FutureState.SUCCEEDED
        assert future.history[0].reason == "waiting for the model on this machine"
        assert server.requests[0].headers["Authorization"] == f"Bearer {KEY}"
        assert server.requests[0].headers["Connection"] == "close"
        await asks.completions.close()
        assert local.is_closed


async def test_a_local_model_that_died_before_it_answered_is_asked_again() -> None:
    with OpenAIServer() as server:
        server.script(Reply(fault="drop"))
        asks = Asking(server, ProviderProfile(name="local", kind="local", first_retry_s=0.001), Local(server.base_url))
        future = await asks.ask()
        assert future.state is FutureState.SUCCEEDED
        assert "The model on this machine has stopped" in future.attempts[0].error
        await asks.completions.close()


async def test_a_local_model_that_cannot_start_fails_the_future_with_its_words() -> None:
    with OpenAIServer() as server:
        local = Local(server.base_url)
        local.error = ProviderError("no room on the disk: free 100 MB")
        asks = Asking(server, ProviderProfile(name="local", kind="local"), local)
        future = await asks.ask()
        assert states(future) == ["queued", "failed"]
        assert future.result is not None
        assert future.result.error == "no room on the disk: free 100 MB"
        await asks.completions.close()


# Closing


async def test_close_under_load_interrupts_everything_and_leaves_nothing() -> None:
    async with asking(most_in_flight=20) as asks:
        models = ("mock-hang", "mock-silent-after-first")
        ids = [asks.start(models[number % 2], Stream=True) for number in range(40)]
        await asks.server.until(lambda: asks.server.in_flight == 20)
        await asks.completions.close()
        assert {asks.futures.get(future_id).state for future_id in ids} == {FutureState.INTERRUPTED}
        await asks.server.until(lambda: asks.server.disconnects == 20)
        with pytest.raises(ProviderError, match="closed"):
            asks.start()
        await asks.completions.close()


class SlowListener(Asking):
    """Asks, and is slow to hear: a millisecond an event."""

    def _note(self, event: FutureEvent) -> None:
        super()._note(event)
        end = time.perf_counter() + 0.001
        while time.perf_counter() < end:
            pass


async def test_close_hears_every_future_out() -> None:
    with OpenAIServer() as server:
        asks = SlowListener(server, profile_of(server.base_url))
        ids = [asks.start("mock-hang") for _ in range(30)]
        await server.until(lambda: server.in_flight == 30)
        await asks.completions.close()
        assert {asks.futures.get(future_id).state for future_id in ids} == {FutureState.INTERRUPTED}


async def test_close_without_a_request_starts_nothing() -> None:
    async with asking() as asks:
        await asks.completions.close()
        assert not asks.server.requests


async def test_waiting_in_the_queue_is_not_counted_in_the_limits() -> None:
    limits = Limits(first_byte_s=TIMEOUT, idle_s=TIMEOUT, total_s=1.0)
    async with asking(most_in_flight=1, limits=limits) as asks:
        first, second = asks.start("mock-hang"), asks.start("ok")
        assert (await asks.settled(first)).state is FutureState.TIMED_OUT
        assert (await asks.settled(second)).state is FutureState.SUCCEEDED
