"""Pieces of a choice are put together by kind, and a choice survives being written down."""

from __future__ import annotations

import json

import pytest

from runtime.choices import Choice, PartialChoice, Piece, ToolCall
from runtime.usage import TokenCount, token_count

PIECES = (
    Piece("Let me ", kind="reasoning"), Piece("Yes"), Piece("", kind="tool_call", call=1, call_id="c1", name="g"),
    Piece("see.", kind="reasoning"), Piece('{"a": ', kind="tool_call", call_id="c0", name="f"), Piece("!"),
    Piece("1}", kind="tool_call"), Piece("{}", kind="tool_call", call=1), Piece("No.", kind="refusal"),
)  # fmt: skip


def test_each_kind_is_put_together_by_itself() -> None:
    partial = PartialChoice()
    for piece in PIECES:
        partial.add(piece)
    assert partial.text() == "Yes!"
    assert partial.choice() == Choice(
        "Yes!", "Let me see.", "No.", (ToolCall("c0", "f", '{"a": 1}'), ToolCall("c1", "g", "{}"))
    )


def test_a_choice_comes_back_from_json_as_it_was() -> None:
    choice = Choice("Yes!", "Hm.", "No.", (ToolCall("c0", "f", "{}"),), "stop")
    assert Choice.from_json(json.loads(json.dumps(choice.as_json()))) == choice


def test_tokens_are_counted_as_the_server_says() -> None:
    usage = {
        "prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15,
        "prompt_tokens_details": {"cached_tokens": 8}, "completion_tokens_details": {"reasoning_tokens": 3},
    }  # fmt: skip
    count = token_count(usage)
    assert count == TokenCount(10, 5, cached=8, reasoning=3)
    assert count is not None
    assert count.total == 15


@pytest.mark.parametrize("usage", [
    None, {}, {"prompt_tokens": 1}, {"prompt_tokens": "many", "completion_tokens": 1},
    {"prompt_tokens": -1, "completion_tokens": 1}, {"prompt_tokens": True, "completion_tokens": 1},
])  # fmt: skip
def test_a_count_that_cannot_be_read_is_none(usage: dict[str, object] | None) -> None:
    assert token_count(usage) is None


def test_details_that_cannot_be_read_are_left_out() -> None:
    usage = {"prompt_tokens": 1, "completion_tokens": 2, "prompt_tokens_details": None, "completion_tokens_details": 7}
    assert token_count(usage) == TokenCount(1, 2)
