"""The first answers of several count, and asking again is a new future that names the old one."""

from __future__ import annotations

import json
from typing import Any

import platformdirs
import pytest
from asking import states
from flows import Drawing, out
from future_flows import redeemed, several
from openai_server import OpenAIServer, Reply

from runtime.futures.future import FutureState

pytestmark = pytest.mark.anyio

RESULTS = {
    "first": "all.FutureResponseId", "text": "all.Message", "results": "all.Results", "why": "all.ErrorMessage",
}  # fmt: skip


def first(begun: Drawing, *models: str, **inputs: Any) -> Drawing:
    """Asks once a model, then waits for the first."""
    return several(begun, *models, then="await_any", **inputs)


def texts(outputs: dict[str, Any]) -> list[str]:
    return [item["Message"] for item in outputs["results"]]


async def test_the_fastest_answer_counts(bench: Any, server: OpenAIServer, begun: Drawing) -> None:
    gate = server.gate()
    server.answers["slow"] = Reply(hold=gate)
    outputs = (await bench.run(out(first(begun, "slow", "ok"), "all.Success", **RESULTS).flow())).outputs
    slow, fast = bench.futures
    assert (outputs["first"], outputs["text"], outputs["why"]) == (fast.id, "echo: one two", "")
    assert texts(outputs) == ["echo: one two"]
    assert not slow.state.is_final
    gate.open()
    await bench.settled()


async def test_so_many_as_are_wanted_in_the_order_they_came(bench: Any, server: OpenAIServer, begun: Drawing) -> None:
    gates = [server.gate() for _ in range(3)]
    server.answers.update({f"m{number}": Reply(text=f"t{number}", hold=gate) for number, gate in enumerate(gates)})
    run = bench.start(out(first(begun, "m0", "m1", "m2", Count=2), "all.Success", **RESULTS).flow())
    await server.until(lambda: server.in_flight == 3)
    gates[2].open()
    await bench.session.futures.wait(bench.futures[2].id)
    gates[0].open()
    outputs = (await bench.ended(run)).outputs
    assert texts(outputs) == ["t2", "t0"]
    assert outputs["first"] == bench.futures[2].id
    gates[1].open()
    await bench.settled()


async def test_others_are_cancelled_if_that_is_wanted(bench: Any, server: OpenAIServer, begun: Drawing) -> None:
    server.answers["slow"] = Reply(fault="hang")
    flow = out(first(begun, "slow", "ok", CancelOthers=True), "all.Success", **RESULTS).flow()
    assert (await bench.run(flow)).outputs["text"] == "echo: one two"
    slow, fast = await bench.settled()
    assert states(slow)[-2:] == ["cancelling", "cancelled"]
    assert "others were faster" in slow.error
    assert fast.state is FutureState.SUCCEEDED


async def test_failures_are_passed_over(bench: Any, server: OpenAIServer, begun: Drawing) -> None:
    gate = server.gate()
    server.answers["slow"] = Reply(text="late", hold=gate)
    run = bench.start(out(first(begun, "mock-401", "slow"), "all.Success", **RESULTS).flow())
    await bench.session.futures.wait((await _future(bench, server, 0)).id)
    gate.open()
    assert (await bench.ended(run)).outputs["text"] == "late"


async def _future(bench: Any, server: OpenAIServer, number: int) -> Any:
    await server.until(lambda: len(server.requests) > number)
    return bench.futures[number]


async def test_when_too_few_are_left_it_has_failed(bench: Any, server: OpenAIServer, begun: Drawing) -> None:
    gate = server.gate()
    server.answers["slow"] = Reply(hold=gate)
    flow = first(begun, "ok", "mock-401", "mock-403", "slow", Count=3)
    run = bench.start(out(flow, "all.Failed", **RESULTS).flow())
    outputs = (await bench.ended(run)).outputs
    assert texts(outputs) in (["echo: one two"], [])  # it may have failed before the good answer came
    assert "3 were wanted" in outputs["why"]
    assert "2 have no answer: fut_" in outputs["why"]
    gate.open()
    await bench.settled()


