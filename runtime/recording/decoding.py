"""Events from the JSON objects that `event_fields` makes of them; what may stand there derives from the dataclasses.

Not by pydantic: a stream may cut an emoji in two, and half a surrogate pair is no text to pydantic.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

from ..engine.events import Event
from ..errors import RecordingError

Read = Callable[[object], Any]
"""Makes a field's value of a JSON value. Raises RecordingError saying what belongs there."""


def decoded_event(value: object) -> Event:
    """The event that a JSON value stands for.

    Raises RecordingError for an unknown event, an unknown or missing field, or a value that is not of its type.
    """
    if not isinstance(value, dict):
        raise RecordingError(f"an event is a JSON object, not {_shown(value)}")
    given = dict(value)
    name = given.pop("event", None)
    form = _forms().get(name) if isinstance(name, str) else None
    if form is None:
        raise RecordingError(
            f"there is no event {name!r}" if name is not None else "'event' is missing: which event is it?"
        )
    return form.made(given)


@dataclass(frozen=True, slots=True)
class _Form:
    """What a kind of event is made of."""

    kind: Callable[..., Event]
    name: str
    reads: Mapping[str, Read]
    required: frozenset[str]

    def made(self, given: Mapping[str, object]) -> Event:
        if missing := self.required - given.keys():
            raise RecordingError(f"{self.name} lacks {', '.join(sorted(missing))}")
        values = {}
        for name, value in given.items():
            if name not in self.reads:
                raise RecordingError(f"{self.name} has no field {name!r}")
            try:
                values[name] = self.reads[name](value)
            except RecordingError as error:
                raise RecordingError(f"{self.name}.{name}: {error}") from None
        return self.kind(**values)


@cache
def _forms() -> Mapping[str, _Form]:
    return {kind.__name__: _form(kind) for kind in _members(Event)}


def _form(kind: type) -> _Form:
    hints = get_type_hints(kind)
    parts = fields(kind)
    needed = {part.name for part in parts if part.default is MISSING and part.default_factory is MISSING}
    reads = {part.name: _reader(hints[part.name]) for part in parts}
    return _Form(kind, kind.__name__, reads, frozenset(needed))


def _members(union: object) -> Iterator[type]:
    for member in get_args(union):
        yield from [member] if isinstance(member, type) else _members(member)


def _reader(hint: Any) -> Read:
    """How a field of this type is read. Raises TypeError for a type that no event has had so far."""
    origin, parts = get_origin(hint), get_args(hint)
    if isinstance(hint, NewType):
        return _reader(hint.__supertype__)
    if hint is Any:
        return lambda value: value
    if origin is Literal:
        return _one_of(parts)
    if origin in (Union, types.UnionType):
        return _any_of([_reader(part) for part in parts])
    if origin is tuple and parts[1:] == (...,):
        return _list_of(_reader(parts[0]))
    kind = origin if isinstance(origin, type) else hint
    if issubclass(kind, Mapping):
        return _plain("an object", dict)
    if kind in _PLAIN:
        return _PLAIN[kind]
    raise TypeError(f"events cannot have a field of type {hint}: teach runtime.recording.decoding to read it")


def _plain(called: str, *kinds: type) -> Read:
    def read(value: object) -> object:
        # type(), not isinstance: True is no number.
        if type(value) not in kinds:
            raise RecordingError(f"wants {called}, not {_shown(value)}")
        return value

    return read


_PLAIN: Mapping[type, Read] = {
    str: _plain("text", str),
    bool: _plain("true or false", bool),
    int: _plain("a whole number", int),
    float: _plain("a number", float, int),
    type(None): _plain("null", type(None)),
}


def _one_of(choices: tuple[object, ...]) -> Read:
    def read(value: object) -> object:
        if value not in choices:
            raise RecordingError(f"wants one of {', '.join(map(str, choices))}, not {_shown(value)}")
        return value

    return read


def _any_of(reads: list[Read]) -> Read:
    def read(value: object) -> object:
        refusals = []
        for each in reads:
            try:
                return each(value)
            except RecordingError as error:
                refusals.append(str(error).partition(", not ")[0].removeprefix("wants "))
        raise RecordingError(f"wants {' or '.join(refusals)}, not {_shown(value)}")

    return read


def _list_of(read_member: Read) -> Read:
    def read(value: object) -> object:
        if not isinstance(value, list):
            raise RecordingError(f"wants a list, not {_shown(value)}")
        return tuple(map(read_member, value))

    return read


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
