"""From a flow to what a run needs, once a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from ..document.flow import Connection, PinRef
from ..ids import NodeId
from ..nodes.node_type import EventNode, ExecNode, PureNode
from ..validation.graph import FlowGraph
from .context import PureContext
from .events import RunPart
from .planned import PlannedExec, PlannedNode, PlannedPure, Probe
from .wires import Exit, Wire

_ADVICE: Final[Mapping[RunPart, str]] = {
    "whole": "wire it so that it runs before",
    "from": "run the flow once, so that it has a last value, or mock its outputs",
    "only": "run the flow once, so that it has a last value, or mock its outputs",
}


class Plan:
    """All that a token can reach and all that is read there, linked and ready to run.

    Attributes:
        nodes: these by id, and what they read though no token ever reaches it.
    """

    def __init__(
        self, graph: FlowGraph, reached: Iterable[NodeId], parameters: Mapping[str, object], part: RunPart = "whole"
    ) -> None:
        """The graph must hold no error in what is `reached`. `parameters` are the values of the flow's parameters.

        For a run of one node only, no exec wire leads on.
        """
        self._graph = graph
        self._part = part
        self._parameters = parameters
        self.nodes: dict[NodeId, PlannedNode] = {}
        nodes = [self._node(node_id) for node_id in reached]
        for node in nodes:
            self._link(node)
        for node in nodes:
            node.settle()

    def entry(self, node_id: NodeId) -> PlannedExec:
        """Where a token can begin: a node that tokens reach, or one that evaluates a pure node."""
        node = self._node(node_id)
        if not isinstance(node, PlannedPure):
            return self._exec_node(node_id)
        probe = Probe(self._graph.nodes[node_id], node)
        probe.settle()
        return probe

    def _exec_node(self, node_id: NodeId) -> PlannedExec:
        node = self._node(node_id)
        assert isinstance(node, PlannedExec), "exec wires lead to exec inputs: the graph was checked"
        return node

    def _link(self, node: PlannedNode) -> None:
        """Give a node the exec wires that begin there and the data wires that end there."""
        if isinstance(node, PlannedExec) and self._part != "only":
            for pin in node.type.signature.exec_out:
                if (wire := self._graph.exec_wires.get(PinRef(node.id, pin))) is not None:
                    node.exits[pin] = self._exit(wire)
        for name, data_pin in node.pins.items():
            if (wire := self._graph.data_wires.get(PinRef(node.id, name))) is not None:
                source = self._node(wire.source.node)
                source_pin = source.type.signature.outputs[wire.source.pin]
                node.wires[name] = Wire(source, source_pin, node, data_pin, _ADVICE[self._part])

    def _exit(self, wire: Connection) -> Exit:
        target, pin = self._exec_node(wire.target.node), wire.target.pin
        arrival: Literal["step", "end", "break", "skip"] = "step"
        if pin in target.type.ends_token:
            arrival = "end"
        elif pin == target.type.breaks_loop:
            arrival = "break"
        elif target.muted:
            arrival = "skip"
        return Exit(wire.source.node, wire.source.pin, target, pin, arrival)

    def _node(self, node_id: NodeId) -> PlannedNode:
        found = self.nodes.get(node_id)
        if found is None:
            found = self.nodes[node_id] = self._planned(node_id)
        return found

    def _planned(self, node_id: NodeId) -> PlannedNode:
        node, title = self._graph.nodes[node_id], self._graph.title(node_id)
        match self._graph.types[node_id]:
            case PureNode() as pure:
                return PlannedPure(node, pure, title, PureContext(node_id, self._parameters))
            case ExecNode() | EventNode() as known:
                return PlannedExec(node, known, title)
            case unknown:
                raise AssertionError(f"{node_id} is {unknown}: flows with unknown types within reach are not planned")
