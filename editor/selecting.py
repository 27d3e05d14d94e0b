"""Which nodes go with those that are selected: upstream, downstream, of the same type, and all others."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Literal

from runtime.ids import NodeId

from .document import FlowDocument

Side = Literal["upstream", "downstream"]


def along_wires(document: FlowDocument, nodes: Collection[NodeId], side: Side) -> set[NodeId]:
    """These nodes, and all from which they can be reached (upstream), or that can be reached from them."""
    found, ahead = set(nodes), list(nodes)
    while ahead:
        node_id = ahead.pop()
        for wire in document.connections_of(node_id):
            here, there = (wire.target, wire.source) if side == "upstream" else (wire.source, wire.target)
            if here.node == node_id and there.node not in found and there.node in document.nodes:
                found.add(there.node)
                ahead.append(there.node)
    return found


def of_same_type(document: FlowDocument, nodes: Iterable[NodeId]) -> set[NodeId]:
    """All nodes whose type one of these has."""
    types = {document.nodes[node_id].type for node_id in nodes}
    return {node_id for node_id, node in document.nodes.items() if node.type in types}
