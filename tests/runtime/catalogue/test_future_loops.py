"""Loops over futures as they settle, and over the text of one as it streams."""

from __future__ import annotations

from typing import Any

import pytest
from flows import Drawing, logged, out
from future_flows import forged, redeemed, several
from openai_server import OpenAIServer, Reply

from runtime.catalogue import builtin_registry
from runtime.futures.future import FutureState

pytestmark = pytest.mark.anyio

ANSWER = {
    "Message": "string", "Messages": "json", "FinishReason": "string", "Usage": "json", "Response": "json",
    "ErrorMessage": "string",
}  # fmt: skip
REFERENCE = {
    "for_each_completed": (
        {"FutureResponseIds": "json"}, {**ANSWER, "FutureResponseId": "future", "State": "string", "Index": "integer"},
    ),
    "for_each_delta": (
        {"FutureResponseId": "future"}, {**ANSWER, "Delta": "string", "Text": "string", "Index": "integer"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFERENCE)
def test_has_the_pins_of_the_catalogue(name: str) -> None:
    signature = builtin_registry().instance(f"future.{name}").signature
    inputs, outputs = REFERENCE[name]
    # `for_each_completed` has a Failed besides, since a ticket may be unknown.
    assert (signature.exec_in, signature.exec_out) == (("In", "Continue", "Break"), ("Do", "Done", "Failed"))
    assert {pin.name: pin.type.value for pin in signature.inputs.values()} == inputs
    assert {pin.name: pin.type.value for pin in signature.outputs.values()} == outputs


# -- as they settle


def each_completed(begun: Drawing, *models: str) -> Drawing:
    """Logs `state message` of each future of these models as it settles, then `done`."""
    several(begun, *models, then="for_each_completed", at="In")
    begun.node("text", "string.template", config={"template": "{{n}} {{state}} {{message}}{{error}}"})
    begun.data("all.Index > text.n", "all.State > text.state", "all.Message > text.message")
    begun.data("all.ErrorMessage > text.error", "text.Result > say.Message")
    begun.node("say", "util.console").node("end", "util.console", inputs={"Message": "done"})
    return begun.exec("all.Do > say.In", "all.Done > end.In")


async def test_futures_have_their_turns_as_they_settle(bench: Any, server: OpenAIServer, begun: Drawing) -> None:
    gates = [server.gate() for _ in range(3)]
    server.answers.update({f"m{number}": Reply(text=f"t{number}", hold=gate) for number, gate in enumerate(gates)})
    run = bench.start(each_completed(begun, "m0", "m1", "m2").flow())
    await server.until(lambda: server.in_flight == 3)
    for turn, number in enumerate((2, 0, 1)):
        gates[number].open()
        await bench.until_told(f"say logged info: {turn} succeeded t{number}")
    assert (await bench.ended(run)).status == "succeeded"
    assert logged(bench.told)[-1] == "info: done"


async def test_what_has_settled_before_comes_first_in_its_order(
    bench: Any, server: OpenAIServer, begun: Drawing
) -> None:
    gates = {name: server.gate() for name in ("a", "b")}
    server.answers.update({name: Reply(text=name, hold=gate) for name, gate in gates.items()})
    several(begun, "a", "b")
    begun.node("loop", "future.for_each_completed").exec("all.Success > loop.In").node("say", "util.console")
    begun.data("tickets.List > loop.FutureResponseIds", "loop.Message > say.Message").exec("loop.Do > say.In")
    run = bench.start(begun.flow())
    await server.until(lambda: server.in_flight == 2)
    gates["b"].open()
    await server.until(lambda: server.in_flight == 1)
    gates["a"].open()
    assert (await bench.ended(run)).status == "succeeded"
    assert logged(bench.told) == ["info: b", "info: a"]


async def test_one_without_an_answer_has_its_turn_too(bench: Any, begun: Drawing) -> None:
    result = await bench.run(each_completed(begun, "mock-401").flow())
    assert result.status == "succeeded"
    first, last = logged(bench.told)
    assert first.startswith("info: 0 failed The server answered 401")
    assert last == "info: done"


async def test_a_break_ends_the_loop_and_leaves_the_requests(bench: Any, server: OpenAIServer, begun: Drawing) -> None:
    gate = server.gate()
    server.answers["slow"] = Reply(hold=gate)
    flow = each_completed(begun, "ok", "slow").exec("say.Out > all.Break")
    assert (await bench.run(flow.flow())).status == "succeeded"
    assert logged(bench.told) == ["info: 0 succeeded echo: one two", "info: done"]
    assert not bench.futures[1].state.is_final
    gate.open()
    assert [future.state for future in await bench.settled()] == [FutureState.SUCCEEDED] * 2


async def test_cancelling_the_run_ends_the_loop_and_leaves_the_requests(
    bench: Any, server: OpenAIServer, begun: Drawing
) -> None:
    gate = server.gate()
    server.answers["slow"] = Reply(hold=gate)
    run = bench.start(each_completed(begun, "slow", "ok").flow())
    await bench.until_told("say logged info: 0 succeeded echo: one two")
    run.cancel()
    assert (await bench.ended(run)).status == "cancelled"
    gate.open()
    assert [future.state for future in await bench.settled()] == [FutureState.SUCCEEDED] * 2


@pytest.mark.parametrize(("ids", "complaint"), [
    ("[]", None), (["fut_forged"], "there is no future 'fut_forged'"), ({"a": 1}, "FutureResponseIds: wants a list"),
])  # fmt: skip
async def test_the_loop_wants_a_list_of_tickets(bench: Any, begun: Drawing, ids: object, complaint: str | None) -> None:
    begun.node("all", "future.for_each_completed", inputs={"FutureResponseIds": ids}).exec("user.Success > all.In")
    out(begun, "all.Failed", why="all.ErrorMessage")
    outputs = (await bench.run(begun.flow())).outputs
    assert outputs.get("why", "").startswith(complaint or "")
    assert bool(outputs) == bool(complaint)


# -- as the text streams


def each_delta(asks: Drawing, model: str = "ok") -> Drawing:
    """Logs `index delta|text` of each turn."""
    redeemed(asks.set("ask", Model=model), "for_each_delta", at="In")
    return spoken(asks)


def spoken(asks: Drawing) -> Drawing:
    asks.node("text", "string.template", config={"template": "{{n}} {{delta}}|{{text}}"})
    asks.data("for_each_delta.Index > text.n", "for_each_delta.Delta > text.delta", "for_each_delta.Text > text.text")
    asks.node("say", "util.console").data("text.Result > say.Message")
    return asks.exec("for_each_delta.Do > say.In")


END = {"text": "for_each_delta.Message", "all": "for_each_delta.Text", "why": "for_each_delta.ErrorMessage"}


async def test_text_has_its_turns_as_it_streams(bench: Any, server: OpenAIServer, asks: Drawing) -> None:
    rest, end = server.gate(), server.gate()
    server.script(Reply(hold_rest=rest, hold_end=end))
    run = bench.start(out(each_delta(asks), "for_each_delta.Done", **END).flow())
    await bench.until_told("say logged info: 0 echo:|echo:")
    rest.open()
    await bench.until_text(bench.futures[0].id, "echo: one two")
    end.open()
    result = await bench.ended(run)
    assert result.outputs == {"text": "echo: one two", "all": "echo: one two", "why": ""}
    turns = [line.removeprefix("info: ").split("|") for line in logged(bench.told)]
    assert "".join(turn.partition(" ")[2] for turn, _ in turns) == "echo: one two"
    assert [text for _, text in turns][-1] == "echo: one two"
    assert [turn.partition(" ")[0] for turn, _ in turns] == [str(index) for index in range(len(turns))]


async def test_text_that_comes_during_a_turn_is_in_the_next(bench: Any, server: OpenAIServer, asks: Drawing) -> None:
    rest, other = server.gate(), server.gate()
    server.answers.update({"two": Reply(hold_rest=rest), "held": Reply(hold=other)})
    each_delta(asks, "two").node("busy", "openai.chat_completion", inputs={"Model": "held"})
    asks.data("conv.ConversationId > busy.Conversation").exec("say.Out > busy.Execute")
    run = bench.start(asks.flow())
    await bench.until_told("say logged info: 0 echo:|echo:")
    await server.until(lambda: server.in_flight == 2)
    rest.open()
    await bench.until_text(bench.futures[0].id, "echo: one two")
    other.open()
    assert (await bench.ended(run)).status == "succeeded"
    assert logged(bench.told) == ["info: 0 echo:|echo:", "info: 1  one two|echo: one two"]


@pytest.mark.parametrize("stream", [False, True])
async def test_an_answer_that_is_there_has_one_turn(bench: Any, asks: Drawing, stream: bool) -> None:
    redeemed(asks.set("ask", Stream=stream), "await").node("for_each_delta", "future.for_each_delta")
    asks.data("ask.FutureResponseId > for_each_delta.FutureResponseId").exec("await.Success > for_each_delta.In")
    spoken(asks)
    outputs = (await bench.run(out(asks, "for_each_delta.Done", **END).flow())).outputs
    assert outputs["text"] == "echo: one two"
    assert logged(bench.told) == ["info: 0 echo: one two|echo: one two"]


async def test_an_answer_that_is_not_streamed_has_one_turn(bench: Any, server: OpenAIServer, asks: Drawing) -> None:
    gate = server.gate()
    server.script(Reply(hold=gate))
    run = bench.start(each_delta(asks.set("ask", Stream=False)).flow())
    await server.until(lambda: server.in_flight == 1)
    gate.open()
    assert (await bench.ended(run)).status == "succeeded"
    assert logged(bench.told) == ["info: 0 echo: one two|echo: one two"]


async def test_reasoning_is_no_text(bench: Any, asks: Drawing) -> None:
    await bench.run(each_delta(asks, "mock-reasoning").flow())
    assert logged(bench.told)[-1].endswith("|Yes.")
    assert "see" not in "".join(logged(bench.told))


async def test_a_stream_that_is_cut_off_follows_failed_with_what_came(bench: Any, asks: Drawing) -> None:
    outputs = (await bench.run(out(each_delta(asks, "mock-cut"), "for_each_delta.Failed", **END).flow())).outputs
    assert (outputs["text"], outputs["all"]) == ("echo:", "echo:")
    assert "cut off after 5 characters" in outputs["why"]
    assert logged(bench.told) == ["info: 0 echo:|echo:"]


async def test_a_failure_that_leads_nowhere_fails_the_run(bench: Any, asks: Drawing) -> None:
    result = await bench.run(each_delta(asks, "mock-401").flow())
    assert (result.status, result.error.node_id) == ("failed", "for_each_delta")
    assert "Incorrect API key" in result.error.message


async def test_a_break_ends_it_and_the_request_goes_on(bench: Any, server: OpenAIServer, asks: Drawing) -> None:
    gate = server.gate()
    server.script(Reply(hold_rest=gate))
    result = await bench.run(each_delta(asks).exec("say.Out > for_each_delta.Break").flow())
    assert result.status == "succeeded"
    gate.open()
    [future] = await bench.settled()
    assert future.state is FutureState.SUCCEEDED


async def test_an_unknown_ticket_follows_failed(bench: Any, asks: Drawing) -> None:
    forged(asks, "for_each_delta", at="In")
    outputs = (await bench.run(out(asks, "for_each_delta.Failed", why="for_each_delta.ErrorMessage").flow())).outputs
    assert outputs["why"].startswith("there is no future 'fut_forged'")
    await bench.settled()
