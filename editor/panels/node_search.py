"""Finding node types by what a person types, and by what a wire could end in. Knows no screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from runtime.document.flow import PinDirection, PinKind
from runtime.ids import PinName
from runtime.nodes.conversions import refusal
from runtime.nodes.node_type import NodeType
from runtime.nodes.pins import PinType
from runtime.nodes.registry import NodeRegistry

from ..fuzzy import fuzzy_hit, hit

_RECENT: Final = 8
"""How many types are remembered as used lately."""

# How much a hit in each field counts; a hit in the title always beats one in a pin's name.
_TITLE, _SYNONYM, _TYPE_ID, _CATEGORY, _PIN = 1.0, 0.9, 0.6, 0.5, 0.4


@dataclass(frozen=True, slots=True)
class WireFit:
    """What fits a loose wire, given the pin on which it hangs: a type with a pin for the wire's other end."""

    kind: PinKind
    direction: PinDirection
    pin_type: PinType | None = None
    """None for an exec wire."""

    def pin_of(self, node_type: NodeType) -> PinName | None:
        """The first pin of a type in which the wire may end, or None."""
        signature = node_type.signature
        outgoing = self.direction is PinDirection.OUT
        if self.kind is PinKind.EXEC:
            return next(iter(signature.exec_in if outgoing else signature.exec_out), None)
        pins = signature.inputs if outgoing else signature.outputs
        fitting = [pin for pin in pins.values() if self._accepts(pin.type)]
        exact = (pin.name for pin in fitting if pin.type is self.pin_type)
        return next(exact, fitting[0].name if fitting else None)

    def _accepts(self, other: PinType) -> bool:
        own = self.pin_type or PinType.ANY
        source, target = (own, other) if self.direction is PinDirection.OUT else (other, own)
        return refusal(source, target) is None


class NodeSearch:
    """Ranks the node types of a registry, and remembers which were used lately.

    Attributes:
        recent: type ids used lately, newest first.
    """

    def __init__(self, registry: NodeRegistry, recent: Iterable[str] = ()) -> None:
        self.registry = registry
        self.recent: list[str] = [type_id for type_id in recent if type_id in registry]

    def note_use(self, type_id: str) -> None:
        """Remember that a type was used just now."""
        self.recent = [type_id, *(other for other in self.recent if other != type_id)][:_RECENT]

    def by_category(self) -> dict[str, list[type[NodeType]]]:
        """All types under their categories, both by name."""
        groups: dict[str, list[type[NodeType]]] = {}
        for node_type in sorted(self.registry, key=lambda t: (t.category.casefold(), t.title.casefold())):
            groups.setdefault(node_type.category, []).append(node_type)
        return groups

    def find(self, query: str = "", fits: WireFit | None = None) -> list[type[NodeType]]:
        """The types that match every word of the query, best first; of equals, those used lately first."""
        words = query.casefold().split()
        scored = [(score_of(words, node_type), node_type) for node_type in self._candidates(fits)]
        found = [(score, node_type) for score, node_type in scored if score > 0 or not words]
        found.sort(key=lambda one: (-one[0], self._age(one[1]), one[1].category.casefold(), one[1].title.casefold()))
        return [node_type for _, node_type in found]

    def _candidates(self, fits: WireFit | None) -> list[type[NodeType]]:
        if fits is None:
            return list(self.registry)
        return [t for t in self.registry if fits.pin_of(self.registry.instance(t.type_id)) is not None]

    def _age(self, node_type: type[NodeType]) -> int:
        return self.recent.index(node_type.type_id) if node_type.type_id in self.recent else _RECENT


def score_of(words: Sequence[str], node_type: type[NodeType]) -> float:
    """How well a type matches: the sum over the words of their best hits, 0 if one of them hits nothing."""
    fields = _fields_of(node_type)
    total = 0.0
    for word in words:
        best = max(weight * grade(word, text) for weight, grade, text in fields)
        if best == 0:
            return 0.0
        total += best
    return total


_Grade = Callable[[str, str], float]


def _fields_of(node_type: type[NodeType]) -> list[tuple[float, _Grade, str]]:
    pins = (*node_type.Inputs.model_fields.values(), *node_type.Outputs.model_fields.values())
    return [
        (_TITLE, fuzzy_hit, node_type.title),
        *((_SYNONYM, hit, synonym) for synonym in node_type.synonyms),
        (_TYPE_ID, hit, node_type.type_id),
        (_CATEGORY, hit, node_type.category),
        *((_PIN, hit, pin.alias) for pin in pins if pin.alias),
    ]
