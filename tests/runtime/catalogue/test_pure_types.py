"""Values, texts, lists and conversions: what they give, and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest
from flows import draw, run

from runtime.errors import NodeFailure

pytestmark = pytest.mark.anyio


class RefusedError(Exception):
    """The node failed; the text is its message."""


async def evaluated(
    type_id: str, inputs: dict[str, Any], output: str = "Output", config: dict[str, Any] | None = None
) -> Any:
    """What a flow gets that reads one output of a node. Raises RefusedError."""
    flow = (
        draw("start: event.button", "out: flow.output")
        .node("it", type_id, inputs=inputs, config=config or {})
        .exec("start.Out > out.In")
        .data(f"it.{output} > out.Value")
        .flow()
    )
    result, _ = await run(flow)
    if isinstance(result.error, NodeFailure):
        raise RefusedError(result.error.message)
    return result.outputs["Output"]


@pytest.mark.parametrize(
    ("type_id", "value", "given"),
    [
        ("value.text", "hello", "hello"),
        ("value.text", 5, "5"),
        ("value.integer", 5, 5),
        ("value.float", 5, 5.0),
        ("value.boolean", True, True),
        ("convert.string_to_integer", " 42 ", 42),
        ("convert.string_to_integer", "-3.9", -3),
        ("convert.string_to_integer", "12345678901234567890.9", 12345678901234567890),
        ("convert.integer_to_string", 42, "42"),
        ("convert.string_to_float", "1e-3", 0.001),
        ("convert.float_to_string", 0.1, "0.1"),
        ("convert.string_to_boolean", "YES", True),
        ("convert.string_to_boolean", " 0 ", False),
        ("convert.boolean_to_string", True, "true"),
        ("convert.integer_to_float", 3, 3.0),
        ("convert.float_to_integer", -3.9, -3),
    ],
)
async def test_gives(type_id: str, value: object, given: object) -> None:
    output = await evaluated(type_id, {"Input": value})
    assert output == given
    assert type(output) is type(given)


@pytest.mark.parametrize(
    ("type_id", "value", "message"),
    [
        ("convert.string_to_integer", "", "Input: wants a number, got ''"),
        ("convert.string_to_integer", "seven", "Input: wants a number, got 'seven'"),
        ("convert.string_to_integer", "inf", "Input: wants a number, got 'inf'"),
        ("convert.string_to_integer", "1e9999999", "Input: has more than 4300 digits: '1e9999999'"),
        ("convert.string_to_float", "1,5", "Input: wants a number, got '1,5'"),
        ("convert.string_to_float", "1e999", "Input: wants a number, got '1e999'"),
        ("convert.string_to_boolean", "maybe", "Input: must be one of true, yes, 1, false, no, 0, got 'maybe'"),
    ],
)
async def test_refuses_instead_of_guessing(type_id: str, value: object, message: str) -> None:
    with pytest.raises(RefusedError) as caught:
        await evaluated(type_id, {"Input": value})
    assert str(caught.value).endswith(f"(it): {message}")


async def test_an_integer_too_large_for_a_float_is_refused() -> None:
    with pytest.raises(RefusedError, match="Input: is too large for a float"):
        await evaluated("convert.integer_to_float", {"Input": 10**400})


async def test_concat_joins() -> None:
    assert await evaluated("string.concat", {"A": "one ", "B": 2}, "Result") == "one 2"


class TestTemplate:
    async def test_every_place_is_an_input(self) -> None:
        config = {"template": "{{greeting}}, {{ your name }}! {{greeting}}!"}
        inputs = {"greeting": "Hi", "your name": "Ada"}
        assert await evaluated("string.template", inputs, "Result", config) == "Hi, Ada! Hi!"

    async def test_what_is_put_in_is_not_searched_for_places(self) -> None:
        config = {"template": "{{a}}{{b}}"}
        assert await evaluated("string.template", {"a": "{{b}}", "b": "x"}, "Result", config) == "{{b}}x"

    async def test_names_may_be_any_words(self) -> None:
        config = {"template": "{{copy}} {{model_config}} {{Größe}} {{1}}"}
        inputs = {"copy": "a", "model_config": "b", "Größe": "c", "1": "d"}
        assert await evaluated("string.template", inputs, "Result", config) == "a b c d"

    async def test_without_places_it_is_a_text(self) -> None:
        assert await evaluated("string.template", {}, "Result", {"template": "{x} {{}}"}) == "{x} {{}}"


class TestLists:
    async def test_make_puts_its_items_in_order_and_keeps_their_types(self) -> None:
        inputs = {"Item1": 1, "Item2": None, "Item3": {"k": [True]}}
        assert await evaluated("list.make", inputs, "List", {"count": 3}) == [1, None, {"k": [True]}]

    async def test_make_may_be_empty(self) -> None:
        assert await evaluated("list.make", {}, "List", {"count": 0}) == []

    async def test_append_gives_a_longer_list_and_takes_json_text(self) -> None:
        assert await evaluated("list.append", {"List": "[1, 2]", "Item": "3"}, "Result") == [1, 2, "3"]

    async def test_append_leaves_the_list_that_came_in_as_it_is(self) -> None:
        flow = (
            draw("start: event.button", "keep: toy.keep", "more: list.append", "one: flow.output", "two: flow.output")
            .set("keep", Value=[1])
            .set("more", Item=2)
            .config("one", name="longer")
            .config("two", name="as it was")
            .exec("start.Out > keep.In", "keep.Out > one.In", "one.Out > two.In")
            .data("keep.Value > more.List", "more.Result > one.Value", "keep.Value > two.Value")
            .flow()
        )
        result, _ = await run(flow)
        assert result.outputs == {"longer": [1, 2], "as it was": [1]}

    async def test_append_to_what_is_no_list_says_so(self) -> None:
        flow = (
            draw("start: event.button", "keep: toy.keep", "more: list.append", "out: flow.output")
            .set("keep", Value={"a": 1})
            .set("more", Item=2)
            .exec("start.Out > keep.In", "keep.Out > out.In")
            .data("keep.Value > more.List", "more.Result > out.Value")
            .flow()
        )
        result, _ = await run(flow)
        assert isinstance(result.error, NodeFailure)
        assert result.error.message == "Append to List (more): List: must be a valid list, got {'a': 1}"
