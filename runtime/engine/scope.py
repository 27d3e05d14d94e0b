"""What has been computed, as one line of tokens sees it (design 5.5)."""

from __future__ import annotations

from ..ids import NodeId
from ..nodes.pins import NodeModel


class Scope:
    """The last outputs of each node, and in which order they were written within the run.

    A fork is a copy: cheap beside what forks are made for, and a read stays one look-up at any depth of forks.
    """

    __slots__ = ("_order", "outputs")

    def __init__(self) -> None:
        self.outputs: dict[NodeId, NodeModel] = {}
        self._order: dict[NodeId, int] = {}

    def write(self, node_id: NodeId, outputs: NodeModel, order: int) -> None:
        """Set a node's outputs; `order` counts up with every write of the run."""
        self.outputs[node_id] = outputs
        self._order[node_id] = order

    def fork(self) -> Scope:
        """A scope that begins with what is known now, and shares nothing from then on."""
        copy = Scope()
        copy.outputs = self.outputs.copy()
        copy._order = self._order.copy()
        return copy

    def join(self, fork: Scope) -> None:
        """Take over what a fork computed; where both wrote, the later write wins."""
        for node_id, order in fork._order.items():
            if order > self._order.get(node_id, 0):
                self.write(node_id, fork.outputs[node_id], order)
