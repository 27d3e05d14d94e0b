"""Requests of earlier sessions: listed by the same rules as those in memory, read when seen, asked again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from asking import profile_of
from driving import until
from editor_window import appeared
from openai_server import OpenAIServer
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QProgressBar
from stored import Program, program

from editor.panels.futures.arrangement import Grouping
from editor.panels.futures.columns import Column
from editor.panels.futures.history import HistorySource
from editor.panels.futures.panel import FuturesPanel
from editor.panels.futures.resend_editor import ResendEditor
from editor.tasks import Tasks
from editor.theme import Theme
from runtime.completions import Completions
from runtime.futures.future import FutureState
from runtime.futures.query import FutureQuery
from runtime.ids import FutureId, NodeId
from runtime.llm.network import NetworkThread
from runtime.llm.providers import Providers

pytestmark = pytest.mark.usefixtures("qapp")
Drive = Callable[[Coroutine[Any, Any, None]], None]
DESCENDING = Qt.SortOrder.DescendingOrder


class Session:
    """A panel over the futures of a program that was just started, and those of earlier ones."""

    def __init__(self, here: Program, theme: Theme, base_url: str, most_rows: int) -> None:
        self.here = here
        self.failures: list[str] = []
        self.tasks = Tasks(lambda name, error: self.failures.append(f"{name}: {error!r}"))
        providers = Providers([profile_of(base_url, name="p")], environment={"TEST_KEY": "k"})
        self.completions = Completions(here.futures, providers, NetworkThread(None))
        titles = {("", NodeId("ask")): "The asker"}
        source = HistorySource(here.futures, here.store, self.tasks.spawn, lambda: titles, most_rows)
        self.panel = FuturesPanel(here.futures, self.completions, providers, theme, lambda _run, node: node, source)
        self.model = self.panel.model
        self.said: list[str] = []
        self.panel.message.connect(self.said.append)
        self.panel.resize(1300, 500)
        self.panel.show()

    def hear(self) -> None:
        """Give the panel what has happened here."""
        for event in self.here.events:
            self.panel.on_event(event)
        self.here.events.clear()
        self.model.flush()

    async def arranged(self, change: Callable[[], object]) -> None:
        """Change how lines are listed, and wait until they are."""
        change()
        await until(lambda: self.model.listing.arrangement is self.model.wanted, self.model.history.listed)

    async def listed(self, change: Callable[[], object]) -> list[str]:
        """Ids, and titles of groups, after a change."""
        await self.arranged(change)
        return self.lines()

    def lines(self) -> list[str]:
        places = range(self.model.rowCount())
        found = []
        for place in places:
            group = self.model.group_at(place)
            found.append(f"{group.title} {group.size}" if group else self.model.key(place).id)
        return found

    async def read(self) -> None:
        """Wait until every line has its row."""
        await until(self._has_rows, self.model.history.rows_loaded)

    def _has_rows(self) -> bool:
        rows = [self.model.row_at(place) for place in range(self.model.rowCount())]
        return all(row is not None for row in rows)

    def cells(self, column: Column) -> list[str]:
        return [self.model.index(place, column).data() for place in range(self.model.rowCount())]

    def progress(self) -> tuple[int, bool, str]:
        """Percent, whether it is told at all, and how."""
        line = self.panel.search_progress
        return line.findChild(QProgressBar).value(), line.isVisible(), line.findChild(QLabel).text()

    async def earlier(self) -> None:
        await self.arranged(self.panel.actions_by_name["earlier"].trigger)


@asynccontextmanager
async def session(
    folder: Path, theme: Theme, base_url: str = "http://127.0.0.1:1/v1", most_rows: int = 100
) -> AsyncIterator[Session]:
    """The program of today."""
    async with program(folder) as here:
        made = Session(here, theme, base_url, most_rows)
        try:
            yield made
        finally:
            await made.tasks.close()
            await made.completions.close()
            assert made.failures == []
            made.panel.close()


async def yesterday(folder: Path, count: int = 3) -> list[FutureId]:
    """Some answers of an earlier program."""
    async with program(folder) as here:
        return [(await here.answered(f"Answer {number}", text=f"Question {number}")).id for number in range(count)]


def test_earlier_requests_stand_before_those_of_today_and_are_read_when_seen(
    dark: Theme, drive: Drive, tmp_path: Path
) -> None:
    async def main() -> None:
        old = await yesterday(tmp_path)
        async with session(tmp_path, dark) as today:
            new = today.here.ask("Now?")
            today.hear()
            assert today.lines() == [new]
            await today.earlier()
            assert today.lines() == [*old, new]
            assert today.model.counts[FutureState.SUCCEEDED] == 3
            await today.read()
            assert today.cells(Column.NODE) == ["The asker"] * 3 + ["ask"]
            assert today.cells(Column.TEXT)[:3] == ["Answer 0", "Answer 1", "Answer 2"]
            today.panel.actions_by_name["earlier"].trigger()
            assert today.lines() == [new]
            assert today.model.counts[FutureState.SUCCEEDED] == 0

    drive(main())


def test_they_are_sorted_grouped_and_filtered_together(dark: Theme, drive: Drive, tmp_path: Path) -> None:
    async def main() -> None:
        async with program(tmp_path) as here:
            first = (await here.answered("short", model="b", run="run_1", text="cats")).id
            second = (await here.answered("long", model="d", run="run_2", text="dogs")).id
            lost = here.ask("lost", model="a", run="run_2")
        async with session(tmp_path, dark) as today:
            third = (await today.here.answered("new", model="c", run="run_3", text="cats and dogs")).id
            today.hear()
            model = today.model
            await today.earlier()
            assert today.lines() == [first, second, lost, third]
            assert await today.listed(lambda: model.sort(Column.MODEL)) == [lost, first, third, second]
            assert await today.listed(lambda: model.sort(Column.MODEL, DESCENDING)) == [second, third, first, lost]
            assert await today.listed(lambda: model.sort(Column.STATE)) == [first, second, third, lost]
            groups = await today.listed(lambda: model.set_grouping(Grouping.RUN))
            assert [line.split()[-1] for line in groups] == ["1", first, "2", second, lost, "1", third]
            model.fold([model.key(2).group], folded=True)
            assert [line.split()[-1] for line in today.lines()] == ["1", first, "2", "1", third]
            model.fold(list(model.listing.groups), folded=False)
            await today.arranged(lambda: model.set_grouping(Grouping.NONE))
            await today.arranged(lambda: model.sort(-1))
            assert await today.listed(lambda: model.set_filter((), "node:ask run:run_2")) == [second, lost]
            assert await today.listed(lambda: model.set_filter((), "state:interrupted")) == [lost]
            assert await today.listed(lambda: model.set_filter({FutureState.SUCCEEDED}, "short")) == [first]
            # The store looks into whole requests, the memory into what a row shows.
            assert await today.listed(lambda: model.set_filter((), "dogs")) == [second]
            assert await today.listed(lambda: model.set_filter((), "model:b")) == [first]

    drive(main())


def test_all_about_an_earlier_request_is_shown_and_copied(dark: Theme, drive: Drive, tmp_path: Path) -> None:
    async def main() -> None:
        await yesterday(tmp_path, 2)
        async with session(tmp_path, dark) as today:
            await today.earlier()
            await today.read()
            table, details = today.panel.table, today.panel.details
            table.selectRow(1)
            await until(lambda: details.current_text == "Answer 1", today.model.history.rows_loaded, details.shown)
            today.panel.actions_by_name["copy"].trigger()
            assert QGuiApplication.clipboard().text() == "Answer 1"
            today.panel.actions_by_name["copy_curl"].trigger()
            await until(lambda: len(today.said) == 2, today.panel.message)
            assert "Question 1" in QGuiApplication.clipboard().text()

    drive(main())


def test_what_the_end_of_the_program_cut_off_is_told_listed_and_asked_again_at_once(
    dark: Theme, drive: Drive, tmp_path: Path
) -> None:
    async def main() -> None:
        with OpenAIServer() as server:
            async with program(tmp_path) as here:
                lost = [here.ask(f"echo {number}", model="ok") for number in range(2)]
                await here.answered("whole")
            async with session(tmp_path, dark, server.base_url) as today:
                await today.panel.look_for_interrupted()
                bar = today.panel.interrupted
                assert bar.isVisible()
                QTest.mouseClick(bar.show_them, Qt.MouseButton.LeftButton)
                await until(lambda: today.lines() == lost, today.model.history.listed)
                QTest.mouseClick(bar.resend, Qt.MouseButton.LeftButton)
                await until(lambda: today.said, today.panel.message)
                assert today.said == ["Asked 2 again."]
                assert not bar.isVisible()
                await today.here.futures.wait_all()
                asked = sorted(request.body["messages"][0]["content"] for request in server.requests)
                assert asked == ["echo 0", "echo 1"]
                assert {future.retry_of for future in today.here.futures} == set(lost)
                await today.panel.look_for_interrupted()
                assert not bar.isVisible()

    drive(main())


def test_one_of_them_is_asked_again_or_edited(dark: Theme, drive: Drive, tmp_path: Path) -> None:
    async def main() -> None:
        with OpenAIServer() as server:
            async with program(tmp_path) as here:
                lost = here.ask("echo me", model="ok")
            async with session(tmp_path, dark, server.base_url) as today:
                await today.earlier()
                await today.read()
                today.panel.table.selectRow(0)
                today.panel.actions_by_name["retry"].trigger()
                await server.until(lambda: len(server.requests) == 1)
                await today.here.futures.wait_all()
                (again,) = today.here.futures
                assert again.retry_of == lost
                today.panel.actions_by_name["edit"].trigger()
                editor = await appeared(today.panel, ResendEditor)
                assert editor.cards[0].text.toPlainText() == "echo me"
                editor.close()

    drive(main())


def test_what_is_pinned_stays_on_top_in_later_sessions(dark: Theme, drive: Drive, tmp_path: Path) -> None:
    async def main() -> None:
        old = await yesterday(tmp_path)
        async with session(tmp_path, dark) as today:
            await today.earlier()
            await today.read()
            today.panel.table.selectRow(2)
            today.panel.actions_by_name["pin"].trigger()
            await until(lambda: today.lines() == [old[2], old[0], old[1]], today.model.history.listed)
        async with session(tmp_path, dark) as tomorrow:
            await tomorrow.earlier()
            assert tomorrow.lines() == [old[2], old[0], old[1]]
            await tomorrow.read()
            row = tomorrow.model.row_at(0)
            assert row is not None
            assert row.pinned

    drive(main())


def test_the_memory_stays_bounded_and_old_rows_become_lines_of_the_store(
    dark: Theme, drive: Drive, tmp_path: Path
) -> None:
    async def main() -> None:
        async with session(tmp_path, dark, most_rows=10) as today:
            await today.earlier()
            ids = []
            for number in range(15):
                ids.append((await today.here.answered(f"Answer {number}", run=f"run_{number % 2}")).id)
                today.hear()
            pending = today.here.ask("still here")
            today.hear()
            assert len(today.model.listing.rows) <= 11
            assert today.lines() == [*ids, pending]
            assert today.model.counts[FutureState.SUCCEEDED] == 15
            await today.read()
            assert today.cells(Column.TEXT)[:2] == ["Answer 0", "Answer 1"]
            today.panel.actions_by_name["earlier"].trigger()
            assert today.lines()[-1] == pending
            assert len(today.lines()) == len(today.model.listing.rows)

    drive(main())


def test_without_the_history_old_rows_leave_the_list(dark: Theme, drive: Drive, tmp_path: Path) -> None:
    async def main() -> None:
        async with session(tmp_path, dark, most_rows=4) as today:
            ids = [(await today.here.answered(f"Answer {number}")).id for number in range(9)]
            today.hear()
            assert today.lines() == ids[5:]
            assert today.model.counts[FutureState.SUCCEEDED] == 4

    drive(main())


def test_clearing_the_list_hides_the_history_and_deletes_nothing(dark: Theme, drive: Drive, tmp_path: Path) -> None:
    async def main() -> None:
        old = await yesterday(tmp_path)
        async with session(tmp_path, dark) as today:
            await today.earlier()
            today.panel.actions_by_name["clear"].trigger()
            assert today.lines() == []
            assert not today.panel.actions_by_name["earlier"].isChecked()
            await today.earlier()
            assert today.lines() == old

    drive(main())


def test_that_the_history_is_shown_is_remembered(dark: Theme, drive: Drive, tmp_path: Path) -> None:
    async def main() -> None:
        old = await yesterday(tmp_path)
        async with session(tmp_path, dark) as today:
            await today.earlier()
            state = today.panel.view_state()
        async with session(tmp_path, dark) as tomorrow:
            await tomorrow.arranged(lambda: tomorrow.panel.restore_view(state))
            assert tomorrow.lines() == old
            assert tomorrow.panel.actions_by_name["earlier"].isChecked()

    drive(main())


async def many_in_flight(here: Program, count: int = 700) -> list[FutureId]:
    """Requests of another program that cannot be found by words yet: that comes once they settle, or at need."""
    asked = [here.ask(f"Where is needle {number}?") for number in range(count)]
    while (await here.store.counts(FutureQuery())).total() < count:
        pass  # they are being written
    return asked


def test_a_search_of_many_requests_tells_how_far_it_is_and_lists_what_it_has(
    dark: Theme, drive: Drive, tmp_path: Path
) -> None:
    async def main() -> None:
        async with program(tmp_path) as other, session(tmp_path, dark) as today:
            asked = await many_in_flight(other)
            await today.earlier()
            shown: list[tuple[int, bool, str]] = []
            today.model.history.searched.connect(lambda _share: shown.append(today.progress()))
            listed: list[int] = []
            today.model.history.listed.connect(lambda _arrangement, lines: listed.append(len(lines.keys)))
            QTest.keyClicks(today.panel.filter_field, "needle")
            await until(lambda: len(listed) == 2, today.model.history.listed)
            assert listed == [200, len(asked)]
            assert today.lines() == asked
            assert [percent for percent, visible, _ in shown if visible][-1] == 100
            assert (28, True, "Making earlier requests findable: 28 %") in shown
            await until(today.panel.search_progress.isHidden, today.model.history.searched)

    drive(main())


def test_who_types_on_waits_for_nothing_of_the_search_before(dark: Theme, drive: Drive, tmp_path: Path) -> None:
    async def main() -> None:
        async with program(tmp_path) as other, session(tmp_path, dark) as today:
            await many_in_flight(other)
            last = other.ask("Where is the needle of gold?")
            history, listed = today.model.history, []
            await today.earlier()
            history.listed.connect(lambda arrangement, _lines: listed.append(arrangement.filter.words))

            def type_on(_share: float | None) -> None:
                if listed == [("needle",)]:
                    today.model.set_filter((), "needle gold")

            history.searched.connect(type_on)
            QTest.keyClicks(today.panel.filter_field, "needle")
            await until(lambda: today.lines() == [last] and today.panel.search_progress.isHidden(), history.searched)
            assert listed.count(("needle",)) == 1

    drive(main())
