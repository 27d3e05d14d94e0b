"""A provider's queue: first come first served, within the limits, and everybody knows where they stand."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from openai_server import TIMEOUT

from runtime.llm.admission import Admission
from runtime.llm.changes import Moved, Queued
from runtime.llm.providers import ProviderProfile

pytestmark = pytest.mark.anyio


def admission(news_s: float = TIMEOUT, **limits: Any) -> Admission:
    profile = ProviderProfile(name="lab", kind="openai_compatible", base_url="http://lab/v1", **limits)
    return Admission(profile, news_s)


class Guest:
    """Asks for a place at once, holds it until it is told to leave, and notes what it hears."""

    def __init__(self, queue: Admission, name: str = "", tokens: float = 0, log: list[str] | None = None) -> None:
        self.name = name
        self.log = log if log is not None else []
        self.heard: list[Moved | Queued] = []
        self.leave = asyncio.Event()
        self._came = asyncio.Event()
        self.task = asyncio.create_task(self._visit(queue, tokens))

    async def _visit(self, queue: Admission, tokens: float) -> None:
        async with queue.place(tokens, self._hear):
            self.log.append(self.name)
            self._came.set()
            await self.leave.wait()

    def _hear(self, news: Moved | Queued) -> None:
        self.heard.append(news)
        self._came.set()

    @property
    def reason(self) -> str:
        return next((news.reason for news in self.heard if isinstance(news, Moved)), "")

    @property
    def positions(self) -> list[int]:
        places = [news.place if isinstance(news, Moved) else news for news in self.heard]
        return [place.position for place in places if place is not None]

    async def until(self, position: int) -> None:
        """Return when it has heard that it stands there."""
        async with asyncio.timeout(TIMEOUT):
            while position not in self.positions:
                self._came.clear()
                await self._came.wait()

    async def entered(self) -> None:
        async with asyncio.timeout(TIMEOUT):
            while self.name not in self.log:
                self._came.clear()
                await self._came.wait()

    async def gone(self) -> None:
        self.leave.set()
        async with asyncio.timeout(TIMEOUT):
            await self.task


async def a_turn() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_need_not_wait_hears_nothing() -> None:
    queue = admission(most_in_flight=2)
    guests = [Guest(queue), Guest(queue)]
    await a_turn()
    assert [guest.heard for guest in guests] == [[], []]
    for guest in guests:
        await guest.gone()


async def test_who_waits_hears_where_and_why() -> None:
    queue = admission(most_in_flight=1, requests_per_minute=100)
    guests = [Guest(queue) for _ in range(3)]
    await a_turn()
    limits = r"(at most 1 in flight, 100 requests a minute)"
    assert [guest.reason for guest in guests] == [
        "",
        f"number 1 in the queue of provider 'lab', less than a second to go {limits}",
        f"number 2 in the queue of provider 'lab', about 1 s to go {limits}",
    ]
    assert [guest.positions for guest in guests] == [[], [1], [2]]
    for guest in guests:
        await guest.gone()


async def test_without_anything_to_guess_from_there_is_no_guess() -> None:
    queue = admission(most_in_flight=1)
    first, second = Guest(queue), Guest(queue)
    await a_turn()
    assert "to go" not in second.reason
    assert [news.place for news in second.heard if isinstance(news, Moved)] == [Queued(1, None)]
    await first.gone()
    await a_turn()
    third = Guest(queue)
    await a_turn()
    assert "less than a second to go" in third.reason
    await second.gone()
    await third.gone()


async def test_the_queue_moves_up_and_says_so() -> None:
    queue = admission(news_s=0.001, most_in_flight=1)
    first, second, third = (Guest(queue, name) for name in ("first", "second", "third"))
    await third.until(2)
    await first.gone()
    await third.until(1)
    second.task.cancel()
    await third.entered()
    await third.gone()


async def test_who_gives_up_in_the_queue_lets_the_next_one_up() -> None:
    queue = admission(news_s=0.001, most_in_flight=1)
    first, second, third = (Guest(queue, name) for name in ("first", "second", "third"))
    await third.until(2)
    second.task.cancel()
    await third.until(1)
    await first.gone()
    await third.entered()
    await third.gone()


async def test_so_many_requests_a_minute() -> None:
    queue = admission(requests_per_minute=2)
    guests = [Guest(queue) for _ in range(3)]
    for guest in guests[:2]:
        await guest.gone()
    await a_turn()
    assert "2 requests a minute" in guests[2].reason
    assert not guests[2].task.done()
    guests[2].task.cancel()


async def test_a_minute_is_spread_evenly_once_it_is_used_up() -> None:
    queue = admission(requests_per_minute=60)  # the next one a second later
    guests = [Guest(queue) for _ in range(61)]
    for guest in guests:
        await guest.gone()
    assert [bool(guest.reason) for guest in guests] == [False] * 60 + [True]


async def test_so_many_tokens_a_minute() -> None:
    queue = admission(tokens_per_minute=100)
    assert queue.counts_tokens
    small, large = Guest(queue, tokens=60), Guest(queue, tokens=60)
    await small.gone()
    await a_turn()
    assert "100 tokens a minute" in large.reason
    assert not large.task.done()
    large.task.cancel()


async def test_a_request_that_took_more_than_it_was_let_in_for_is_made_up_for() -> None:
    queue = admission(tokens_per_minute=100)
    first = Guest(queue, tokens=10)
    await first.gone()
    queue.took(70, expected=10)
    second = Guest(queue, tokens=40)
    await a_turn()
    assert not second.log
    second.task.cancel()


async def test_a_request_that_took_less_leaves_room() -> None:
    queue = admission(tokens_per_minute=100)
    first = Guest(queue, tokens=90)
    await first.gone()
    queue.took(10, expected=90)
    await Guest(queue, tokens=80).gone()


async def test_more_tokens_than_a_minute_has_do_not_wait_for_ever() -> None:
    await Guest(admission(tokens_per_minute=100), tokens=1000).gone()


async def test_a_large_request_is_not_passed_by_small_ones() -> None:
    log: list[str] = []
    queue = admission(tokens_per_minute=60_000)  # 1 a millisecond
    await Guest(queue, "full", 60_000, log).gone()
    guests = [Guest(queue, name, tokens, log) for name, tokens in (("large", 50), ("small", 1), ("tiny", 1))]
    for guest in guests:
        await guest.entered()
    assert log == ["full", "large", "small", "tiny"]
    for guest in guests:
        await guest.gone()


async def test_giving_up_while_the_bucket_is_full_frees_the_place() -> None:
    queue = admission(most_in_flight=1, tokens_per_minute=100)
    await Guest(queue, tokens=100).gone()
    impatient = Guest(queue, tokens=100)
    await a_turn()
    impatient.task.cancel()
    await asyncio.wait([impatient.task])
    await Guest(queue, tokens=0).gone()


async def test_many_wait_in_order() -> None:
    log: list[str] = []
    queue = admission(most_in_flight=3)
    names = [str(number) for number in range(50)]
    guests = [Guest(queue, name, log=log) for name in names]
    for guest in guests:
        await guest.gone()
    assert log == names
