"""A future as JSON text and back. Knows none of its fields by name but `request`: new ones are stored as they come."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError, to_json

from .future import FutureResponse


def request_of(future: FutureResponse) -> str:
    """The request, which never changes, as JSON text."""
    try:
        return to_json(future.request).decode()
    except PydanticSerializationError:
        return _any_json(future.request)


def rest_of(future: FutureResponse) -> str:
    """All but the request, as JSON text."""
    try:  # five times as fast as the way below, which would take longer than all else that writing a future takes
        return _adapter().dump_json(future, exclude={"request"}, warnings=False).decode()
    except PydanticSerializationError:
        return _any_json(_rest(future))


def updated_rest(rest: str, future: FutureResponse) -> str:
    """A stored text with the future as it is now; fields that this program does not know stay."""
    return _any_json({**json.loads(rest), **_rest(future)})


def from_parts(request: str, rest: str) -> FutureResponse:
    """The future again; fields of a newer Futureflow are left out here, and stay in the database.

    Raises ValueError for text that holds no future as this program knows them.
    """
    return _adapter().validate_python({**json.loads(rest), "request": json.loads(request)})


def fits_utf_8(text: str) -> bool:
    """Whether SQLite can hold it: half of a surrogate pair is legal in Python, but must be escaped."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _any_json(value: object) -> str:
    """JSON text of what pydantic refuses: half a surrogate pair is escaped, an object that JSON has not is a string."""
    return json.dumps(value, default=_plain)


def _rest(future: FutureResponse) -> dict[str, Any]:
    fields = (part.name for part in dataclasses.fields(future))
    return {name: getattr(future, name) for name in fields if name != "request"}


def _plain(value: object) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {part.name: getattr(value, part.name) for part in dataclasses.fields(value)}
    return dict(value) if isinstance(value, Mapping) else str(value)


@functools.cache
def _adapter() -> TypeAdapter[FutureResponse]:
    return TypeAdapter(FutureResponse)
