"""The engine tells what a small, slow, plain interpreter of design 5 tells, on random flows."""

from __future__ import annotations

import re
from collections import Counter

from flows import registry_with
from hypothesis import HealthCheck, given, note, settings
from random_flows import as_text, flows
from reference_interpreter import Interpreter, Outcome
from timeless_run import run_timeless

from runtime.document.flow import Flow

many = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


def by_both(flow: Flow) -> tuple[Outcome, Outcome]:
    """What the engine tells, and what it should."""
    note(as_text(flow))
    result, told = run_timeless(flow)
    expected = Interpreter(flow, registry_with()).run()
    return Outcome(result.status, result.outputs, str(result.error or ""), told), expected


@many
@given(flow=flows())
def test_a_flow_without_concurrency_tells_the_same_in_the_same_order(flow: Flow) -> None:
    told, expected = by_both(flow)
    assert told == expected


@many
@given(flow=flows(at_once=True))
def test_a_flow_with_concurrency_tells_the_same_whatever_the_order(flow: Flow) -> None:
    told, expected = by_both(flow)
    assert Counter(pieces(told.told)) == Counter(pieces(expected.told))
    assert Counter(pieces([told.error])) == Counter(pieces([expected.error]))
    assert (told.status, told.outputs) == (expected.status, expected.outputs)


def pieces(told: list[str]) -> list[str]:
    """Single lines: a message that lists the failures of branches lists them in the order in which they came."""
    return [piece for line in told for piece in re.split(r"\\n|\n|'", line)]
