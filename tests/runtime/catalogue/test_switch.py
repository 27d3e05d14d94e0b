"""Switch: which case a value is, and which cases there may be."""

from __future__ import annotations

from typing import Any

import pytest
from flows import draw, registry_with, run, steps

from runtime.validation import Problem, find_problems

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("value", "way"),
    [
        ("yes", "yes"),
        ("YES", "else"),
        ("", "else"),
        (5, "5"),
        ("5", "5"),
        (5.0, "else"),
        (True, "true"),
        (None, "else"),
        ([1], "[1]"),
        ("Default", "else"),
    ],
)
async def test_a_value_goes_to_the_case_that_is_its_text(value: Any, way: str) -> None:
    flow = draw("start: event.button", "switch: flow.switch", "else: toy.step").exec("start.Out > switch.In")
    cases = ["yes", "5", "true", "[1]"]
    flow.config("switch", cases=cases).set("switch", Value=value).exec("switch.Default > else.In")
    for case in cases:
        flow.node(case, "toy.step").exec(f"switch.{case} > {case}.In")
    _, told = await run(flow.flow())
    assert steps(told) == ["start", "switch", way]


def problems(cases: Any) -> list[Problem]:
    """What is wrong with a Switch that has these cases."""
    flow = draw("start: event.button", "switch: flow.switch").config("switch", cases=cases).set("switch", Value=1)
    return find_problems(flow.exec("start.Out > switch.In").flow(), registry_with())


@pytest.mark.parametrize(
    ("cases", "message"),
    [
        (["a", "b", "a"], "its setting cases does not fit: the case 'a' is there twice"),
        (["Default"], "its setting cases does not fit: 'Default' is the output for all others: name it otherwise"),
        (["a", ""], "its setting cases.1 does not fit: string should have at least 1 character"),
        ("a", "its setting cases does not fit: must be a valid list"),
    ],
)  # fmt: skip
def test_cases_that_cannot_have_an_output_each_are_told(cases: Any, message: str) -> None:
    (problem,) = problems(cases)
    assert (problem.severity, problem.message) == ("error", message)


def test_doubled_cases_can_be_mended_without_losing_the_others() -> None:
    flow = draw("start: event.button", "switch: flow.switch").config("switch", cases=["b", "a", "b"])
    flow.set("switch", Value=1).exec("start.Out > switch.In")
    (problem,) = find_problems(flow.flow(), registry_with())
    fix = problem.fixes[0]
    assert fix.title == "Keep each once: b, a"
    mended = fix.apply(flow.flow())
    assert mended.nodes[1].config == {"cases": ["b", "a"]}
    assert find_problems(mended, registry_with()) == []


def test_a_switch_without_cases_has_only_the_default() -> None:
    assert problems([]) == []
