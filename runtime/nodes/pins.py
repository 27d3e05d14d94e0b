"""Pins, derived from the pydantic models of a node type."""

from __future__ import annotations

import types
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_pascal
from pydantic.fields import FieldInfo

from ..errors import RegistrationError
from ..ids import PinName


class PinType(StrEnum):
    """The type of a data pin; `conversation` and `future` are strings with a mark of their own."""

    STRING = "string"
    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    JSON = "json"
    ANY = "any"
    CONVERSATION = "conversation"
    FUTURE = "future"


Json = Annotated[Any, PinType.JSON]
"""A JSON value: None, bool, int, float, str, list or dict."""
ConversationRef = Annotated[str, PinType.CONVERSATION]
FutureRef = Annotated[str, PinType.FUTURE]


class NodeModel(BaseModel):
    """Base of a node type's `Inputs`, `Outputs` and `Config`: frozen, strict, pins in PascalCase.

    A field without default is a required pin. A field of type `X | None` with default None is an optional pin:
    unset means *not sent*. `Field(ge=, le=, description=, json_schema_extra=hints(...))` says the rest.
    """

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", alias_generator=to_pascal, populate_by_name=True,
        arbitrary_types_allowed=True, protected_namespaces=(),
        defer_build=True,  # a validator is built when its node first runs: building all took a tenth of the start
    )  # fmt: skip


def hints(  # noqa: PLR0913  # one for each hint, all by name
    *,
    unit: str = "",
    multiline: bool = False,
    lines: bool = False,
    secret: bool = False,
    advanced: bool = False,
    pins: str = "",
    path: Literal["", "file", "folder"] = "",
) -> dict[str, Any]:
    """How a field is to be shown: for `Field(json_schema_extra=...)`.

    `lines`: a list of texts, one a line. `path`: a text that is the path of one. `pins`: a field of a `Config` that
    decides about pins, and what new ones are called, with a number behind (dynamic_pins.py).
    """
    given = {
        "unit": unit, "multiline": multiline, "lines": lines, "secret": secret, "advanced": advanced, "pins": pins,
        "path": path,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class DataPin:
    """One data pin of a node.

    Attributes:
        name: PascalCase, unique among the node's data pins of one direction.
        field: the field of the model that declares it.
        required: an input that must be set or wired.
        optional: an input that may stay unset, and is then not sent.
        default: the value if neither set nor wired (None for required and optional pins).
        minimum, maximum: inclusive range of a number; for strings the length in characters.
        choices: the closed list of values, if there is one.
        pins: of a config's field: what new pins are called about which it decides; "" if it decides about none.
        path: what the text is the path of, `file` or `folder`; "" if it is no path.
    """

    name: PinName
    field: str
    type: PinType
    description: str = ""
    required: bool = False
    optional: bool = False
    default: object = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[object, ...] | None = None
    unit: str = ""
    multiline: bool = False
    lines: bool = False
    secret: bool = False
    advanced: bool = False
    pins: str = ""
    path: str = ""


@dataclass(frozen=True)
class Signature:
    """All pins of a node, in the order in which they are shown."""

    exec_in: tuple[PinName, ...]
    exec_out: tuple[PinName, ...]
    inputs: dict[PinName, DataPin]
    outputs: dict[PinName, DataPin]


_SCALARS: dict[object, PinType] = {
    str: PinType.STRING,
    int: PinType.INTEGER,
    float: PinType.FLOAT,
    bool: PinType.BOOLEAN,
    Any: PinType.ANY,
    object: PinType.ANY,
}
_COLLECTIONS = (list, dict, tuple)


@cache
def data_pins(model: type[NodeModel]) -> dict[PinName, DataPin]:
    """The pins that a model's fields declare. Raises RegistrationError for a type that no pin can carry.

    What is excluded from saving (`Field(exclude=True)`) is no pin: the program fills it in.
    """
    fields = ((name, info) for name, info in model.model_fields.items() if not info.exclude)
    return {PinName(info.alias or name): _pin(model, name, info) for name, info in fields}


def _pin(model: type[NodeModel], name: str, info: FieldInfo) -> DataPin:
    pin_type, choices = _pin_type(model, name, info)
    required = info.is_required()
    default = None if required else info.get_default(call_default_factory=True)
    low, high = _limits(info)
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    return DataPin(
        name=PinName(info.alias or name),
        field=name,
        type=pin_type,
        description=info.description or "",
        required=required,
        optional=not required and default is None and _admits_none(info.annotation),
        default=default,
        minimum=low,
        maximum=high,
        choices=choices,
        unit=str(extra.get("unit", "")),
        multiline=bool(extra.get("multiline", False)),
        lines=bool(extra.get("lines", False)),
        secret=bool(extra.get("secret", False)),
        advanced=bool(extra.get("advanced", False)),
        pins=str(extra.get("pins", "")),
        path=str(extra.get("path", "")),
    )


def _pin_type(model: type, name: str, info: FieldInfo) -> tuple[PinType, tuple[object, ...] | None]:
    for mark in info.metadata:
        if isinstance(mark, PinType):
            return mark, None
    annotation = _without_none(info.annotation)
    if get_origin(annotation) is Annotated:
        annotation, *marks = get_args(annotation)
        for mark in marks:
            if isinstance(mark, PinType):
                return mark, None
    if get_origin(annotation) is Literal:
        values = get_args(annotation)
        return _SCALARS[type(values[0])], values
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return PinType.STRING, tuple(member.value for member in annotation)
    if annotation in _SCALARS:
        return _SCALARS[annotation], None
    if (get_origin(annotation) or annotation) in _COLLECTIONS:
        return PinType.JSON, None
    raise RegistrationError(f"{model.__qualname__}.{name}: no pin type for {annotation!r}")


def _without_none(annotation: object) -> Any:
    if get_origin(annotation) not in (Union, types.UnionType):
        return annotation
    rest = [part for part in get_args(annotation) if part is not type(None)]
    return rest[0] if len(rest) == 1 else Any


def _admits_none(annotation: object) -> bool:
    return annotation is Any or type(None) in get_args(annotation)


def _limits(info: FieldInfo) -> tuple[float | None, float | None]:
    low = high = None
    for mark in info.metadata:
        match mark:
            case annotated_types.Ge(ge=bound):
                low = bound
            case annotated_types.Le(le=bound):
                high = bound
            case annotated_types.MinLen(min_length=bound):
                low = bound
            case annotated_types.MaxLen(max_length=bound):
                high = bound
    return low, high  # type: ignore[return-value]  # annotated_types types its bounds as protocols of comparison
