"""Changes go from one loop to the other in order, merged by the tick, and hold up neither."""

from __future__ import annotations

import asyncio

import pytest
from openai_server import TIMEOUT

from runtime.choices import Piece
from runtime.ids import FutureId
from runtime.llm.changes import Answer, Change, Moved, Settled
from runtime.llm.delivery import Inbox, Outbox, Parcel

pytestmark = pytest.mark.anyio

A, B = FutureId("fut_a"), FutureId("fut_b")
END = Settled("succeeded", Answer())


class Sent:
    """The batches of an outbox, and a way to wait for the next."""

    def __init__(self) -> None:
        self.batches: list[list[Parcel]] = []
        self._came = asyncio.Event()

    def __call__(self, batch: list[Parcel]) -> None:
        self.batches.append(batch)
        self._came.set()

    async def next(self) -> list[Parcel]:
        async with asyncio.timeout(TIMEOUT):
            await self._came.wait()
        self._came.clear()
        return self.batches[-1]


async def test_text_is_merged_by_future_and_choice_and_never_past_another_change() -> None:
    sent, moved = Sent(), Moved("retry_wait")
    outbox = Outbox(sent)
    for future_id, change in [
        (A, Piece("a")), (B, Piece("b")), (A, Piece("x", choice=1)), (A, Piece("a")),
        (A, moved), (A, Piece("c")), (B, Piece("b")),
    ]:  # fmt: skip
        outbox.add(future_id, change)
    assert await sent.next() == [
        (A, Piece("aa")), (B, Piece("bb")), (A, Piece("x", choice=1)), (A, moved),
        (A, Piece("c")),
    ]  # fmt: skip


async def test_kinds_and_calls_are_merged_each_by_itself() -> None:
    sent = Sent()
    outbox = Outbox(sent)
    first = Piece("{", kind="tool_call", call_id="c", name="f")
    for piece in (first, Piece("a"), Piece("[", kind="tool_call", call=1), Piece("}", kind="tool_call"), Piece("b")):
        outbox.add(A, piece)
    assert await sent.next() == [
        (A, Piece("{}", kind="tool_call", call_id="c", name="f")), (A, Piece("ab")),
        (A, Piece("[", kind="tool_call", call=1)),
    ]  # fmt: skip


async def test_the_end_of_a_request_does_not_wait_for_the_tick() -> None:
    sent = Sent()
    outbox = Outbox(sent)
    outbox.add(A, Moved("sending"))
    await sent.next()
    outbox.taken()
    outbox.add(A, Piece("a"))
    outbox.add(A, END)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert sent.batches[-1] == [(A, Piece("a")), (A, END)]


async def test_one_batch_is_under_way_at_a_time() -> None:
    sent = Sent()
    outbox = Outbox(sent)
    outbox.add(A, END)
    await sent.next()
    outbox.add(B, Piece("b"))
    outbox.add(B, END)
    for _ in range(5):
        await asyncio.sleep(0)
    assert len(sent.batches) == 1
    outbox.taken()
    assert await sent.next() == [(B, Piece("b")), (B, END)]


async def test_flush_sends_what_is_there_even_so() -> None:
    sent = Sent()
    outbox = Outbox(sent)
    outbox.add(A, END)
    outbox.flush()
    outbox.add(B, END)
    outbox.flush()
    outbox.flush()
    assert sent.batches == [[(A, END)], [(B, END)]]


async def test_the_inbox_gives_others_their_turn_and_keeps_the_order() -> None:
    loop = asyncio.get_running_loop()
    applied: list[FutureId] = []
    taken = asyncio.Event()
    turns = 0

    def apply(future_id: FutureId, _: Change) -> None:
        applied.append(future_id)
        end = loop.time() + 0.001
        while loop.time() < end:  # work that takes the loop's time
            pass

    def count_turns() -> None:
        nonlocal turns
        if not taken.is_set():
            turns += 1
            loop.call_soon(count_turns)

    inbox = Inbox(apply, taken.set)
    ids = [FutureId(f"fut_{number}") for number in range(50)]
    inbox.receive([(future_id, END) for future_id in ids[:25]])
    inbox.receive([(future_id, END) for future_id in ids[25:]])
    count_turns()
    async with asyncio.timeout(TIMEOUT):
        await taken.wait()
    assert applied == ids
    assert turns > 2


async def test_the_inbox_goes_on_after_an_error() -> None:
    applied: list[FutureId] = []
    taken = asyncio.Event()

    def apply(future_id: FutureId, _: Change) -> None:
        if future_id == A:
            raise ValueError("a listener failed")
        applied.append(future_id)

    inbox = Inbox(apply, taken.set)
    with pytest.raises(ValueError, match="listener"):
        inbox.receive([(A, END), (B, END)])
    async with asyncio.timeout(TIMEOUT):
        await taken.wait()
    assert applied == [B]
