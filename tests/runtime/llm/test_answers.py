"""Chunks are put together into what a plain answer would have been."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.choices import Choice, Piece, ToolCall
from runtime.llm.answers import StreamedAnswer, plain_answer
from runtime.llm.changes import Answer


def chunk(*choices: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "x", "object": "chat.completion.chunk", "model": "m", "choices": list(choices), **more}


def part(index: int, finish: str | None = None, **delta: Any) -> dict[str, Any]:
    return {"index": index, "delta": delta, "finish_reason": finish}


def put_together(*chunks: dict[str, Any]) -> StreamedAnswer:
    answer = StreamedAnswer()
    for each in chunks:
        answer.add(each)
    return answer


def texts(answer: Answer) -> tuple[str, ...]:
    return tuple(choice.text for choice in answer.choices)


def test_choices_that_come_interleaved_are_kept_apart() -> None:
    answer = StreamedAnswer()
    assert answer.add(chunk(part(1, content="b"), part(0, role="assistant", content="a"))) == [
        Piece("b", choice=1), Piece("a"),
    ]  # fmt: skip
    assert answer.add(chunk(part(0, content="A"))) == [Piece("A")]
    assert not answer.is_complete
    answer.add(chunk(part(0, "stop")))
    assert not answer.is_complete
    answer.add(chunk(part(1, "length")))
    assert answer.is_complete
    assert answer.answer().choices == (Choice("aA", finish_reason="stop"), Choice("b", finish_reason="length"))
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
    assert answer.answer().choices == (
        Choice(tool_calls=(ToolCall("c0", "f", '{"a": 1}'), ToolCall("c1", "g", "{}")), finish_reason="tool_calls"),
    )


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
    assert texts(put_together(chunk(part(2, content="c"))).answer()) == ("", "", "c")


@pytest.mark.parametrize("odd", [
    {"choices": "none"}, {"choices": 7}, {"choices": [7]}, {"choices": [{"index": "a"}]},
    {"choices": [{"delta": "text"}]}, {"choices": [{"index": -1}]}, {"choices": [{"index": 10**12}]},
    {"choices": [{"delta": {"tool_calls": {"name": "f"}}}]}, {"choices": [{"delta": {"tool_calls": ["f"]}}]},
])  # fmt: skip
def test_what_is_no_chunk_is_refused_and_spoils_nothing(odd: dict[str, Any]) -> None:
    answer = put_together(chunk(part(0, content="a")))
    with pytest.raises((TypeError, AttributeError, ValueError)):
        answer.add(odd)
    assert texts(answer.answer()) == ("a",)


@pytest.mark.parametrize("odd", [
    {"delta": {"tool_calls": None}}, {"delta": {"tool_calls": [{"id": "no index"}]}}, {"delta": None},
    {"message": "a whole one", "delta": {}}, {"index": None, "delta": {"function_call": None}},
])  # fmt: skip
def test_a_chunk_may_say_things_in_its_own_way(odd: dict[str, Any]) -> None:
    answer = put_together(chunk(part(0, content="a")), chunk(odd), chunk(odd), chunk(part(0, "stop", content="b")))
    assert texts(answer.answer()) == ("ab",)
    assert answer.answer().response["choices"][0]["message"]["content"] == "ab"


def test_calls_of_tools_with_and_without_index_may_be_mixed() -> None:
    calls = [{"id": "c0"}, {"index": 0, "id": "c1"}]
    answer = put_together(chunk(part(0, tool_calls=calls)), chunk(part(0, tool_calls=[calls[1]])))
    assert answer.answer().response["choices"][0]["message"]["tool_calls"] == [{"id": "c0"}, {"id": "c1"}]


def test_chunks_may_hold_nothing_but_choices() -> None:
    answer = put_together({"choices": [part(0, "stop", content="a")]}).answer()
    assert answer.choices == (Choice("a", finish_reason="stop"),)
    assert answer.response["choices"][0]["message"]["content"] == "a"


def test_a_plain_answer_may_lack_nearly_everything() -> None:
    answer = plain_answer({"choices": [{"message": {"content": None}}, {}]})
    assert (answer.choices, answer.usage) == ((Choice(), Choice()), None)


def test_a_usage_that_is_no_object_is_none() -> None:
    assert plain_answer({"choices": [], "usage": "much"}).usage is None


def test_fragments_of_calls_say_whose_they_are() -> None:
    answer = StreamedAnswer()
    start = [{"index": 1, "id": "c1", "function": {"name": "g", "arguments": ""}}]
    assert answer.add(chunk(part(0, tool_calls=start))) == [
        Piece("", kind="tool_call", call=1, call_id="c1", name="g"),
    ]  # fmt: skip
    assert answer.add(chunk(part(0, tool_calls=[{"index": 1, "function": {"arguments": "{}"}}]))) == [
        Piece("{}", kind="tool_call", call=1),
    ]  # fmt: skip


def test_a_call_without_an_index_is_a_new_one() -> None:
    answer = put_together(chunk(part(0, tool_calls=[{"id": "c0"}])))
    (piece,) = answer.add(chunk(part(0, tool_calls=[{"id": "c1"}])))
    assert (piece.call, piece.call_id) == (1, "c1")


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_reasoning_is_no_part_of_the_text(name: str) -> None:
    answer = StreamedAnswer()
    assert answer.add(chunk(part(0, **{name: "Let ", "content": None}))) == [Piece("Let ", kind="reasoning")]
    answer.add(chunk(part(0, **{name: "me see."})))
    answer.add(chunk(part(0, "stop", content="Yes.")))
    whole = answer.answer()
    assert whole.choices == (Choice("Yes.", reasoning="Let me see.", finish_reason="stop"),)
    message = whole.response["choices"][0]["message"]
    assert message == {"role": "assistant", name: "Let me see.", "content": "Yes."}
    assert plain_answer(whole.response).choices == whole.choices


def test_reasoning_that_comes_under_both_names_comes_once() -> None:
    answer = StreamedAnswer()
    pieces = answer.add(chunk(part(0, reasoning="Hm.", reasoning_content="Hm.")))
    assert pieces == [Piece("Hm.", kind="reasoning")]
    assert answer.answer().choices[0].reasoning == "Hm."
    message = answer.answer().response["choices"][0]["message"]
    assert message == {"role": "assistant", "content": None, "reasoning_content": "Hm."}


def test_thoughts_among_the_parts_of_the_content_are_reasoning() -> None:
    thoughts = [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}, {"type": "text", "text": "Yes."}]
    answer = put_together(chunk(part(0, "stop", content=thoughts)))
    assert answer.answer().choices == (Choice("Yes.", reasoning="Hm.", finish_reason="stop"),)
    plain = plain_answer({"choices": [{"message": {"content": thoughts}}]})
    assert plain.choices == (Choice("Yes.", reasoning="Hm."),)


def test_a_refusal_is_no_part_of_the_text() -> None:
    answer = StreamedAnswer()
    assert answer.add(chunk(part(0, refusal="I must "))) == [Piece("I must ", kind="refusal")]
    answer.add(chunk(part(0, "stop", refusal="not.")))
    assert answer.answer().choices == (Choice(refusal="I must not.", finish_reason="stop"),)
    assert answer.answer().response["choices"][0]["message"]["refusal"] == "I must not."
    assert plain_answer(answer.answer().response).choices == answer.answer().choices
