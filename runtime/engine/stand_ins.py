"""What runs in a node's place: where a token begins, mocked outputs, passing through, and nothing at all."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from ..document.flow import Node
from ..errors import NodeError
from ..ids import PinName
from ..nodes.context import EvaluationContext, NodeContext
from ..nodes.conversions import refusal
from ..nodes.inputs import fitted
from ..nodes.node_type import NodeType
from ..nodes.pins import DataPin, NodeModel, Signature


def way_on(signature: Signature) -> PinName | None:
    """Where a token goes on that skips a node: behind a block's bodies, else the first exec output."""
    if "Done" in signature.exec_out:
        return PinName("Done")
    return signature.exec_out[0] if signature.exec_out else None


def only_with(model: type[NodeModel], values: Mapping[str, Any]) -> NodeModel:
    """Outputs that have these fields and no others, also where there is a default: reading one is then an error."""
    outputs = model.model_construct(**values)
    for name in model.model_fields.keys() - values.keys():
        outputs.__dict__.pop(name, None)
    return outputs


class Begin:
    """An event: the token leaves at once."""

    def __init__(self, event: NodeType, outputs: NodeModel | None = None) -> None:
        """`outputs` tell what happened; started without, what has a default has that."""
        self._way_out = event.signature.exec_out[0]
        self._outputs = outputs
        if outputs is None and event.signature.outputs:
            self._outputs = event.outputs_model.model_construct()

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str:
        """Let the token go."""
        if self._outputs is not None:
            ctx.set_outputs(self._outputs)
        return self._way_out


class Evaluated:
    """A pure node that a person runs by itself: its work is done when it has been evaluated."""

    async def execute(self, inputs: object, ctx: NodeContext) -> None:
        """Nothing is left to do."""


class Pinned:
    """Mocked outputs stand for the node's work.

    Attributes:
        outputs: these.
    """

    def __init__(self, node: Node, node_type: NodeType) -> None:
        pins = node_type.signature.outputs
        values: dict[str, Any] = {
            pins[name].field: fitted(copy.deepcopy(value), pins[name])
            for name, value in node.pinned_outputs.items()
            if name in pins
        }
        self.outputs = only_with(node_type.outputs_model, values)
        self._way_on = way_on(node_type.signature)

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str | None:
        """Set the mocked outputs."""
        ctx.set_outputs(self.outputs)
        return self._way_on

    def evaluate(self, inputs: NodeModel, ctx: EvaluationContext) -> NodeModel:
        """Give the mocked outputs."""
        return self.outputs


class Bypassed:
    """Hands each output the value of the input that matches: of the same name, else the next one whose type fits."""

    def __init__(self, node_type: NodeType) -> None:
        signature = node_type.signature
        self._model = node_type.outputs_model
        self._way_on = way_on(signature)
        self._passed: list[tuple[DataPin, DataPin]] = []
        free = dict(signature.inputs)
        for output in sorted(signature.outputs.values(), key=lambda pin: pin.name not in signature.inputs):
            fits = (pin for pin in free.values() if refusal(pin.type, output.type) is None)
            match = free.get(output.name) or next(fits, None)
            if match is not None:
                del free[match.name]
                self._passed.append((output, match))

    async def execute(self, inputs: Mapping[PinName, Any], ctx: NodeContext) -> str | None:
        """Set what is passed through."""
        ctx.set_outputs(self.evaluate(inputs, ctx))
        return self._way_on

    def evaluate(self, inputs: Mapping[PinName, Any], ctx: EvaluationContext) -> NodeModel:
        """What is passed through. Raises InputError for a value that does not fit."""
        passed: dict[str, Any] = {
            output.field: fitted(inputs.get(source.name, source.default), output) for output, source in self._passed
        }
        return self._model.model_construct(**passed)


class Muted:
    """A pure node that is switched off."""

    def evaluate(self, inputs: NodeModel, ctx: EvaluationContext) -> NodeModel:
        """Raises NodeError."""
        raise NodeError(MUTED)


MUTED = "it is muted, so it has no outputs: switch it on, bypass it, or mock its outputs"
