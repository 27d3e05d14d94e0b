"""Wires as a run uses them: looked up once, before the first step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..errors import NodeError
from ..ids import NodeId, PinName
from ..nodes.inputs import fitted
from ..nodes.pins import DataPin, NodeModel, PinType
from .stand_ins import MUTED

if TYPE_CHECKING:
    from .planned import PlannedExec, PlannedNode

Outputs = Mapping[NodeId, NodeModel]


@dataclass(slots=True, eq=False)
class Exit:
    """An exec wire, seen from its output: which node comes next.

    Attributes:
        arrival: what happens at its end: a `step` of the node, the token's `end` (`Continue` of a loop), a `break` of
            the loop, or a `skip` of a muted node.
    """

    source: NodeId
    source_pin: PinName
    node: PlannedExec
    pin: PinName
    arrival: Literal["step", "end", "break", "skip"]


class Wire:
    """A data wire, seen from its input."""

    __slots__ = ("_advice", "_convert", "_field", "_is_pure", "_pin", "_reader", "_source_pin", "source")

    def __init__(
        self, source: PlannedNode, source_pin: DataPin, reader: PlannedNode, pin: DataPin, advice: str
    ) -> None:
        """`advice` is what a person can do where there is no value yet."""
        self.source = source
        self._advice = advice
        self._is_pure = source.is_pure
        self._source_pin = source_pin.name
        self._field = source_pin.field
        self._reader = reader
        self._pin = pin
        # A value of the very type is there as it is wanted; a JSON text must not be parsed a second time.
        self._convert = pin.type not in (source_pin.type, PinType.ANY)

    def read(self, outputs: Outputs, evaluated: Outputs) -> object:
        """The value now, of an exec node or of a pure one that was evaluated in this step.

        Raises NodeError if it is not there, InputError if it does not fit.
        """
        found = (evaluated if self._is_pure else outputs).get(self.source.id)
        if found is None:
            raise NodeError(self._not_there())
        try:
            value = getattr(found, self._field)
        except AttributeError:
            without = "is mocked without: pin it too" if self.source.mocked else "has not set"
            raise NodeError(f"{self._reads()}, which {self.source.called} {without}") from None
        return fitted(value, self._pin) if self._convert else value

    def _not_there(self) -> str:
        if self.source.muted:
            return f"{self._reads()}, but {MUTED}"
        return f"{self._reads()}, which has not run yet: {self._advice}"

    def _reads(self) -> str:
        return f"{self._reader.called} reads {self._source_pin} of {self.source.called}"
