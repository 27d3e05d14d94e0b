"""The pins that a loose wire may be connected with, as a list to choose from without a mouse."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF

from runtime.document.flow import ConnectionKey, PinDirection, PinKind
from runtime.ids import NodeId

from .. import commands
from ..document import FlowDocument
from ..fuzzy import fuzzy_hit
from . import announce
from .add_request import WireEnd
from .convert_offer import conversion_for
from .projection import Projection
from .rows import PinKey
from .targets import key_between, legal_pins, opposite


@dataclass(frozen=True, slots=True)
class Target:
    """A pin that may be connected.

    Attributes:
        node, pin, wire: the pin, and the wire that would be drawn.
        title, type: what its node is called; its type, or `exec`.
        replaced: the wires that would go, in words.
        through: the title of the conversion node that goes between, or "".
    """

    node: NodeId
    pin: PinKey
    wire: ConnectionKey
    title: str
    type: str
    replaced: tuple[str, ...]
    through: str = ""

    @property
    def also(self) -> list[str]:
        """What happens besides that the wire is drawn, in words."""
        return [*([f"through {self.through}"] if self.through else []), *(f"replaces {old}" for old in self.replaced)]


def targets_of(projection: Projection, end: WireEnd) -> list[Target]:
    """All pins to which a loose wire may go and does not yet: node by node, the nearest first, its own last.

    Within a node those of the same type come first, then those that are free, and in the end those to which a wire may
    go only through a conversion node.
    """
    document = projection.document
    here = projection.nodes[end.pin.node].rect.center()
    placed = sorted(
        projection.nodes.values(), key=lambda node: (node.id == end.pin.node, _far(here, node.rect.center()))
    )
    found = []
    for node in placed:
        targets = [_target(document, end, node.id, pin) for pin in legal_pins(document, end, node.id)]
        targets += _through_conversion(document, end, node.id)
        fresh = [target for target in targets if target.wire not in document.connections]
        rows, own = node.shape.look.rows.y, _type(document, end.pin.node, _own_key(end))
        found += sorted(
            fresh,
            key=lambda it: (it.through, it.type != own, bool(it.replaced), rows.get(it.pin, float("inf")), it.pin.name),
        )
    return found


def matching(targets: list[Target], query: str) -> list[Target]:
    """Those of which each typed word fits the node's title, the pin or the type, in the order given."""
    words = query.casefold().split()
    return [it for it in targets if all(any(fuzzy_hit(word, text) for text in _texts(it)) for word in words)]


def _texts(target: Target) -> tuple[str, ...]:
    return target.title, target.pin.name, target.type, target.through


def _through_conversion(document: FlowDocument, end: WireEnd, node_id: NodeId) -> list[Target]:
    """The pins of a node to which the wire would lose something, so that a conversion node must go between."""
    if end.kind is not PinKind.DATA or node_id == end.pin.node:
        return []
    signature, direction = document.signature(node_id), opposite(end.direction)
    names = signature.inputs if direction is PinDirection.IN else signature.outputs
    found = []
    for pin in (PinKey(direction, PinKind.DATA, name) for name in names):
        type_id = conversion_for(document, key_between(end, node_id, pin))
        if type_id is not None:
            title = document.registry.get(type_id).title
            found.append(replace(_target(document, end, node_id, pin), through=title))
    return found


def _target(document: FlowDocument, end: WireEnd, node_id: NodeId, pin: PinKey) -> Target:
    wire = key_between(end, node_id, pin)
    gone = commands.displaced(document, *wire)
    replaced = tuple(announce.about_wire(document, old.key) for old in gone if old.key != wire)
    return Target(node_id, pin, wire, document.node_title(node_id), _type(document, node_id, pin), replaced)


def _type(document: FlowDocument, node_id: NodeId, pin: PinKey) -> str:
    if pin.kind is PinKind.EXEC:
        return "exec"
    signature = document.signature(node_id)
    declared = (signature.inputs if pin.direction is PinDirection.IN else signature.outputs).get(pin.name)
    return declared.type.value if declared else "unknown"


def _own_key(end: WireEnd) -> PinKey:
    return PinKey(end.direction, end.kind, end.pin.pin)


def _far(one: QPointF, other: QPointF) -> float:
    return (one - other).manhattanLength()
