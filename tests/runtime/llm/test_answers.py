"""Chunks are put together into what a plain answer would have been."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.llm.answers import StreamedAnswer, plain_answer


def chunk(*choices: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "x", "object": "chat.completion.chunk", "model": "m", "choices": list(choices), **more}


def part(index: int, finish: str | None = None, **delta: Any) -> dict[str, Any]:
    return {"index": index, "delta": delta, "finish_reason": finish}


def put_together(*chunks: dict[str, Any]) -> StreamedAnswer:
    answer = StreamedAnswer()
    for each in chunks:
        answer.add(each)
    return answer


def test_choices_that_come_interleaved_are_kept_apart() -> None:
    answer = StreamedAnswer()
    assert answer.add(chunk(part(1, content="b"), part(0, role="assistant", content="a"))) == [(1, "b"), (0, "a")]
    assert answer.add(chunk(part(0, content="A"))) == [(0, "A")]
    assert not answer.is_complete
    answer.add(chunk(part(0, "stop")))
    assert not answer.is_complete
    answer.add(chunk(part(1, "length")))
    assert answer.is_complete
    assert answer.answer().messages == ("aA", "b")
    assert answer.answer().finish_reason == "stop"
    assert [choice["finish_reason"] for choice in answer.answer().response["choices"]] == ["stop", "length"]


def test_the_last_chunk_may_bring_the_usage_and_no_choice() -> None:
    answer = put_together(chunk(part(0, "stop", content="a"), usage=None), chunk(usage={"total_tokens": 3}))
    assert answer.is_complete
    assert answer.answer().usage == {"total_tokens": 3}


def test_calls_of_tools_come_in_fragments_told_apart_by_index() -> None:
    def call(index: int, **function: str) -> dict[str, Any]:
        return {"index": index, "function": function}

    answer = put_together(
        chunk(part(0, tool_calls=[{"id": "c0", "type": "function", **call(0, name="f", arguments="")}])),
        chunk(part(0, tool_calls=[{"id": "c1", "type": "function", **call(1, name="g", arguments="")}])),
        chunk(part(0, tool_calls=[call(0, arguments='{"a":'), call(1, arguments="{}")])),
        chunk(part(0, "tool_calls", tool_calls=[call(0, arguments=" 1}")])),
    )
    message = answer.answer().response["choices"][0]["message"]
    assert message == {"role": "assistant", "content": None, "tool_calls": [
        {"id": "c0", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}},
        {"id": "c1", "type": "function", "function": {"name": "g", "arguments": "{}"}},
    ]}  # fmt: skip
    assert answer.answer().messages == ("",)


def test_what_is_not_text_is_kept_too() -> None:
    answer = put_together(
        chunk(part(0, role="assistant", reasoning_content="Let ", refusal=None), system_fingerprint="f"),
        chunk(part(0, role="assistant", reasoning_content="me see.")),
        chunk({**part(0, "stop", content="a"), "logprobs": {"content": [{"token": "a"}]}}),
    )
    choice = answer.answer().response["choices"][0]
    assert choice["message"]["reasoning_content"] == "Let me see."
    assert choice["message"]["role"] == "assistant"
    assert choice["logprobs"] == {"content": [{"token": "a"}]}
    assert answer.answer().response["system_fingerprint"] == "f"


def test_nothing_came_is_no_answer() -> None:
    assert StreamedAnswer().answer().response is None
    assert not StreamedAnswer().is_complete


def test_a_part_of_an_answer_has_a_text_for_each_index() -> None:
    assert put_together(chunk(part(2, content="c"))).answer().messages == ("", "", "c")


@pytest.mark.parametrize("odd", [
    {"choices": "none"}, {"choices": 7}, {"choices": [7]}, {"choices": [{"index": "a"}]},
    {"choices": [{"delta": "text"}]}, {"choices": [{"index": -1}]}, {"choices": [{"index": 10**12}]},
    {"choices": [{"delta": {"tool_calls": {"name": "f"}}}]}, {"choices": [{"delta": {"tool_calls": ["f"]}}]},
])  # fmt: skip
def test_what_is_no_chunk_is_refused_and_spoils_nothing(odd: dict[str, Any]) -> None:
    answer = put_together(chunk(part(0, content="a")))
    with pytest.raises((TypeError, AttributeError, ValueError)):
        answer.add(odd)
    assert answer.answer().messages == ("a",)


@pytest.mark.parametrize("odd", [
    {"delta": {"tool_calls": None}}, {"delta": {"tool_calls": [{"id": "no index"}]}}, {"delta": None},
    {"message": "a whole one", "delta": {}}, {"index": None, "delta": {"function_call": None}},
])  # fmt: skip
def test_a_chunk_may_say_things_in_its_own_way(odd: dict[str, Any]) -> None:
    answer = put_together(chunk(part(0, content="a")), chunk(odd), chunk(odd), chunk(part(0, "stop", content="b")))
    assert answer.answer().messages == ("ab",)
    assert answer.answer().response["choices"][0]["message"]["content"] == "ab"


def test_calls_of_tools_with_and_without_index_may_be_mixed() -> None:
    calls = [{"id": "c0"}, {"index": 0, "id": "c1"}]
    answer = put_together(chunk(part(0, tool_calls=calls)), chunk(part(0, tool_calls=[calls[1]])))
    assert answer.answer().response["choices"][0]["message"]["tool_calls"] == [{"id": "c0"}, {"id": "c1"}]


def test_chunks_may_hold_nothing_but_choices() -> None:
    answer = put_together({"choices": [part(0, "stop", content="a")]}).answer()
    assert (answer.messages, answer.finish_reason) == (("a",), "stop")
    assert answer.response["choices"][0]["message"]["content"] == "a"


def test_a_plain_answer_may_lack_nearly_everything() -> None:
    answer = plain_answer({"choices": [{"message": {"content": None}}, {}]})
    assert (answer.messages, answer.finish_reason, answer.usage) == (("", ""), "", None)


def test_a_usage_that_is_no_object_is_none() -> None:
    assert plain_answer({"choices": [], "usage": "much"}).usage is None