async def test_without_failed_that_fails_the_run(bench: Any, begun: Drawing) -> None:
    result = await bench.run(first(begun, "mock-401").flow())
    assert (result.status, result.error.node_id) == ("failed", "all")
    assert "0 of 1 futures have answered, 1 were wanted. 1 have no answer" in result.error.message


async def test_a_timeout_gives_what_is_there_and_leaves_the_rest(
    bench: Any, server: OpenAIServer, begun: Drawing
) -> None:
    gate = server.gate()
    server.answers["slow"] = Reply(hold=gate)
    flow = first(begun, "slow", "slow", TimeoutMs=1, CancelOthers=True)
    outputs = (await bench.run(out(flow, "all.TimedOut", **RESULTS).flow())).outputs
    assert (outputs["first"], outputs["results"]) == ("", [])
    assert outputs["why"] == "0 of 2 futures have answered, 1 were wanted. 2 have not settled; they go on"
    gate.open()
    assert {future.state for future in await bench.settled()} == {FutureState.SUCCEEDED}


@pytest.mark.parametrize(("inputs", "complaint"), [
    ({"FutureResponseIds": []}, "Count: is 1, but there are only 0 futures to wait for"),
    ({"FutureResponseIds": ["fut_a", "fut_a"], "Count": 2}, "Count: is 2, but there are only 1"),
    ({"FutureResponseIds": ["fut_forged"]}, "there is no future 'fut_forged'"),
    ({"FutureResponseIds": [], "Count": 0}, "Count: must be at least 1, got 0"),
])  # fmt: skip
async def test_it_wants_tickets_and_no_more_answers_than_there_are(
    bench: Any, begun: Drawing, inputs: dict[str, Any], complaint: str
) -> None:
    begun.node("all", "future.await_any", inputs=inputs).exec("user.Success > all.Execute")
    outputs = (await bench.run(out(begun, "all.Failed", why="all.ErrorMessage").flow())).outputs
    assert outputs["why"].startswith(complaint)


# -- retry


async def test_retry_asks_the_same_again_as_a_new_future(bench: Any, server: OpenAIServer, asks: Drawing) -> None:
    server.script(Reply(status=400, message="not now"))
    flow = redeemed(asks, "await").node("retry", "future.retry").exec("await.Failed > retry.Execute")
    flow.data("ask.FutureResponseId > retry.FutureResponseId").node("again", "future.await")
    flow.exec("retry.Success > again.Execute").data("retry.FutureResponseId > again.FutureResponseId")
    outputs = (await bench.run(out(flow, "again.Success", text="again.Message").flow())).outputs
    assert outputs == {"text": "echo: one two"}
    old, new = bench.futures
    assert (new.retry_of, new.origin.node_id) == (old.id, "retry")
    assert [request.body for request in server.requests] == [server.requests[0].body] * 2


async def test_a_request_that_cannot_start_again_says_why(bench: Any, asks: Drawing) -> None:
    folder = platformdirs.user_config_path("futureflow")
    folder.mkdir(parents=True)
    price = {"models": ["ok"], "providers": ["test"], "input": 1_000_000, "output": 1_000_000}
    (folder / "prices.json").write_text(json.dumps({"prices": [price]}))
    (folder / "budget.json").write_text('{"per_run": 1}')
    flow = redeemed(asks, "await").node("retry", "future.retry").exec("await.Success > retry.Execute")
    flow.data("ask.FutureResponseId > retry.FutureResponseId")
    outputs = (await bench.run(out(flow, "retry.Failed", why="retry.ErrorMessage").flow())).outputs
    assert outputs["why"].startswith("the budget of $1.00 for a run is used up: $5.00 are spent")
    assert len(bench.futures) == 1
