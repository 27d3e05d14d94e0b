"""A called flow as it is within its caller: which wires lead where once the call is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QPointF

from runtime.document.flow import Connection, Node, PinKind, PinRef
from runtime.engine.start import entry_of
from runtime.errors import DocumentError, RunError
from runtime.ids import NodeId, PinName, new_node_id
from runtime.validation.graph import FlowGraph

from ..places import moved_by
from .border import ERROR_MESSAGE
from .extract import INPUT, OUTPUT
from .ways import FAILING, Ways, body_pins, ways_from

_ENDS_RUN: Final = frozenset({"flow.success", "flow.failed"})
_VALUE: Final = PinName("Value")


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that stands where a wire could; `given` is false if there is none at all."""

    value: Any = None
    given: bool = False


class Call:
    """A call node and its wires."""

    def __init__(self, node: Node, wires: Sequence[Connection]) -> None:
        """Raises DocumentError if it is wired to itself."""
        if any(wire.source.node == wire.target.node for wire in wires):
            raise DocumentError("the call is wired to itself: cut that wire first")
        exec_wires = [wire for wire in wires if wire.kind is PinKind.EXEC]
        data_wires = [wire for wire in wires if wire.kind is PinKind.DATA]
        self.node = node
        self.callers = [wire.source for wire in exec_wires if wire.target.node == node.id]
        self.ways_out = {wire.source.pin: wire.target for wire in exec_wires if wire.source.node == node.id}
        self.given = {wire.target.pin: wire.source for wire in data_wires if wire.target.node == node.id}
        self.readers = [(wire.source.pin, wire.target) for wire in data_wires if wire.source.node == node.id]


