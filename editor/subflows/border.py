"""What crosses the border of a selection, and whether a call can stand in its place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from runtime.document.flow import Connection, PinKind, PinRef
from runtime.errors import DocumentError
from runtime.ids import NodeId
from runtime.validation.graph import FlowGraph

from .ways import FAILING, Ways, body_pins, ways_from

ERROR_MESSAGE: Final = "ErrorMessage"
_BELONGS_HERE: Final = {
    "flow.output": "gives a result of this flow",
    "flow.success": "ends this flow, and would end only the subflow there",
}
"""Node types that mean their own flow, and why they cannot go into another one."""


@dataclass(frozen=True, slots=True)
class Border:
    """A selection that a call can replace, and its wires to the rest.

    Attributes:
        inner: the nodes inside. Flow Inputs are never among them: they are the flow's own.
        entry: the one exec input by which tokens come in.
        ways_in: the exec wires to it from outside.
        ways_out: the exec wires by which tokens go on outside: all to one pin.
        failures: the exec wires by which failures go outside: all to one pin.
        ends: free exec outputs where tokens come to their end inside; none if there are ways out.
        values_in, values_out: the data wires that cross.
    """

    inner: frozenset[NodeId]
    entry: PinRef
    ways_in: tuple[Connection, ...]
    ways_out: tuple[Connection, ...]
    failures: tuple[Connection, ...]
    ends: tuple[PinRef, ...]
    values_in: tuple[Connection, ...]
    values_out: tuple[Connection, ...]

    def is_error(self, source: PinRef) -> bool:
        """Whether a value tells why a node failed whose failure goes outside: the call itself tells that then."""
        return source.pin == ERROR_MESSAGE and source.node in {wire.source.node for wire in self.failures}


def border_of(graph: FlowGraph, chosen: Collection[NodeId]) -> Border:
    """The border of some nodes. Raises DocumentError, which says why a call cannot stand in their place."""
    inner = frozenset(node_id for node_id in chosen if graph.nodes[node_id].type != "flow.input")
    _check_nodes(graph, inner)
    wires = graph.flow.connections
    incoming = [wire for wire in wires if wire.target.node in inner and wire.source.node not in inner]
    outgoing = [wire for wire in wires if wire.source.node in inner and wire.target.node not in inner]
    ways_in = tuple(wire for wire in incoming if wire.kind is PinKind.EXEC)
    entry = _entry(graph, inner, ways_in)
    ways = ways_from(graph, entry.node, inner)
    _check_reached(graph, inner, entry.node, ways)
    leaving = [wire for wire in outgoing if wire.kind is PinKind.EXEC]
    _check_bodies(graph, leaving, ways)
    ways_out = tuple(wire for wire in leaving if wire.source.pin not in FAILING)
    failures = tuple(wire for wire in leaving if wire.source.pin in FAILING)
    _check_one_target(graph, ways_out, "go on")
    _check_one_target(graph, failures, "go when it fails")
    _check_ends(graph, ways_out, ways)
    _check_no_circle(graph, inner)
    return Border(
        inner,
        entry,
        ways_in,
        ways_out,
        failures,
        () if ways_out else ways.ends,
        tuple(wire for wire in incoming if wire.kind is PinKind.DATA),
        tuple(wire for wire in outgoing if wire.kind is PinKind.DATA),
    )


def _check_nodes(graph: FlowGraph, inner: Collection[NodeId]) -> None:
    for node_id in graph.nodes:
        if node_id not in inner:
            continue
        if graph.kind(node_id) == "event":
            raise DocumentError(f"“{graph.title(node_id)}” starts this flow: leave it out of the selection")
        if why := _BELONGS_HERE.get(graph.nodes[node_id].type):
            raise DocumentError(f"“{graph.title(node_id)}” {why}: leave it out of the selection")
    if not any(graph.signature(node_id).exec_in for node_id in inner):
        raise DocumentError("nothing of it runs by itself: select also the node that reads these values")


def _entry(graph: FlowGraph, inner: Collection[NodeId], ways_in: Collection[Connection]) -> PinRef:
    """The pin where tokens come in, or where they would if one led there."""
    entries = list(dict.fromkeys(wire.target for wire in ways_in))
    if len(entries) > 1:
        named = " and ".join(f"{pin.pin} of “{graph.title(pin.node)}”" for pin in entries[:2])
        raise DocumentError(f"tokens come in at several places ({named}), a call has only one: select less, or more")
    if entries:
        return entries[0]
    led_to = {wire.target.node for wire in graph.exec_wires.values()}
    begins = [node for node in graph.nodes if node in inner and graph.signature(node).exec_in and node not in led_to]
    if len(begins) != 1:
        raise DocumentError("no single node of it comes first: wire its beginning, or select less")
    return PinRef(begins[0], graph.signature(begins[0]).exec_in[0])


def _check_reached(graph: FlowGraph, inner: Collection[NodeId], entry: NodeId, ways: Ways) -> None:
    for node_id in graph.nodes:
        if node_id in inner and graph.signature(node_id).exec_in and node_id not in ways.main | ways.bodies:
            title = graph.title(node_id)
            raise DocumentError(f"no way leads from “{graph.title(entry)}” to “{title}”: leave one of them out")


def _check_bodies(graph: FlowGraph, leaving: Collection[Connection], ways: Ways) -> None:
    for wire in leaving:
        node_id, pin = wire.source
        if node_id in ways.bodies or pin in body_pins(graph, node_id):
            there = graph.title(wire.target.node)
            raise DocumentError(
                f"the body of a block would be torn apart: {pin} of “{graph.title(node_id)}” leads to “{there}”: "
                "select the whole body too, or nothing of it"
            )


def _check_one_target(graph: FlowGraph, wires: Collection[Connection], what: str) -> None:
    targets = list(dict.fromkeys(wire.target for wire in wires))
    if len(targets) > 1:
        named = " and ".join(f"{pin.pin} of “{graph.title(pin.node)}”" for pin in targets[:2])
        raise DocumentError(f"there are several ways to {what} ({named}), a call has only one: select less, or more")


def _check_ends(graph: FlowGraph, ways_out: Collection[Connection], ways: Ways) -> None:
    if ways_out and ways.ends:
        node_id, pin = ways.ends[0]
        target = graph.title(next(iter(ways_out)).target.node)
        raise DocumentError(
            f"{pin} of “{graph.title(node_id)}” leads nowhere, while a call would always go on to “{target}”: wire it "
            "there too, or leave one of the nodes out"
        )


def _check_no_circle(graph: FlowGraph, inner: Collection[NodeId]) -> None:
    """A pure node outside that reads from the selection and is read by it would be asked before the call has run."""
    readers: dict[NodeId, list[NodeId]] = {}
    for wire in graph.data_wires.values():
        readers.setdefault(wire.source.node, []).append(wire.target.node)
    ahead = [reader for node_id in inner for reader in readers.get(node_id, ()) if reader not in inner]
    seen: set[NodeId] = set()
    while ahead:
        node_id = ahead.pop()
        if node_id in seen or node_id not in graph.nodes or graph.kind(node_id) != "pure":
            continue
        seen.add(node_id)
        if any(reader in inner for reader in readers.get(node_id, ())):
            raise DocumentError(f"“{graph.title(node_id)}” takes from the selection and gives to it: select it too")
        ahead += readers.get(node_id, ())
