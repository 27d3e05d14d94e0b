"""What is wrong with blocks: bodies that are not there, loops that never end, a Try that catches nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from ..document.flow import PinRef
from ..ids import NodeId, PinName
from . import fixes
from .graph import FlowGraph
from .order import RunOrder, branches_of
from .problem import Fix, Problem

_SOLE_BODIES: Final = ("Do", "Try")
"""Outputs without which a block does nothing."""
_ENDS_RUN: Final = frozenset({"flow.success", "flow.failed"})


def block_problems(graph: FlowGraph, reached: Collection[NodeId], order: RunOrder) -> Iterator[Problem]:
    """Everything about the bodies of blocks that tokens reach."""
    for node_id, node in graph.nodes.items():
        if node_id in reached and node.mode == "normal" and not node.pinned_outputs:
            yield from _empty_branches(graph, node_id)
            yield from _empty_body(graph, node_id)
            yield from _catches_nothing(graph, node_id)
            yield from _endless(graph, order, node_id)


def _empty_branches(graph: FlowGraph, node_id: NodeId) -> Iterator[Problem]:
    known = graph.types[node_id]
    branches = branches_of(known) if known is not None else ()
    empty = [pin for pin in branches if PinRef(node_id, pin) not in graph.exec_wires]
    if known is None or not empty:
        return
    wins = known.type_id == "flow.race"
    what = "it ends at once and so wins every time" if wins else "nothing runs there"
    wired = len(branches) - len(empty)
    mends: tuple[Fix, ...] = ()
    if wired and tuple(empty) == branches[wired:]:
        mends = (fixes.set_setting(node_id, "branches", wired, f"Use {wired} branches"),)
    message = f"{', '.join(empty)}: not wired, so {what}: wire it, or set fewer branches"
    yield Problem("warning" if wins else "hint", message, node_id, empty[0], fixes=mends)


def _empty_body(graph: FlowGraph, node_id: NodeId) -> Iterator[Problem]:
    for pin in graph.signature(node_id).exec_out:
        if pin in _SOLE_BODIES and PinRef(node_id, pin) not in graph.exec_wires:
            message = f"{pin}: not wired, so nothing runs there: wire it to what comes first, or delete the node"
            yield Problem("hint", message, node_id, pin)


def _catches_nothing(graph: FlowGraph, node_id: NodeId) -> Iterator[Problem]:
    known = graph.types[node_id]
    ways = [PinName("Catch"), PinName("Finally")]
    if known is None or known.type_id != "flow.try" or any(PinRef(node_id, pin) in graph.exec_wires for pin in ways):
        return
    message = "neither Catch nor Finally is wired, so an error goes on as if this node were not there: wire Catch"
    yield Problem("hint", message, node_id, ways[0])


def _endless(graph: FlowGraph, order: RunOrder, node_id: NodeId) -> Iterator[Problem]:
    """A While that is always true, with no way out that can be seen: an error may still end it, or a person."""
    known, inputs = graph.types[node_id], graph.nodes[node_id].inputs
    if known is None or known.type_id != "flow.while" or inputs.get(PinName("Condition")) is not True:
        return
    most = PinName("MaxIterations")
    if any(PinRef(node_id, pin) in graph.data_wires for pin in (PinName("Condition"), most)) or most in inputs:
        return
    if _has_way_out(graph, order, node_id) or _is_cancelled_from_outside(graph, order, node_id):
        return
    message = (
        "Condition: is always true, and nothing behind Do leads to Break, so the loop never ends by itself: wire "
        "Condition or Break, or set MaxIterations"
    )
    yield Problem("hint", message, node_id, PinName("Condition"))


def _has_way_out(graph: FlowGraph, order: RunOrder, loop: NodeId) -> bool:
    body = order.body(loop, PinName("Do"))
    for wire in graph.exec_wires.values():
        target = graph.types.get(wire.target.node)
        begins_inside = wire.source.node in body or wire.source == (loop, "Do")
        if (
            begins_inside
            and target is not None
            and (wire.target.pin == target.breaks_loop or target.type_id in _ENDS_RUN)
        ):
            return True
    return False


def _is_cancelled_from_outside(graph: FlowGraph, order: RunOrder, loop: NodeId) -> bool:
    """Whether it is in a body that something else ends: a limit of time, or another branch."""
    for node_id, known in graph.types.items():
        if known is None or node_id not in order or node_id == loop:
            continue
        bodies = (*branches_of(known), *((PinName("Do"),) if known.type_id == "flow.timeout" else ()))
        if any(loop in order.body(node_id, pin) for pin in bodies):
            return True
    return False
