"""What flows on a wire, what is refused, and with which words."""

from __future__ import annotations

import itertools
import math

import pytest

from runtime.catalogue import builtin_registry
from runtime.errors import InputError
from runtime.ids import PinName
from runtime.nodes.conversions import CONVERSION_NODES, as_text, convert, refusal, shown
from runtime.nodes.pins import PinType

PIN = PinName("Count")
T = PinType

ALLOWED = {
    *((kind, kind) for kind in PinType),
    *((kind, T.ANY) for kind in PinType),
    *((T.ANY, kind) for kind in PinType),
    *((kind, T.JSON) for kind in PinType),
    *((kind, T.STRING) for kind in PinType),
    (T.INTEGER, T.FLOAT),
    (T.STRING, T.CONVERSATION),
    (T.STRING, T.FUTURE),
    (T.JSON, T.CONVERSATION),
    (T.JSON, T.FUTURE),
}


@pytest.mark.parametrize(("source", "target"), list(itertools.product(PinType, PinType)))
def test_only_what_loses_nothing_may_be_wired(source: PinType, target: PinType) -> None:
    assert (refusal(source, target) is None) == ((source, target) in ALLOWED)


@pytest.mark.parametrize(("pair", "type_id"), list(CONVERSION_NODES.items()))
def test_the_conversion_that_a_refusal_names_does_what_the_wire_would(
    pair: tuple[PinType, PinType], type_id: str
) -> None:
    signature = builtin_registry().instance(type_id).signature
    assert type_id in str(refusal(*pair))
    assert (signature.inputs[PinName("Input")].type, signature.outputs[PinName("Output")].type) == pair


@pytest.mark.parametrize(
    ("value", "target", "given"),
    [
        ("x", T.STRING, "x"),
        (5, T.STRING, "5"),
        (0.5, T.STRING, "0.5"),
        (True, T.STRING, "true"),
        (None, T.STRING, ""),
        (["ä", 1], T.STRING, '["ä", 1]'),
        (math.inf, T.STRING, "inf"),
        (3, T.FLOAT, 3.0),
        (0.5, T.FLOAT, 0.5),
        (3, T.INTEGER, 3),
        (False, T.BOOLEAN, False),
        ('{"a": [1]}', T.JSON, {"a": [1]}),
        ([1], T.JSON, [1]),
        (None, T.JSON, None),
        ("x", T.ANY, "x"),
        ([1], T.ANY, [1]),
        ("fut_1", T.FUTURE, "fut_1"),
    ],
)
def test_values_are_converted(value: object, target: PinType, given: object) -> None:
    converted = convert(value, target, PIN)
    assert converted == given
    assert type(converted) is type(given)


@pytest.mark.parametrize(
    ("value", "target", "message"),
    [
        ("5", T.INTEGER, "Count: wants an integer, got '5'"),
        (5.0, T.INTEGER, "Count: wants an integer, got 5.0"),
        (True, T.INTEGER, "Count: wants an integer, got True"),
        (True, T.FLOAT, "Count: wants a number, got True"),
        (1, T.BOOLEAN, "Count: wants true or false, got 1"),
        (10**400, T.FLOAT, "Count: wants a number up to 1.8e308, got an integer that is larger"),
        ("[", T.JSON, "Count: wants JSON, got text that is none (Expecting value, line 1, column 2)"),
    ],
)
def test_what_does_not_fit_is_refused_with_pin_and_value(value: object, target: PinType, message: str) -> None:
    with pytest.raises(InputError) as caught:
        convert(value, target, PIN)
    assert str(caught.value) == message
    assert caught.value.pin == PIN


@pytest.mark.parametrize("text", ["[" * 100_000, "9" * 5_000])
def test_json_that_python_cannot_read_is_refused_too(text: str) -> None:
    with pytest.raises(InputError, match="Count: wants JSON, got text that cannot be read"):
        convert(text, T.JSON, PIN)


def test_text_is_json_text_but_for_strings() -> None:
    assert as_text({"k": "v"}) == '{"k": "v"}'
    assert as_text("plain") == "plain"


def test_long_values_are_cut_in_messages() -> None:
    assert shown("x" * 100, limit=10) == "'xxxxxxxx…"
