"""Values for a node's data inputs: converted as wires convert, then checked against the node's declaration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from ..errors import InputError, NodeError
from ..ids import PinName
from .conversions import convert, shown
from .pins import DataPin, NodeModel

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

M = TypeVar("M", bound=NodeModel)
Pins = Mapping[PinName, DataPin]


def fitted(value: object, pin: DataPin) -> object:
    """The value as the pin wants it; None stays None in an optional pin, which means *not sent*.

    Raises InputError naming the pin if the value does not fit.
    """
    if value is None and pin.optional:
        return None
    return convert(value, pin.type, pin.name)


def checked(model: type[M], pins: Pins, values: Mapping[PinName, object]) -> M:
    """The model made of values that `fitted` has converted.

    Raises InputError naming the first pin that is missing, out of range or of the wrong type; NodeError if the
    values do not fit together.
    """
    try:
        # What `model_validate` calls, without its own half microsecond: this is in every step.
        made: M = model.__pydantic_validator__.validate_python(values)
    except ValidationError as error:
        raise _input_error(error.errors(include_url=False)[0], pins) from None
    return made


def input_errors(
    model: type[NodeModel], pins: Pins, given: Mapping[PinName, object], *, wired: frozenset[PinName] = frozenset()
) -> list[NodeError]:
    """Everything that is wrong with the values of a node's inputs; `wired` ones are known only in a run."""
    errors: list[NodeError] = []
    values: dict[PinName, object] = {}
    for name, pin in pins.items():
        if name in given and name not in wired:
            try:
                values[name] = fitted(given[name], pin)
            except InputError as error:
                errors.append(error)
    known = {error.pin for error in errors if isinstance(error, InputError)} | wired
    try:
        model.model_validate(values)
    except ValidationError as error:
        errors += [
            _input_error(detail, pins) for detail in error.errors(include_url=False) if _first(detail) not in known
        ]
    return errors


def _first(detail: ErrorDetails) -> object:
    return detail["loc"][0] if detail["loc"] else ""


def _input_error(detail: ErrorDetails, pins: Pins) -> NodeError:
    pin = pins.get(PinName(str(_first(detail))))
    if pin is None:
        return NodeError(in_words(detail))
    if detail["type"] == "missing" and len(detail["loc"]) == 1:
        return InputError(pin.name, "is missing: set a value or connect a wire")
    got = "" if pin.secret else f", got {shown(detail['input'])}"
    place = "".join(f"[{part}]" for part in detail["loc"][1:])
    return InputError(pin.name, f"{place} {_wanted(detail, pin)}{got}".strip())


def _wanted(detail: ErrorDetails, pin: DataPin) -> str:
    limits = detail.get("ctx", {})
    match detail["type"]:
        case "greater_than_equal" | "less_than_equal" if pin.minimum is not None and pin.maximum is not None:
            return f"must be from {pin.minimum:g} to {pin.maximum:g}"
        case "greater_than_equal":
            return f"must be at least {limits['ge']:g}"
        case "less_than_equal":
            return f"must be at most {limits['le']:g}"
        case "literal_error":
            return f"must be {limits['expected']}"
        case "string_too_short" if limits["min_length"] == 1:
            return "must not be empty"
        case _:
            return in_words(detail)


def in_words(detail: ErrorDetails) -> str:
    """What a model refused: pydantic's words, or those of our validator, as the end of a sentence."""
    reason = detail.get("ctx", {}).get("error")
    text = str(reason) if reason is not None else detail["msg"].replace("Input should", "must")
    return text[:1].lower() + text[1:]
