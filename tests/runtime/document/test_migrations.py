"""Older flow files come up to date step by step."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runtime.document.files import parse_flow
from runtime.document.flow import VERSION
from runtime.document.migrations import oldest_version
from runtime.errors import FlowFileError


def rename_heading(flow: dict[str, Any]) -> dict[str, Any]:
    """Two versions ago, this test has it, the title was called `heading`."""
    flow["title"] = flow.pop("heading")
    return flow


def rename_title(flow: dict[str, Any]) -> dict[str, Any]:
    """One version ago it was called `title`."""
    return {"name": flow["title"].strip(), **{key: value for key, value in flow.items() if key != "title"}}


STEPS = (rename_heading, rename_title)


def text(version: int, **keys: object) -> str:
    return json.dumps({"format": "futureflow", "version": version, **keys})


def test_the_real_steps_begin_at_version_1() -> None:
    assert oldest_version() == 1


@pytest.mark.parametrize(
    ("version", "keys"),
    [(VERSION - 2, {"heading": " A "}), (VERSION - 1, {"title": " A "}), (VERSION, {"name": "A"})],
)
def test_each_version_takes_the_steps_that_it_needs(version: int, keys: dict[str, str]) -> None:
    flow = parse_flow(text(version, **keys), steps=STEPS)
    assert (flow.name, flow.version, flow.model_extra) == ("A", VERSION, {})


def test_a_version_before_the_first_step_is_refused() -> None:
    with pytest.raises(FlowFileError, match=f"whole number from {VERSION - 2} to {VERSION}"):
        parse_flow(text(VERSION - 3, heading="A"), steps=STEPS)


@pytest.mark.parametrize("keys", [{}, {"title": 7}])
def test_a_flow_that_its_own_version_did_not_have_is_refused(keys: dict[str, object]) -> None:
    with pytest.raises(FlowFileError, match=f"version {VERSION - 1} of the format has no such thing"):
        parse_flow(text(VERSION - 1, **keys), steps=STEPS)


def test_a_problem_in_a_migrated_flow_has_a_path_but_no_line_if_the_text_has_no_such_part() -> None:
    def number_as_name(flow: dict[str, Any]) -> dict[str, Any]:
        return flow | {"name": 7}

    with pytest.raises(FlowFileError) as caught:
        parse_flow(text(VERSION - 1), steps=(number_as_name,))
    assert (caught.value.json_path, caught.value.line) == ("$.name", None)
