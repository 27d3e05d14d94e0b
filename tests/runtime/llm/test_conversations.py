"""Conversations: what they keep, what they refuse, and what they read and write."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.errors import ConversationError
from runtime.llm.conversations import MAX_TEXT_BYTES, MOST_KEPT, Conversations


@pytest.fixture
def conversations() -> Conversations:
    return Conversations()


def test_begins_empty_or_with_a_system_message(conversations: Conversations) -> None:
    assert conversations.messages(conversations.create()) == ()
    assert conversations.messages(conversations.create("Be brief.")) == ({"role": "system", "content": "Be brief."},)


def test_keeps_messages_in_order(conversations: Conversations) -> None:
    talk = conversations.create()
    conversations.append(talk, {"role": "user", "content": "one", "name": "Ada"})
    conversations.append(talk, {"role": "assistant", "content": "two"})
    assert conversations.messages(talk) == (
        {"role": "user", "content": "one", "name": "Ada"},
        {"role": "assistant", "content": "two"},
    )


def test_of_very_many_the_one_that_was_not_used_for_the_longest_time_is_forgotten(conversations: Conversations) -> None:
    old, used = conversations.create("old"), conversations.create("used")
    for _ in range(MOST_KEPT - 2):
        conversations.create()
    assert conversations.messages(old)
    assert conversations.messages(used)
    conversations.messages(old)
    conversations.create()  # which takes the place of the first that nobody has used since
    conversations.append(used, {"role": "user", "content": "still here"})
    for _ in range(MOST_KEPT - 1):
        conversations.create()
    assert conversations.messages(used)
    with pytest.raises(ConversationError, match=f"the {MOST_KEPT:,} used last"):
        conversations.messages(old)


def test_a_snapshot_is_unaffected_by_later_edits(conversations: Conversations) -> None:
    talk = conversations.create("first")
    message: dict[str, Any] = {"role": "user", "content": [{"type": "text", "text": "hi"}]}
    conversations.append(talk, message)
    before = conversations.messages(talk)
    as_it_was = json.dumps(before)
    conversations.set_system(talk, "second")
    conversations.append(talk, {"role": "assistant", "content": "more"})
    message["content"][0]["text"] = "changed by whom it came from"
    assert json.dumps(before) == as_it_was
    assert len(conversations.messages(talk)) == 3


def test_the_system_message_is_replaced_where_it_stands_or_put_first(conversations: Conversations) -> None:
    talk = conversations.create()
    conversations.append(talk, {"role": "user", "content": "hi"})
    conversations.set_system(talk, "A")
    conversations.set_system(talk, "B")
    assert [message["content"] for message in conversations.messages(talk)] == ["B", "hi"]


def test_the_last_response_is_the_latest_of_the_assistant(conversations: Conversations) -> None:
    talk = conversations.create()
    with pytest.raises(ConversationError, match="holds no answer of the assistant yet"):
        conversations.last_response(talk)
    for role, text in (("assistant", "old"), ("assistant", "new"), ("user", "thanks")):
        conversations.append(talk, {"role": role, "content": text})
    assert conversations.last_response(talk)["content"] == "new"


@pytest.mark.parametrize(
    ("wanted", "complaint"),
    [("", "no conversation is given"), ("conv_gone", "there is no conversation 'conv_gone'.*Create Conversation")],
)
def test_an_unknown_conversation_is_named(conversations: Conversations, wanted: str, complaint: str) -> None:
    uses = [
        lambda: conversations.messages(wanted),
        lambda: conversations.append(wanted, {"role": "user", "content": ""}),
        lambda: conversations.set_system(wanted, ""),
        lambda: conversations.last_response(wanted),
        lambda: conversations.export_json(wanted),
    ]
    for use in uses:
        with pytest.raises(ConversationError, match=complaint):
            use()


def test_a_text_may_have_one_megabyte_and_not_a_byte_more(conversations: Conversations) -> None:
    talk = conversations.create("x" * MAX_TEXT_BYTES)
    too_long = "é" * (MAX_TEXT_BYTES // 2) + "x"
    with pytest.raises(ConversationError, match=r"1,000,001 bytes is too long: at most 1,000,000"):
        conversations.append(talk, {"role": "user", "content": too_long})
    with pytest.raises(ConversationError, match="the system message: its text"):
        conversations.set_system(talk, too_long)
    assert len(conversations.messages(talk)) == 1


MESSAGES = [
    {"role": "developer", "content": "Be kind."},
    {"role": "user", "content": [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {}}]},
    {"role": "assistant", "content": None, "tool_calls": [{"id": "c1", "type": "function", "function": {}}]},
    {"role": "tool", "tool_call_id": "c1", "content": "a cat"},
    {"role": "assistant", "content": "A cat ☺", "unknown": {"kept": [1, 2.5, None]}},
]


def test_what_is_exported_comes_back_as_a_new_conversation(conversations: Conversations) -> None:
    first = conversations.import_json(json.dumps(MESSAGES))
    text = conversations.export_json(first)
    assert json.loads(text) == {"messages": MESSAGES}
    second = conversations.import_json(text)
    assert second != first
    assert conversations.messages(second) == conversations.messages(first) == tuple(MESSAGES)


@given(st.lists(st.tuples(st.sampled_from(["system", "user", "assistant"]), st.text(max_size=50)), max_size=5))
def test_any_talk_survives_export_and_import(talk: list[tuple[str, str]]) -> None:
    conversations = Conversations()
    first = conversations.create()
    for role, text in talk:
        conversations.append(first, {"role": role, "content": text})
    second = conversations.import_json(conversations.export_json(first))
    assert conversations.messages(second) == conversations.messages(first)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", r"the text is no JSON \(line 1, column 1\)"),
        ('[\n{"role": user}]', r"the text is no JSON \(line 2, column 10\)"),
        ("[" * 100_000, "nested too deeply"),
        ("3", "a list of messages or"),
        ('{"message": []}', "a list of messages or"),
        ("[1]", 'message 1 is no object with "role" and "content"'),
        (
            '[{"role": "user", "content": "a"}, {"role": "bot", "content": "b"}]',
            "message 2: role is 'bot', but must be",
        ),
        ('[{"content": "a"}]', "message 1: role is None"),
        ('[{"role": ["user"], "content": "a"}]', "message 1: role is"),
        ('[{"role": "user"}]', "message 1: content is missing"),
        ('[{"role": "user", "content": 3}]', "message 1: content must be text"),
        ('[{"role": "user", "content": ["a"]}]', "message 1: content must be text"),
        ('[{"role": "user", "content": "a", "name": ""}]', "message 1: name must be a text that is not empty"),
        ('[{"role": "user", "content": "a", "tool_calls": []}]', "message 1: tool_calls belongs to"),
        ('[{"role": "assistant", "content": null, "tool_calls": {}}]', "message 1: tool_calls must be a list"),
        ('[{"role": "assistant", "content": null, "function_call": []}]', "message 1: function_call must be an object"),
        ('[{"role": "tool", "content": "a"}]', "message 1: a message of role tool needs the tool_call_id"),
        ('[{"role": "user", "content": "\\ud800"}]', "message 1: it holds half a surrogate pair"),
    ],
)
def test_import_says_what_is_wrong_and_where(conversations: Conversations, text: str, complaint: str) -> None:
    with pytest.raises(ConversationError, match=complaint):
        conversations.import_json(text)
