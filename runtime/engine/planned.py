"""One node and its wires, ready to run: whatever can be looked up, read or checked before the first step is.

It holds copies of the values that the flow holds, so editing meanwhile is harmless; the rest of a flow is frozen.
"""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from ..document.flow import Node
from ..errors import NodeError, message_of
from ..ids import NodeId, PinName
from ..nodes.inputs import checked, fitted
from ..nodes.node_type import EventNode, ExecNode, NodeType, PureNode
from ..nodes.pins import DataPin, NodeModel, PinType
from .context import PureContext
from .stand_ins import MUTED, Begin, Bypassed, Muted, Pinned

Outputs = Mapping[NodeId, NodeModel]
Inputs = NodeModel | Mapping[PinName, object]
"""A node's inputs; of a bypassed node, whose model is not asked, the bare values."""
UNREAD: Inputs = MappingProxyType({})
"""The inputs of a node whose type reads them by itself."""
Execute = Callable[[Any, Any], Awaitable[str | None]]
Evaluate = Callable[[Any, Any], NodeModel]


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

    __slots__ = ("_convert", "_field", "_is_pure", "_pin", "_reader", "_source_pin", "source")

    def __init__(self, source: PlannedNode, source_pin: DataPin, reader: PlannedNode, pin: DataPin) -> None:
        self.source = source
        self._is_pure = isinstance(source, PlannedPure)
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
            raise NodeError(f"{self._reads()}, which {self.source.called} has not set") from None
        return fitted(value, self._pin) if self._convert else value

    def _not_there(self) -> str:
        if self.source.muted:
            return f"{self._reads()}, but {MUTED}"
        return f"{self._reads()}, which has not run yet: wire it so that it runs before"

    def _reads(self) -> str:
        return f"{self._reader.called} reads {self._source_pin} of {self.source.called}"


class PlannedNode:
    """One node, ready to run.

    Attributes:
        called: title and id, for messages.
        mocked: whether pinned outputs stand for its work.
        pins: the data inputs.
        wires: the data wires that end here, by input.
        ready: the inputs, if none of them is wired, or if the type reads them by itself; else None.
    """

    def __init__(self, node: Node, node_type: NodeType, title: str) -> None:
        self.id = node.id
        self.type = node_type
        self.title = title
        self.called = f"{title} ({node.id})"
        self.mocked = bool(node.pinned_outputs)
        self.muted = node.mode == "mute" and not self.mocked
        self.pins: Mapping[PinName, DataPin] = {} if self.mocked else node_type.signature.inputs
        self.wires: dict[PinName, Wire] = {}
        self.ready: Inputs | None = None
        self._checks = node.mode != "bypass" and not self.mocked
        self._given = {pin: copy.deepcopy(value) for pin, value in node.inputs.items() if pin in self.pins}
        self._fitted: dict[PinName, object] | None = None

    def settle(self) -> None:
        """Do now what need not be done in every step; called when all wires are there."""
        self._given = {pin: value for pin, value in self._given.items() if pin not in self.wires}
        try:
            self._fitted = self._fit()
            self.ready = None if self.wires else self._model(self._fitted)
        except NodeError:
            pass  # `read` raises it anew in every step that gets here

    def read(self, outputs: Outputs, evaluated: Outputs) -> Inputs:
        """The inputs now. Raises InputError naming the pin, or NodeError."""
        return self._model(self._values(self.wires, outputs, evaluated))

    def known_values(self, outputs: Outputs) -> dict[PinName, object]:
        """What can be told of the inputs without evaluating anything: for the message when they could not be read."""
        values = dict(self._given)
        for pin, wire in self.wires.items():
            try:
                values[pin] = wire.read(outputs, {})
            except NodeError:
                continue
        return values

    def _values(self, wires: Mapping[PinName, Wire], outputs: Outputs, evaluated: Outputs) -> dict[PinName, object]:
        values = dict(self._fitted) if self._fitted is not None else self._fit()
        for pin, wire in wires.items():
            values[pin] = wire.read(outputs, evaluated)
        return values

    def _fit(self) -> dict[PinName, object]:
        return {pin: fitted(value, self.pins[pin]) for pin, value in self._given.items()}

    def _model(self, values: dict[PinName, object]) -> Inputs:
        return checked(self.type.inputs_model, self.pins, values) if self._checks else values


