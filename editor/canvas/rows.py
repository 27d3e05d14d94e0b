"""In which order the pins of a node stand: worked out once for all nodes with the same pins."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from runtime.document.flow import PinDirection, PinKind
from runtime.ids import PinName
from runtime.nodes.pins import DataPin, PinType, Signature

HEADER = 28.0
ROW = 24.0
FOOT = 8.0
_MOST_KEPT = 5000


class PinKey(NamedTuple):
    """What tells a pin from all others of its node (design 3)."""

    direction: PinDirection
    kind: PinKind
    name: PinName


PinTuple = tuple[PinDirection, PinKind, PinName]
"""A PinKey without its name: equal to it, and made in a tenth of the time."""


pin_key = lru_cache(maxsize=_MOST_KEPT)(PinKey)
"""The key of a pin; the same one for the same pin, for there are many wires and few kinds of pins."""


class Pin(NamedTuple):
    """A pin and the theme token of its colour."""

    key: PinKey
    color: str


@dataclass(eq=False, slots=True)
class PinRows:
    """The rows of a node: exec pins in pairs, then outputs, then inputs, then the row that unfolds the rest.

    `y` is the height of each pin's centre below the node's top, in canvas units.
    """

    exec_in: tuple[Pin, ...]
    exec_out: tuple[Pin, ...]
    outputs: tuple[Pin, ...]
    inputs: tuple[Pin, ...]
    y: dict[PinTuple, float] = field(default_factory=dict)
    end: float = 0.0
    """The centre of the row after the last."""

    def __post_init__(self) -> None:
        at = HEADER + FOOT / 2 + ROW / 2
        for index in range(max(len(self.exec_in), len(self.exec_out))):
            for side in (self.exec_in, self.exec_out):
                if index < len(side):
                    self.y[side[index].key] = at
            at += ROW
        for pin in (*self.outputs, *self.inputs):
            self.y[pin.key] = at
            at += ROW
        self.end = at

    def only(self, pins: frozenset[PinKey]) -> PinRows:
        """These rows with some of the pins."""
        exec_in, exec_out, outputs, inputs = (
            tuple(pin for pin in part if pin.key in pins)
            for part in (self.exec_in, self.exec_out, self.outputs, self.inputs)
        )
        return PinRows(exec_in, exec_out, outputs, inputs)

    @property
    def all(self) -> tuple[Pin, ...]:
        """All pins."""
        return self.exec_in + self.exec_out + self.outputs + self.inputs


class RowPlan(NamedTuple):
    """What a node shows: its rows, and the data inputs among them that no wire enters.

    `folded` inputs are not shown; `unfolded` says that they would be, had the person not unfolded them.
    """

    rows: PinRows
    free: tuple[DataPin, ...]
    folded: int
    unfolded: bool


class RowPlans:
    """Makes rows, and hands out the same ones for the same pins."""

    def __init__(self) -> None:
        # The signature is kept beside what was made of it, so that its id stays its own.
        self._rows: dict[tuple[int, frozenset[PinName], frozenset[PinKey] | None], tuple[Signature, PinRows]] = {}
        self._plans: dict[tuple[int, frozenset[PinKey], frozenset[str], bool], tuple[Signature, RowPlan]] = {}

    def plan(self, signature: Signature, wired: frozenset[PinKey], told: frozenset[str], *, expanded: bool) -> RowPlan:
        """What nodes with these pins show, with wires at some and values in those that are `told`.

        Optional inputs that are neither told nor wired are folded away, for a node with twelve inputs would hide the
        flow; one alone is not, for it would take the row that unfolds it.
        """
        key = (id(signature), wired, told, expanded)
        found = self._plans.get(key)
        if found is None:
            _keep_within(self._plans)
            found = self._plans[key] = (signature, self._planned(signature, wired, told, expanded=expanded))
        return found[1]

    def rows(self, signature: Signature, hidden: frozenset[PinName], only: frozenset[PinKey] | None = None) -> PinRows:
        """The rows of nodes with these pins, some inputs hidden, or `only` some pins shown."""
        key = (id(signature), hidden, only)
        found = self._rows.get(key)
        if found is None:
            _keep_within(self._rows)
            planned = _all_rows(signature, hidden)
            found = self._rows[key] = (signature, planned if only is None else planned.only(only))
        return found[1]

    def _planned(
        self, signature: Signature, wired: frozenset[PinKey], told: frozenset[str], *, expanded: bool
    ) -> RowPlan:
        free = [pin for pin in signature.inputs.values() if data_input(pin.name) not in wired]
        foldable = frozenset(pin.name for pin in free if (pin.optional or pin.advanced) and pin.name not in told)
        hidden = foldable if len(foldable) > 1 and not expanded else frozenset()
        shown = tuple(pin for pin in free if pin.name not in hidden)
        return RowPlan(self.rows(signature, hidden), shown, len(hidden), expanded and len(foldable) > 1)


def _keep_within(kept: dict[Any, Any]) -> None:
    if len(kept) >= _MOST_KEPT:
        kept.clear()


def pin_color(pin_type: PinType | None) -> str:
    """The theme token of a pin and its wires; None is exec."""
    return "pin.exec" if pin_type is None else f"pin.{pin_type.value}"


def data_input(name: PinName) -> PinKey:
    """The key of a data input."""
    return pin_key(PinDirection.IN, PinKind.DATA, name)


def _all_rows(signature: Signature, hidden: frozenset[PinName]) -> PinRows:
    token = pin_color(None)
    return PinRows(
        tuple(Pin(PinKey(PinDirection.IN, PinKind.EXEC, name), token) for name in signature.exec_in),
        tuple(Pin(PinKey(PinDirection.OUT, PinKind.EXEC, name), token) for name in signature.exec_out),
        tuple(
            Pin(PinKey(PinDirection.OUT, PinKind.DATA, pin.name), pin_color(pin.type))
            for pin in signature.outputs.values()
        ),
        tuple(
            Pin(data_input(pin.name), pin_color(pin.type))
            for pin in signature.inputs.values()
            if pin.name not in hidden
        ),
    )
