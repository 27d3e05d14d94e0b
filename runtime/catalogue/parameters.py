"""What a flow takes from its caller and gives back."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ..errors import NodeError
from ..nodes.context import EvaluationContext, NodeContext
from ..nodes.node_type import ExecNode, FlowParameter, PureNode
from ..nodes.pins import NodeModel, PinType
from .flow import CATEGORY


class FlowInput(PureNode):
    """A parameter of the flow. The caller sets it, on the command line by `--input NAME=VALUE`."""

    type_id = "flow.input"
    title = "Flow Input"
    category = CATEGORY
    synonyms = ("parameter", "argument")

    class Config(NodeModel):
        """How the parameter is declared."""

        name: str = Field(default="Input", min_length=1, description="The parameter's name")
        # strict=False: a flow file holds the type's name, not the enum's member.
        type: PinType = Field(default=PinType.ANY, strict=False, description="The type that is asked for")
        description: str = Field(default="", description="What the caller should give")
        required: bool = Field(default=False, description="Whether the caller must give it if there is no Default")

    class Inputs(NodeModel):
        """What stands in for it."""

        default: Any | None = Field(default=None, description="The value if the caller gives none")

    class Outputs(NodeModel):
        """The value."""

        value: Any

    def flow_parameter(self) -> FlowParameter:
        """The declaration for callers."""
        config = self.config
        return FlowParameter(config.name, config.type, config.description, config.required)

    def evaluate(self, inputs: Inputs, ctx: EvaluationContext) -> Outputs:
        """The caller's value, else the default. Raises NodeError if there is neither and one is required."""
        found, value = ctx.flow_input(self.config.name)
        if found:
            return self.Outputs(value=value)
        if self.config.required and inputs.default is None:
            name = self.config.name
            raise NodeError(f"the flow needs a value for {name!r}: give it with --input {name}=VALUE or set Default")
        return self.Outputs(value=inputs.default)


class FlowOutput(ExecNode):
    """A result of the flow."""

    type_id = "flow.output"
    title = "Flow Output"
    category = CATEGORY
    synonyms = ("result", "return")
    exec_in = ("In",)
    exec_out = ("Out",)

    class Config(NodeModel):
        """How the result is called."""

        name: str = Field(default="Output", min_length=1, description="The result's name")

    class Inputs(NodeModel):
        """The result."""

        value: Any = Field(description="The value to hand back")

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Set the result; a later value of the same name replaces it."""
        ctx.set_flow_output(self.config.name, inputs.value)
        return "Out"


NODE_TYPES = (FlowInput, FlowOutput)
