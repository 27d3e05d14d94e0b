"""One node and its wires, ready to run: whatever can be looked up, read or checked before the first step is.

It holds copies of the values that the flow holds, so editing meanwhile is harmless; the rest of a flow is frozen.
"""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from ..document.flow import Node
from ..errors import NodeError
from ..ids import PinName
from ..nodes.inputs import checked, fitted
from ..nodes.node_type import EventNode, ExecNode, NodeType, PureNode
from ..nodes.pins import DataPin, NodeModel
from .context import PureContext
from .needs import in_order, pure_sources
from .stand_ins import Begin, Bypassed, Evaluated, Muted, Pinned
from .wires import Exit, Outputs, Wire

Inputs = NodeModel | Mapping[PinName, object]
"""A node's inputs; of a bypassed node, whose model is not asked, the bare values."""
UNREAD: Inputs = MappingProxyType({})
"""The inputs of a node whose type reads them by itself."""
Execute = Callable[[Any, Any], Awaitable[str | None]]
Evaluate = Callable[[Any, Any], NodeModel]


class PlannedNode:
    """One node, ready to run.

    Attributes:
        called: title and id, for messages.
        mocked: whether pinned outputs stand for its work.
        pins: the data inputs.
        wires: the data wires that end here, by input.
        ready: the inputs, if none of them is wired, or if the type reads them by itself; else None.
    """

    is_pure: ClassVar[bool] = False

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
        pinned: the outputs that stand for its work, or None.
        exits: the exec wires that begin here, by output.
        needs: the pure nodes that the wires lead to, so ordered that each comes after those that it reads.
        chooses: whether one of these reads only some of its inputs, so that `needs.chosen` tells which are needed now.
    """

    def __init__(self, node: Node, node_type: NodeType, title: str) -> None:
        super().__init__(node, node_type, title)
        self.pinned = Pinned(node, node_type).outputs if self.mocked else None
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
        self.needs = in_order(self.asked())
        self.chooses = any(pure.lazy & pure.wires.keys() for pure in self.needs)

    def asked(self) -> Iterator[PlannedPure]:
        """The pure nodes that it reads itself."""
        return pure_sources(self.wires)


class PlannedPure(PlannedNode):
    """A node that is evaluated when its outputs are asked for.

    Attributes:
        evaluate: what runs then.
        context: what it is handed.
        lazy: the inputs that are read only if the type wants them now.
    """

    is_pure = True

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
            return pure_sources(self.wires)
        return self._chosen_sources(outputs, evaluated)

    def _chosen_sources(self, outputs: Outputs, evaluated: Outputs) -> Iterator[PlannedPure]:
        yield from pure_sources(self._eager_wires())
        yield from pure_sources(self._wanted_wires(outputs, evaluated))

    def _eager_wires(self) -> dict[PinName, Wire]:
        return {pin: wire for pin, wire in self.wires.items() if pin not in self.lazy}

    def _wanted_wires(self, outputs: Outputs, evaluated: Outputs) -> dict[PinName, Wire]:
        values = {pin.name: pin.default for pin in self.pins.values() if not pin.required}
        values |= self._values(self._eager_wires(), outputs, evaluated)
        wanted = self._wanted(values)
        return {pin: wire for pin, wire in self.wires.items() if pin not in self.lazy or pin in wanted}


class Probe(PlannedExec):
    """A step that evaluates a pure node: for a person who wants to see what it gives."""

    def __init__(self, node: Node, pure: PlannedPure) -> None:
        super().__init__(node, pure.type, pure.title)
        self.pins, self._given, self._checks = {}, {}, False
        self._pure = pure

    def settle(self) -> None:
        """Its inputs are those of the pure node, which reads them."""
        super().settle()
        self.ready = None

    def asked(self) -> Iterator[PlannedPure]:
        """The pure node."""
        return iter((self._pure,))


def _executes(node: Node, node_type: NodeType) -> Execute:
    if isinstance(node_type, PureNode):
        return Evaluated().execute
    if node.pinned_outputs:
        return Pinned(node, node_type).execute
    if isinstance(node_type, EventNode):
        return Begin(node_type).execute
    assert isinstance(node_type, ExecNode), "there are three kinds of node types"
    return Bypassed(node_type).execute if node.mode == "bypass" else node_type.execute


def _evaluates(node: Node, node_type: PureNode) -> Evaluate:
    if node.pinned_outputs:
        return Pinned(node, node_type).evaluate
    if node.mode == "mute":
        return Muted().evaluate
    return Bypassed(node_type).evaluate if node.mode == "bypass" else node_type.evaluate
