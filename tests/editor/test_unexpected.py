"""Errors that nobody expected are shown once and logged with their traceback."""

from __future__ import annotations

import asyncio

import pytest

from editor.notices import MOST_ROWS, NoticeBar
from editor.tasks import Tasks
from editor.unexpected import UnexpectedErrors
from runtime.errors import DocumentError


@pytest.fixture
def shown() -> list[str]:
    return []


@pytest.fixture
def errors(shown) -> UnexpectedErrors:
    return UnexpectedErrors(shown.append)


def fail() -> None:
    raise ValueError("a node is upside down")


def test_an_error_in_a_callback_is_shown_and_logged(drive, errors, shown, surprises):
    async def main():
        loop = asyncio.get_running_loop()
        uninstall = errors.install(loop)
        loop.call_soon(fail)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        uninstall()

    drive(main())
    assert len(shown) == 1
    assert "ValueError: a node is upside down" in shown[0]
    surprises.expect("in fail")  # the traceback


def test_an_error_that_repeats_is_told_once(drive, errors, shown, surprises):
    async def main():
        loop = asyncio.get_running_loop()
        uninstall = errors.install(loop)
        for _ in range(100):
            loop.call_soon(fail)
        await asyncio.sleep(0.001)
        uninstall()

    drive(main())
    assert len(shown) == 1
    assert len(surprises.seen) == 1
    surprises.expect("a node is upside down")


def test_our_own_errors_speak_for_themselves_and_are_no_bug(errors, shown):
    errors.report("save the flow", DocumentError("the moon is in the way"))
    assert shown == ["Could not save the flow: the moon is in the way"]


def test_a_failed_task_is_told_by_its_name(drive, surprises):
    told: list[tuple[str, BaseException]] = []

    async def break_down() -> None:
        fail()

    async def main():
        tasks = Tasks(lambda name, error: told.append((name, error)))
        await asyncio.wait([tasks.spawn("paint the moon", break_down())])

    drive(main())
    assert [(name, str(error)) for name, error in told] == [("paint the moon", "a node is upside down")]


def test_closing_the_tasks_cancels_all_but_the_caller(drive):
    async def main():
        tasks = Tasks(lambda name, error: pytest.fail(f"{name}: {error}"))
        sleeper = tasks.spawn("sleep", asyncio.Event().wait())
        await asyncio.wait([tasks.spawn("close", tasks.close())])
        assert sleeper.cancelled()

    drive(main())


def test_equal_notices_are_one_row_and_the_oldest_makes_room(qapp, dark):
    bar = NoticeBar(dark)
    bar.say("error", "first")
    take_away = bar.say("error", "first")
    assert bar.texts == ["first"]
    take_away()
    take_away()
    assert not bar.texts
    assert bar.isHidden()
    for number in range(MOST_ROWS):
        bar.say("info", str(number))
    assert bar.texts == [str(number) for number in range(MOST_ROWS)]
