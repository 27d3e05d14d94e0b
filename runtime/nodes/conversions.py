"""Which value may flow into which pin (design 4): lossless on the wire, else by a conversion node."""

from __future__ import annotations

import json
import math

from ..errors import InputError
from ..ids import PinName
from .pins import PinType

_TEXTS = frozenset({PinType.STRING, PinType.CONVERSATION, PinType.FUTURE})
_MARKED = frozenset({PinType.CONVERSATION, PinType.FUTURE})

CONVERSION_NODES: dict[tuple[PinType, PinType], str] = {
    (PinType.STRING, PinType.INTEGER): "convert.string_to_integer",
    (PinType.STRING, PinType.FLOAT): "convert.string_to_float",
    (PinType.STRING, PinType.BOOLEAN): "convert.string_to_boolean",
    (PinType.FLOAT, PinType.INTEGER): "convert.float_to_integer",
}
"""The node type that does what a wire refuses to do, because it could lose something."""


def refusal(source: PinType, target: PinType) -> str | None:
    """Why a wire from `source` to `target` is refused, or None if it may be drawn."""
    if source == target or PinType.ANY in (source, target) or target is PinType.JSON:
        return None
    if target is PinType.STRING or (source in (PinType.STRING, PinType.JSON) and target in _TEXTS):
        return None
    if source is PinType.INTEGER and target is PinType.FLOAT:
        return None
    if target in _MARKED:
        return f"a {target} is wanted here, not a {source}"
    if (node := CONVERSION_NODES.get((source, target))) is not None:
        return f"{source} to {target} could lose something: put a conversion node ({node}) between"
    return f"there is no way from {source} to {target}"


def convert(value: object, target: PinType, pin: PinName) -> object:
    """The value as the pin wants it, converting only what loses nothing.

    Raises InputError naming the pin if the value does not fit.
    """
    if target is PinType.ANY:
        return value
    if target in _TEXTS:
        return as_text(value)
    if target is PinType.JSON:
        return _parsed(value, pin) if isinstance(value, str) else value
    if target is PinType.FLOAT and isinstance(value, (int, float)) and not isinstance(value, bool):
        return _as_float(value, pin)
    if target is PinType.INTEGER and isinstance(value, int) and not isinstance(value, bool):
        return value
    if target is PinType.BOOLEAN and isinstance(value, bool):
        return value
    raise InputError(pin, f"wants {_A[target]}, got {shown(value)}")


def as_text(value: object) -> str:
    """A value as text: strings as they are, everything else as JSON text."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _as_float(value: float, pin: PinName) -> float:
    try:
        return float(value)
    except OverflowError:
        raise InputError(pin, "wants a number up to 1.8e308, got an integer that is larger") from None


def _parsed(text: str, pin: PinName) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InputError(pin, f"wants JSON, got text that is none ({error.msg}, {where})") from None
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets thousands deep
        raise InputError(pin, f"wants JSON, got text that cannot be read ({error})") from None


_A = {
    PinType.INTEGER: "an integer",
    PinType.FLOAT: "a number",
    PinType.BOOLEAN: "true or false",
}


def shown(value: object, limit: int = 60) -> str:
    """A value for an error message, cut to `limit` characters."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
