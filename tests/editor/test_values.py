"""Values as text and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.values import MASK, UNSET, edit_text, one_line, parse_value, range_text, value_text
from runtime.errors import InputError
from runtime.ids import PinName
from runtime.nodes.pins import DataPin, PinType


def pin(pin_type: str, **fields: object) -> DataPin:
    """A pin called P."""
    return DataPin(PinName("P"), "p", PinType(pin_type), **fields)  # type: ignore[arg-type]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(json_values.filter(lambda value: value is not None), st.booleans())
def test_json_that_is_edited_and_left_alone_stays_itself(value: object, multiline: bool) -> None:
    json_pin = pin("json", multiline=multiline)
    assert parse_value(edit_text(value, json_pin), json_pin) == value


@given(st.text(min_size=1))
def test_text_that_is_edited_and_left_alone_stays_itself(value: str) -> None:
    assert parse_value(edit_text(value, pin("string")), pin("string")) == value


@given(json_values)
def test_any_value_is_one_short_line(value: object) -> None:
    text = value_text(value, pin("any"))
    assert 0 < len(text) <= 80
    assert "\n" not in text


def test_secrets_are_masked() -> None:
    assert value_text("sk-123", pin("string", secret=True)) == MASK


@pytest.mark.parametrize(
    ("text", "of", "value"),
    [
        ("", pin("string", required=True), UNSET),
        ("", pin("string", optional=True), UNSET),
        ("", pin("string", default="x"), ""),
        (" ", pin("string", required=True), " "),
        ("  ", pin("integer", default=3), UNSET),
        ("12", pin("integer"), 12),
        ("1e-3", pin("float"), 0.001),
        ("TRUE", pin("boolean"), True),
        ("plain", pin("any"), "plain"),
        ("[1]", pin("any"), [1]),
    ],
)
def test_what_is_typed_becomes_a_value(text: str, of: DataPin, value: object) -> None:
    assert parse_value(text, of) == value


@pytest.mark.parametrize(
    ("text", "of", "reason"),
    [
        ("1.5", pin("integer"), "P: takes a whole number, not '1.5'"),
        ("nan", pin("float"), "P: takes a number, not 'nan'"),
        ("-1", pin("integer", minimum=0), "P: takes at least 0, not -1"),
        ("9", pin("float", minimum=0, maximum=2), "P: takes 0 to 2, not 9"),
        ("four", pin("string", maximum=3), "P: takes at most 3 characters, not 4 characters"),
        ("", pin("string", minimum=1), "P: takes at least 1 character, not 0 characters"),
        ("9" * 400, pin("integer", maximum=5), f"P: takes at most 5, not {('9' + ',999' * 20)[:79]}…"),
        ("maybe", pin("boolean"), "P: takes true or false, not 'maybe'"),
        ("{", pin("json"), "P: takes JSON: Expecting property name enclosed in double quotes, line 1, column 2"),
        ("c", pin("string", choices=("a", "b")), "P: takes one of a, b, not c"),
    ],
)
def test_what_a_pin_does_not_take_is_refused_with_the_reason(text: str, of: DataPin, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_value(text, of)
    assert str(caught.value) == reason


def test_ranges_in_words() -> None:
    assert range_text(pin("float", minimum=0, maximum=2)) == "0 to 2"
    assert range_text(pin("float", minimum=0.5)) == "at least 0.5"
    assert range_text(pin("float", maximum=3)) == "at most 3"
    assert range_text(pin("float")) == ""
    assert range_text(pin("integer", maximum=1_000_000)) == "at most 1,000,000"
    assert range_text(pin("integer", maximum=10**12)) == "at most 1e+12"
    assert range_text(pin("string", minimum=1)) == "at least 1 character"
    assert range_text(pin("string", minimum=1, maximum=64)) == "1 to 64 characters"


class Counted(list):
    """A list that tells how far it was read."""

    read = 0

    def __iter__(self):
        for item in super().__iter__():
            self.read += 1
            yield item


def test_a_large_value_is_not_written_out_to_be_shown_in_one_line():
    large = Counted(range(1_000_000))
    assert one_line(large, 20) == "[0, 1, 2, 3, 4, 5, …"
    assert large.read < 100
    assert one_line({"a": ["ü", None, 1.5]}) == '{"a": ["ü", null, 1.5]}'
    assert one_line("it's " * 100, 10) == "\"it's it'…"


@given(st.lists(st.text(st.characters(exclude_characters="\n"), min_size=1), min_size=1))
def test_texts_one_a_line_that_are_edited_and_left_alone_stay_themselves(texts: list[str]) -> None:
    lines_pin = pin("json", lines=True)
    assert edit_text(texts, lines_pin) == "\n".join(texts)
    assert parse_value(edit_text(texts, lines_pin), lines_pin) == texts


def test_lines_that_are_empty_are_no_texts() -> None:
    assert parse_value("a\n\n b \n", pin("json", lines=True)) == ["a", " b "]
