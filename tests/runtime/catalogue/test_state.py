"""Session state: values by name that all runs of a session share."""

from __future__ import annotations

from typing import Any

import pytest
from flows import draw, out, run

from runtime.document.flow import Flow
from runtime.errors import NodeFailure
from runtime.session import Session
from runtime.state import SessionState

pytestmark = pytest.mark.anyio


def setting(value: Any, key: str = "name") -> Flow:
    """start → set."""
    return (
        draw("start: event.button", "set: state.set").set("set", Key=key, Value=value).exec("start.Out > set.In").flow()
    )


def getting(key: str = "name", **inputs: Any) -> Flow:
    """start → get; results `value` and `found`."""
    flow = draw("start: event.button", "get: state.get").set("get", Key=key, **inputs).exec("start.Out > get.In")
    return out(flow, "get.Out", found="get.Found", value="get.Value").flow()


@pytest.mark.parametrize("value", ["text", "5", 5, 0.5, True, False, None, [1, {"a": None}], ""])
async def test_a_value_comes_back_as_it_was_set(value: Any) -> None:
    shared = {SessionState: SessionState()}
    await run(setting(value), resources=shared)
    result, _ = await run(getting(Default="none"), resources=shared)
    assert result.outputs == {"value": value, "found": True}
    assert type(result.outputs["value"]) is type(value)


async def test_the_later_value_replaces_the_one_before() -> None:
    shared = {SessionState: SessionState()}
    await run(setting(1), resources=shared)
    await run(setting(2), resources=shared)
    assert (await run(getting(), resources=shared))[0].outputs["value"] == 2


async def test_keys_are_told_apart_by_case() -> None:
    shared = {SessionState: SessionState()}
    await run(setting(1, key="Name"), resources=shared)
    assert (await run(getting("name", Default=0), resources=shared))[0].outputs == {"found": False, "value": 0}


async def test_without_a_default_reading_what_is_not_there_is_an_error_and_asking_is_none() -> None:
    result, told = await run(getting())
    assert "get has Found=False" in told
    assert result.outputs == {"found": False}
    assert isinstance(result.error, NodeFailure)
    assert "reads Value of Get Session State (get), which" in result.error.message
    assert "has not set" in result.error.message


async def test_what_was_deleted_is_gone_and_deleting_it_again_is_no_error() -> None:
    shared = {SessionState: SessionState()}
    await run(setting(1), resources=shared)
    flow = draw("start: event.button", "del: state.delete").set("del", Key="name").exec("start.Out > del.In").flow()
    for _ in range(2):
        assert (await run(flow, resources=shared))[0].status == "succeeded"
    assert (await run(getting(Default=0), resources=shared))[0].outputs["found"] is False


@pytest.mark.parametrize("type_id", ["state.set", "state.get", "state.delete"])
async def test_an_empty_key_is_refused(type_id: str) -> None:
    inputs = {"Value": 1} if type_id == "state.set" else {}
    flow = draw("start: event.button", "text: value.text").node("it", type_id, inputs=inputs)
    result, _ = await run(flow.exec("start.Out > it.In").data("text.Output > it.Key").flow())
    assert isinstance(result.error, NodeFailure)
    assert result.error.message == "Key: must not be empty, got ''"


async def test_runs_of_one_session_share_it_and_another_session_has_its_own() -> None:
    one, other = Session(), Session()
    await one.wait(one.start(setting("here")))
    assert (await one.wait(one.start(getting(Default="-")))).outputs["value"] == "here"
    assert (await other.wait(other.start(getting(Default="-")))).outputs["value"] == "-"
    await one.close()
    await other.close()
