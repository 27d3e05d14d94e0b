"""Events as JSON and back: whatever is written is read again as what it was, and anything else is refused."""

from __future__ import annotations

import json
import types
from dataclasses import fields
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.engine.events import Event, LogWritten, NodeStarted, event_line
from runtime.errors import RecordingError
from runtime.ids import NodeId, RunId, StepId
from runtime.recording.decoding import decoded_event

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | NUMBERS | st.text(),
    lambda value: st.lists(value, max_size=3) | st.dictionaries(st.text(), value, max_size=3),
    max_leaves=5,
)


def kinds(union: object) -> list[type]:
    return [kind for part in get_args(union) for kind in ([part] if isinstance(part, type) else kinds(part))]


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a field's type, whatever fields events will have."""
    origin, parts = get_origin(hint), get_args(hint)
    if isinstance(hint, NewType):
        return values_of(hint.__supertype__)
    if origin is Literal:
        return st.sampled_from(parts)
    if origin in (Union, types.UnionType):
        return st.one_of(map(values_of, parts))
    if origin is tuple:
        return st.lists(values_of(parts[0]), max_size=3).map(tuple)
    if origin is not None:
        return st.dictionaries(st.text(), JSON, max_size=3)
    plain = {str: st.text(), int: st.integers(), float: NUMBERS, bool: st.booleans(), type(None): st.none(), Any: JSON}
    return plain[hint]


def events() -> st.SearchStrategy[Event]:
    def of(kind: type) -> st.SearchStrategy[Event]:
        hints = get_type_hints(kind)
        return st.builds(kind, **{part.name: values_of(hints[part.name]) for part in fields(kind)})

    return st.one_of(map(of, kinds(Event)))


@settings(max_examples=300)
@given(events())
def test_every_event_comes_back_as_it_was(event: Event) -> None:
    assert decoded_event(json.loads(event_line(event))) == event


def test_fields_with_a_default_may_be_missing_as_in_older_recordings() -> None:
    old = {"event": "RunStarted", "t": 0.0, "run_id": "run_1", "flow": "test", "entry": "start"}
    assert decoded_event(old).trigger == "person"


def test_a_whole_number_may_stand_for_seconds() -> None:
    value = {"event": "NodeStarted", "t": 2, "run_id": "run_1", "node_id": "a", "step_id": 1}
    assert decoded_event(value) == NodeStarted(2, RunId("run_1"), NodeId("a"), StepId(1))


GOOD = {"event": "LogWritten", "t": 0.5, "run_id": "run_1", "node_id": None, "level": "info", "message": "hello"}


def test_the_refused_ones_differ_from_a_good_one() -> None:
    assert decoded_event(GOOD) == LogWritten(0.5, RunId("run_1"), None, "info", "hello")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"event": "LogErased"}, "there is no event 'LogErased'"),
        ({"event": None}, "'event' is missing"),
        ({"colour": "red"}, "LogWritten has no field 'colour'"),
        ({"t": "soon"}, "LogWritten.t: wants a number, not 'soon'"),
        ({"t": True}, "LogWritten.t: wants a number, not True"),
        ({"message": 3}, "LogWritten.message: wants text, not 3"),
        ({"node_id": []}, "LogWritten.node_id: wants text or null, not []"),
    ],
)
def test_what_is_no_event_is_refused_with_its_reason(change: dict[str, Any], message: str) -> None:
    value = {key: part for key, part in {**GOOD, **change}.items() if not (key == "event" and part is None)}
    with pytest.raises(RecordingError, match="^" + message.replace("[", r"\[").replace(".", r"\.")):
        decoded_event(value)


def test_missing_fields_are_named() -> None:
    with pytest.raises(RecordingError, match=r"^LogWritten lacks level, message$"):
        decoded_event({"event": "LogWritten", "t": 0.5, "run_id": "run_1", "node_id": None})


@pytest.mark.parametrize("value", [[], "LogWritten", 3, None])
def test_an_event_is_an_object(value: object) -> None:
    with pytest.raises(RecordingError, match=r"^an event is a JSON object, not "):
        decoded_event(value)


@pytest.mark.parametrize(
    ("field", "wrong", "message"),
    [
        ("status", "done", "wants one of succeeded, failed, cancelled, not 'done'"),
        ("outputs", [], "wants an object"),
        ("error", "oops", "wants an object or null"),
    ],
)
def test_choices_and_objects_are_checked(field: str, wrong: object, message: str) -> None:
    good = {"event": "RunFinished", "t": 1.0, "run_id": "run_1", "status": "failed", "outputs": {}, "error": None}
    assert decoded_event(good)
    with pytest.raises(RecordingError, match=f"RunFinished.{field}: {message}"):
        decoded_event({**good, field: wrong})
