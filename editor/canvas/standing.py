"""Where tokens stand still in a flow, and what the one that is looked at sees there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runtime.ids import NodeId, PinName


@dataclass(frozen=True, slots=True)
class Standing:
    """What the canvas of one flow shows of runs that stand still.

    Attributes:
        nodes: at these, tokens stand.
        hits: those of them that a breakpoint let stand still.
        focus: the node of the frame that is looked at: where its token stands, or a block or call around that.
        around: the blocks and calls whose bodies that token is in.
        inputs: what the node where that token stands reads, as far as it is known, by node and pin.
        outputs: what that token sees of nodes that have run.
    """

    nodes: frozenset[NodeId] = frozenset()
    hits: frozenset[NodeId] = frozenset()
    focus: NodeId | None = None
    around: frozenset[NodeId] = frozenset()
    inputs: Mapping[NodeId, Mapping[PinName, Any]] = field(default_factory=dict)
    outputs: Mapping[NodeId, Mapping[PinName, Any]] = field(default_factory=dict)


NOWHERE = Standing()
