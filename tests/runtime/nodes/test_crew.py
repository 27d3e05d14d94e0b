"""Tasks that stand and fall together."""

from __future__ import annotations

import asyncio

import pytest
from flows import TIMEOUT

from runtime.nodes.crew import Crew

pytestmark = pytest.mark.anyio


class Work:
    """Coroutines that note what becomes of them."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    async def end(self) -> None:
        self.notes.append("ended")

    async def fail(self, error: BaseException) -> None:
        raise error

    async def wait(self, error: BaseException | None = None) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.notes.append("cancelled")
            if error is not None:
                raise error from None
            raise


async def waited(crew: Crew) -> None:
    async with asyncio.timeout(TIMEOUT):
        await crew.wait()


async def test_waits_for_all_also_for_those_that_members_start() -> None:
    work, crew = Work(), Crew()

    async def parent() -> None:
        crew.start(work.end(), "child")

    crew.start(parent(), "parent")
    crew.start(work.end(), "other")
    await waited(crew)
    assert work.notes == ["ended", "ended"]


async def test_without_members_there_is_nothing_to_wait_for() -> None:
    await waited(Crew())


@pytest.mark.parametrize("error", [ValueError("bad"), BaseException("a signal")])
async def test_the_first_exception_cancels_the_others_and_comes_out_as_it_is(error: BaseException) -> None:
    work, crew = Work(), Crew()
    crew.start(work.wait(ValueError("later")), "waiting")
    crew.start(work.wait(), "waiting too")
    crew.start(work.fail(error), "failing")
    with pytest.raises(type(error)) as caught:
        await waited(crew)
    assert caught.value is error
    assert work.notes == ["cancelled", "cancelled"]


async def test_a_failure_leaves_the_cancellation_count_of_the_waiting_task_alone() -> None:
    work, crew = Work(), Crew()
    crew.start(work.fail(ValueError("bad")), "failing")
    with pytest.raises(ValueError, match="bad"):
        await waited(crew)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_cancelling_the_wait_cancels_all_and_is_passed_on_whatever_they_raise() -> None:
    work, crew = Work(), Crew()
    crew.start(work.wait(), "waiting")
    crew.start(work.wait(ValueError("bad cleanup")), "waiting too")
    waiting = asyncio.ensure_future(crew.wait())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert work.notes == ["cancelled", "cancelled"]


async def test_what_a_member_starts_when_the_crew_ends_is_cancelled_too() -> None:
    work, crew = Work(), Crew()

    async def stubborn() -> None:
        try:
            await work.wait()
        except asyncio.CancelledError:
            crew.start(work.wait(), "one more")

    crew.start(stubborn(), "stubborn")
    await asyncio.sleep(0)
    crew.cancel()
    await waited(crew)
    assert work.notes == ["cancelled"]


async def test_cancelling_the_crew_ends_the_wait_without_an_error() -> None:
    work, crew = Work(), Crew()
    crew.start(work.wait(), "waiting")
    await asyncio.sleep(0)
    crew.cancel()
    await waited(crew)
    assert work.notes == ["cancelled"]
