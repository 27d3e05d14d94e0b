"""Requests are built from pins, and refused by pin, value and range."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.errors import InputError
from runtime.llm.requests import ChatRequest, chat_request, logit_bias, stop_sequences

HELLO = [{"role": "user", "content": "Hello"}]


def test_what_is_unset_is_not_sent() -> None:
    assert chat_request("m", HELLO, {}) == ChatRequest("m", tuple(HELLO), {}, stream=False)
    assert chat_request(" m ", HELLO, {"Temperature": None, "Stop": None, "Stream": None}).parameters == {}


def test_everything_set() -> None:
    request = chat_request("m", HELLO, {
        "Temperature": 0, "TopP": 0.5, "N": 2, "Stream": True, "Stop": "a,b", "MaxTokens": 7, "PresencePenalty": -2.0,
        "FrequencyPenalty": 2, "LogitBias": '{"50256": -100}', "User": "u", "ReasoningEffort": "low", "Seed": -1,
        "ResponseFormat": {"type": "json_object"}, "ExtraBody": {"top_k": 40},
    })  # fmt: skip
    assert request.stream
    assert request.parameters == {
        "temperature": 0, "top_p": 0.5, "n": 2, "stop": ["a", "b"], "max_tokens": 7, "presence_penalty": -2.0,
        "frequency_penalty": 2, "logit_bias": {"50256": -100}, "user": "u", "reasoning_effort": "low", "seed": -1,
        "response_format": {"type": "json_object"},
    }  # fmt: skip
    assert request.extra == {"top_k": 40}


@pytest.mark.parametrize("more", [{}, {"ExtraBody": {"top_k": 40}}])
def test_a_snapshot_leads_back_to_the_request(more: dict[str, Any]) -> None:
    request = chat_request("m", HELLO, {"Temperature": 1, "Stream": True, **more})
    assert ChatRequest.from_snapshot(request.snapshot()) == request


@pytest.mark.parametrize(("pin", "value", "range_"), [
    ("Temperature", 2.01, "a number from 0 to 2"),
    ("Temperature", -0.1, "a number from 0 to 2"),
    ("Temperature", math.nan, "a number from 0 to 2"),
    ("Temperature", True, "a number from 0 to 2"),
    ("TopP", 1.5, "a number from 0 to 1"),
    ("N", 0, "a whole number from 1 to 128"),
    ("N", 129, "a whole number from 1 to 128"),
    ("N", 1.5, "a whole number from 1 to 128"),
    ("MaxTokens", 0, "a whole number of at least 1"),
    ("PresencePenalty", -2.5, "a number from -2 to 2"),
    ("FrequencyPenalty", 3, "a number from -2 to 2"),
])  # fmt: skip
def test_out_of_range_names_pin_value_and_range(pin: str, value: object, range_: str) -> None:
    with pytest.raises(InputError) as caught:
        chat_request("m", HELLO, {pin: value})
    assert caught.value.pin == pin
    assert str(caught.value) == f"{pin}: is {value!r}, but must be {range_}"


@pytest.mark.parametrize("pin", ["ResponseFormat", "ExtraBody"])
@pytest.mark.parametrize("value", ["text", 1, [{"type": "json_object"}], ""])
def test_what_must_be_an_object_is_nothing_else(pin: str, value: object) -> None:
    with pytest.raises(InputError, match=f"{pin}: is .* but must be a JSON object such as {{") as caught:
        chat_request("m", HELLO, {pin: value})
    assert caught.value.pin == pin


def test_later_changes_of_an_object_do_not_reach_the_request() -> None:
    extra = {"list": [1]}
    request = chat_request("m", HELLO, {"ExtraBody": extra})
    extra["list"].append(2)
    assert request.extra == {"list": [1]}


def test_without_model_or_messages_there_is_nothing_to_ask() -> None:
    with pytest.raises(InputError, match="Model: is empty"):
        chat_request("  ", HELLO, {})
    with pytest.raises(InputError, match="Conversation: has no messages"):
        chat_request("m", [], {})


@pytest.mark.parametrize(("text", "sequences"), [
    ("END", ["END"]),
    ("a,b,c", ["a", "b", "c"]),
    ("a, b ,c", ["a", "b", "c"]),
    (r"a\,b,c", ["a,b", "c"]),
    (r"\n", ["\n"]),
    (r"\nUser:,\n\n", ["\nUser:", "\n\n"]),
    (r"C:\\new", [r"C:\new"]),
    (r"\d", [r"\d"]),
    ("\\", ["\\"]),
])  # fmt: skip
def test_stop(text: str, sequences: list[str]) -> None:
    assert stop_sequences(text) == sequences


@pytest.mark.parametrize("text", [",", "a,", ",a", "a,,b", "a, ,b", " "])
def test_an_empty_stop_sequence_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"Stop: .* empty sequence: write \\, for a comma"):
        stop_sequences(text)


@given(st.lists(st.text(min_size=1).filter(lambda text: text == text.strip(" ")), min_size=1))
def test_any_sequences_can_be_written(sequences: list[str]) -> None:
    escaped = [text.replace("\\", "\\\\").replace(",", "\\,").replace("\n", "\\n") for text in sequences]
    assert stop_sequences(",".join(escaped)) == sequences


@pytest.mark.parametrize(("text", "words"), [
    ("{", "no JSON .*line 1, column 2"),
    ("[1]", "no JSON object"),
    ('"a"', "no JSON object"),
    ('{"cat": 1}', "'cat' is no token id"),
    ('{"-1": 1}', "'-1' is no token id"),
    ('{"²": 1}', "is no token id"),
    ('{"5": 101}', "bias of token 5 is 101, but must be a number from -100 to 100"),
    ('{"5": "1"}', "bias of token 5 is '1'"),
    ('{"5": true}', "bias of token 5 is True"),
    ('{"5": NaN}', "bias of token 5 is nan"),
])  # fmt: skip
def test_a_wrong_logit_bias_says_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(InputError, match=f"LogitBias: .*{words}"):
        logit_bias(text)


@pytest.mark.parametrize("given_value", [{}, {"5": 100, "6": -100.0}])
def test_logit_bias(given_value: dict[str, Any]) -> None:
    import json

    assert logit_bias(json.dumps(given_value)) == given_value
