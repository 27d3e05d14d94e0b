"""JSON text: read and written strictly, and told by line and column where something stands in it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from ..errors import FlowFileError

JsonPath = Sequence[str | int]
"""Keys and indexes that lead from the whole value to a part of it."""

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_PLAIN_KEY: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
# Strings are matched first, so that a number inside one is not taken for a value.
_STRING_OR_NUMBER: Final = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?', re.DOTALL)
_DECODER: Final = json.JSONDecoder()
_IN_ONE_LINE: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=str)


class _NumberError(ValueError):
    """A number that JSON does not have, or that this program cannot hold."""


def read_json(text: str, path: Path | None = None) -> Any:
    """The value of JSON text. Raises FlowFileError with line and column for text that is none.

    Stricter than `json.loads`: NaN and Infinity are refused, as are numbers too large for a float and keys that stand
    twice in one object, because the first of the two would be lost when the flow is saved.
    """
    doubles: list[tuple[dict[str, Any], str]] = []

    def as_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            keys = [key for key, _ in pairs]
            doubles.append((made, next(key for key in keys if keys.count(key) > 1)))
        return made

    try:
        value = json.loads(
            text, object_pairs_hook=as_object, parse_constant=_refuse, parse_float=_finite, parse_int=_whole
        )
    except json.JSONDecodeError as error:
        raise FlowFileError(f"not JSON: {error.msg}", path=path, line=error.lineno, column=error.colno) from None
    except _NumberError as error:
        line, column = line_and_column(text, _offset_of_bad_number(text))
        raise FlowFileError(str(error), path=path, line=line, column=column) from None
    except RecursionError:
        raise FlowFileError("not readable: lists and objects are nested too deeply", path=path) from None
    if doubles:
        _refuse_double_keys(text, value, doubles, path)
    return value


def json_text(value: object, indent: int | None = None) -> str:
    """Strict JSON text of any value: what JSON has no form for (NaN, a path, an object) is written as a string."""
    try:
        if indent is None:
            return _IN_ONE_LINE.encode(value)  # `json.dumps` would make an encoder for each value
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=str, indent=indent)
    except ValueError:
        known = json.loads(json.dumps(value, default=str), parse_constant=str)
        return json.dumps(known, ensure_ascii=False, indent=indent)


def place_of(text: str, parts: JsonPath) -> tuple[int, int] | None:
    """Line and column of a part of valid JSON text, counted from 1; None if the text has no such part."""
    offset = _after_space(text, 0)
    for part in parts:
        found = next((start for key, start in _members(text, offset) if key == part), None)
        if found is None:
            return None
        offset = found
    return line_and_column(text, offset)


def json_path(parts: JsonPath) -> str:
    """The path as people write it: `$.nodes[3].inputs["odd key"]`."""
    return "$" + "".join(map(_path_part, parts))


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Where a character stands, counted from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _path_part(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    return f".{part}" if _PLAIN_KEY.fullmatch(part) else f"[{json.dumps(part, ensure_ascii=False)}]"


def _members(text: str, offset: int) -> Iterator[tuple[str | int, int]]:
    """Key or index, and where the value begins, of each member of the object or list at `offset`."""
    is_object = text[offset] == "{"
    if not is_object and text[offset] != "[":
        return
    offset = _after_space(text, offset + 1)
    index = 0
    while text[offset] not in "]}":
        key: str | int = index
        if is_object:
            key, offset = _DECODER.raw_decode(text, offset)
            offset = _after_space(text, _after_space(text, offset) + 1)  # the colon
        yield key, offset
        _, offset = _DECODER.raw_decode(text, offset)
        offset = _after_space(text, offset)
        if text[offset] == ",":
            offset = _after_space(text, offset + 1)
        index += 1


def _after_space(text: str, offset: int) -> int:
    match = _SPACE.match(text, offset)
    return match.end() if match else offset


def _refuse(constant: str) -> float:
    raise _NumberError(f"not JSON: {constant} is not a number that JSON has")


def _finite(literal: str) -> float:
    value = float(literal)
    if not math.isfinite(value):
        raise _NumberError(f"the number {literal[:40]} is too large: the largest is about 1.8e308")
    return value


def _whole(literal: str) -> int:
    try:
        return int(literal)
    except ValueError:  # Python's limit on digits (sys.set_int_max_str_digits)
        raise _NumberError(f"the number {literal[:40]}… has too many digits ({len(literal)})") from None


def _offset_of_bad_number(text: str) -> int:
    for match in _STRING_OR_NUMBER.finditer(text):
        try:
            json.loads(match.group(), strict=False, parse_constant=_refuse, parse_float=_finite, parse_int=_whole)
        except _NumberError:
            return match.start()
    return 0


def _refuse_double_keys(text: str, value: Any, doubles: list[tuple[dict[str, Any], str]], path: Path | None) -> None:
    """Raise for the outermost object with a double key: one inside a value that was overwritten is no longer there."""
    unvisited: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    while unvisited:
        parts, part = unvisited.pop()
        for found, key in doubles:
            if found is part:
                line, column = place_of(text, parts) or (None, None)
                problem = f"the key {key!r} stands twice in one object: remove or rename one of the two"
                raise FlowFileError(problem, path=path, line=line, column=column, json_path=json_path(parts))
        if isinstance(part, dict):
            unvisited.extend(((*parts, key), member) for key, member in part.items())
        elif isinstance(part, list):
            unvisited.extend(((*parts, index), member) for index, member in enumerate(part))
