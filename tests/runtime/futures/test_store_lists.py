"""Searching, exporting, removing: what the store does with many futures."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from stored import program

from runtime.errors import UnknownFutureError
from runtime.futures.future import FutureState
from runtime.futures.query import FutureQuery, ListColumn
from runtime.futures.retention import Retention
from runtime.ids import FutureId

pytestmark = pytest.mark.anyio

NOTHING_OLD = Retention(age_s=None, size_bytes=None)


def with_word_index(_folder: Path) -> None:
    """As the SQLite of Python has it, nearly everywhere."""


def without_word_index(folder: Path) -> None:
    """As where SQLite was built without FTS5: the table of texts is a plain one."""
    with closing(sqlite3.connect(folder / "futures.db")) as connection:
        connection.execute("DROP TABLE search")
        connection.execute("CREATE TABLE search (text TEXT NOT NULL)")


@pytest.fixture(params=[with_word_index, without_word_index])
async def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    prepare: Callable[[Path], None] = request.param
    async with program(tmp_path) as first:
        await first.store.ids(FutureQuery())
    prepare(tmp_path)
    return tmp_path


async def test_words_are_found_in_request_answer_error_model_and_id(folder: Path) -> None:
    async with program(folder) as here:
        story = (await here.answered("Es war einmal ein König", text="Tell me a story", model="gpt-4o-mini")).id
        tokyo = (await here.answered("東京は日本の首都です。", text="Which city?")).id
        percent = (await here.answered('It is 100% "sure_thing"', text="How sure?")).id
        failed = here.ask("Fail, please")
        here.end(failed, "", FutureState.FAILED, error="No quota left")
        await here.settled(failed)
        pending = here.ask("Still thinking about the story")

        async def found(text: str) -> list[FutureId]:
            return await here.store.ids(FutureQuery(text=text, descending=False))

        assert await found("einmal") == [story]
        assert await found("EIN köni") == [story]  # in any case, and the beginning of a word is enough
        assert await found("story") == [story, pending]
        assert await found("story einmal") == [story]  # every word, wherever it stands
        assert await found("gpt-4o") == [story]
        assert await found("首都") == [tokyo]  # no spaces around words there
        assert await found('100% "sure_') == [percent]
        assert await found('"') in ([percent], [])
        assert await found("s_re_thing") == []
        assert await found("quota") == [failed]
        assert await found(percent) == [percent]
        assert await found("nowhere") == []
        assert await found("  ") == [story, tokyo, percent, failed, pending]


async def test_an_answer_is_found_as_soon_as_it_is_stored(tmp_path: Path) -> None:
    async with program(tmp_path) as here:
        future_id = here.ask("What is it?")
        assert await here.store.ids(FutureQuery(text="xylophone")) == []
        here.end(future_id, "A xylophone.")
        await here.settled(future_id)
        assert await here.store.ids(FutureQuery(text="xylophone")) == [future_id]


async def test_lists_are_sorted_by_any_column_and_unknown_values_come_last(tmp_path: Path) -> None:
    async with program(tmp_path) as here:
        slow = here.ask(model="b")
        quick = (await here.answered(model="c")).id
        here.end(slow)
        await here.settled(slow)
        pending = here.ask(model="a")
        await here.futures.close()

        async def by(order: str, *, descending: bool) -> list[FutureId]:
            return await here.store.ids(FutureQuery(order=order, descending=descending))

        assert await by("model", descending=False) == [pending, slow, quick]
        assert await by("model", descending=True) == [quick, slow, pending]
        assert await by("settled", descending=False) == [quick, slow, pending]
        assert await by("settled", descending=True) == [slow, quick, pending]
        assert await by("elapsed", descending=True) == [slow, quick, pending]


async def test_a_line_of_a_list_tells_what_a_table_shows(tmp_path: Path) -> None:
    async with program(tmp_path) as here:
        future = await here.answered("A long answer. " * 100)
        (line,) = await here.store.page(FutureQuery())
        assert (line.id, line.run_id, line.node_id) == (future.id, future.origin.run_id, future.origin.node_id)
        assert (line.state, line.created, line.settled) == (future.state, future.created, future.settled)
        assert (line.provider, line.model, line.history) == ("p", "m", tuple(future.history))
        assert future.text().startswith(line.preview)
        assert not line.is_pinned


async def test_columns_of_a_whole_list_are_worked_on_where_the_store_reads(tmp_path: Path) -> None:
    async with program(tmp_path) as here:
        first = (await here.answered("one", run="run_1")).id
        second = (await here.answered("two", run="run_2")).id

        def make(lines: list[tuple[object, ...]]) -> tuple[list[tuple[object, ...]], bool]:
            return lines, threading.current_thread() is threading.main_thread()

        names: tuple[ListColumn, ...] = ("id", "state", "run_id", "is_pinned")
        lines, on_main = await here.store.columns(FutureQuery(descending=False), names, make)
        assert lines == [(first, "succeeded", "run_1", 0), (second, "succeeded", "run_2", 0)]
        assert not on_main


async def test_what_is_too_old_is_removed_unless_it_is_pinned_or_pending(tmp_path: Path) -> None:
    async with program(tmp_path, NOTHING_OLD) as here:
        old, pinned, pending = (await here.answered()).id, (await here.answered()).id, here.ask()
        await here.store.set_pinned(pinned, True)
        await here.futures.close()
        before = time.time()
        while time.time() <= before:
            pass
        assert await here.store.prune(Retention(age_s=0.0)) == 1
        assert await here.store.ids(FutureQuery(descending=False)) == [pinned, pending]
        assert await here.store.ids(FutureQuery(text="Hello", descending=False)) == [pinned, pending]
    async with program(tmp_path, Retention(age_s=0.0)) as later:  # a program looks whenever it opens the store
        assert (await later.futures.find(pinned)).id == pinned
        with pytest.raises(UnknownFutureError, match="removed"):
            await later.futures.find(old)


async def test_of_what_is_too_much_the_oldest_goes_and_the_file_shrinks(tmp_path: Path) -> None:
    async with program(tmp_path, NOTHING_OLD) as here:
        ids = [(await here.answered(f"{number:04} " * 10_000)).id for number in range(40)]  # 50 kB each
        assert await here.store.prune(Retention(size_bytes=None)) == 0
    before = here.store.path.stat().st_size
    async with program(tmp_path, NOTHING_OLD) as here:
        assert await here.store.prune(Retention(size_bytes=521_000)) == 30
        assert await here.store.ids(FutureQuery(descending=False)) == ids[30:]
    assert here.store.path.stat().st_size < before / 2


async def test_a_program_that_writes_much_prunes_by_itself(tmp_path: Path) -> None:
    async with program(tmp_path, Retention(size_bytes=500_000)) as here:
        for _ in range(11):
            ids = [here.ask() for _ in range(100)]
            for future_id in ids:
                here.end(future_id, "words " * 500)
            await here.futures.wait_all()
        count = len(await here.store.ids(FutureQuery()))
        assert 0 < count < 1_100
        assert (await here.futures.find(ids[-1])).id == ids[-1]


async def test_a_program_prunes_bit_by_bit_until_all_is_gone_that_is_too_old(tmp_path: Path) -> None:
    async with program(tmp_path, NOTHING_OLD) as here:
        ids = [here.ask() for _ in range(1_100)]
        for future_id in ids:
            here.end(future_id)
        await here.futures.wait_all()
    async with program(tmp_path, Retention(age_s=0.0)) as later:
        for _ in range(5):
            await later.store.interrupt_lost()  # waits for the work before it
        assert await later.store.ids(FutureQuery()) == []


async def test_an_export_has_each_future_in_full_on_a_line(tmp_path: Path) -> None:
    async with program(tmp_path) as here:
        future = await here.answered("Zwei\nZeilen", text="Ü?")
        failed = here.ask("Fail, please")
        here.end(failed, "", FutureState.FAILED, error="No quota left")
        await here.settled(failed)
        path = tmp_path / "out.jsonl"
        assert await here.store.export(path, FutureQuery(descending=False)) == 2
        assert (
            await here.store.export(tmp_path / "some.jsonl", FutureQuery(states=frozenset({FutureState.FAILED}))) == 1
        )
    first, second = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert (first["id"], first["state"], first["model"]) == (future.id, "succeeded", "m")
    assert first["request"]["messages"] == [{"role": "user", "content": "Ü?"}]
    assert first["result"]["choices"][0]["text"] == "Zwei\nZeilen"
    assert [change["state"] for change in first["history"]] == ["queued", "succeeded"]
    assert (second["id"], second["state"], second["result"]["error"]) == (failed, "failed", "No quota left")
