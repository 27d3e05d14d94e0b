"""Logic: truth tables, and a choice that looks at one side only."""

from __future__ import annotations

from typing import Any

import pytest
from flows import Drawing, draw, out, run

from runtime.errors import NodeFailure

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("type_id", "table"),
    [
        ("logic.and", [False, False, False, True]),
        ("logic.or", [False, True, True, True]),
        ("logic.xor", [False, True, True, False]),
    ],
)
async def test_two_truths_make_one(type_id: str, table: list[bool]) -> None:
    flow = draw("start: event.button")
    for number in range(4):
        flow.node(f"row{number}", type_id, inputs={"A": number >= 2, "B": number % 2 == 1})
    result, _ = await run(out(flow, "start.Out", **{f"r{number}": f"row{number}.Result" for number in range(4)}).flow())
    assert list(result.outputs.values()) == table


@pytest.mark.parametrize("value", [True, False])
async def test_not_turns_it_round(value: bool) -> None:
    flow = draw("start: event.button", "not: logic.not").set("not", Value=value)
    result, _ = await run(out(flow, "start.Out", it="not.Result").flow())
    assert result.outputs == {"it": not value}


def choice(condition: bool, **sides: Any) -> Drawing:
    """A flow whose result `it` is what Select gives; `refuse` fails when it is evaluated."""
    flow = draw("start: event.button", "select: logic.select", "refuse: toy.refuse")
    return out(flow.set("select", Condition=condition, **sides), "start.Out", it="select.Result")


@pytest.mark.parametrize(("condition", "chosen"), [(True, "yes"), (False, "no")])
async def test_select_gives_the_chosen_side_as_it_is(condition: bool, chosen: str) -> None:
    result, _ = await run(choice(condition, IfTrue=["yes"], IfFalse=["no"]).flow())
    assert result.outputs == {"it": [chosen]}


@pytest.mark.parametrize(("condition", "other"), [(True, "IfFalse"), (False, "IfTrue")])
async def test_select_does_not_evaluate_the_other_side(condition: bool, other: str) -> None:
    flow = choice(condition, IfTrue=1, IfFalse=2).data(f"refuse.Result > select.{other}")
    result, told = await run(flow.flow())
    assert result.outputs == {"it": 1 if condition else 2}
    assert not [line for line in told if line.startswith("refuse")]


async def test_select_hands_a_null_on_when_that_is_what_was_chosen() -> None:
    result, _ = await run(choice(True, IfTrue=None).flow())
    assert result.outputs == {"it": None}


async def test_select_does_not_make_up_a_side_that_is_missing() -> None:
    result, _ = await run(choice(False, IfTrue=1).flow())
    assert isinstance(result.error, NodeFailure)
    assert result.error.message == ("Select (select): IfFalse: is chosen but missing: set a value or connect a wire")
