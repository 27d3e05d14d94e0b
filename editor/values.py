"""Values of inputs as text, and text as values: what the canvas and the inspector show and accept."""

from __future__ import annotations

import json
import math
import re

from runtime.errors import InputError
from runtime.nodes.pins import DataPin, PinType

SHOWN = 80
"""Characters of a value that are looked at for showing it in one line."""
MASK = "••••••"
_TEXTS = (PinType.STRING, PinType.CONVERSATION, PinType.FUTURE)
UNSET = object()
"""What `parse_value` returns when the text means that the input is not set."""
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_READABLE = 1_000_000_000
"""Whole numbers below this are written in full."""


def value_text(value: object, pin: DataPin) -> str:
    """A value in one line of at most `SHOWN` characters; a secret is masked, text has no quotes."""
    if pin.secret and value:
        return MASK
    if value is None:
        return "null"
    if not isinstance(value, str):
        return _shortened(_json_start(value, SHOWN)) + _unit(pin)
    line = " ".join(value[: SHOWN * 2].split())
    return _shortened(line) if line else '""'


def edit_text(value: object, pin: DataPin) -> str:
    """A value as a person edits it: `parse_value` gives it back."""
    if value is None:
        return ""
    if pin.lines and isinstance(value, list):
        return "\n".join(map(str, value))
    if isinstance(value, str) and pin.type is not PinType.JSON and pin.type is not PinType.ANY:
        return value
    return json.dumps(value, ensure_ascii=False, indent=2 if pin.multiline else None, default=str)


def parse_value(text: str, pin: DataPin) -> object:
    """The value that a person typed, or UNSET for nothing typed where nothing is allowed.

    Raises InputError naming the pin, what was typed, and what it takes.
    """
    if not (text if pin.type in _TEXTS else text.strip()) and (pin.type not in _TEXTS or pin.optional or pin.required):
        return UNSET
    if pin.lines:
        return [line for line in text.split("\n") if line]
    match pin.type:
        case PinType.INTEGER | PinType.FLOAT:
            return in_range(_number(text.strip(), pin), pin)
        case PinType.BOOLEAN:
            return _boolean(text.strip().lower(), pin)
        case PinType.JSON:
            return _json(text, pin)
        case PinType.ANY:
            return _json_or_text(text)
        case _:
            return in_range(text, pin)


def in_range(value: object, pin: DataPin) -> object:
    """The value itself. Raises InputError naming the range if it lies outside, or is none of the choices."""
    if pin.choices is not None and value not in pin.choices:
        raise InputError(pin.name, f"takes one of {', '.join(map(str, pin.choices))}, not {value}")
    if not isinstance(value, (str, int, float)):
        return value
    measured = len(value) if isinstance(value, str) else value
    if (pin.minimum is not None and measured < pin.minimum) or (pin.maximum is not None and measured > pin.maximum):
        raise InputError(pin.name, f"takes {range_text(pin)}, not {_given(value)}")
    return value


def _given(value: str | float) -> str:
    if isinstance(value, str):
        return _characters(len(value))
    return _shortened(f"{value:,}") if isinstance(value, int) else _amount(value)


def range_text(pin: DataPin) -> str:
    """The range of a pin in words: `0 to 2`, `at least 1`, `at most 5 characters`, or ""."""
    said = _characters if pin.type in _TEXTS else _amount
    if pin.minimum is not None and pin.maximum is not None:
        return f"{_amount(pin.minimum)} to {said(pin.maximum)}"
    if pin.minimum is not None:
        return f"at least {said(pin.minimum)}"
    return f"at most {said(pin.maximum)}" if pin.maximum is not None else ""


def _characters(count: float) -> str:
    return f"{_amount(count)} character" if count == 1 else f"{_amount(count)} characters"


def _amount(number: float) -> str:
    """A number for people: `2`, `0.5`, `1,000,000`, `1e+12`."""
    return f"{number:,.0f}" if number == int(number) and abs(number) < _READABLE else f"{number:g}"


def _number(text: str, pin: DataPin) -> int | float:
    kind = "a whole number" if pin.type is PinType.INTEGER else "a number"
    plain = _plain_number(text, pin.unit)
    try:
        number = int(plain) if pin.type is PinType.INTEGER else float(plain)
    except ValueError:
        raise InputError(pin.name, f"takes {kind}, not {text!r}") from None
    if isinstance(number, float) and not math.isfinite(number):
        raise InputError(pin.name, f"takes {kind}, not {text!r}")
    return number


def _plain_number(text: str, unit: str) -> str:
    """A number as Python reads it, of one as people write and paste it: `1,234.5`, `1 234`, `0,5`, `250 ms`."""
    plain = "".join(text.removesuffix(unit).split()) if unit else "".join(text.split())
    if _THOUSANDS.fullmatch(plain):
        return plain.replace(",", "")
    return plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain


def _boolean(text: str, pin: DataPin) -> bool:
    if text not in ("true", "false"):
        raise InputError(pin.name, f"takes true or false, not {text!r}")
    return text == "true"


def _json(text: str, pin: DataPin) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(pin.name, f"takes JSON: {error.msg}, line {error.lineno}, column {error.colno}") from None


def _json_or_text(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _unit(pin: DataPin) -> str:
    return f" {pin.unit}" if pin.unit else ""


def one_line(value: object, most: int = SHOWN) -> str:
    """Any value in one line of at most so many characters, as it would be written in an expression."""
    text = repr(value[: most * 2]) if isinstance(value, str) else _json_start(value, most)
    return text if len(text) <= most else text[: most - 1] + "…"


def whole_text(value: object) -> str:
    """Any value as a person reads it: a text as it is, everything else as JSON on lines of its own."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2, default=str)


def _json_start(value: object, most: int) -> str:
    """A value as JSON, with little more than so many characters: of a large one the rest is not even written."""
    parts: list[str] = []
    length = 0
    for part in json.JSONEncoder(ensure_ascii=False, default=str).iterencode(value):
        parts.append(part)
        length += len(part)
        if length > most:
            break
    return "".join(parts)
