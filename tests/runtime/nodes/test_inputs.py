"""Values for data inputs: checked against the declaration, refused in words that name pin, value and range."""

from __future__ import annotations

from typing import Literal

import pytest
from pydantic import Field, field_validator, model_validator

from runtime.errors import InputError, NodeError
from runtime.ids import PinName
from runtime.nodes.inputs import checked, fitted, input_errors
from runtime.nodes.pins import NodeModel, data_pins, hints


class Inputs(NodeModel):
    """One pin of each kind."""

    text: str = Field(min_length=1)
    temperature: float | None = Field(default=None, ge=0, le=2)
    count: int = Field(default=1, ge=1)
    level: Literal["low", "high"] = "low"
    names: list[str] = Field(default_factory=list)
    key: str = Field(default="", max_length=3, json_schema_extra=hints(secret=True))
    even: int = 0

    @field_validator("even")
    @classmethod
    def _even(cls, value: int) -> int:
        if value % 2:
            raise ValueError("must be even, so that halves are whole")
        return value

    @model_validator(mode="after")
    def _together(self) -> Inputs:
        if self.count > 5 and self.level == "low":
            raise ValueError("a Count above 5 needs a high Level")
        return self


PINS = data_pins(Inputs)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "Text: is missing: set a value or connect a wire"),
        ({"Text": ""}, "Text: must not be empty, got ''"),
        ({"Temperature": 2.5}, "Temperature: must be from 0 to 2, got 2.5"),
        ({"Count": 0}, "Count: must be at least 1, got 0"),
        ({"Level": "mid"}, "Level: must be 'low' or 'high', got 'mid'"),
        ({"Names": ["a", 5]}, "Names: [1] must be a valid string, got 5"),
        ({"Even": 3}, "Even: must be even, so that halves are whole, got 3"),
    ],
)
def test_a_value_that_is_refused_is_named_with_its_range(values: dict[PinName, object], message: str) -> None:
    given = {**({"Text": "x"} if values else {}), **values}
    with pytest.raises(InputError) as caught:
        checked(Inputs, PINS, given)
    assert str(caught.value) == message


def test_a_secret_is_not_shown() -> None:
    with pytest.raises(InputError) as caught:
        checked(Inputs, PINS, {PinName("Text"): "x", PinName("Key"): "sk-1234"})
    assert str(caught.value) == "Key: string should have at most 3 characters"


def test_values_that_do_not_fit_together() -> None:
    with pytest.raises(NodeError, match="a Count above 5 needs a high Level"):
        checked(Inputs, PINS, {PinName("Text"): "x", PinName("Count"): 6})


def test_values_that_fit_become_the_model() -> None:
    made = checked(Inputs, PINS, {PinName("Text"): "x", PinName("Names"): ["a"]})
    assert (made.text, made.names, made.temperature) == ("x", ["a"], None)


def test_nothing_stays_nothing_in_an_optional_pin_only() -> None:
    assert fitted(None, PINS[PinName("Temperature")]) is None
    with pytest.raises(InputError):
        fitted(None, PINS[PinName("Count")])


def test_all_errors_are_found_but_for_wired_pins() -> None:
    given = {PinName("Count"): "many", PinName("Temperature"): 3, PinName("Level"): "mid"}
    found = input_errors(Inputs, PINS, given, wired=frozenset({PinName("Level")}))
    assert sorted(map(str, found)) == [
        "Count: wants an integer, got 'many'",
        "Temperature: must be from 0 to 2, got 3.0",
        "Text: is missing: set a value or connect a wire",
    ]
