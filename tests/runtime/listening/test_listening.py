"""A session that listens: what begins, what is refused, what is told, and that stopping leaves nothing behind."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from flows import Drawing, draw
from listened import Held, listened

from runtime.engine.events import ListeningLogged, RunFinished, RunStarted
from runtime.errors import RunError
from runtime.llm.providers import Providers
from runtime.session import Session
from runtime.source import FlowSource

pytestmark = pytest.mark.anyio


def every_second(then: str = "toy.step") -> Drawing:
    drawing = draw("tick: event.interval", f"then: {then}").set("tick", IntervalMs=1000).exec("tick.Out > then.In")
    return drawing.node("hand", "event.button")


async def test_runs_tell_that_an_event_started_them_and_what_happened() -> None:
    async with listened(every_second(), source=FlowSource("here")) as it:
        await it.clock.pass_by(1)
        (started,) = [event for event in it.told if isinstance(event, RunStarted)]
        assert (started.trigger, started.source, started.entry) == ("event", "here", "tick")
        assert started.outputs == {"Tick": 1}


async def test_what_is_listened_to_has_a_title_a_state_and_a_next_time() -> None:
    drawing = every_second().node("named", "event.future_settled", title="All answers").exec("named.Out > then.In")
    async with listened(drawing) as it:
        await it.clock.pass_by(0)
        told = [(event.node_id, event.title, event.state, event.due) for event in it.listening.events]
        due = it.clock.time() + 1
        assert told == [("tick", "Interval Event", "listening", due), ("named", "All answers", "listening", None)]
        when = datetime.fromtimestamp(due, UTC).astimezone()
        assert it.said == [f"info: is listened to, next at {when:%Y-%m-%d %H:%M:%S}", "info: is listened to"]


async def test_the_flow_is_listened_to_as_it_was() -> None:
    drawing = every_second()
    async with listened(drawing) as it:
        drawing.set("tick", IntervalMs=10)
        await it.clock.pass_by(1)
        assert len(it.started) == 1


async def test_whoever_listens_gets_each_run_before_it_does_anything() -> None:
    runs = []
    async with listened(every_second(), on_start=lambda run: runs.append((run.status, run.flow.name))) as it:
        await it.clock.pass_by(1)
        assert runs == [("running", "test")]
        assert len(it.started) == 1


async def test_stopping_starts_no_more_runs_and_leaves_those_that_are_on() -> None:
    held = Held()
    drawing = every_second("toy.hold").config("tick", overlap="queue")
    async with listened(drawing, held.node_type) as it:
        await it.clock.pass_by(3)
        it.listening.stop()
        await it.listening.ended()
        assert not it.listening.is_on
        assert it.clock.sleepers == 0
        assert [event.state for event in it.listening.events] == ["stopped"]
        assert it.said[-1] == "info: is listened to no longer"
        assert it.listening.runs == it.session.runs
        (run,) = it.session.runs
        held.let_go()
        assert (await it.session.wait(run)).status == "succeeded"
        assert it.listening.runs == ()
        await it.clock.pass_by(10)
        assert len(it.started) == 1


async def test_stopping_before_it_has_begun_is_stopping() -> None:
    async with listened(every_second()) as it:
        it.listening.stop()
        await it.listening.ended()
        await it.clock.pass_by(10)
        assert it.started == []


async def test_closing_the_session_ends_listening_and_its_runs() -> None:
    held = Held()
    async with listened(every_second("toy.hold"), held.node_type) as it:
        await it.clock.pass_by(1)
        await it.session.close()
        assert not it.listening.is_on
        assert [event.status for event in it.told if isinstance(event, RunFinished)] == ["cancelled"]
        assert len(held) == it.clock.sleepers == 0
        with pytest.raises(RunError, match="the session is closing"):
            it.session.listen(every_second().flow())


async def test_a_flow_without_an_event_that_starts_runs_by_itself_is_refused() -> None:
    with pytest.raises(RunError, match="no event that starts runs by itself: add one, for example a Cron Event"):
        async with listened(draw("start: event.button", "step: toy.step").exec("start.Out > step.In")):
            pass


async def test_a_muted_event_is_not_listened_to() -> None:
    drawing = every_second().node("other", "event.interval", inputs={"IntervalMs": 10}, mode="mute")
    async with listened(drawing.exec("other.Out > then.In")) as it:
        await it.clock.pass_by(1)
        assert [entry for entry, _ in it.started] == ["tick"]


async def test_a_mocked_event_is_listened_to_and_gives_what_really_happened() -> None:
    drawing = draw("then: toy.step").node(
        "tick", "event.interval", inputs={"IntervalMs": 1000}, pinned_outputs={"Tick": 7}
    )
    async with listened(drawing.exec("tick.Out > then.In")) as it:
        await it.clock.pass_by(1)
        assert it.started == [("tick", {"Tick": 1})]


async def test_an_error_behind_an_event_is_refused_at_once_and_one_elsewhere_is_not() -> None:
    broken = every_second("util.console")
    with pytest.raises(RunError, match=r"Log \(then\): Message: is missing|\(then\): Message: is missing"):
        async with listened(broken):
            pass
    async with listened(every_second().node("lost", "util.console").exec("hand.Out > lost.In")) as it:
        await it.clock.pass_by(1)
        assert len(it.started) == 1


async def test_runs_have_the_flows_parameters() -> None:
    drawing = (
        every_second("flow.output")
        .config("then", name="Seen")
        .node("given", "flow.input", config={"name": "Who", "required": True})
        .data("given.Value > then.Value")
    )
    async with listened(drawing, inputs={"Who": "Ada"}) as it:
        await it.clock.pass_by(1)
        assert [event.outputs for event in it.told if isinstance(event, RunFinished)] == [{"Seen": "Ada"}]


async def test_two_flows_are_listened_to_side_by_side() -> None:
    async with listened(every_second(), source=FlowSource("one")) as it:
        other = it.session.listen(every_second().flow(), FlowSource("two"), clock=it.clock)
        await it.clock.pass_by(1)
        assert [event.source for event in it.told if isinstance(event, RunStarted)] == ["one", "two"]
        other.stop()
        await other.ended()
        await it.clock.pass_by(1)
        assert [event.source for event in it.told if isinstance(event, RunStarted)] == ["one", "two", "one"]
        assert {event.source for event in it.told if isinstance(event, ListeningLogged)} == {"one", "two"}


async def test_it_goes_by_the_machines_clock_if_none_is_given() -> None:
    session = Session(providers=Providers([]))
    started = asyncio.Event()
    drawing = every_second("flow.success").set("tick", IntervalMs=10)
    listening = session.listen(drawing.flow(), on_start=lambda _run: started.set())
    await started.wait()
    listening.stop()
    await session.close()
