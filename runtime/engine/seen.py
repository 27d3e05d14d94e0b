"""Values as a person may see them, looked up only where they are asked for: of many nodes few are looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..ids import NodeId, PinName
from ..nodes.pins import NodeModel, data_pins
from .conditions import as_name
from .planned import PlannedNode
from .scope import Scope
from .telling import shown_values


def seen_values(outputs: NodeModel) -> dict[PinName, Any]:
    """Outputs by pin, secrets masked."""
    return {PinName(name): value for name, value in shown_values(data_pins(type(outputs)), outputs.__dict__).items()}


class SeenOutputs(Mapping[NodeId, Mapping[PinName, Any]]):
    """The outputs in a scope as they are now, by node; secrets masked."""

    def __init__(self, scope: Scope) -> None:
        self._outputs = scope.outputs.copy()

    def __getitem__(self, node_id: NodeId) -> Mapping[PinName, Any]:
        return seen_values(self._outputs[node_id])

    def __iter__(self) -> Iterator[NodeId]:
        return iter(self._outputs)

    def __len__(self) -> int:
        return len(self._outputs)


class Names(Mapping[str, Any]):
    """What a condition may name: a node's own inputs, else values of blocks around, else earlier nodes."""

    def __init__(
        self,
        inputs: Mapping[PinName, object],
        blocks: Iterable[NodeModel],
        nodes: Mapping[NodeId, PlannedNode],
        outputs: SeenOutputs,
    ) -> None:
        """`blocks` are the outputs of those around, innermost first. Nodes go by title or id."""
        self._pins: dict[str, Any] = {}
        for block in reversed(list(blocks)):
            self._pins.update(seen_values(block).items())
        self._pins.update(inputs.items())
        self._nodes = nodes
        self._outputs = outputs

    def __getitem__(self, name: str) -> Any:
        if name in self._pins:
            return self._pins[name]
        for node_id in self._outputs:
            if name in (as_name(node_id), as_name(self._nodes[node_id].title)):
                return self._outputs[node_id]
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        yield from self._pins
        for node_id in self._outputs:
            yield from (as_name(node_id), as_name(self._nodes[node_id].title))

    def __len__(self) -> int:
        return len(list(self))
