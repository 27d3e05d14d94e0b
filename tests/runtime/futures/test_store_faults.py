"""What can go wrong with the store: damage, full disks, other programs, newer ones. Answers are given all the same."""

from __future__ import annotations

import asyncio
import json
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from asking import KEY, origin_of, profile_of
from openai_server import OpenAIServer
from stored import Program, program

from runtime.errors import FutureStoreError, NewerStoreError, UnknownFutureError
from runtime.futures.future import FutureState
from runtime.futures.query import FutureQuery
from runtime.futures.schema import STEPS, open_database
from runtime.ids import FutureId
from runtime.llm.requests import chat_request

pytestmark = pytest.mark.anyio


async def answers_and_remembers(here: Program) -> FutureId:
    """Whatever is wrong with the disk: a future settles, wakes who waits, and is found."""
    future = await here.answered("Still here")
    assert here.told_settled()[-1] == future.id
    assert (await here.futures.find(future.id)).text() == "Still here"
    return future.id


def edit(path: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    """Change the database behind the program's back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return connection.execute(sql, values).fetchall()


def set_aside(folder: Path) -> list[Path]:
    return list(folder.glob("futures.broken-*.db"))


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_a_file_that_is_no_database_is_set_aside_and_named(tmp_path: Path) -> None:
    path = tmp_path / "futures.db"
    path.write_bytes(b"not a database at all" * 1000)
    async with program(tmp_path) as here:
        future_id = await answers_and_remembers(here)
        (message,) = here.messages
    (aside,) = set_aside(tmp_path)
    assert str(aside) in message
    assert aside.read_bytes().startswith(b"not a database")
    async with program(tmp_path) as later:
        assert (await later.futures.find(future_id)).text() == "Still here"
        assert not later.messages


async def test_damage_that_is_met_while_reading_is_set_aside_too(tmp_path: Path) -> None:
    async with program(tmp_path) as first:
        ids = [(await first.answered("A long answer. " * 500)).id for _ in range(50)]
    path = tmp_path / "futures.db"
    whole = path.read_bytes()
    page = 4096
    path.write_bytes(whole[: 30 * page] + b"\xff" * (len(whole) - 40 * page) + whole[-10 * page :])
    async with program(tmp_path) as here:
        # The reading meets it, unless what the store does by itself in the background was first.
        with pytest.raises((FutureStoreError, UnknownFutureError), match=r"futures\.db|no future"):
            await here.futures.find_all(ids)
        await answers_and_remembers(here)
        assert "damaged" in here.messages[0]
        assert set_aside(tmp_path)
        assert len(await here.store.ids(FutureQuery())) == 1


async def test_a_program_goes_on_in_the_new_database_when_another_has_set_theirs_aside(tmp_path: Path) -> None:
    async with program(tmp_path) as here:
        before = await here.answered()
        (tmp_path / "futures.db").rename(tmp_path / "futures.broken-1.db")
        after = await here.answered()
        async with program(tmp_path) as other:
            assert (await other.futures.find(after.id)).id == after.id
            with pytest.raises(UnknownFutureError):
                await other.futures.find(before.id)
        assert await here.store.ids(FutureQuery()) == [after.id]
        assert (await here.futures.find(before.id)).id == before.id  # still in memory


async def test_work_that_cannot_be_done_harms_no_other(tmp_path: Path) -> None:
    async with program(tmp_path) as here:
        await here.answered()
        with closing(sqlite3.connect(here.store.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")  # so that the work below is done together
            first = asyncio.create_task(here.store.set_pinned(FutureId("fut_x"), is_pinned=True))
            odd = asyncio.create_task(here.store.set_pinned(FutureId(["no", "id"]), is_pinned=True))  # type: ignore[arg-type]
            future_id = here.ask()
            here.end(future_id)
            await asyncio.sleep(0)
            other.execute("ROLLBACK")
        await first
        with pytest.raises(sqlite3.Error):
            await odd
        await here.settled(future_id)
        assert future_id in await here.store.find([future_id])
        assert not here.messages


async def test_a_database_of_a_newer_futureflow_is_left_alone(tmp_path: Path) -> None:
    async with program(tmp_path) as first:
        future = await first.answered()
    path = tmp_path / "futures.db"
    edit(path, "PRAGMA user_version = 99")
    before = path.read_bytes()
    async with program(tmp_path) as here:
        await answers_and_remembers(here)
        await answers_and_remembers(here)
        (message,) = here.messages
        assert str(path) in message
        assert "newer" in message
        with pytest.raises(NewerStoreError):
            await here.futures.find(future.id)
    assert path.read_bytes() == before
    assert not set_aside(tmp_path)


async def test_without_a_folder_to_write_to_answers_stay_in_memory(tmp_path: Path) -> None:
    folder = tmp_path / "taken"
    folder.write_text("a file stands where the folder should be", encoding="utf-8")
    async with program(folder) as here:
        await answers_and_remembers(here)
        await answers_and_remembers(here)
        (message,) = here.messages
    assert str(folder / "futures.db") in message
    assert "memory" in message


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file of this process can grow beyond a size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_what_a_full_disk_refused_is_written_when_there_is_room_again(tmp_path: Path) -> None:
    async with program(tmp_path) as here:
        kept = await here.answered()
        with full_disk((tmp_path / "futures.db-wal").stat().st_size // 2):
            refused = await answers_and_remembers(here)
        (message,) = here.messages
        assert "free space" in message
        last = await here.answered()
        await here.answered()
        assert refused in await here.store.find([refused])
    async with program(tmp_path) as later:
        assert (await later.store.ids(FutureQuery(descending=False)))[:3] == [kept.id, refused, last.id]
        assert {future.state for future in await later.futures.all()} == {FutureState.SUCCEEDED}


async def test_results_wait_for_another_program_that_is_writing(tmp_path: Path) -> None:
    async with program(tmp_path) as here:
        await here.answered()
        with closing(sqlite3.connect(here.store.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            future_id = here.ask()
            here.end(future_id)
            told = len(here.told_settled())
            assert len(await here.store.ids(FutureQuery())) == 1  # who reads does not wait
            assert len(here.told_settled()) == told
            other.execute("ROLLBACK")
        await here.settled(future_id)
        assert not here.messages


async def test_who_gives_up_waiting_for_the_store_stops_nobody_else(tmp_path: Path) -> None:
    async with program(tmp_path) as here:
        await here.answered()
        with closing(sqlite3.connect(here.store.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            given_up = [asyncio.create_task(here.store.interrupt_lost()) for _ in range(3)]
            await asyncio.sleep(0)
            for task in given_up:
                task.cancel()
            await asyncio.wait(given_up)
            other.execute("ROLLBACK")
        await here.answered()
        assert len(await here.store.ids(FutureQuery())) == 2


async def test_two_programs_write_at_once(tmp_path: Path) -> None:
    async with program(tmp_path) as first, program(tmp_path) as second:
        made = await asyncio.gather(*(one.answered() for _ in range(200) for one in (first, second)))
        assert set(await first.store.ids(FutureQuery())) == {future.id for future in made}
        assert not first.messages + second.messages


async def test_after_its_end_a_store_says_so(tmp_path: Path) -> None:
    async with program(tmp_path) as here:
        await here.answered()
    await here.store.close()
    with pytest.raises(FutureStoreError, match="closed"):
        await here.store.ids(FutureQuery())


async def test_a_future_of_a_program_that_dies_while_another_waits_for_it_is_interrupted(tmp_path: Path) -> None:
    async with program(tmp_path) as here:
        await here.answered()
        async with program(tmp_path) as other:
            theirs = other.ask()
            await other.answered()
            waiting = asyncio.create_task(here.settled(theirs))
            await asyncio.sleep(0)
        assert (await waiting).state is FutureState.INTERRUPTED


async def test_an_older_database_is_brought_up_to_date_with_all_that_is_in_it(tmp_path: Path) -> None:
    async with program(tmp_path) as first:
        future = await first.answered()

    def add_a_column(connection: sqlite3.Connection) -> None:
        connection.execute("ALTER TABLE futures ADD COLUMN mood TEXT NOT NULL DEFAULT 'good'")

    path = tmp_path / "futures.db"
    for _ in range(2):  # once is enough, however often it is opened
        with closing(open_database(path, (*STEPS, add_a_column))) as connection:
            assert connection.execute("SELECT id, mood FROM futures").fetchall() == [(future.id, "good")]
    assert edit(path, "PRAGMA user_version") == [(len(STEPS) + 1,)]


async def test_a_step_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    async with program(tmp_path) as first:
        future = await first.answered()

    def fails(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM futures")
        raise sqlite3.OperationalError("out of luck")

    with pytest.raises(sqlite3.OperationalError, match="out of luck"):
        open_database(tmp_path / "futures.db", (*STEPS, fails))
    async with program(tmp_path) as later:
        assert await later.futures.find(future.id) == future


async def test_fields_of_a_newer_futureflow_are_not_read_but_kept(tmp_path: Path) -> None:
    async with program(tmp_path) as first:
        settled, lost = await first.answered(), first.ask()
    path, export = tmp_path / "futures.db", tmp_path / "export.jsonl"
    edit(path, "UPDATE records SET rest = json_set(rest, '$.mood', 'good')")
    async with program(tmp_path) as later:
        assert await later.futures.find(settled.id) == settled
        assert (await later.futures.find(lost)).state is FutureState.INTERRUPTED
        await later.store.export(export, FutureQuery())
    lines = [json.loads(line) for line in export.read_text("utf-8").splitlines()]
    assert [(line["id"], line["state"], line["mood"]) for line in lines] == [
        (lost, "interrupted", "good"), (settled.id, "succeeded", "good"),
    ]  # fmt: skip


async def test_a_future_that_cannot_be_read_is_named_and_harms_no_other(tmp_path: Path) -> None:
    async with program(tmp_path) as first:
        good, odd, lost = (await first.answered()).id, (await first.answered()).id, first.ask()
    path = tmp_path / "futures.db"
    of_these = "number IN (SELECT number FROM futures WHERE id IN (?, ?))"
    edit(path, f"UPDATE records SET rest = '{{\"history\": 7}}' WHERE {of_these}", odd, lost)
    async with program(tmp_path) as later:
        assert (await later.futures.find(good)).id == good
        for future_id in (odd, lost):
            with pytest.raises(FutureStoreError, match=future_id):
                await later.futures.find(future_id)
        assert [line.id for line in await later.store.page(FutureQuery())] == [lost, odd, good]


async def test_no_key_is_ever_stored(tmp_path: Path) -> None:
    with OpenAIServer() as server:
        async with program(tmp_path) as here:
            asks = here.completions(profile_of(server.base_url))
            for model in ("ok", "mock-echokey", "mock-keypage", "mock-keychunk"):
                request = chat_request(model, [{"role": "user", "content": "Hello?"}], {})
                await here.settled(asks.start(request, origin_of()))
            await asks.close()
            assert len(await here.store.ids(FutureQuery())) == 4
            written = all_bytes(tmp_path)
    assert b"mock-keypage" in written
    assert KEY.encode() not in written


async def test_a_text_that_utf_8_cannot_hold_is_stored_as_it_is(tmp_path: Path) -> None:
    async with program(tmp_path) as first:
        future = await first.answered("half \ud800 a pair", text="\udfff?")
    async with program(tmp_path) as later:
        assert await later.futures.find(future.id) == future
        assert await later.store.ids(FutureQuery(text="pair")) == [future.id]
