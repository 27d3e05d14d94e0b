"""Asking a model, waiting and not waiting, by flows that the engine runs against a real server."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flows import Drawing, out
from openai_server import OpenAIServer, Reply

from runtime.catalogue import builtin_registry
from runtime.engine.events import NodeFinished
from runtime.futures.events import FutureCreated, FutureStateChanged
from runtime.futures.future import FutureState

pytestmark = pytest.mark.anyio

INPUTS = {
    "Model": "string", "Conversation": "conversation", "Temperature": "float?", "TopP": "float?", "N": "integer?",
    "Stream": "boolean?", "Stop": "string?", "MaxTokens": "integer?", "PresencePenalty": "float?",
    "FrequencyPenalty": "float?", "LogitBias": "string?", "User": "string?",
    "ReasoningEffort": "string?", "Seed": "integer?", "ResponseFormat": "json?", "Provider": "string?",
    "ExtraBody": "json?",
}  # fmt: skip
OUTPUTS = {
    "chat_completion": ["Response", "Message", "FinishReason", "Usage", "ErrorMessage"],
    "chat_completion_async": ["FutureResponseId", "ErrorMessage"],
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_has_the_pins_of_the_reference(name: str) -> None:
    signature = builtin_registry().instance(f"openai.{name}").signature
    assert (signature.exec_in, signature.exec_out) == (("Execute",), ("Success", "Failed"))
    assert {pin.name: pin.type.value + "?" * pin.optional for pin in signature.inputs.values()} == INPUTS
    assert [pin.name for pin in signature.outputs.values()] == OUTPUTS[name]
    ranges = {pin.name: (pin.minimum, pin.maximum) for pin in signature.inputs.values() if pin.maximum or pin.minimum}
    assert ranges == {
        "Temperature": (0, 2), "TopP": (0, 1), "N": (1, 128), "MaxTokens": (1, None),
        "PresencePenalty": (-2, 2), "FrequencyPenalty": (-2, 2),
    }  # fmt: skip


@pytest.mark.parametrize("name", OUTPUTS)
def test_what_the_reference_does_not_have_is_hidden_by_default(name: str) -> None:
    inputs = builtin_registry().instance(f"openai.{name}").signature.inputs.values()
    assert [pin.name for pin in inputs if pin.advanced] == [*INPUTS][-5:]


def test_only_the_blocking_twin_has_a_default_model() -> None:
    models = [builtin_registry().instance(f"openai.{name}").signature.inputs for name in OUTPUTS]
    assert [(inputs["Model"].required, inputs["Model"].default) for inputs in models] == [  # type: ignore[index]
        (False, "gpt-3.5-turbo"),
        (True, None),
    ]


def blocking(asks: Drawing, model: str = "ok", **inputs: Any) -> Drawing:
    """The same flow with the blocking twin."""
    return asks.node("ask", "openai.chat_completion", inputs={"Model": model, **inputs})


# -- not waiting


async def test_async_hands_back_a_ticket_and_the_answer_comes_later(
    bench: Any, server: OpenAIServer, asks: Drawing
) -> None:
    gate = server.gate()
    server.script(Reply(hold=gate))
    result = await bench.run(out(asks, "ask.Success", ticket="ask.FutureResponseId").flow())
    assert result.status == "succeeded"
    [future] = bench.futures
    assert result.outputs == {"ticket": future.id}
    assert future.id.startswith("fut_")
    assert not future.state.is_final  # the run is over, its request is not
    gate.open()
    [future] = await bench.settled()
    assert (future.state, future.text()) == (FutureState.SUCCEEDED, "echo: one two")


async def test_async_goes_on_before_any_network_io(bench: Any, asks: Drawing) -> None:
    await bench.run(asks.flow())
    await bench.settled()
    [created] = [index for index, event in enumerate(bench.events) if isinstance(event, FutureCreated)]
    [finished] = [
        index for index, event in enumerate(bench.events) if isinstance(event, NodeFinished) and event.node_id == "ask"
    ]
    moved = [index for index, event in enumerate(bench.events) if isinstance(event, FutureStateChanged)]
    assert created < finished < min(moved)


async def test_async_names_who_asked(bench: Any, asks: Drawing) -> None:
    run = bench.start(asks.flow())
    await bench.ended(run)
    [future] = await bench.settled()
    assert (future.origin.run_id, future.origin.node_id) == (run.run_id, "ask")


async def test_async_sends_the_conversation_as_it_was(bench: Any, server: OpenAIServer, asks: Drawing) -> None:
    gate = server.gate()
    server.script(Reply(hold=gate), Reply())
    asks.set("conv", SystemData="Be brief.")
    asks.node("more", "openai.add_user_message", inputs={"Message": "three"})
    asks.node("again", "openai.chat_completion_async", inputs={"Model": "ok"})
    asks.exec("ask.Success > more.Execute", "more.Success > again.Execute")
    asks.data("conv.ConversationId > more.ConversationId", "conv.ConversationId > again.Conversation")
    await bench.run(asks.flow())
    gate.open()
    await bench.settled()
    system, one, three = (
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "one two"},
        {"role": "user", "content": "three"},
    )
    sent = sorted((request.body["messages"] for request in server.requests), key=len)
    assert sent == [[system, one], [system, one, three]]


async def test_only_what_is_set_is_sent(bench: Any, server: OpenAIServer, asks: Drawing) -> None:
    await bench.run(asks.node("ask", "openai.chat_completion_async", inputs={"Model": "ok"}).flow())
    await bench.settled()
    body = {"model": "ok", "messages": [{"role": "user", "content": "one two"}]}
    assert [request.body for request in server.requests] == [body]


@pytest.mark.parametrize("name", OUTPUTS)
async def test_all_inputs_are_sent(bench: Any, server: OpenAIServer, asks: Drawing, name: str) -> None:
    asks.node("ask", f"openai.{name}")
    asks.set("ask", Model="ok", Temperature=0.5, TopP=1, N=2, Stream=True, Stop=r"end, a\,b,\n", MaxTokens=7)
    asks.set("ask", PresencePenalty=-2, FrequencyPenalty=2, LogitBias='{"50256": -100}', User="ada", Seed=5)
    asks.set("ask", ReasoningEffort="low", ResponseFormat={"type": "text"}, ExtraBody={"top_k": 40, "user": "eve"})
    await bench.run(asks.flow())
    [future] = await bench.settled()
    assert future.text(1) == "echo: one two #1"
    [request] = server.requests
    sent = {key: value for key, value in request.body.items() if key not in ("messages", "stream_options")}
    assert sent == {
        "model": "ok", "temperature": 0.5, "top_p": 1, "n": 2, "stream": True, "stop": ["end", "a,b", "\n"],
        "max_tokens": 7, "presence_penalty": -2, "frequency_penalty": 2, "logit_bias": {"50256": -100}, "user": "eve",
        "seed": 5, "reasoning_effort": "low", "response_format": {"type": "text"}, "top_k": 40,
    }  # fmt: skip


@pytest.mark.parametrize("name", OUTPUTS)
async def test_a_provider_may_be_named(bench: Any, asks: Drawing, name: str) -> None:
    asks.node("ask", f"openai.{name}", inputs={"Model": "ok", "Provider": "test"})
    await bench.run(asks.flow())
    assert [future.provider for future in await bench.settled()] == ["test"]


WRONG = [
    ({"Model": " "}, "Model: is empty"),
    ({"Temperature": 2.5}, "Temperature: must be from 0 to 2, got 2.5"),
    ({"TopP": -0.1}, "TopP: must be from 0 to 1, got -0.1"),
    ({"N": 0}, "N: must be from 1 to 128, got 0"),
    ({"MaxTokens": 0}, "MaxTokens: must be at least 1, got 0"),
    ({"PresencePenalty": 3}, "PresencePenalty: must be from -2 to 2, got 3"),
    ({"FrequencyPenalty": -3}, "FrequencyPenalty: must be from -2 to 2, got -3"),
    ({"LogitBias": "[1]"}, "LogitBias: '[1]' is no JSON object"),
    ({"LogitBias": '{"50256": -101}'}, "LogitBias: the bias of token 50256 is -101"),
    ({"Stop": "a,,b"}, "Stop: 'a,,b' has an empty sequence"),
    ({"ResponseFormat": "json"}, "ResponseFormat: wants JSON, got text that is none"),
    ({"ResponseFormat": '"json"'}, "ResponseFormat: is 'json', but must be a JSON object"),
    ({"ExtraBody": [1]}, "ExtraBody: is [1], but must be a JSON object"),
    ({"Provider": "nobody"}, "there is no provider 'nobody' (known: test)"),
]


@pytest.mark.parametrize(("inputs", "complaint"), WRONG)
@pytest.mark.parametrize("name", OUTPUTS)
async def test_a_wrong_input_starts_nothing(
    bench: Any, asks: Drawing, name: str, inputs: dict[str, Any], complaint: str
) -> None:
    asks.node("ask", f"openai.{name}", inputs={"Model": "ok", **inputs})
    result = await bench.run(out(asks, "ask.Failed", why="ask.ErrorMessage").flow())
    assert result.outputs["why"].startswith(complaint)
    assert bench.futures == []


@pytest.mark.parametrize("name", OUTPUTS)
async def test_an_unknown_conversation_starts_nothing(bench: Any, asks: Drawing, name: str) -> None:
    asks.node("ask", f"openai.{name}", inputs={"Model": "ok"}).node("gone", "value.text", inputs={"Input": "conv_gone"})
    asks.node("other", f"openai.{name}", inputs={"Model": "ok"})
    asks.exec("ask.Success > other.Execute").data("gone.Output > other.Conversation")
    result = await bench.run(out(asks, "other.Failed", why="other.ErrorMessage").flow())
    assert "there is no conversation 'conv_gone'" in result.outputs["why"]
    assert len(await bench.settled()) == 1


async def test_an_empty_conversation_starts_nothing(bench: Any, asks: Drawing) -> None:
    asks.node("empty", "openai.create_conversation").node("other", "openai.chat_completion_async")
    asks.set("other", Model="ok").exec("ask.Success > empty.Execute", "empty.Success > other.Execute")
    asks.data("empty.ConversationId > other.Conversation")
    result = await bench.run(out(asks, "other.Failed", why="other.ErrorMessage").flow())
    assert result.outputs["why"].startswith("Conversation: has no messages yet")


@pytest.mark.parametrize("name", OUTPUTS)
async def test_without_a_key_it_says_how_to_configure_one(keyless: Any, asks: Drawing, name: str) -> None:
    asks.node("ask", f"openai.{name}", inputs={"Model": "ok"})
    result = await keyless.run(out(asks, "ask.Failed", why="ask.ErrorMessage").flow())
    assert "TEST_KEY" in result.outputs["why"]
    assert keyless.futures == []


async def test_an_unwired_failed_fails_the_run(bench: Any, asks: Drawing) -> None:
    result = await bench.run(asks.set("ask", Model="").flow())
    assert result.status == "failed"
    assert (result.error.node_id, result.error.node_type) == ("ask", "openai.chat_completion_async")


async def test_errors_of_the_server_come_through_the_future(bench: Any, asks: Drawing) -> None:
    result = await bench.run(asks.set("ask", Model="mock-401").flow())
    assert result.status == "succeeded"
    [future] = await bench.settled()
    assert future.state is FutureState.FAILED
    assert "Incorrect API key provided" in future.error


# -- waiting


async def test_blocking_gives_the_answer(bench: Any, asks: Drawing) -> None:
    flow = blocking(asks)
    out(flow, "ask.Success", message="ask.Message", why="ask.FinishReason", usage="ask.Usage", all="ask.Response")
    outputs = (await bench.run(flow.flow())).outputs
    assert (outputs["message"], outputs["why"]) == ("echo: one two", "stop")
    assert json.loads(outputs["usage"])["total_tokens"] > 0
    assert json.loads(outputs["all"])["choices"][0]["message"]["content"] == "echo: one two"
    assert [future.state for future in bench.futures] == [FutureState.SUCCEEDED]


async def test_blocking_goes_on_with_the_conversation(bench: Any, server: OpenAIServer, asks: Drawing) -> None:
    flow = blocking(asks, N=2)
    flow.node("more", "openai.add_user_message", inputs={"Message": "three"})
    flow.node("again", "openai.chat_completion", inputs={"Model": "ok"}).node("last", "openai.get_last_response")
    flow.exec("ask.Success > more.Execute", "more.Success > again.Execute", "again.Success > last.Execute")
    flow.data("conv.ConversationId > more.ConversationId", "conv.ConversationId > again.Conversation")
    flow.data("conv.ConversationId > last.ConversationId")
    result = await bench.run(out(flow, "last.Success", last="last.LastResponse").flow())
    assert [message["content"] for message in server.requests[1].body["messages"]] == [
        "one two",
        "echo: one two",
        "three",
    ]
    assert result.outputs == {"last": "echo: three"}


async def test_blocking_follows_failed_with_the_reason_and_adds_nothing(bench: Any, asks: Drawing) -> None:
    flow = blocking(asks, "mock-401").node("export", "openai.export_conversation")
    flow.exec("ask.Failed > export.Execute").data("conv.ConversationId > export.ConversationId")
    out(flow, "export.Success", why="ask.ErrorMessage", talk="export.ExportedJson")
    outputs = (await bench.run(flow.flow())).outputs
    assert "Incorrect API key provided" in outputs["why"]
    assert [message["role"] for message in json.loads(outputs["talk"])["messages"]] == ["user"]


async def test_blocking_keeps_what_came_of_a_cut_stream(bench: Any, asks: Drawing) -> None:
    flow = blocking(asks, "mock-cut", Stream=True)
    out(flow, "ask.Failed", message="ask.Message", why="ask.ErrorMessage")
    outputs = (await bench.run(flow.flow())).outputs
    assert "echo: one two".startswith(outputs["message"])
    assert outputs["message"]
    assert "cut off" in outputs["why"]
    assert bench.futures[0].state is FutureState.TRUNCATED


async def test_a_cancelled_run_cancels_its_blocking_request(bench: Any, server: OpenAIServer, asks: Drawing) -> None:
    run = bench.start(blocking(asks, "mock-hang").flow())
    await server.until(lambda: server.in_flight == 1)
    run.cancel()
    assert (await bench.ended(run)).status == "cancelled"
    [future] = await bench.settled()
    assert future.state is FutureState.CANCELLED
    await server.until(lambda: server.disconnects == 1)


async def test_a_cancelled_run_leaves_its_async_requests(bench: Any, server: OpenAIServer, asks: Drawing) -> None:
    gate = server.gate()
    server.script(Reply(hold=gate))
    asks.node("wait", "flow.delay", inputs={"DelayMs": 3_600_000}).exec("ask.Success > wait.In")
    run = bench.start(asks.flow())
    await server.until(lambda: server.in_flight == 1)
    run.cancel()
    assert (await bench.ended(run)).status == "cancelled"
    gate.open()
    assert [future.state for future in await bench.settled()] == [FutureState.SUCCEEDED]
