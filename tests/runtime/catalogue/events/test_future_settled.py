"""Future Settled Event: a run for each future of the flow that settles, and never one for ever."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flows import Drawing, draw
from listened import Listened, listened
from openai_server import OpenAIServer, Reply

from runtime.document.files import save_flow
from runtime.ids import NodeId
from runtime.llm.providers import ProviderProfile, Providers
from runtime.source import FlowSource

pytestmark = pytest.mark.anyio
HERE = FlowSource("here")


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


def providers(server: OpenAIServer) -> Providers:
    return Providers([ProviderProfile(name="test", kind="openai_compatible", base_url=server.base_url)])


def asks(drawing: Drawing, after: str, name: str, model: str = "ok") -> Drawing:
    """Ask in the background after an exec output; nodes begin with `name`."""
    conv, say, ask = f"{name}-conv", f"{name}-say", f"{name}-ask"
    return (
        drawing.node(conv, "openai.create_conversation")
        .node(say, "openai.add_user_message", inputs={"Message": name})
        .node(ask, "openai.chat_completion_async", inputs={"Model": model})
        .exec(f"{after} > {conv}.Execute", f"{conv}.Success > {say}.Execute", f"{say}.Success > {ask}.Execute")
        .data(f"{conv}.ConversationId > {say}.ConversationId", f"{conv}.ConversationId > {ask}.Conversation")
    )


def asked_and_answered(**inputs: str) -> Drawing:
    """Asks when a person starts it, and does a step for each answer."""
    drawing = draw("start: event.button", "answer: event.future_settled", "then: toy.step").exec("answer.Out > then.In")
    return asks(drawing, "start.Out", "first").set("answer", **inputs)


async def start_by_hand(it: Listened) -> None:
    """Press Run, and wait until nothing is under way any more."""
    await it.session.wait(it.session.start(it.listening.flow, entry=NodeId("start"), source=HERE))
    await settled(it)


async def settled(it: Listened) -> None:
    """Wait until no future is pending and no run is on. In these flows few runs begin: more go on for ever."""
    while it.session.runs or it.session.futures.pending():
        await it.session.futures.wait_all()
        for run in it.session.runs:
            await it.session.wait(run)
        await it.clock.pass_by(0)
        assert len(it.started) < 20, "it wakes itself for ever"


async def test_a_run_starts_with_the_answer(server: OpenAIServer) -> None:
    async with listened(asked_and_answered(), source=HERE, providers=providers(server)) as it:
        await it.clock.pass_by(0)
        await start_by_hand(it)
        (future,) = it.session.futures
        (_, (entry, outputs)) = it.started
        assert entry == "answer"
        assert outputs == {
            "FutureResponseId": future.id, "State": "succeeded", "Message": "echo: first",
            "Messages": ["echo: first"], "FinishReason": "stop", "Usage": future.result.usage,
            "Response": future.result.response, "ErrorMessage": "",
        }  # fmt: skip


async def test_one_that_failed_starts_a_run_that_says_why(server: OpenAIServer) -> None:
    server.script(Reply(status=401))
    async with listened(asked_and_answered(), source=HERE, providers=providers(server)) as it:
        await it.clock.pass_by(0)
        await start_by_hand(it)
        outputs = it.started[1][1]
        assert outputs["State"] == "failed"
        assert "401" in outputs["ErrorMessage"]


async def test_only_those_that_end_in_the_wanted_state_count(server: OpenAIServer) -> None:
    async with listened(asked_and_answered(State="failed"), source=HERE, providers=providers(server)) as it:
        await it.clock.pass_by(0)
        await start_by_hand(it)
        assert [entry for entry, _ in it.started] == ["start"]
        server.script(Reply(status=401))
        await start_by_hand(it)
        assert [entry for entry, _ in it.started] == ["start", "start", "answer"]


async def test_futures_of_other_flows_do_not_count(server: OpenAIServer) -> None:
    async with listened(asked_and_answered(), source=HERE, providers=providers(server)) as it:
        await it.clock.pass_by(0)
        other = it.session.start(it.listening.flow, entry=NodeId("start"), source=FlowSource("elsewhere"))
        await it.session.wait(other)
        await settled(it)
        assert [entry for entry, _ in it.started] == ["start"]


async def test_many_that_settle_at_once_run_one_after_the_other(server: OpenAIServer) -> None:
    gate = server.gate()
    server.answers["held"] = Reply(hold=gate)
    drawing = draw("start: event.button", "answer: event.future_settled", "then: toy.step").exec("answer.Out > then.In")
    for number in range(3):
        after = "start.Out" if number == 0 else f"q{number - 1}-ask.Success"
        asks(drawing, after, f"q{number}", "held")
    async with listened(drawing, source=HERE, providers=providers(server)) as it:
        await it.clock.pass_by(0)
        await it.session.wait(it.session.start(it.listening.flow, entry=NodeId("start"), source=HERE))
        await server.until(lambda: server.in_flight == 3, "all requests")
        gate.open()
        await settled(it)
        assert sorted(outputs["Message"] for entry, outputs in it.started if entry == "answer") == [
            "echo: q0", "echo: q1", "echo: q2",
        ]  # fmt: skip


async def test_a_future_that_a_run_of_the_event_starts_does_not_wake_it(server: OpenAIServer) -> None:
    drawing = asks(asked_and_answered(), "then.Out", "again")
    async with listened(drawing, source=HERE, providers=providers(server)) as it:
        await it.clock.pass_by(0)
        await start_by_hand(it)
        assert [entry for entry, _ in it.started] == ["start", "answer"]
        assert len(it.session.futures) == 2


async def test_two_events_do_not_wake_each_other_for_ever(server: OpenAIServer) -> None:
    drawing = asks(asked_and_answered(), "then.Out", "ping")
    drawing.node("other", "event.future_settled").node("step", "toy.step").exec("other.Out > step.In")
    asks(drawing, "step.Out", "pong")
    async with listened(drawing, source=HERE, providers=providers(server)) as it:
        await it.clock.pass_by(0)
        await start_by_hand(it)
        entries = [entry for entry, _ in it.started]
        assert entries[0] == "start"
        # The first answer wakes both; the answer to what one of them asks wakes the other, and that is the end.
        assert sorted(entries[1:]) == ["answer", "answer", "other", "other"]


async def test_a_run_that_is_called_goes_back_to_what_its_caller_goes_back_to(
    server: OpenAIServer, tmp_path: Path
) -> None:
    """The event's run calls its own flow, whose button asks again: that is a future of this flow."""
    path = tmp_path / "test.flow.json"
    drawing = asked_and_answered().node("call", "flow.call", config={"path": path.name})
    save_flow(drawing.exec("then.Out > call.Execute").flow(), path)
    async with listened(drawing, source=FlowSource.of_file(path), providers=providers(server)) as it:
        await it.clock.pass_by(0)
        await it.session.wait(it.session.start(it.listening.flow, entry=NodeId("start"), source=it.source))
        await settled(it)
        assert [entry for entry, _ in it.started] == ["start", "answer", "start"]
        assert len(it.session.futures) == 2


