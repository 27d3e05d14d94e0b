"""A flow as a plain value (design 3): nodes, connections, frames and the view, all frozen."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final, Literal, NamedTuple

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from ..ids import NodeId, PinName

FORMAT: Final = "futureflow"
VERSION: Final = 1

Number = int | float
Point = tuple[Number, Number]
"""(x, y) in canvas units; x grows to the right, y downwards."""


class PinKind(StrEnum):
    """What a wire carries: a token (`exec`) or a value (`data`)."""

    EXEC = "exec"
    DATA = "data"


class PinDirection(StrEnum):
    """Which side of its node a pin is on."""

    IN = "in"
    OUT = "out"


class PinRef(NamedTuple):
    """One end of a connection: a node's id and a pin's name. Direction and kind come from where it stands."""

    node: NodeId
    pin: PinName


def _as_pin_ref(value: object) -> object:
    return PinRef(*value) if isinstance(value, (list, tuple)) and len(value) == 2 else value


_Ref = Annotated[PinRef, BeforeValidator(_as_pin_ref)]


class _Part(BaseModel):
    """Frozen; unknown keys are kept and saved back; fields named in `always` are written even when default."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)
    always: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _without_defaults(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        for name, field in type(self).model_fields.items():
            if name not in self.always and getattr(self, name) == field.get_default(call_default_factory=True):
                written.pop(field.alias or name, None)
                written.pop(name, None)
        return written


class Breakpoint(_Part):
    """Where runs pause before a node. In a file `true` stands for one without conditions."""

    enabled: bool = True
    condition: str = Field(default="", description="Pause only if this is true, as `Index > 3 and Value != ''`")
    hit_count: int = Field(default=1, ge=1, description="Pause from this hit on, counted in each run from 1")


def _as_breakpoint(value: object) -> object:
    return (Breakpoint() if value else None) if isinstance(value, bool) else value


def _breakpoint_as_json(value: Breakpoint | None) -> object:
    written = value.model_dump() if value is not None else None
    return written or value is not None


class Node(_Part):
    """One node: its type and what the person set on it."""

    always: ClassVar[frozenset[str]] = frozenset({"id", "type", "position"})

    id: NodeId
    type: str
    position: Point
    inputs: dict[PinName, Any] = Field(default_factory=dict, description="Values of unconnected data inputs")
    config: dict[str, Any] = Field(default_factory=dict, description="Settings that change the node's shape")
    title: str = ""
    comment: str = ""
    mode: Literal["normal", "mute", "bypass"] = "normal"
    collapsed: bool = False
    pinned_outputs: dict[PinName, Any] = Field(default_factory=dict, description="Mocked output values")
    breakpoint: Annotated[
        Breakpoint | None, BeforeValidator(_as_breakpoint), PlainSerializer(_breakpoint_as_json, bool | dict[str, Any])
    ] = None


class Connection(_Part):
    """One wire. As a value it is its own key: equal ends and kind mean the same wire (`key`)."""

    always: ClassVar[frozenset[str]] = frozenset({"kind", "source", "target"})

    kind: PinKind
    source: _Ref = Field(alias="from")
    target: _Ref = Field(alias="to")
    via: tuple[Point, ...] = Field(default=(), description="Bend points: layout only")

    @property
    def key(self) -> ConnectionKey:
        """What tells this wire from all others of its flow."""
        return ConnectionKey(self.kind, self.source, self.target)


class ConnectionKey(NamedTuple):
    """The identity of a wire, without its layout."""

    kind: PinKind
    source: PinRef
    target: PinRef


class Frame(_Part):
    """A titled rectangle behind nodes."""

    always: ClassVar[frozenset[str]] = frozenset({"id", "title", "rect", "color"})

    id: str
    title: str = ""
    rect: tuple[Number, Number, Number, Number] = Field(description="x, y, width, height")
    color: str = "blue"
    collapsed: bool = Field(default=False, description="Only its title is shown; what is inside is folded away")


class View(_Part):
    """Where the canvas looked when the flow was saved; the engine ignores it."""

    always: ClassVar[frozenset[str]] = frozenset({"center", "zoom"})

    center: Point = (0, 0)
    zoom: float = 1.0
    bookmarks: dict[str, View] = Field(default_factory=dict, description="Places to go to, by the digits 1 to 9")


class Flow(_Part):
    """A whole flow file."""

    always: ClassVar[frozenset[str]] = frozenset({
        "format", "version", "name", "description", "nodes", "connections", "frames", "view",
    })  # fmt: skip

    format: Literal["futureflow"] = FORMAT
    version: Literal[1] = VERSION
    name: str = ""
    description: str = ""
    nodes: tuple[Node, ...] = ()
    connections: tuple[Connection, ...] = ()
    frames: tuple[Frame, ...] = ()
    view: View = View()

    def node(self, node_id: NodeId) -> Node:
        """The node of this id. Raises KeyError."""
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise KeyError(node_id)
