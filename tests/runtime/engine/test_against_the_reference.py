"""The engine tells what a small, slow, plain interpreter of design 5 tells, on random flows."""

from __future__ import annotations

import asyncio

from flows import registry_with, run
from hypothesis import given, note, settings
from random_flows import as_text, flows
from reference_interpreter import Interpreter

from runtime.document.flow import Flow


@settings(deadline=None, max_examples=100)
@given(flow=flows())
def test_a_flow_without_concurrency_tells_the_same_in_the_same_order(flow: Flow) -> None:
    note(as_text(flow))
    result, told = asyncio.run(run(flow))
    expected = Interpreter(flow, registry_with()).run()
    told = [line for line in told if not line.startswith("pure")]
    expected.told = [line for line in expected.told if not line.startswith("pure")]
    assert told == expected.told
    assert (result.status, result.outputs, str(result.error or "")) == (
        expected.status, expected.outputs, expected.error,
    )  # fmt: skip