async def test_what_an_event_started_is_known_after_listening_anew(server: OpenAIServer) -> None:
    gate = server.gate()
    drawing = asks(asked_and_answered(), "then.Out", "again", "held")
    server.answers["held"] = Reply(hold=gate)
    async with listened(drawing, source=HERE, providers=providers(server)) as it:
        await it.clock.pass_by(0)
        await it.session.wait(it.session.start(it.listening.flow, entry=NodeId("start"), source=HERE))
        await server.until(lambda: len(server.requests) == 2 and server.in_flight == 1, "the second request")
        it.listening.stop()
        await it.listening.ended()
        it.session.listen(it.listening.flow, HERE, clock=it.clock)
        await it.clock.pass_by(0)
        gate.open()
        await settled(it)
        assert [entry for entry, _ in it.started] == ["start", "answer"]


async def test_a_future_from_before_counts_when_it_settles_later(server: OpenAIServer) -> None:
    gate = server.gate()
    server.script(Reply(hold=gate))
    async with listened(asked_and_answered(), source=HERE, providers=providers(server)) as it:
        it.listening.stop()
        await it.listening.ended()
        await it.session.wait(it.session.start(it.listening.flow, entry=NodeId("start"), source=HERE))
        it.session.listen(it.listening.flow, HERE, clock=it.clock)
        await it.clock.pass_by(0)
        gate.open()
        await settled(it)
        assert [entry for entry, _ in it.started] == ["start", "answer"]
