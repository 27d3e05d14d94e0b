"""Tokens: as the server counts them, and an estimate until it has."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.usage import TokenCount, estimated_prompt, estimated_tokens, token_count


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


@pytest.mark.parametrize(("texts", "tokens"), [
    ((), 0), (("",), 0), (("a",), 1), (("four", "four"), 2), (("How do you count tokens?",), 6),
    (("如何计算令牌?",), 5),
    (("half a pair \ud83d",), 4),
])  # fmt: skip
def test_four_bytes_are_about_a_token(texts: tuple[str, ...], tokens: int) -> None:
    assert estimated_tokens(*texts) == tokens


@pytest.mark.parametrize(("message", "tokens"), [
    ({"role": "user", "content": "four four"}, 4 + 3),
    ({"role": "assistant", "content": None}, 4),
    ({"role": "user", "content": [{"type": "text", "text": "four"}, {"type": "image_url"}]}, 4 + 1 + 765),
    ({"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "f"}}]}, 4 + 4),
])  # fmt: skip
def test_a_prompt_is_its_texts_and_something_for_each_message_and_image(message: dict[str, Any], tokens: int) -> None:
    assert estimated_prompt([message]) == tokens
