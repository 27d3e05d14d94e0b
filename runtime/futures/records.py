"""A future as JSON text and back. Knows none of its fields by name but `request`: new ones are stored as they come."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from .future import FutureResponse


def rest_of(future: FutureResponse, unknown_fields: Mapping[str, Any]) -> str:
    """All but the request, which never changes and is stored once, as JSON text; known fields go before unknown."""
    fields = (part.name for part in dataclasses.fields(future))
    return json_of({**unknown_fields, **{name: getattr(future, name) for name in fields if name != "request"}})


def from_parts(request: str, rest: str) -> FutureResponse:
    """The future again; fields of a newer Futureflow are left out here, and stay in the database.

    Raises ValueError for text that holds no future as this program knows them.
    """
    return _adapter().validate_python({**json.loads(rest), "request": json.loads(request)})


def json_of(value: object) -> str:
    """Strict JSON text of any value, fit for UTF-8; what JSON has no form for is written as a string."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)
    except ValueError:  # NaN or an infinity somewhere
        known = json.loads(json.dumps(value, default=_plain), parse_constant=str)
        text = json.dumps(known, ensure_ascii=False)
    return text if fits_utf_8(text) else json.dumps(json.loads(text))


def fits_utf_8(text: str) -> bool:
    """Whether SQLite can hold it: half of a surrogate pair is legal in Python, but must be escaped."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _plain(value: object) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {part.name: getattr(value, part.name) for part in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, (set, frozenset)) else str(value)


@functools.cache
def _adapter() -> TypeAdapter[FutureResponse]:
    return TypeAdapter(FutureResponse)
