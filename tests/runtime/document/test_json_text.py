"""JSON text with places."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.document.json_text import json_path, place_of, read_json
from runtime.errors import FlowFileError

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(JSON_VALUES, st.sampled_from([None, 1, "\t"]))
def test_reads_what_json_reads(value: object, indent: int | str | None) -> None:
    text = json.dumps(value, indent=indent)
    assert read_json(text) == json.loads(text)


@given(JSON_VALUES, st.sampled_from([None, 1]), st.data())
def test_finds_every_part_where_it_stands(value: object, indent: int | None, data: st.DataObject) -> None:
    text = json.dumps(value, indent=indent)
    parts: list[str | int] = []
    part = value
    while isinstance(part, (dict, list)) and part and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(list(part) if isinstance(part, dict) else range(len(part))))
        parts.append(key)
        part = part[key]
    place = place_of(text, parts)
    assert place is not None
    line, column = place
    rest = "\n".join([text.split("\n")[line - 1][column - 1 :], *text.split("\n")[line:]])
    assert json.JSONDecoder().raw_decode(rest)[0] == part


@pytest.mark.parametrize("parts", [["c"], ["a", 2], ["a", "b"], ["a", 0, "deeper"]])
def test_a_part_that_is_not_there_has_no_place(parts: list[str | int]) -> None:
    assert place_of('{"a": [1, 2]}', parts) is None


@pytest.mark.parametrize(
    ("text", "line", "column", "problem"),
    [
        ("", 1, 1, "not JSON: Expecting value"),
        ('{\n  "a" 1\n}', 2, 7, "not JSON: Expecting ':' delimiter"),
        ('{"a": 1}\nand more', 2, 1, "not JSON: Extra data"),
        ('["NaN 1e999",\n NaN]', 2, 2, "not JSON: NaN is not a number that JSON has"),
        ("[0, -Infinity]", 1, 5, "not JSON: -Infinity is not a number"),
        ('{"a\\"1e999": [2,\n\n 1e999]}', 3, 2, "the number 1e999 is too large"),
        ("[1, " + "9" * 5000 + "]", 1, 5, "has too many digits (5000)"),
    ],
)
def test_text_that_is_no_json_is_refused_with_its_place(text: str, line: int, column: int, problem: str) -> None:
    with pytest.raises(FlowFileError) as caught:
        read_json(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert problem in str(caught.value)


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(FlowFileError, match="nested too deeply"):
        read_json("[" * 200_000)


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ('{"a": 1, "a": 2}', "$", 1),
        ('[0,\n {"b": {}, "odd key": {"a": 1, "a": 2}}]', '$[1]["odd key"]', 2),
        ('{"x": {"a": 1, "a": 2},\n "x": 3}', "$", 1),
    ],
)
def test_a_key_that_stands_twice_is_refused_because_one_would_be_lost(text: str, path: str, line: int) -> None:
    with pytest.raises(FlowFileError, match="stands twice in one object") as caught:
        read_json(text)
    assert (caught.value.json_path, caught.value.line) == (path, line)


def test_a_path_reads_like_one() -> None:
    assert json_path(["nodes", 3, "inputs", 'odd "key"']) == '$.nodes[3].inputs["odd \\"key\\""]'


def test_large_finite_numbers_are_kept() -> None:
    assert read_json("[1.7e308, -0.0, 123456789012345678901234567890]") == [
        1.7e308,
        -0.0,
        123456789012345678901234567890,
    ]
    assert math.copysign(1, read_json("-0.0")) == -1
