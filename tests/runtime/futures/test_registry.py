"""Futures go from state to state by one table, tell each step once, and wake those who wait."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from asking import origin_of

from runtime.choices import Choice, Piece
from runtime.errors import FutureError, FutureSettledError, UnknownFutureError
from runtime.futures.events import FutureCreated, FutureDelta, FutureEvent, FutureSettled, FutureStateChanged
from runtime.futures.future import FINAL, TRANSITIONS, FutureResponse, FutureResult, FutureState
from runtime.futures.registry import FutureRegistry
from runtime.ids import FutureId

ALL = tuple(FutureState)
PENDING = tuple(state for state in ALL if not state.is_final)


class Kit:
    """A registry, its events, and the cancellations it asked for."""

    def __init__(self) -> None:
        self.events: list[FutureEvent] = []
        self.cancelled: list[FutureId] = []
        self.futures = FutureRegistry(self.events.append)

    def create(self, run: str = "run_1") -> FutureResponse:
        return self.futures.create(
            request={"model": "m"}, provider="p", model="m", origin=origin_of(run), cancel=self.cancelled.append
        )

    def in_state(self, state: FutureState) -> FutureResponse:
        """A future brought to a state by the shortest way that the table allows."""
        future = self.create()
        for step in way_to(state):
            self.go(future, step)
        return future

    def go(self, future: FutureResponse, state: FutureState) -> None:
        if state.is_final:
            self.futures.settle(future.id, state, FutureResult(error="e"))
        else:
            self.futures.advance(future.id, state)


def way_to(goal: FutureState) -> list[FutureState]:
    ways: list[list[FutureState]] = [[]]
    while ways:
        way = ways.pop(0)
        state = way[-1] if way else FutureState.QUEUED
        if state is goal:
            return way
        ways.extend([*way, after] for after in ALL if after in TRANSITIONS[state] and after not in way)
    raise AssertionError(f"no way to {goal}")


@pytest.fixture
def kit() -> Kit:
    return Kit()


def test_every_state_has_a_row_and_can_be_reached() -> None:
    assert set(TRANSITIONS) == set(ALL)
    for state in ALL:
        way_to(state)


def test_final_is_final_and_pending_can_always_end() -> None:
    for state in FINAL:
        assert not TRANSITIONS[state]
    for state in PENDING:
        assert TRANSITIONS[state] >= FINAL


def test_nothing_is_retried_after_text_has_streamed() -> None:
    assert TRANSITIONS[FutureState.STREAMING] == FINAL | {FutureState.CANCELLING}


@pytest.mark.parametrize(("before", "after"), list(itertools.product(ALL, ALL)), ids=str)
def test_the_table_decides_and_each_step_is_one_event(kit: Kit, before: FutureState, after: FutureState) -> None:
    future = kit.in_state(before)
    told = len(kit.events)
    if after in TRANSITIONS[before]:
        kit.go(future, after)
        assert future.state is after
        assert len(kit.events) == told + 1
        assert kit.events[-1].state == after  # type: ignore[union-attr]
    else:
        with pytest.raises(FutureSettledError if before.is_final else FutureError):
            kit.go(future, after)
        assert future.state is before
        assert len(kit.events) == told


def test_a_whole_life_in_events(kit: Kit) -> None:
    future = kit.create()
    for state in (FutureState.SENDING, FutureState.WAITING):
        kit.futures.advance(future.id, state)
    kit.futures.advance(future.id, FutureState.RETRY_WAIT, "429", next_at=future.created + 1)
    kit.futures.advance(future.id, FutureState.SENDING)
    kit.futures.advance(future.id, FutureState.STREAMING)
    kit.futures.add_piece(future.id, Piece("Hel"))
    kit.futures.add_piece(future.id, Piece("lo"))
    assert future.text() == "Hello"
    kit.futures.settle(
        future.id,
        FutureState.SUCCEEDED,
        FutureResult((Choice("Hello", finish_reason="stop"),), {"total_tokens": 3}, {"id": "x"}),
    )

    assert [type(event) for event in kit.events] == [
        FutureCreated, *[FutureStateChanged] * 5, FutureDelta, FutureDelta, FutureSettled,
    ]  # fmt: skip
    changes = [event for event in kit.events if isinstance(event, FutureStateChanged)]
    assert [(change.state, change.attempt, change.reason) for change in changes] == [
        ("sending", 1, ""), ("waiting", 1, ""), ("retry_wait", 1, "429"), ("sending", 2, ""), ("streaming", 2, ""),
    ]  # fmt: skip
    assert all(0 <= before.t <= after.t for before, after in itertools.pairwise(kit.events))
    end = kit.events[-1]
    assert isinstance(end, FutureSettled)
    assert (end.state, end.message, end.finish_reason, end.usage) == ("succeeded", "Hello", "stop", {"total_tokens": 3})
    assert future.text() == "Hello"
    assert [(attempt.number, attempt.error, attempt.next_at) for attempt in future.attempts] == [
        (1, "429", future.created + 1), (2, "", None),
    ]  # fmt: skip
    assert all(attempt.ended is not None for attempt in future.attempts)


def test_text_of_choices_is_kept_apart_and_outlives_a_failure(kit: Kit) -> None:
    future = kit.in_state(FutureState.STREAMING)
    kit.futures.add_piece(future.id, Piece("c", choice=2))
    kit.futures.add_piece(future.id, Piece("a"))
    assert (future.text(0), future.text(1), future.text(2)) == ("a", "", "c")
    kit.futures.settle(future.id, FutureState.INTERRUPTED, FutureResult(error="the end"))
    assert future.result is not None
    assert future.result.messages == ("a", "", "c")
    with pytest.raises(FutureSettledError):
        kit.futures.add_piece(future.id, Piece("more"))


def test_advance_and_settle_keep_to_their_kind_of_state(kit: Kit) -> None:
    future = kit.create()
    with pytest.raises(FutureError, match="is final"):
        kit.futures.advance(future.id, FutureState.FAILED)
    with pytest.raises(FutureError, match="not final"):
        kit.futures.settle(future.id, FutureState.SENDING, FutureResult())


def test_unknown_ids_are_named(kit: Kit) -> None:
    with pytest.raises(UnknownFutureError, match="fut_nowhere"):
        kit.futures.get(FutureId("fut_nowhere"))


def test_futures_are_listed_oldest_first_and_pending_ones_by_run(kit: Kit) -> None:
    first, second, third = kit.create("run_a"), kit.create("run_b"), kit.create("run_a")
    kit.go(first, FutureState.FAILED)
    assert list(kit.futures) == [first, second, third]
    assert len(kit.futures) == 3
    assert kit.futures.pending() == [second, third]
    assert kit.futures.pending(third.origin.run_id) == [third]


@pytest.mark.parametrize("state", PENDING, ids=str)
def test_cancel_in_every_pending_state_asks_once(kit: Kit, state: FutureState) -> None:
    future = kit.in_state(state)
    kit.cancelled.clear()
    kit.futures.cancel(future.id, "enough")
    kit.futures.cancel(future.id)
    assert future.state is FutureState.CANCELLING
    assert kit.cancelled == ([] if state is FutureState.CANCELLING else [future.id])


@pytest.mark.parametrize("state", sorted(FINAL), ids=str)
def test_cancelling_what_has_settled_is_refused(kit: Kit, state: FutureState) -> None:
    future = kit.in_state(state)
    with pytest.raises(FutureSettledError, match=future.id):
        kit.futures.cancel(future.id)


def test_cancel_pending_counts_what_it_asked(kit: Kit) -> None:
    first, second, other = kit.create("run_a"), kit.create("run_a"), kit.create("run_b")
    kit.futures.cancel(first.id)
    assert kit.futures.cancel_pending(first.origin.run_id) == 1
    assert kit.cancelled == [first.id, second.id]
    assert kit.futures.cancel_pending() == 1
    assert other.state is FutureState.CANCELLING


@pytest.mark.anyio
async def test_settling_wakes_everyone_who_waits(kit: Kit) -> None:
    future = kit.create()
    waits = [asyncio.create_task(kit.futures.wait(future.id)) for _ in range(3)]
    await asyncio.sleep(0)
    kit.go(future, FutureState.SUCCEEDED)
    assert await asyncio.gather(*waits) == [future] * 3
    assert await kit.futures.wait(future.id) is future


@pytest.mark.anyio
async def test_cancelling_a_wait_leaves_the_future_running(kit: Kit) -> None:
    future = kit.create()
    given_up, patient = (asyncio.create_task(kit.futures.wait(future.id)) for _ in range(2))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.wait([given_up])
    assert future.state is FutureState.QUEUED
    assert not kit.cancelled
    kit.go(future, FutureState.SUCCEEDED)
    assert await patient is future


@pytest.mark.anyio
async def test_wait_all_waits_for_what_is_added_meanwhile(kit: Kit) -> None:
    first = kit.create()
    everything = asyncio.create_task(kit.futures.wait_all())
    await asyncio.sleep(0)
    second = kit.create()
    kit.go(first, FutureState.FAILED)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not everything.done()
    kit.go(second, FutureState.SUCCEEDED)
    await everything
