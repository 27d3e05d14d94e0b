"""Pins that a field of the config decides about: which ones, and the config that gives a node others.

A field says so by `hints(pins=STEM)`. Its type says how it does: a whole number counts them (`Out1`, `Out2`: the stem
and a number), a list of texts names them, and a text names them by its places, as in `Hello {{name}}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, NamedTuple

from ..ids import PinName
from .node_type import NodeType
from .pins import DataPin, NodeModel, PinType, data_pins

PLACE: Final = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
"""A place of a text: `{{name}}`."""
_LAST: Final = 10_000
"""No number behind a stem is greater."""


class Slot(NamedTuple):
    """One pin of an arrangement: what it was called, None if it is new, and how it is to be called."""

    before: PinName | None
    name: PinName


@dataclass(frozen=True, slots=True)
class DynamicPins:
    """The pins that a field decides about, in their order.

    Attributes:
        field: the name of the config's field.
        kind: how it does: by a count, by a list of names, or by the places of a text.
        stem: what new pins are called, with a number behind.
        are_outputs: whether they are exec outputs; else they are data inputs.
        least, most: how many there may be.
    """

    field: str
    kind: Literal["count", "names", "places"]
    stem: str
    names: tuple[PinName, ...]
    are_outputs: bool
    least: int
    most: int
    _text: str = ""

    @property
    def may_grow(self) -> bool:
        """Whether there may be one more."""
        return len(self.names) < self.most

    @property
    def may_shrink(self) -> bool:
        """Whether there may be one fewer."""
        return len(self.names) > self.least

    @property
    def slots(self) -> list[Slot]:
        """The arrangement that there is."""
        return [Slot(name, name) for name in self.names]

    def new_name(self) -> PinName:
        """A name for one more pin."""
        numbers = range(len(self.names) + 1, _LAST)
        return next(name for number in numbers if (name := PinName(f"{self.stem}{number}")) not in self.names)

    def arranged(self, slots: Sequence[Slot]) -> object:
        """The field's value for another arrangement. Places of a text keep their order; new ones come at its end."""
        match self.kind:
            case "count":
                return len(slots)
            case "names":
                return [str(slot.name) for slot in slots]
            case "places":
                return self._with_places(slots)

    def renamed(self, slots: Sequence[Slot]) -> Mapping[PinName, PinName]:
        """What becomes of the pins in another arrangement: from their old names to their new ones. Others are gone."""
        names = [PinName(f"{self.stem}{number}") for number in range(1, len(slots) + 1)]
        new = names if self.kind == "count" else [slot.name for slot in slots]
        return {slot.before: name for slot, name in zip(slots, new, strict=True) if slot.before is not None}

    def _with_places(self, slots: Sequence[Slot]) -> str:
        new = {slot.before: slot.name for slot in slots}

        def replaced(place: re.Match[str]) -> str:
            name = new.get(PinName(place[1]))
            return "" if name is None else place[0] if name == place[1] else f"{{{{{name}}}}}"

        text = PLACE.sub(replaced, self._text)
        for slot in slots:
            if slot.before is None:
                text += f"{'' if not text or text[-1].isspace() else ' '}{{{{{slot.name}}}}}"
        return text


def places_of(text: str) -> tuple[PinName, ...]:
    """The names of a text's places, each once."""
    return tuple(PinName(name) for name in dict.fromkeys(PLACE.findall(text)))


@cache
def deciding_field(config: type[NodeModel]) -> DataPin | None:
    """The field of a `Config` that decides about pins, or None. No type has two of them."""
    return next((pin for pin in data_pins(config).values() if pin.pins), None)


def dynamic_pins(node: NodeType) -> DynamicPins | None:
    """The pins about which the config of a node decides, or None."""
    pin = deciding_field(node.Config)
    if pin is None:
        return None
    value = getattr(node.config, pin.field)
    names = _names(pin, value)
    is_text, outputs = isinstance(value, str), set(node.signature.exec_out)
    return DynamicPins(
        field=pin.field,
        kind="places" if is_text else "count" if isinstance(value, int) else "names",
        stem=pin.pins,
        names=names,
        are_outputs=bool(outputs) and outputs.issuperset(names),
        least=0 if is_text else int(pin.minimum or 0),
        most=_LAST if is_text or pin.maximum is None else int(pin.maximum),
        _text=value if isinstance(value, str) else "",
    )


def _names(pin: DataPin, value: object) -> tuple[PinName, ...]:
    if isinstance(value, str):
        return places_of(value)
    if isinstance(value, int):
        return tuple(PinName(f"{pin.pins}{number}") for number in range(1, value + 1))
    return tuple(map(PinName, value)) if pin.type is PinType.JSON and isinstance(value, list) else ()