class PlannedExec(PlannedNode):
    """A node that tokens reach, or where they begin.

    Attributes:
        execute: what runs when a token arrives.
        exits: the exec wires that begin here, by output.
        needs: the pure nodes that the wires lead to, so ordered that each comes after those that it reads.
        chooses: whether one of these reads only some of its inputs, so that `chosen` tells which are needed now.
    """

    def __init__(self, node: Node, node_type: ExecNode | EventNode, title: str) -> None:
        super().__init__(node, node_type, title)
        self.execute = _executes(node, node_type)
        self.exits: dict[str | None, Exit] = {}
        self.needs: tuple[PlannedPure, ...] = ()
        self.chooses = False
        self.receives_failures = isinstance(node_type, ExecNode) and node_type.receives_failures

    def settle(self) -> None:
        """Also put the needs in order."""
        super().settle()
        if self._checks and isinstance(self.type, ExecNode) and self.type.reads_by_itself:
            self.ready = UNREAD
        self.needs = _in_order(self)
        self.chooses = any(pure.lazy & pure.wires.keys() for pure in self.needs)

    def chosen(self, outputs: Outputs, evaluated: Outputs) -> Iterator[PlannedPure]:
        """The pure nodes that are needed now, each after those that it reads itself.

        Whoever asks puts what each gives into `evaluated` before asking for the next. Raises NodeError.
        """
        ahead: list[tuple[PlannedPure | None, Iterator[PlannedPure]]] = [(None, _pure_sources(self.wires))]
        while ahead:
            reader, sources = ahead[-1]
            try:
                source = next((source for source in sources if source.id not in evaluated), None)
            except Exception as error:
                assert reader is not None, "only pure nodes choose"
                raise NodeError(f"{reader.called}: {message_of(error)}") from error
            if source is not None:
                ahead.append((source, source.wanted_sources(outputs, evaluated)))
                continue
            ahead.pop()
            if reader is not None:
                yield reader


class PlannedPure(PlannedNode):
    """A node that is evaluated when its outputs are asked for.

    Attributes:
        type: its type.
        evaluate: what runs then.
        context: what it is handed.
        lazy: the inputs that are read only if the type wants them now.
    """

    def __init__(self, node: Node, node_type: PureNode, title: str, context: PureContext) -> None:
        super().__init__(node, node_type, title)
        self.evaluate = _evaluates(node, node_type)
        self.context = context
        self._wanted = node_type.wanted
        is_asked = self._checks and not self.muted
        self.lazy: frozenset[str] = frozenset(node_type.lazy_inputs if is_asked else ())

    def read(self, outputs: Outputs, evaluated: Outputs) -> Inputs:
        """The inputs now, without those that are not wanted."""
        if not self.lazy:
            return super().read(outputs, evaluated)
        return self._model(self._values(self._wanted_wires(outputs, evaluated), outputs, evaluated))

    def wanted_sources(self, outputs: Outputs, evaluated: Outputs) -> Iterator[PlannedPure]:
        """The pure nodes that it reads itself; what decides about the others is asked for first."""
        if not self.lazy:
            return _pure_sources(self.wires)
        return self._chosen_sources(outputs, evaluated)

    def _chosen_sources(self, outputs: Outputs, evaluated: Outputs) -> Iterator[PlannedPure]:
        yield from _pure_sources(self._eager_wires())
        yield from _pure_sources(self._wanted_wires(outputs, evaluated))

    def _eager_wires(self) -> dict[PinName, Wire]:
        return {pin: wire for pin, wire in self.wires.items() if pin not in self.lazy}

    def _wanted_wires(self, outputs: Outputs, evaluated: Outputs) -> dict[PinName, Wire]:
        values = {pin.name: pin.default for pin in self.pins.values() if not pin.required}
        values |= self._values(self._eager_wires(), outputs, evaluated)
        wanted = self._wanted(values)
        return {pin: wire for pin, wire in self.wires.items() if pin not in self.lazy or pin in wanted}


def _executes(node: Node, node_type: ExecNode | EventNode) -> Execute:
    if node.pinned_outputs:
        return Pinned(node, node_type).execute
    if isinstance(node_type, EventNode):
        return Begin(node_type).execute
    return Bypassed(node_type).execute if node.mode == "bypass" else node_type.execute


def _evaluates(node: Node, node_type: PureNode) -> Evaluate:
    if node.pinned_outputs:
        return Pinned(node, node_type).evaluate
    if node.mode == "mute":
        return Muted().evaluate
    return Bypassed(node_type).evaluate if node.mode == "bypass" else node_type.evaluate


def _in_order(node: PlannedExec) -> tuple[PlannedPure, ...]:
    """The pure nodes that a node needs, each after those that it needs itself. A stack of ours: chains may be long."""
    order: dict[NodeId, PlannedPure] = {}
    ahead = [(source, False) for source in _last_first(node.wires)]
    while ahead:
        source, its_needs_are_in = ahead.pop()
        if its_needs_are_in:
            order[source.id] = source
        elif source.id not in order:
            ahead.append((source, True))
            ahead += [(deeper, False) for deeper in _last_first(source.wires) if deeper.id not in order]
    return tuple(order.values())


def _last_first(wires: Mapping[PinName, Wire]) -> list[PlannedPure]:
    """As they go onto a stack: what the first pin reads is evaluated first."""
    return list(_pure_sources(wires))[::-1]


def _pure_sources(wires: Mapping[PinName, Wire]) -> Iterator[PlannedPure]:
    return (wire.source for wire in wires.values() if isinstance(wire.source, PlannedPure))
