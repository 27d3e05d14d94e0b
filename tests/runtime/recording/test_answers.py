"""Requests answered from a recording: by content and order, each piece at its time, and nothing from anywhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from runtime.completions import Completions
from runtime.engine.events import Event, RunStarted
from runtime.futures.events import FutureCreated, FutureDelta, FutureEvent, FutureSettled, FutureStateChanged
from runtime.futures.future import FutureOrigin, FutureState
from runtime.futures.registry import FutureRegistry
from runtime.ids import FutureId, NodeId, RunId, StepId
from runtime.llm.requests import ChatRequest, chat_request
from runtime.recording.answers import RecordedAnswers, recorded_providers
from runtime.recording.virtual_time import VirtualTimeLoop

RUN, NODE = RunId("run_1"), NodeId("ask")


def request(text: str) -> ChatRequest:
    return chat_request("ok", [{"role": "user", "content": text}], {"Stream": True})


def recorded(name: str, text: str, created: float, ended: float, state: str = "succeeded") -> list[Event]:
    """A streamed answer `NAME!` of which `NAME` came half-way."""
    future, step, half = FutureId(name), StepId(1), (created + ended) / 2
    good = state == "succeeded"
    return [
        FutureCreated(created, RUN, future, NODE, step, "lab", "ok", request=request(text).snapshot()),
        FutureStateChanged(created, RUN, future, NODE, "sending", attempt=1),
        FutureStateChanged(half, RUN, future, NODE, "streaming", attempt=1),
        FutureDelta(half, RUN, future, NODE, name),
        FutureSettled(
            ended, RUN, future, NODE, state, f"{name}!" if good else "", (f"{name}!",) if good else (), "stop",
            {"total_tokens": 3}, "" if good else "no luck", ended - created,
        ),
    ]  # fmt: skip


def in_time(*answers: list[Event]) -> list[Event]:
    events = [RunStarted(0.0, RUN, "test", NodeId("start"), started=1000.0)]
    return [*events, *sorted((event for answer in answers for event in answer), key=lambda event: event.t)]


class Asking:
    """Completions whose network is a recording. To be made on a VirtualTimeLoop."""

    def __init__(self, events: list[Event]) -> None:
        self.told: list[tuple[float, str, FutureEvent]] = []
        self.futures = FutureRegistry(self._note)
        self.answers = RecordedAnswers(events)
        self.completions = Completions(self.futures, recorded_providers(events), self.answers)

    def ask(self, text: str) -> FutureId:
        return self.completions.start(request(text), FutureOrigin(RUN, NODE, StepId(1), 0.0))

    async def settled(self, text: str) -> str:
        return (await self.futures.wait(self.ask(text))).text()

    def _note(self, event: FutureEvent) -> None:
        self.told.append((asyncio.get_running_loop().time(), type(event).__name__, event))


def drive(events: list[Event], work: Callable[[Asking], Coroutine[Any, Any, None]]) -> Asking:
    async def main() -> Asking:
        asking = Asking(events)
        await work(asking)
        await asking.completions.close()
        return asking

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main())


def test_an_answer_streams_as_it_did_at_the_times_it_did() -> None:
    async def work(asking: Asking) -> None:
        assert await asking.settled("hello") == "a!"

    asking = drive(in_time(recorded("a", "hello", 0.0, 8.0)), work)
    assert [(at, kind) for at, kind, _ in asking.told] == [
        (0.0, "FutureCreated"), (0.0, "FutureStateChanged"), (4.0, "FutureStateChanged"), (4.0, "FutureDelta"),
        (8.0, "FutureSettled"),
    ]  # fmt: skip
    settled = asking.told[-1][2]
    assert isinstance(settled, FutureSettled)
    assert (settled.state, settled.message, settled.finish_reason) == ("succeeded", "a!", "stop")
    assert settled.usage == {"total_tokens": 3}


def test_equal_requests_get_their_answers_in_the_order_they_were_asked() -> None:
    async def work(asking: Asking) -> None:
        first, second = asking.ask("hello"), asking.ask("hello")
        await asking.futures.wait_all()
        assert [asking.futures.get(future).text() for future in (first, second)] == ["a!", "b!"]

    drive(in_time(recorded("a", "hello", 0.0, 9.0), recorded("b", "hello", 1.0, 2.0)), work)


def test_different_requests_get_theirs_whatever_the_order() -> None:
    async def work(asking: Asking) -> None:
        assert await asking.settled("two") == "b!"
        assert await asking.settled("one") == "a!"

    drive(in_time(recorded("a", "one", 0.0, 1.0), recorded("b", "two", 1.0, 2.0)), work)


def test_answers_settle_in_the_order_of_the_recording_though_all_is_asked_at_once() -> None:
    # Asked a tenth of a second after the other, the second one took less long, and still came later.
    events = in_time(recorded("a", "one", 0.0, 1.0), recorded("b", "two", 0.1, 1.05))

    async def work(asking: Asking) -> None:
        asking.ask("two")
        asking.ask("one")
        await asking.futures.wait_all()

    settled = [event.message for _, _, event in drive(events, work).told if isinstance(event, FutureSettled)]
    assert settled == ["a!", "b!"]


def test_who_asks_later_than_then_is_answered_as_much_later() -> None:
    async def work(asking: Asking) -> None:
        await asyncio.sleep(60.0)
        await asking.settled("hello")

    assert drive(in_time(recorded("a", "hello", 1.0, 3.0)), work).told[-1][0] == 62.0


def test_a_failed_answer_fails() -> None:
    async def work(asking: Asking) -> None:
        future = await asking.futures.wait(asking.ask("hello"))
        assert (future.state, future.error, future.text()) == (FutureState.TIMED_OUT, "no luck", "a")

    drive(in_time(recorded("a", "hello", 0.0, 1.0, "timed_out")), work)


def test_an_unknown_request_settles_as_failed_and_says_which_and_what_differs() -> None:
    async def work(asking: Asking) -> None:
        future = await asking.futures.wait(asking.ask("good bye"))
        assert future.state is FutureState.FAILED
        assert future.error.splitlines() == [
            'the recording has no answer to this request: ok, 1 messages, the last one "good bye"',
            '    request.messages[0].content: recorded "hello", now "good bye"',
        ]

    asking = drive(in_time(recorded("a", "hello", 0.0, 1.0)), work)
    assert len(asking.answers.unknown) == 1
    assert [each["messages"][0]["content"] for each in asking.answers.unasked] == ["hello"]


def test_a_request_without_its_end_in_the_recording_is_unknown() -> None:
    async def work(asking: Asking) -> None:
        assert (await asking.futures.wait(asking.ask("hello"))).state is FutureState.FAILED

    asking = drive(in_time(recorded("a", "hello", 0.0, 1.0)[:-1]), work)
    assert asking.answers.unknown


def test_a_request_can_be_cancelled_before_its_answer() -> None:
    async def work(asking: Asking) -> None:
        future = asking.ask("hello")
        await asyncio.sleep(4.0)
        asking.futures.cancel(future)
        assert (await asking.futures.wait(future)).state is FutureState.CANCELLED
        assert asyncio.get_running_loop().time() == 4.0
        await asyncio.sleep(60.0)

    told = drive(in_time(recorded("a", "hello", 0.0, 6.0)), work).told
    assert [kind for _, kind, _ in told][-2:] == ["FutureStateChanged", "FutureSettled"]


def test_what_is_pending_at_the_end_is_interrupted() -> None:
    async def work(asking: Asking) -> None:
        asking.ask("hello")

    asking = drive(in_time(recorded("a", "hello", 0.0, 6.0)), work)
    assert [future.state for future in asking.futures] == [FutureState.INTERRUPTED]


def test_retries_of_the_flow_are_answered_in_turn() -> None:
    async def work(asking: Asking) -> None:
        first = asking.ask("hello")
        await asking.futures.wait(first)
        again = await asking.futures.wait(asking.completions.retry(first))
        assert (again.text(), again.provider) == ("b!", "lab")

    drive(in_time(recorded("a", "hello", 0.0, 1.0, "failed"), recorded("b", "hello", 2.0, 3.0)), work)