class Inlining:
    """The wires of a callee in its caller.

    Attributes:
        ids: the new id of each node that comes in; the event, Flow Inputs and Flow Outputs stay behind.
        constants: values to set on inputs in the caller, known once all `wires` were asked.
    """

    def __init__(self, graph: FlowGraph, call: Call) -> None:
        """Raises DocumentError, which says why the callee cannot come into its caller."""
        self._graph = graph
        self._call = call
        try:
            self._entry = entry_of(graph, None, "whole")
        except RunError as error:
            raise DocumentError(str(error)) from error
        self.ids = {
            node_id: new_node_id()
            for node_id, node in graph.nodes.items()
            if node_id != self._entry and node.type not in (INPUT, OUTPUT)
        }
        self.constants: dict[PinRef, Any] = {}
        wire = graph.exec_wires.get(PinRef(self._entry, graph.signature(self._entry).exec_out[0]))
        self._head = wire.target if wire is not None else None
        everything = graph.nodes.keys()
        nothing = Ways(frozenset(), frozenset(), ())
        self._ways = ways_from(graph, self._head.node, everything) if self._head is not None else nothing
        self._check()

    def wires(self, shift: QPointF) -> Iterator[Connection]:
        """All wires that come in; bends are moved with the nodes."""
        yield from self._ways_in()
        yield from self._inner_ways(shift)
        yield from self._failures()
        yield from self._inner_values(shift)
        yield from self._results()

    # -- tokens

    @property
    def _goes_on(self) -> PinRef | None:
        return self._call.ways_out.get(PinName("Success"))

    def _ways_in(self) -> Iterator[Connection]:
        head = self._through(self._head) or self._goes_on
        if head is not None:
            yield from (_exec(caller, head) for caller in self._call.callers)

    def _inner_ways(self, shift: QPointF) -> Iterator[Connection]:
        for wire in self._graph.exec_wires.values():
            if wire.source.node not in self.ids:
                continue
            target = self._through(wire.target)
            if target is None and self._is_on_main_line(wire.source):
                target = self._goes_on
            if target is not None:
                bends = _shifted(wire, shift) if target == self._moved(wire.target) else ()
                yield _exec(self._moved(wire.source), target, bends)
        for end in self._ways.ends:
            if end.node in self.ids and self._goes_on is not None:
                yield _exec(self._moved(end), self._goes_on)

    def _through(self, target: PinRef | None) -> PinRef | None:
        """Where a token comes to that goes to a pin, past Flow Outputs; None if it ends there."""
        seen: set[NodeId] = set()
        while target is not None and target.node not in self.ids and target.node not in seen:
            seen.add(target.node)
            wire = self._graph.exec_wires.get(PinRef(target.node, PinName("Out")))
            target = wire.target if wire is not None else None
        return self._moved(target) if target is not None and target.node in self.ids else None

    def _is_on_main_line(self, source: PinRef) -> bool:
        return source.node in self._ways.main and source.pin not in body_pins(self._graph, source.node)

    def _failures(self) -> Iterator[Connection]:
        target = self._call.ways_out.get(PinName("Failed"))
        if target is not None:
            yield from (_exec(self._moved(pin), target) for pin in self._free_failures(self._ways.main))

    def _free_failures(self, nodes: frozenset[NodeId]) -> list[PinRef]:
        """The exec outputs of some nodes that hand on a failure, as nothing is wired there."""
        pins = [PinRef(node_id, pin) for node_id in self.ids for pin in self._graph.signature(node_id).exec_out]
        return [pin for pin in pins if pin.node in nodes and pin.pin in FAILING and pin not in self._graph.exec_wires]

    # -- values

    def _inner_values(self, shift: QPointF) -> Iterator[Connection]:
        for target, wire in self._graph.data_wires.items():
            if target.node in self.ids:
                bends = _shifted(wire, shift) if wire.source.node in self.ids else ()
                yield from self._fed(self._moved(target), self._source(wire.source), bends)

    def _results(self) -> Iterator[Connection]:
        for pin, target in self._call.readers:
            yield from self._fed(target, self._error() if pin == ERROR_MESSAGE else self._result(pin))

    def _fed(self, target: PinRef, source: PinRef | Constant, bends: Any = ()) -> Iterator[Connection]:
        if isinstance(source, PinRef):
            yield Connection(kind=PinKind.DATA, source=source, target=target, via=bends)
        elif source.given:
            self.constants[target] = source.value

    def _source(self, source: PinRef) -> PinRef | Constant:
        """Where a value of the callee comes from, seen from the caller."""
        if source.node in self.ids:
            return self._moved(source)
        node = self._graph.nodes.get(source.node)
        if node is None or node.type != INPUT:
            title = self._graph.called(source.node)
            raise DocumentError(f"the called flow reads {source.pin} of {title}, which would not come along")
        return self._parameter(node)

    def _parameter(self, node: Node) -> PinRef | Constant:
        """What the caller gives, else the default."""
        name = PinName(str(node.config.get("name", "Input")))
        if name in self._call.given:
            return self._call.given[name]
        return _set_on(self._call.node, name) or self._set_or_wired(node, PinName("Default"))

    def _result(self, name: PinName) -> PinRef | Constant:
        given = [
            node
            for node in self._graph.nodes.values()
            if node.type == OUTPUT and node.config.get("name", "Output") == name
        ]
        if len(given) != 1:
            places = "nowhere" if not given else f"in {len(given)} places"
            raise DocumentError(f"its result {name} is given {places}: a wire can come from one node only")
        return self._set_or_wired(given[0], _VALUE)

    def _set_or_wired(self, node: Node, pin: PinName) -> PinRef | Constant:
        wire = self._graph.data_wires.get(PinRef(node.id, pin))
        return self._source(wire.source) if wire is not None else _set_on(node, pin) or Constant()

    def _error(self) -> PinRef:
        """The one message that can be meant by the call's own."""
        failing = list(dict.fromkeys(pin.node for pin in self._free_failures(self._ways.main)))
        if len(failing) != 1 or ERROR_MESSAGE not in self._graph.signature(failing[0]).outputs:
            raise DocumentError(
                f"the call's {ERROR_MESSAGE} is read, but {len(failing)} nodes of the called flow could have failed: "
                "cut that wire first"
            )
        return self._moved(PinRef(failing[0], PinName(ERROR_MESSAGE)))

    # -- what cannot be

    def _check(self) -> None:
        for node_id in self.ids:
            if self._graph.nodes[node_id].type in _ENDS_RUN:
                raise DocumentError(
                    f"its “{self._graph.title(node_id)}” ends the called flow, here it would end this one"
                )
        deep = self._free_failures(self._ways.bodies)
        if deep and PinName("Failed") in self._call.ways_out:
            title = self._graph.title(deep[0].node)
            raise DocumentError(
                f"“{title}” can fail in the body of a block there, from where no wire may lead to where the call's "
                "Failed leads: cut that wire first"
            )

    def _moved(self, pin: PinRef) -> PinRef:
        return PinRef(self.ids.get(pin.node, pin.node), pin.pin)


def _set_on(node: Node, pin: PinName) -> Constant | None:
    inputs: Mapping[PinName, Any] = node.inputs
    return Constant(inputs[pin], given=True) if pin in inputs else None


def _exec(source: PinRef, target: PinRef, bends: Any = ()) -> Connection:
    return Connection(kind=PinKind.EXEC, source=source, target=target, via=bends)


def _shifted(wire: Connection, shift: QPointF) -> Any:
    return tuple(moved_by(bend, shift) for bend in wire.via)
