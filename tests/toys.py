"""Toy node types for tests of the engine: small, and each shows one thing that a node can do."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from runtime.errors import NodeError
from runtime.ids import PinName
from runtime.nodes.context import EvaluationContext, NodeContext
from runtime.nodes.node_type import ExecNode, NodeType, PureNode
from runtime.nodes.pins import NodeModel, hints


class Gates:
    """Doors by name, shut until somebody opens them: order without sleeping. Lent to runs as a resource."""

    def __init__(self) -> None:
        self._gates: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def open(self, name: str) -> None:
        """Let everybody through from now on."""
        self._gates[name].set()

    async def passed(self, name: str) -> None:
        """Return once it is open."""
        await self._gates[name].wait()


class Step(ExecNode):
    """Does nothing."""

    type_id = "toy.step"
    title = "Step"
    category = "Toys"
    exec_in = ("In",)
    exec_out = ("Out",)

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str:
        return "Out"


class Keep(ExecNode):
    """Keeps a value: its output is what its input was when it ran."""

    type_id = "toy.keep"
    title = "Keep"
    category = "Toys"
    exec_in = ("In",)
    exec_out = ("Out",)

    class Inputs(NodeModel):
        value: Any

    class Outputs(NodeModel):
        value: Any

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        ctx.set_outputs(self.Outputs(value=inputs.value))
        return "Out"


class Stamp(ExecNode):
    """Gives the number of its own step: later steps have higher ones."""

    type_id = "toy.stamp"
    title = "Stamp"
    category = "Toys"
    exec_in = ("In",)
    exec_out = ("Out",)

    class Outputs(NodeModel):
        step: int

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str:
        ctx.set_outputs(self.Outputs(step=ctx.step_id))
        return "Out"


class OpenGate(ExecNode):
    """Opens a gate."""

    type_id = "toy.open"
    title = "Open"
    category = "Toys"
    exec_in = ("In",)
    exec_out = ("Out",)

    class Inputs(NodeModel):
        gate: str

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        ctx.resource(Gates).open(inputs.gate)
        return "Out"


class WaitAtGate(ExecNode):
    """Waits until a gate is open; tells when it is cancelled there."""

    type_id = "toy.wait"
    title = "Wait"
    category = "Toys"
    exec_in = ("In",)
    exec_out = ("Out",)

    class Inputs(NodeModel):
        gate: str

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        try:
            await ctx.resource(Gates).passed(inputs.gate)
        except asyncio.CancelledError:
            ctx.log("debug", "cleaned up")
            raise
        return "Out"


class Later(ExecNode):
    """Leaves by Out at once, and by Then when a gate opens."""

    type_id = "toy.later"
    title = "Later"
    category = "Toys"
    exec_in = ("In",)
    exec_out = ("Out", "Then")

    class Inputs(NodeModel):
        gate: str

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        async def rest(later: NodeContext) -> str:
            await later.resource(Gates).passed(inputs.gate)
            return "Then"

        ctx.continue_later(rest)
        return "Out"


class Risk(ExecNode):
    """Fails with a message, or succeeds if there is none."""

    type_id = "toy.risk"
    title = "Risk"
    category = "Toys"
    exec_in = ("In",)
    exec_out = ("Success", "Failed")

    class Inputs(NodeModel):
        message: str = ""
        key: str = Field(default="", json_schema_extra=hints(secret=True))
        at_most_ten: int = Field(default=0, le=10)

    class Outputs(NodeModel):
        success: bool = False
        error_message: str = ""

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        if inputs.message:
            raise NodeError(inputs.message)
        ctx.set_outputs(self.Outputs(success=True))
        return "Success"


class Crash(ExecNode):
    """Has a defect, and no Failed output."""

    type_id = "toy.crash"
    title = "Crash"
    category = "Toys"
    exec_in = ("In",)
    exec_out = ("Out",)

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str:
        raise ZeroDivisionError("division by zero")


class Slow(ExecNode):
    """Runs out of time."""

    type_id = "toy.slow"
    title = "Slow"
    category = "Toys"
    exec_in = ("In",)
    exec_out = ("Success", "Failed", "TimedOut")

    class Outputs(NodeModel):
        error_message: str = ""

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str:
        ctx.set_outputs(self.Outputs(error_message="took longer than 5 ms"))
        return "TimedOut"


class Sum(PureNode):
    """Adds two numbers."""

    type_id = "toy.sum"
    title = "Sum"
    category = "Toys"

    class Inputs(NodeModel):
        a: int = 0
        b: int = 0

    class Outputs(NodeModel):
        result: int

    def evaluate(self, inputs: Inputs, ctx: EvaluationContext) -> Outputs:
        return self.Outputs(result=inputs.a + inputs.b)


class Below(PureNode):
    """Whether A is below B."""

    type_id = "toy.below"
    title = "Below"
    category = "Toys"

    class Inputs(NodeModel):
        a: int = 0
        b: int = 0

    class Outputs(NodeModel):
        result: bool

    def evaluate(self, inputs: Inputs, ctx: EvaluationContext) -> Outputs:
        return self.Outputs(result=inputs.a < inputs.b)


class Choose(PureNode):
    """Reads one of two inputs, and leaves the other alone."""

    type_id = "toy.choose"
    title = "Choose"
    category = "Toys"
    lazy_inputs = ("IfTrue", "IfFalse")

    class Inputs(NodeModel):
        condition: bool = False
        if_true: Any = None
        if_false: Any = None

    class Outputs(NodeModel):
        result: Any

    def wanted(self, inputs: Mapping[PinName, object]) -> tuple[str, ...]:
        return ("IfTrue",) if inputs[PinName("Condition")] else ("IfFalse",)

    def evaluate(self, inputs: Inputs, ctx: EvaluationContext) -> Outputs:
        return self.Outputs(result=inputs.if_true if inputs.condition else inputs.if_false)


class Refuse(PureNode):
    """Cannot be evaluated."""

    type_id = "toy.refuse"
    title = "Refuse"
    category = "Toys"

    class Outputs(NodeModel):
        result: int

    def evaluate(self, inputs: NodeModel, ctx: EvaluationContext) -> NodeModel:
        raise NodeError("nothing to compute")


TOYS: tuple[type[NodeType], ...] = (
    Step, Keep, Stamp, OpenGate, WaitAtGate, Later, Risk, Crash, Slow, Sum, Below, Choose, Refuse,
)  # fmt: skip
