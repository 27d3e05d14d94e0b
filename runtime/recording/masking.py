"""Secrets that a flow holds, taken out of what is written about its runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..document.flow import Flow, Node
from ..engine.telling import MASK
from ..ids import PinName
from ..nodes.pins import DataPin
from ..nodes.registry import NodeRegistry
from ..validation import node_signature


def without_secrets(flow: Flow, registry: NodeRegistry) -> Flow:
    """The flow with a mask in place of every value that stands at a secret pin."""

    def masked(node: Node) -> Node:
        signature = node_signature(node, registry, flow.connections)
        inputs = _masked(node.inputs, _secret(signature.inputs))
        pinned = _masked(node.pinned_outputs, _secret(signature.outputs))
        return node.model_copy(update={"inputs": inputs, "pinned_outputs": pinned})

    return flow.model_copy(update={"nodes": tuple(map(masked, flow.nodes))})


def _secret(pins: Mapping[PinName, DataPin]) -> Collection[PinName]:
    return {name for name, pin in pins.items() if pin.secret}


def _masked(values: Mapping[PinName, Any], secret: Collection[PinName]) -> dict[PinName, Any]:
    return {name: MASK if name in secret and value else value for name, value in values.items()}
