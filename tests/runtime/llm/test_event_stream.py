"""Events come out whole however the bytes are cut."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from runtime.llm.event_stream import EventStream

STREAM = (
    b": a comment\n"
    b"id: 1\nevent: message\ndata: one\n\n"
    b"data:two\r\n\r\n"
    b"retry: 5\n\n\n"
    b"data: first line\ndata: second line\n\n"
    + "data: zwölf\n\n".encode()
    + b"data: [DONE]\n\ndata: cut off"
)  # fmt: skip
EVENTS = [b"one", b"two", b"first line\nsecond line", "zwölf".encode(), b"[DONE]"]


def test_all_at_once() -> None:
    assert EventStream().feed(STREAM) == EVENTS


def test_a_line_of_many_pieces_is_whole() -> None:
    stream = EventStream()
    assert stream.feed(b"data: ") == []
    for _ in range(1000):
        assert stream.feed(b"x" * 1000) == []
    assert stream.feed(b"\n\ndata: next\n\n") == [b"x" * 1_000_000, b"next"]


@given(st.lists(st.integers(0, len(STREAM))))
def test_in_any_pieces(cuts: list[int]) -> None:
    stream, events = EventStream(), []
    places = [0, *sorted(cuts), len(STREAM)]
    for start, end in itertools.pairwise(places):
        events += stream.feed(STREAM[start:end])
    assert events == EVENTS
