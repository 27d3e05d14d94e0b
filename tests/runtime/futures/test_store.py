"""The store of futures: what has settled is on disk, and can be read by its id for as long as it is kept."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from openai_server import TIMEOUT
from stored import program

from runtime.choices import Piece
from runtime.errors import FutureError, FutureSettledError, UnknownFutureError
from runtime.futures.future import INTERRUPTED, FutureState
from runtime.futures.known import MOST_REMEMBERED
from runtime.futures.query import FutureQuery
from runtime.ids import FutureId

pytestmark = pytest.mark.anyio


async def test_what_has_settled_is_read_by_its_id_in_a_later_program(tmp_path: Path) -> None:
    async with program(tmp_path) as first:
        future = await first.answered("Grüße 🌍", text="How are you?")
    async with program(tmp_path) as second:
        assert await second.futures.find(future.id) == future
        assert await second.settled(future.id) == future
        with pytest.raises(UnknownFutureError, match="fut_nowhere"):
            await second.futures.find(FutureId("fut_nowhere"))


async def test_nobody_goes_on_before_the_result_is_on_disk(tmp_path: Path) -> None:
    async with program(tmp_path) as here:
        future_id = here.ask()
        waiting = asyncio.create_task(here.settled(future_id))
        await asyncio.sleep(0)
        here.end(future_id)
        await asyncio.sleep(0)
        assert not here.told_settled()
        await waiting
        assert here.told_settled() == [future_id]
        with closing(sqlite3.connect(here.store.path)) as other:
            assert other.execute("SELECT id, state FROM futures").fetchall() == [(future_id, "succeeded")]


async def test_what_a_program_left_in_flight_is_interrupted_for_the_next(tmp_path: Path) -> None:
    async with program(tmp_path) as first:
        future_id = first.ask("Are you there?")
        first.futures.advance(future_id, FutureState.SENDING)
    async with program(tmp_path) as second:
        future = await second.settled(future_id)
        assert [change.state for change in future.history] == ["queued", "sending", "interrupted"]
        assert future.error == INTERRUPTED.error
        assert future.attempts[-1].ended == future.settled
        assert await second.store.to_resend() == [future_id]
        again = second.ask("Are you there?", retry_of=future_id)
        second.end(again)
        await second.settled(again)
        assert await second.store.to_resend() == []


async def test_what_had_streamed_when_a_program_died_is_kept(tmp_path: Path) -> None:
    async with program(tmp_path) as first:
        future_id = first.ask()
        for state in (FutureState.SENDING, FutureState.WAITING, FutureState.STREAMING):
            first.futures.advance(future_id, state)
        await first.futures.close()
        first.futures.add_piece(future_id, Piece("Once upon"))
        first.futures.add_piece(future_id, Piece(" a", choice=1))
        first.futures.add_piece(future_id, Piece(" a time"))
    async with program(tmp_path) as second:
        future = await second.futures.find(future_id)
        assert future.state is FutureState.INTERRUPTED
        assert [choice.text for choice in future.choices()] == ["Once upon a time", " a"]


async def test_who_gives_up_waiting_for_the_store_stops_nothing(tmp_path: Path) -> None:
    async with program(tmp_path) as here:
        future = await here.answered()
        pinning = asyncio.create_task(here.store.set_pinned(future.id, is_pinned=True))
        await asyncio.sleep(0)
        pinning.cancel()
        await asyncio.wait([pinning])
        assert (await here.answered("Next")).text() == "Next"
        (_, line) = await here.store.page(FutureQuery())
        assert line.is_pinned


async def test_pages_are_sorted_and_filtered_by_state_run_and_words(tmp_path: Path) -> None:
    async with program(tmp_path) as here:
        ids = [(await here.answered(f"Answer number {number}", run=f"run_{number % 2}")).id for number in range(6)]
        failed = here.ask("Why not?", model="other-model-4")
        here.end(failed, "", FutureState.FAILED)
        await here.settled(failed)

        async def found(limit: int = 10, offset: int = 0, **query: object) -> list[FutureId]:
            lines = await here.store.page(FutureQuery(**query), offset, limit)
            return [line.id for line in lines]

        assert await found(limit=3) == [failed, ids[5], ids[4]]
        assert await found(limit=3, offset=3) == [ids[3], ids[2], ids[1]]
        assert await found(descending=False, limit=1) == [ids[0]]
        assert await found(states=frozenset({FutureState.FAILED})) == [failed]
        assert await found(run_id="run_0") == [ids[4], ids[2], ids[0]]
        assert await found(text="ANSWER 3") == [ids[3]]
        assert await found(text="other-mod") == [failed]
        assert await found(text=ids[2]) == [ids[2]]
        assert await found(before=ids[1]) == [ids[0]]
        assert await here.store.ids(FutureQuery()) == [failed, *reversed(ids)]
        assert await here.store.counts(FutureQuery()) == {FutureState.SUCCEEDED: 6, FutureState.FAILED: 1}


async def test_old_ones_leave_the_memory_and_are_found_all_the_same(tmp_path: Path) -> None:
    async with program(tmp_path) as here:
        ids = [here.ask() for _ in range(MOST_REMEMBERED + 10)]
        for future_id in ids:
            here.end(future_id)
        await here.futures.wait_all()
        async with asyncio.timeout(TIMEOUT):
            while len(here.futures) > MOST_REMEMBERED:  # noqa: ASYNC110 (nothing tells that something was forgotten)
                await asyncio.sleep(0)
        assert [future.id for future in await here.futures.find_all(ids)] == ids
        assert [future.id for future in await here.futures.all()] == ids
        with pytest.raises(FutureSettledError, match=ids[0]):
            await here.futures.cancel_ticket(ids[0])


async def test_two_programs_share_the_store_and_leave_each_others_futures_in_flight(tmp_path: Path) -> None:
    async with program(tmp_path) as first, program(tmp_path) as second:
        theirs = first.ask()
        await first.answered()
        mine = await second.answered()
        assert (await second.futures.find(theirs)).state is FutureState.QUEUED
        assert (await first.futures.find(mine.id)).state is FutureState.SUCCEEDED
        with pytest.raises(FutureError, match="in another program"):
            await second.futures.cancel_ticket(theirs)
        waiting = asyncio.create_task(second.settled(theirs))
        first.end(theirs, "Late")
        assert (await waiting).text() == "Late"
