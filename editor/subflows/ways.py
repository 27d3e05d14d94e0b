"""The ways that tokens take through a part of a flow: along its main line, and in the bodies of its blocks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from runtime.document.flow import PinRef
from runtime.ids import NodeId, PinName
from runtime.validation.graph import FlowGraph
from runtime.validation.order import bodies_of

FAILING: Final = frozenset({"Failed", "TimedOut"})
"""Exec outputs that hand the failure to whoever is around, if nothing is wired there (design 5.6)."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Where tokens come that enter a part of a flow.

    Attributes:
        main: the nodes that a token reaches without coming back to a block.
        bodies: the nodes in bodies of blocks.
        ends: free exec outputs of the main line: a token that leaves there has come to its end.
    """

    main: frozenset[NodeId]
    bodies: frozenset[NodeId]
    ends: tuple[PinRef, ...]


def ways_from(graph: FlowGraph, entry: NodeId, inner: Collection[NodeId]) -> Ways:
    """The ways from a node through some others."""
    main = _reached(graph, [entry], inner, whole=False)
    heads = [target for node_id in main for target in _next(graph, node_id, body_pins(graph, node_id))]
    ends = [
        PinRef(node_id, pin)
        for node_id in graph.nodes
        if node_id in main
        for pin in onward_pins(graph, node_id)
        if pin not in FAILING and PinRef(node_id, pin) not in graph.exec_wires
    ]
    return Ways(frozenset(main), frozenset(_reached(graph, heads, inner, whole=True)), tuple(ends))


def body_pins(graph: FlowGraph, node_id: NodeId) -> tuple[PinName, ...]:
    """The exec outputs behind which a token comes back to the node."""
    known = graph.types[node_id]
    return bodies_of(known) if known is not None else ()


def onward_pins(graph: FlowGraph, node_id: NodeId) -> list[PinName]:
    """The exec outputs by which a token leaves the node for good."""
    bodies = body_pins(graph, node_id)
    return [pin for pin in graph.signature(node_id).exec_out if pin not in bodies]


def _reached(graph: FlowGraph, heads: Iterable[NodeId], inner: Collection[NodeId], *, whole: bool) -> set[NodeId]:
    """What tokens reach from some nodes; `whole`: also behind the body pins."""
    found: set[NodeId] = set()
    ahead = list(heads)
    while ahead:
        node_id = ahead.pop()
        if node_id in inner and node_id not in found:
            found.add(node_id)
            pins = graph.signature(node_id).exec_out if whole else onward_pins(graph, node_id)
            ahead += _next(graph, node_id, pins)
    return found


def _next(graph: FlowGraph, node_id: NodeId, pins: Iterable[PinName]) -> list[NodeId]:
    wires = [graph.exec_wires.get(PinRef(node_id, pin)) for pin in pins]
    return [wire.target.node for wire in wires if wire is not None and not _ends_token(graph, wire.target)]


def _ends_token(graph: FlowGraph, target: PinRef) -> bool:
    known = graph.types.get(target.node)
    return known is not None and (target.pin in known.ends_token or target.pin == known.breaks_loop)
