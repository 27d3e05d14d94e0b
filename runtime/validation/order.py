"""What has run before what, as far as the wires tell: which outputs can have values where they are read.

Tokens follow exec wires; behind a block (Sequence, loops, Parallel, Try) they also go on when a body has ended. Node
types do not say which of their outputs they fire as bodies, so every output is taken for one unless its name or its
type tells otherwise: that way something may pass unnoticed, but nothing is called wrong that works.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import and_, or_
from typing import Final

from ..document.flow import PinRef
from ..ids import NodeId, PinName
from ..nodes.node_type import NodeType
from .graph import FlowGraph

_CHOOSE: Final = frozenset({"flow.branch", "flow.switch", "future.status"})
"""Types that follow one of their outputs and never come back, whatever the outputs are called."""
_ONWARD: Final = frozenset({"Out", "Success", "Failed", "Done", "TimedOut"})
"""Outputs at which a token goes on for good."""
_BRANCH: Final = re.compile(r"Branch\d+")
"""Outputs that are fired at the same time: they do not see what the others compute."""
_BITS: Final = 2048
"""So many nodes are followed at once, each as a bit of one number: memory stays below 300 bytes a node."""

Vertex = int
Edges = list[list[Vertex]]


def bodies_of(known: NodeType) -> tuple[PinName, ...]:
    """The exec outputs from which a token may come back to the node."""
    if known.type_id in _CHOOSE:
        return ()
    pins = known.signature.exec_out
    bodies = tuple(pin for pin in pins if pin not in _ONWARD)
    return bodies[:-1] if len(bodies) == len(pins) else bodies  # the last output of a Sequence is a way on


def branches_of(known: NodeType) -> tuple[PinName, ...]:
    """The exec outputs that are fired at the same time."""
    return tuple(pin for pin in known.signature.exec_out if _BRANCH.fullmatch(pin))


@dataclass
class _Steps:
    """The exec nodes that tokens reach, numbered; each block has a second number, for where its bodies have ended."""

    numbers: dict[NodeId, Vertex] = field(default_factory=dict)
    ends: dict[NodeId, Vertex] = field(default_factory=dict)
    after: Edges = field(default_factory=list)

    def number(self, node_id: NodeId, *, is_block: bool) -> None:
        self.numbers[node_id] = self._new()
        if is_block:
            self.ends[node_id] = self._new()

    def out_of(self, node_id: NodeId) -> Vertex:
        """Where tokens leave a node for good."""
        return self.ends.get(node_id, self.numbers[node_id])

    def _new(self) -> Vertex:
        self.after.append([])
        return len(self.after) - 1


class RunOrder:
    """Answers for the exec nodes and events among `reached`."""

    def __init__(self, graph: FlowGraph, reached: Collection[NodeId]) -> None:
        self._graph = graph
        self._bodies: dict[NodeId, tuple[PinName, ...]] = {}
        self._steps = _Steps()
        for node_id in graph.nodes:
            known = graph.types[node_id]
            if node_id in reached and known is not None and known.kind != "pure":
                self._bodies[node_id] = bodies_of(known)
                self._steps.number(node_id, is_block=bool(self._bodies[node_id]))
        for node_id in self._bodies:
            self._draw(node_id)

    def __contains__(self, node_id: NodeId) -> bool:
        return node_id in self._bodies

    def can_precede(self, pairs: Iterable[tuple[NodeId, NodeId]]) -> set[tuple[NodeId, NodeId]]:
        """Of pairs of nodes, those of which the first can have run when a token reaches the second."""
        return self._follow(pairs, self._steps.after, or_, self._all)

    def always_precedes(self, pairs: Iterable[tuple[NodeId, NodeId]]) -> set[tuple[NodeId, NodeId]]:
        """Of pairs of nodes, those of which the first has run whenever a token reaches the second past no block.

        Where a token passes blocks, nothing is told: the pair is among the answers.
        """
        return self._follow(pairs, self._plain, and_, self._plainly_reached)

    def body(self, node_id: NodeId, pin: PinName) -> set[NodeId]:
        """The nodes that tokens reach from an exec output without coming back to its node."""
        found: set[NodeId] = set()
        ahead = [target for target in self._next(node_id, [pin]) if target != node_id]
        while ahead:
            here = ahead.pop()
            if here not in found and here in self:
                found.add(here)
                ahead += (target for target in self._next(here) if target != node_id)
        return found

    # -- the graph of steps

    def _draw(self, node_id: NodeId) -> None:
        steps, bodies = self._steps, self._bodies[node_id]
        here, out = steps.numbers[node_id], steps.out_of(node_id)
        for pin in self._graph.signature(node_id).exec_out:
            heads = [steps.numbers[target] for target in self._next(node_id, [pin]) if target in self]
            steps.after[here if pin in bodies else out] += heads
        if not bodies:
            return
        steps.after[here].append(out)
        known = self._graph.types[node_id]
        if known is not None and not branches_of(known):
            steps.after[out].append(here)  # the next body may see what this one computed, and so may the next turn
        for pin in bodies:
            for end in self.body(node_id, pin):
                if self._may_end_at(end):
                    steps.after[steps.out_of(end)].append(out)

    def _next(self, node_id: NodeId, pins: Iterable[PinName] | None = None) -> Iterator[NodeId]:
        """The nodes where a step begins when a token leaves by these outputs, or by any."""
        for pin in self._graph.signature(node_id).exec_out if pins is None else pins:
            wire = self._graph.exec_wires.get(PinRef(node_id, pin))
            if wire is not None and wire.target.node in self._graph.nodes and not self._ends_at(wire.target):
                yield wire.target.node

    def _ends_at(self, target: PinRef) -> bool:
        known = self._graph.types[target.node]
        return known is not None and (target.pin in known.ends_token or target.pin == known.breaks_loop)

    def _may_end_at(self, node_id: NodeId) -> bool:
        pins = self._graph.signature(node_id).exec_out
        return not pins or len(list(self._next(node_id))) < len(pins)

    @property
    def _all(self) -> Sequence[Vertex]:
        return range(len(self._steps.after))

    @cached_property
    def _plain(self) -> Edges:
        """Only the edges that a token takes past no block."""
        blocks = {self._steps.numbers[node_id] for node_id in self._steps.ends} | set(self._steps.ends.values())
        return [[] if vertex in blocks else after for vertex, after in enumerate(self._steps.after)]

    @cached_property
    def _plainly_reached(self) -> Sequence[Vertex]:
        return _in_order(self._plain, self._entries)

    @property
    def _entries(self) -> list[Vertex]:
        return [vertex for node_id, vertex in self._steps.numbers.items() if self._graph.kind(node_id) == "event"]

    # -- following it

    def _follow(
        self,
        pairs: Iterable[tuple[NodeId, NodeId]],
        after: Edges,
        meet: Callable[[int, int], int],
        within: Sequence[Vertex],
    ) -> set[tuple[NodeId, NodeId]]:
        """Pairs whose first is in what is known at the second; where tokens meet, `meet` of what is known counts."""
        asked = list(pairs)
        firsts = list(dict.fromkeys(first for first, _ in asked))
        inside, order = set(within), _in_order(after, self._entries)
        before = _reversed(after)
        found: set[tuple[NodeId, NodeId]] = set()
        for start in range(0, len(firsts), _BITS):
            bits = {first: 1 << i for i, first in enumerate(firsts[start : start + _BITS])}
            sets = {self._steps.numbers[first]: bit for first, bit in bits.items()}
            known = _spread(order, before, sets, meet, set(self._entries))
            for first, second in asked:
                at = self._steps.numbers[second]
                if first in bits and (at not in inside or known[at] & bits[first]):
                    found.add((first, second))
        return found


def _spread(
    order: Sequence[Vertex],
    before: Edges,
    sets: dict[Vertex, int],
    meet: Callable[[int, int], int],
    entries: Collection[Vertex],
) -> list[int]:
    """What is known on arrival at each vertex: the bits that others set on the way. Entries know nothing."""
    start = 0 if meet is or_ else -1
    known = [start] * len(before)
    ordered = set(order)
    changed = True
    while changed:
        changed = False
        for vertex in order:
            incoming = [known[past] | sets.get(past, 0) for past in before[vertex] if past in ordered]
            now = reduce(meet, incoming, 0 if vertex in entries or not incoming else incoming[0])
            if now != known[vertex]:
                known[vertex] = now
                changed = True
    return known


def _in_order(after: Edges, entries: Iterable[Vertex]) -> list[Vertex]:
    """All that can be reached, each before what comes after it, as far as there are no circles."""
    done: list[Vertex] = []
    seen: set[Vertex] = set()
    ahead = [(vertex, False) for vertex in entries]
    while ahead:
        vertex, is_left = ahead.pop()
        if is_left:
            done.append(vertex)
        elif vertex not in seen:
            seen.add(vertex)
            ahead.append((vertex, True))
            ahead += [(following, False) for following in after[vertex] if following not in seen]
    return done[::-1]


def _reversed(after: Edges) -> Edges:
    before: Edges = [[] for _ in after]
    for vertex, following in enumerate(after):
        for other in following:
            before[other].append(vertex)
    return before
