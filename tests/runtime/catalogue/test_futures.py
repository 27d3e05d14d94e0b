"""Redeeming tickets: flows that the engine runs against a real server."""

from __future__ import annotations

from typing import Any

import pytest
from flows import Drawing, out
from future_flows import forged, redeemed, several
from openai_server import OpenAIServer, Reply

from runtime.catalogue import builtin_registry
from runtime.futures.future import FutureState

pytestmark = pytest.mark.anyio

ANSWER = {
    "Message": "string", "Messages": "json", "FinishReason": "string", "Usage": "json", "Response": "json",
    "ErrorMessage": "string",
}  # fmt: skip
# catalogue.md, part 2; `then` has a Failed besides, since a ticket may be unknown.
REFERENCE: dict[str, tuple[tuple[str, ...], dict[str, str], dict[str, str]]] = {
    "await": (
        ("Success", "Failed", "TimedOut"),
        {"FutureResponseId": "future", "TimeoutMs": "integer?"},
        {**ANSWER, "ElapsedMs": "integer"},
    ),
    "await_all": (
        ("Success", "Failed", "TimedOut"),
        {"FutureResponseIds": "json", "TimeoutMs": "integer?"},
        {"Results": "json", "SucceededCount": "integer", "FailedCount": "integer", "ErrorMessage": "string"},
    ),
    "then": (("Out", "Resolved", "Rejected", "Failed"), {"FutureResponseId": "future"}, ANSWER),
    "await_any": (
        ("Success", "Failed", "TimedOut"),
        {"FutureResponseIds": "json", "Count": "integer", "CancelOthers": "boolean", "TimeoutMs": "integer?"},
        {**ANSWER, "FutureResponseId": "future", "Results": "json"},
    ),
    "retry": (
        ("Success", "Failed"), {"FutureResponseId": "future"}, {"FutureResponseId": "future", "ErrorMessage": "string"},
    ),
    "status": (
        ("Pending", "Settled", "Failed"),
        {"FutureResponseId": "future"},
        {
            "State": "string", "IsSettled": "boolean", "PartialText": "string", "ElapsedMs": "integer",
            "Attempts": "integer", "ErrorMessage": "string",
        },
    ),
    "cancel": (
        ("Success", "Failed"), {"FutureResponseId": "future"}, {"Success": "boolean", "ErrorMessage": "string"},
    ),
    "list": (
        ("Out",),
        {"State": "string?", "ThisRunOnly": "boolean"},
        {"FutureResponseIds": "json", "Futures": "json", "Count": "integer"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFERENCE)
def test_has_the_pins_of_the_catalogue(name: str) -> None:
    signature = builtin_registry().instance(f"future.{name}").signature
    ways, inputs, outputs = REFERENCE[name]
    assert (signature.exec_in, signature.exec_out) == (("Execute",), ways)
    assert {pin.name: pin.type.value + "?" * pin.optional for pin in signature.inputs.values()} == inputs
    assert {pin.name: pin.type.value for pin in signature.outputs.values()} == outputs


@pytest.mark.parametrize("name", ["await", "then", "status", "cancel", "retry"])
async def test_an_unknown_ticket_follows_failed(bench: Any, asks: Drawing, name: str) -> None:
    result = await bench.run(out(forged(asks, name), f"{name}.Failed", why=f"{name}.ErrorMessage").flow())
    assert result.outputs["why"].startswith("there is no future 'fut_forged'")
    await bench.settled()


# -- await


async def test_await_gives_the_answer(bench: Any, asks: Drawing) -> None:
    flow = redeemed(asks.set("ask", N=2), "await")
    out(flow, "await.Success", first="await.Message", all="await.Messages", why="await.FinishReason")
    out(
        flow,
        "out-why.Out",
        usage="await.Usage",
        reply="await.Response",
        took="await.ElapsedMs",
        error="await.ErrorMessage",
    )
    outputs = (await bench.run(flow.flow())).outputs
    assert (outputs["first"], outputs["why"], outputs["error"]) == ("echo: one two", "stop", "")
    assert outputs["all"] == ["echo: one two", "echo: one two #1"]
    assert outputs["usage"]["total_tokens"] > 0
    assert len(outputs["reply"]["choices"]) == 2
    assert isinstance(outputs["took"], int)


async def test_a_ticket_may_be_redeemed_again(bench: Any, asks: Drawing) -> None:
    flow = redeemed(asks, "await").node("again", "future.await").exec("await.Success > again.Execute")
    flow.data("ask.FutureResponseId > again.FutureResponseId")
    assert (await bench.run(out(flow, "again.Success", text="again.Message").flow())).outputs == {
        "text": "echo: one two"
    }


async def test_await_follows_failed_with_the_reason(bench: Any, asks: Drawing) -> None:
    flow = redeemed(asks.set("ask", Model="mock-cut"), "await")
    outputs = (
        await bench.run(out(flow, "await.Failed", why="await.ErrorMessage", text="await.Message").flow())
    ).outputs
    assert "cut off" in outputs["why"]
    assert outputs["text"]  # what came before the cut is kept
    assert "echo: one two".startswith(outputs["text"])


async def test_await_without_failed_fails_the_run(bench: Any, asks: Drawing) -> None:
    result = await bench.run(redeemed(asks.set("ask", Model="mock-401"), "await").flow())
    assert (result.status, result.error.node_id) == ("failed", "await")
    assert "Incorrect API key provided" in result.error.message


async def test_a_timeout_leaves_the_request_running(bench: Any, server: OpenAIServer, asks: Drawing) -> None:
    gate = server.gate()
    server.script(Reply(hold_rest=gate))
    flow = redeemed(asks, "await", TimeoutMs=1).node("again", "future.await").node("say", "util.console")
    out(flow, "await.TimedOut", why="await.ErrorMessage", took="await.ElapsedMs")
    flow.exec("out-took.Out > say.In", "say.Out > again.Execute").set("say", Message="timed out")
    flow.data("ask.FutureResponseId > again.FutureResponseId")
    run = bench.start(out(flow, "again.Success", text="again.Message").flow())
    await bench.until_told("say logged info: timed out")
    assert not bench.futures[0].state.is_final
    gate.open()
    outputs = (await bench.ended(run)).outputs
    assert "has not settled in time" in outputs["why"]
    assert outputs["took"] >= 1
    assert outputs["text"] == "echo: one two"


@pytest.mark.parametrize("way", ["wired", "unwired"])
async def test_a_timeout_that_leads_nowhere_is_a_failure(
    bench: Any, server: OpenAIServer, asks: Drawing, way: str
) -> None:
    server.script(Reply(fault="hang"))
    flow = redeemed(asks, "await", TimeoutMs=1)
    result = await bench.run((out(flow, "await.Failed", why="await.ErrorMessage") if way == "wired" else flow).flow())
    assert result.status == ("succeeded" if way == "wired" else "failed")
    assert "has not settled in time" in (result.outputs["why"] if way == "wired" else result.error.message)
    assert not bench.futures[0].state.is_final


async def test_cancelling_a_run_that_waits_leaves_the_request(bench: Any, server: OpenAIServer, asks: Drawing) -> None:
    gate = server.gate()
    server.script(Reply(hold=gate))
    run = bench.start(redeemed(asks, "await").flow())
    await server.until(lambda: server.in_flight == 1)
    run.cancel()
    assert (await bench.ended(run)).status == "cancelled"
    gate.open()
    assert [future.state for future in await bench.settled()] == [FutureState.SUCCEEDED]


# -- await all


RESULTS = {"results": "all.Results", "good": "all.SucceededCount", "bad": "all.FailedCount", "why": "all.ErrorMessage"}


async def test_await_all_gives_results_in_the_order_of_the_ids(
    bench: Any, server: OpenAIServer, begun: Drawing
) -> None:
    gate = server.gate()
    server.answers.update({"last": Reply(text="slow", hold=gate), "first": Reply(text="fast")})
    run = bench.start(out(several(begun, "last", "first"), "all.Success", **RESULTS).flow())
    await server.until(lambda: len(server.requests) == 2 and server.in_flight == 1)
    gate.open()
    outputs = (await bench.ended(run)).outputs
    assert [item["Message"] for item in outputs["results"]] == ["slow", "fast"]
    assert [item["FutureResponseId"] for item in outputs["results"]] == [future.id for future in bench.futures]
    assert {item["State"] for item in outputs["results"]} == {"succeeded"}
    assert set(outputs["results"][0]) == {"FutureResponseId", "State", "ElapsedMs", *ANSWER}
    assert (outputs["good"], outputs["bad"], outputs["why"]) == (2, 0, "")


async def test_await_all_follows_failed_if_any_failed(bench: Any, begun: Drawing) -> None:
    models = ["ok", "mock-401", "mock-403", "mock-404", "mock-400"]
    outputs = (await bench.run(out(several(begun, *models), "all.Failed", **RESULTS).flow())).outputs
    assert [item["State"] for item in outputs["results"]] == ["succeeded"] + ["failed"] * 4
    assert outputs["results"][0]["Message"] == "echo: one two"
    assert (outputs["good"], outputs["bad"]) == (1, 4)
    assert outputs["why"].startswith("4 of 5 futures have no answer: fut_")
    assert "Incorrect API key provided" in outputs["why"]
    assert outputs["why"].endswith("and 1 more")


async def test_await_all_tells_a_reason_once_for_all_that_failed_by_it(bench: Any, begun: Drawing) -> None:
    models = ["mock-401", "mock-401", "mock-404", "mock-401"]
    why = (await bench.run(out(several(begun, *models), "all.Failed", **RESULTS).flow())).outputs["why"]
    assert why.startswith("4 of 4 futures have no answer: fut_")
    assert " and 2 more: The server answered 401" in why
    assert why.count("Incorrect API key provided") == 1
    assert why.count("The server answered 404") == 1
    assert why.count("request id") == 1  # of the one that failed by itself


async def test_await_all_without_failed_fails_the_run(bench: Any, begun: Drawing) -> None:
    result = await bench.run(several(begun, "ok", "mock-401").flow())
    assert (result.status, result.error.node_id) == ("failed", "all")
    assert "1 of 2 futures have no answer" in result.error.message


async def test_await_all_in_time_gives_what_is_there(bench: Any, asks: Drawing) -> None:
    flow = redeemed(asks, "await").node("tickets", "list.make").node("slow", "openai.chat_completion_async")
    flow.node("all", "future.await_all", inputs={"TimeoutMs": 1}).set("slow", Model="mock-hang")
    flow.exec("await.Success > slow.Execute", "slow.Success > all.Execute").data(
        "conv.ConversationId > slow.Conversation"
    )
    flow.data("ask.FutureResponseId > tickets.Item1", "slow.FutureResponseId > tickets.Item2")
    flow.data("tickets.List > all.FutureResponseIds")
    outputs = (await bench.run(out(flow, "all.TimedOut", **RESULTS).flow())).outputs
    assert outputs["results"][0]["State"] == "succeeded"
    assert outputs["results"][1]["State"] in ("queued", "sending", "waiting")
    assert (outputs["good"], outputs["bad"]) == (1, 0)
    assert outputs["why"] == "1 of 2 futures have not settled in time; they go on"
    assert not bench.futures[1].state.is_final


@pytest.mark.parametrize("ids", [[], "[]"])
async def test_await_all_of_nothing_succeeds(bench: Any, begun: Drawing, ids: object) -> None:
    begun.node("all", "future.await_all", inputs={"FutureResponseIds": ids}).exec("user.Success > all.Execute")
    outputs = (await bench.run(out(begun, "all.Success", **RESULTS).flow())).outputs
    assert outputs == {"results": [], "good": 0, "bad": 0, "why": ""}


@pytest.mark.parametrize(
    ("ids", "complaint"),
    [
        ({"a": 1}, "FutureResponseIds: wants a list of FutureResponseIds, got dict"),
        (["fut_1", 2], "FutureResponseIds: item 2 is no FutureResponseId: 2"),
        (["fut_forged"], "there is no future 'fut_forged'"),
    ],
)
async def test_await_all_wants_a_list_of_tickets(bench: Any, begun: Drawing, ids: object, complaint: str) -> None:
    begun.node("all", "future.await_all", inputs={"FutureResponseIds": ids}).exec("user.Success > all.Execute")
    result = await bench.run(out(begun, "all.Failed", why="all.ErrorMessage").flow())
    assert result.outputs["why"].startswith(complaint)


# -- then


async def test_then_goes_on_at_once_and_comes_back(bench: Any, server: OpenAIServer, asks: Drawing) -> None:
    gate = server.gate()
    server.script(Reply(hold=gate))
    flow = redeemed(asks, "then").node("on", "util.console", inputs={"Message": "going on"})
    flow.node("back", "util.console").exec("then.Out > on.In", "then.Resolved > back.In")
    run = bench.start(flow.data("then.Message > back.Message").flow())
    await bench.until_told("on logged info: going on")
    assert run.status == "running"  # held open
    gate.open()
    assert (await bench.ended(run)).status == "succeeded"
    assert [line for line in bench.told if " logged " in line] == [
        "on logged info: going on",
        "back logged info: echo: one two",
    ]


async def test_then_follows_rejected_with_the_reason(bench: Any, asks: Drawing) -> None:
    flow = redeemed(asks.set("ask", Model="mock-401"), "then")
    outputs = (await bench.run(out(flow, "then.Rejected", why="then.ErrorMessage").flow())).outputs
    assert "Incorrect API key provided" in outputs["why"]


async def test_a_rejection_that_leads_nowhere_is_a_failure(bench: Any, asks: Drawing) -> None:
    result = await bench.run(redeemed(asks.set("ask", Model="mock-401"), "then").flow())
    assert (result.status, result.error.node_id) == ("failed", "then")
    assert "Incorrect API key provided" in result.error.message


async def test_then_of_a_settled_future_comes_back(bench: Any, asks: Drawing) -> None:
    flow = redeemed(asks, "await").node("then", "future.then").exec("await.Success > then.Execute")
    flow.data("ask.FutureResponseId > then.FutureResponseId")
    assert (await bench.run(out(flow, "then.Resolved", text="then.Message").flow())).outputs == {
        "text": "echo: one two"
    }


# -- status


STATUS = {
    "state": "status.State", "over": "status.IsSettled", "text": "status.PartialText", "tries": "status.Attempts",
    "took": "status.ElapsedMs", "why": "status.ErrorMessage",
}  # fmt: skip


async def test_status_of_a_pending_future_shows_what_is_there(bench: Any, server: OpenAIServer, asks: Drawing) -> None:
    gate, late = server.gate(), server.gate()
    server.script(Reply(hold_rest=gate), Reply(hold=late))
    # A second request holds the run until the first one has streamed its first piece.
    asks.node("other", "openai.chat_completion", inputs={"Model": "ok"}).exec("ask.Success > other.Execute")
    asks.data("conv.ConversationId > other.Conversation")
    asks.node("status", "future.status").exec("other.Success > status.Execute")
    asks.data("ask.FutureResponseId > status.FutureResponseId")
    run = bench.start(out(asks, "status.Pending", **STATUS).flow())
    await server.until(lambda: server.in_flight == 2)
    await bench.until_text(bench.futures[0].id, "echo:")
    late.open()
    outputs = (await bench.ended(run)).outputs
    assert outputs["state"] == "streaming"
    assert (outputs["over"], outputs["text"], outputs["tries"], outputs["why"]) == (False, "echo:", 1, "")
    gate.open()


async def test_status_of_a_settled_future(bench: Any, asks: Drawing) -> None:
    flow = redeemed(asks, "await").node("status", "future.status").exec("await.Success > status.Execute")
    flow.data("ask.FutureResponseId > status.FutureResponseId")
    outputs = (await bench.run(out(flow, "status.Settled", **STATUS).flow())).outputs
    assert (outputs["state"], outputs["over"], outputs["text"]) == ("succeeded", True, "echo: one two")


async def test_status_of_a_failed_future_says_why_and_is_no_failure(bench: Any, asks: Drawing) -> None:
    flow = redeemed(asks.set("ask", Model="mock-500"), "await").node("status", "future.status")
    flow.exec("await.Failed > status.Execute").data("ask.FutureResponseId > status.FutureResponseId")
    outputs = (await bench.run(out(flow, "status.Settled", **STATUS).flow())).outputs
    assert (outputs["state"], outputs["over"], outputs["tries"]) == ("failed", True, 3)
    assert "The server had an error" in outputs["why"]


# -- cancel


async def test_cancel_ends_the_request(bench: Any, server: OpenAIServer, asks: Drawing) -> None:
    server.script(Reply(fault="hang"))
    flow = redeemed(asks, "cancel").node("await", "future.await").exec("cancel.Success > await.Execute")
    flow.data("ask.FutureResponseId > await.FutureResponseId")
    outputs = (
        await bench.run(out(flow, "await.Failed", done="cancel.Success", why="await.ErrorMessage").flow())
    ).outputs
    assert outputs == {"done": True, "why": "cancelled by the flow"}
    assert [future.state for future in bench.futures] == [FutureState.CANCELLED]


async def test_what_has_settled_cannot_be_cancelled(bench: Any, asks: Drawing) -> None:
    flow = redeemed(asks, "await").node("cancel", "future.cancel").exec("await.Success > cancel.Execute")
    flow.data("ask.FutureResponseId > cancel.FutureResponseId")
    outputs = (
        await bench.run(out(flow, "cancel.Failed", done="cancel.Success", why="cancel.ErrorMessage").flow())
    ).outputs
    assert outputs["done"] is False
    assert outputs["why"].endswith("has already settled: it succeeded")


# -- list


async def test_list_gives_the_tickets_of_this_run(bench: Any, asks: Drawing, begun: Drawing) -> None:
    await bench.run(redeemed(asks, "await").flow())
    flow = several(begun, "ok", "mock-401").node("list", "future.list").exec("all.Failed > list.Execute")
    outputs = (await bench.run(out(flow, "list.Out", ids="list.FutureResponseIds", count="list.Count").flow())).outputs
    assert outputs == {"ids": [future.id for future in bench.futures[1:]], "count": 2}


async def test_list_may_give_all_of_one_state(bench: Any, asks: Drawing, begun: Drawing) -> None:
    await bench.run(redeemed(asks, "await").flow())
    flow = several(begun, "ok", "mock-401").node("list", "future.list").exec("all.Failed > list.Execute")
    flow.set("list", State="succeeded", ThisRunOnly=False)
    outputs = (await bench.run(out(flow, "list.Out", ids="list.FutureResponseIds", all="list.Futures").flow())).outputs
    assert outputs["ids"] == [future.id for future in bench.futures[:2]]
    assert [item["Message"] for item in outputs["all"]] == ["echo: one two"] * 2
