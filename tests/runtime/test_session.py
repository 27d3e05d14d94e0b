"""A session: runs and what outlives them."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
import weakref
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from flows import Drawing, draw
from openai_server import OpenAIServer, Reply

from runtime.document.files import save_flow
from runtime.document.flow import Breakpoint
from runtime.engine.events import Event, RunFinished, RunPaused, RunStarted
from runtime.engine.values import ValueHistory
from runtime.errors import RunError
from runtime.futures.events import FutureSettled
from runtime.futures.future import FutureState
from runtime.ids import NodeId, RunId
from runtime.llm.local_model import LocalModelProgress
from runtime.llm.providers import ProviderProfile, Providers
from runtime.session import Session
from runtime.source import FlowSource

pytestmark = pytest.mark.anyio


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture
async def session(server: OpenAIServer) -> AsyncIterator[Session]:
    profile = ProviderProfile(name="test", kind="openai_compatible", base_url=server.base_url)
    made = Session(providers=Providers([profile]))
    yield made
    await made.close()


def hello() -> Drawing:
    return draw("start: event.button", "out: flow.output").set("out", Value="world").exec("start.Out > out.In")


def waits() -> Drawing:
    return draw("start: event.button", "wait: flow.delay").set("wait", DelayMs=3_600_000).exec("start.Out > wait.In")


def asks(model: str) -> Drawing:
    return (
        draw("start: event.button", "conv: openai.create_conversation", "say: openai.add_user_message")
        .node("ask", "openai.chat_completion_async", inputs={"Model": model, "Stream": True})
        .set("say", Message="one two")
        .exec("start.Out > conv.Execute", "conv.Success > say.Execute", "say.Success > ask.Execute")
        .data("conv.ConversationId > say.ConversationId", "conv.ConversationId > ask.Conversation")
    )


async def test_a_run_goes_on_by_itself_and_can_be_waited_for_at_any_time(session: Session) -> None:
    run = session.start(hello().flow())
    assert session.runs == (run,)
    result = await session.wait(run)
    assert (result.status, result.outputs) == ("succeeded", {"Output": "world"})
    assert session.runs == ()
    assert await session.wait(run) == result


async def test_a_run_that_has_ended_is_forgotten_however_it_ended(session: Session) -> None:
    fails = draw("start: event.button", "fail: flow.failed").exec("start.Out > fail.In")
    breaks = draw("start: event.button", "say: openai.add_user_message").exec("start.Out > say.Execute")
    breaks.set("say", ConversationId="conv_of_nobody", Message="one")
    for drawing, status in ((hello(), "succeeded"), (fails, "failed"), (breaks, "failed")):
        run = session.start(drawing.flow())
        assert (await session.wait(run)).status == status
        ended = weakref.ref(run)
        del run
        await asyncio.sleep(0)  # the loop lets go of the turn in which the run ended
        gc.collect()
        assert ended() is None


async def test_cancelling_a_wait_leaves_the_run_going(session: Session) -> None:
    run = session.start(waits().flow())
    waiting = asyncio.create_task(session.wait(run))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    assert session.runs == (run,)
    run.cancel()
    assert (await session.wait(run)).status == "cancelled"


async def test_a_run_that_cannot_start_is_refused(session: Session) -> None:
    with pytest.raises(RunError):
        session.start(draw("log: util.console").flow())
    assert session.runs == ()


async def test_futures_outlive_the_run_that_started_them(session: Session) -> None:
    run = session.start(asks("ok").flow())
    await session.wait(run)
    (future,) = session.futures
    assert future.origin.run_id == run.run_id
    await session.futures.wait(future.id)
    assert (future.state, future.text()) == (FutureState.SUCCEEDED, "echo: one two")


async def test_every_listener_hears_every_event_in_order_until_it_leaves(session: Session) -> None:
    first: list[Event] = []
    second: list[Event] = []
    leave = session.subscribe(first.append)
    session.subscribe(second.append)
    await session.wait(session.start(hello().flow()))
    assert isinstance(first[-1], RunFinished)
    assert first == second
    leave()
    leave()
    heard = len(first)
    await session.wait(session.start(hello().flow()))
    assert len(first) == heard
    assert len(second) == 2 * heard


async def test_a_listener_that_fails_hurts_neither_the_run_nor_the_others(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(event: Event) -> None:
        raise ValueError(f"cannot show {type(event).__name__}")

    heard: list[Event] = []
    session.subscribe(fails)
    session.subscribe(heard.append)
    result = await session.wait(session.start(hello().flow()))
    assert result.status == "succeeded"
    assert isinstance(heard[-1], RunFinished)
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == len(heard)
    assert "cannot show RunFinished" in (errors[-1].exc_text or "")


async def test_runs_stand_still_by_its_debugger_and_closing_ends_those_too(session: Session) -> None:
    source = FlowSource("the flow")
    session.debugger.set_breakpoints(source.key, {NodeId("out"): Breakpoint()})
    paused = asyncio.Event()
    session.subscribe(lambda event: paused.set() if isinstance(event, RunPaused) else None)
    run = session.start(hello().flow(), source=source)
    await paused.wait()
    (pause,) = session.debugger.pauses(run.run_id)
    assert (pause.node_id, session.runs) == ("out", (run,))
    await session.close()
    assert (await session.wait(run)).status == "cancelled"
    assert session.debugger.pauses() == ()


async def test_a_run_is_found_by_its_id_also_where_another_one_calls_it(session: Session, tmp_path: Path) -> None:
    save_flow(waits().flow(), tmp_path / "callee.flow.json")
    flow = draw("start: event.button", "call: flow.call").config("call", path="callee.flow.json")
    started: asyncio.Queue[RunStarted] = asyncio.Queue()
    session.subscribe(lambda event: started.put_nowait(event) if isinstance(event, RunStarted) else None)
    source = FlowSource.of_file(tmp_path / "caller.flow.json")
    run = session.start(flow.exec("start.Out > call.Execute").flow(), source=source)
    outer, inner = await started.get(), await started.get()
    assert session.run(outer.run_id) is run
    assert (session.run(inner.run_id),) == run.calls
    assert session.run(RunId("run_of_nobody")) is None
    run.cancel()
    await session.wait(run)
    assert session.run(outer.run_id) is session.run(inner.run_id) is None


async def test_a_part_of_a_flow_runs_with_the_values_of_the_last_run(session: Session) -> None:
    history, source = ValueHistory(), FlowSource("the flow")
    session.subscribe(history)
    flow = draw("start: event.button", "get: state.get", "out: flow.output")
    flow.set("get", Key="k", Default="nothing").exec("start.Out > get.In", "get.Out > out.In")
    flow.data("get.Value > out.Value")
    await session.wait(session.start(flow.flow(), source=source))
    session.state.set("k", "changed meanwhile")
    values = history.last(source.key)
    run = session.start(flow.flow(), source=source, entry=NodeId("out"), part="only", values=values)
    assert (await session.wait(run)).outputs == {"Output": "nothing"}


async def test_closing_ends_runs_futures_and_connections(session: Session, server: OpenAIServer) -> None:
    heard: list[Event] = []
    session.subscribe(heard.append)
    stuck = session.start(waits().flow())
    await session.wait(session.start(asks("mock-hang").flow()))
    await server.until(lambda: server.in_flight == 1, "the request")
    await asyncio.gather(session.close(), session.close())
    assert [event.state for event in heard if isinstance(event, FutureSettled)] == ["interrupted"]
    assert (await session.wait(stuck)).status == "cancelled"
    assert [future.state for future in session.futures] == [FutureState.INTERRUPTED]
    await server.until(lambda: server.disconnects == 1, "the end of the connection")
    await session.close()
    with pytest.raises(RunError, match="the session is closing"):
        session.start(hello().flow())


async def test_what_the_end_cut_off_is_asked_again_by_the_next_session(server: OpenAIServer, tmp_path: Path) -> None:
    profile = ProviderProfile(name="test", kind="openai_compatible", base_url=server.base_url)
    first = Session(providers=Providers([profile]), data_folder=tmp_path)
    server.script(Reply(hold=server.gate()), Reply(hold=server.gate()), Reply(text="whole"))
    for in_flight in (1, 2):
        await first.wait(first.start(asks("ok").flow()))
        await server.until(lambda count=in_flight: server.in_flight == count, "the request")
    await first.wait(first.start(asks("ok").flow()))
    lost_1, lost_2, whole = [future.id for future in first.futures]
    await first.futures.wait(whole)
    await first.close()

    second = Session(providers=Providers([profile]), data_folder=tmp_path)
    assert (await second.futures.find(whole)).text() == "whole"
    assert await second.futures.to_resend() == [lost_1, lost_2]
    again, refused = await second.completions.ask_all_again([lost_1, lost_2])
    assert refused == {}
    answers = [await second.futures.wait(future_id) for future_id in again]
    assert [(future.retry_of, future.text()) for future in answers] == [
        (lost_1, "echo: one two"),
        (lost_2, "echo: one two"),
    ]
    assert await second.futures.to_resend() == []
    await second.close()


async def test_what_cannot_be_asked_again_says_why(server: OpenAIServer, tmp_path: Path) -> None:
    profile = ProviderProfile(name="gone", kind="openai_compatible", base_url=server.base_url)
    first = Session(providers=Providers([profile]), data_folder=tmp_path)
    await first.wait(first.start(asks("mock-hang").flow()))
    (lost,) = first.futures
    await first.close()
    second = Session(providers=Providers([profile.model_copy(update={"name": "other"})]), data_folder=tmp_path)
    again, refused = await second.completions.ask_all_again([lost.id])
    assert again == []
    assert "gone" in refused[lost.id]
    await second.close()


async def test_a_session_that_keeps_no_futures_writes_none(server: OpenAIServer, tmp_path: Path) -> None:
    profile = ProviderProfile(name="test", kind="openai_compatible", base_url=server.base_url)
    session = Session(providers=Providers([profile]), data_folder=tmp_path, keeps_futures=False)
    await session.wait(session.start(asks("ok").flow()))
    await session.futures.wait_all()
    await session.close()
    assert not (tmp_path / "futures.db").exists()


async def test_the_local_models_progress_is_told_on_the_sessions_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model's file is missing, so all it can tell is that it failed."""
    monkeypatch.setenv("FUTUREFLOW_LOCAL_MODEL", str(tmp_path / "none.gguf"))
    session = Session(providers=Providers([ProviderProfile(name="local", kind="local")]), data_folder=tmp_path)
    heard: list[tuple[Event, int]] = []
    session.subscribe(lambda event: heard.append((event, threading.get_ident())))
    await session.wait(session.start(asks("any").flow()))
    await session.futures.wait_all()
    await session.close()
    (told,) = [(event, thread) for event, thread in heard if isinstance(event, LocalModelProgress)]
    event, thread = told
    assert (event.stage, event.run_id, thread) == ("failed", None, threading.get_ident())
    assert event.t >= 0
    (future,) = session.futures
    assert future.state is FutureState.FAILED
    assert future.error == event.message
