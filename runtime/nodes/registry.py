"""The node types that a session knows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from pydantic import ValidationError

from ..errors import RegistrationError
from ..source import FlowSource
from .node_type import NodeType
from .pins import Signature


class NodeRegistry:
    """Node types by id; hands out one shared instance per type and config."""

    def __init__(self, node_types: Iterable[type[NodeType]] = ()) -> None:
        self._types: dict[str, type[NodeType]] = {}
        self._instances: dict[tuple[str, str], NodeType] = {}
        for node_type in node_types:
            self.register(node_type)

    def register(self, node_type: type[NodeType]) -> None:
        """Add a type. Raises RegistrationError if its id is taken or its declaration does not hold together."""
        if node_type.type_id in self._types:
            raise RegistrationError(f"node type {node_type.type_id!r} is registered twice")
        _check(node_type)
        self._types[node_type.type_id] = node_type

    def __contains__(self, type_id: object) -> bool:
        return type_id in self._types

    def __iter__(self) -> Iterator[type[NodeType]]:
        return iter(self._types.values())

    def __len__(self) -> int:
        return len(self._types)

    def get(self, type_id: str) -> type[NodeType]:
        """The class of this id. Raises RegistrationError if there is none."""
        try:
            return self._types[type_id]
        except KeyError:
            raise RegistrationError(f"unknown node type {type_id!r}") from None

    def instance(
        self, type_id: str, config: Mapping[str, object] | None = None, source: FlowSource | None = None
    ) -> NodeType:
        """The instance for nodes of this type and config, in a flow from `source`.

        Raises RegistrationError if the type is unknown, pydantic.ValidationError if the config does not fit, and what
        `NodeType.completed` raises.
        """
        if source is not None:
            config = self.get(type_id).completed(config or {}, source)
        key = (type_id, json.dumps(config, sort_keys=True, default=repr) if config else "")
        found = self._instances.get(key)
        if found is None:
            found = self._instances[key] = self.get(type_id)(config)
        return found


def _check(node_type: type[NodeType]) -> None:
    name = f"{node_type.__module__}.{node_type.__qualname__}"
    for attribute in ("type_id", "title", "category", "__doc__"):
        if not getattr(node_type, attribute, None):
            raise RegistrationError(f"{name} has no {attribute}")
    try:
        signature = node_type().signature
    except ValidationError as error:
        raise RegistrationError(f"{name}: every config needs a default: {error}") from error
    _check_pins(name, node_type, signature)


def _check_pins(name: str, node_type: type[NodeType], signature: Signature) -> None:
    for pins in (signature.exec_in, signature.exec_out):
        if len(set(pins)) != len(pins):
            raise RegistrationError(f"{name} has two exec pins of one name: {', '.join(pins)}")
    if "Failed" in signature.exec_out and "ErrorMessage" not in signature.outputs:
        raise RegistrationError(f"{name} has an exec output Failed, but no data output ErrorMessage that says why")
    if (node_type.kind == "exec") != bool(signature.exec_in):
        wrong = "an exec node without" if node_type.kind == "exec" else "no exec node but has"
        raise RegistrationError(f"{name} is {wrong} an exec input")
    if node_type.kind == "event" and not signature.exec_out:
        raise RegistrationError(f"{name} is an event node without an exec output")
    named = {*node_type.ends_token, *filter(None, [node_type.breaks_loop])}
    if missing := named - set(signature.exec_in):
        raise RegistrationError(f"{name} names exec inputs that it does not have: {', '.join(sorted(missing))}")
