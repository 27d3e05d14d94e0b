"""Constants, or what their input is wired to."""

from __future__ import annotations

from pydantic import Field

from ..nodes.context import EvaluationContext
from ..nodes.node_type import PureNode
from ..nodes.pins import NodeModel, hints


class Text(PureNode):
    """A text."""

    type_id = "value.text"
    title = "Text"
    category = "Data Types"
    synonyms = ("string", "constant")

    class Inputs(NodeModel):
        """The value."""

        input: str = Field(default="", description="The text", json_schema_extra=hints(multiline=True))

    class Outputs(NodeModel):
        """The same value."""

        output: str

    def evaluate(self, inputs: Inputs, ctx: EvaluationContext) -> Outputs:
        """Pass the value on."""
        return self.Outputs(output=inputs.input)


class Integer(PureNode):
    """A whole number."""

    type_id = "value.integer"
    title = "Integer"
    category = "Data Types"
    synonyms = ("number", "constant")

    class Inputs(NodeModel):
        """The value."""

        input: int = Field(default=0, description="The number")

    class Outputs(NodeModel):
        """The same value."""

        output: int

    def evaluate(self, inputs: Inputs, ctx: EvaluationContext) -> Outputs:
        """Pass the value on."""
        return self.Outputs(output=inputs.input)


class Float(PureNode):
    """A number."""

    type_id = "value.float"
    title = "Float"
    category = "Data Types"
    synonyms = ("number", "decimal", "constant")

    class Inputs(NodeModel):
        """The value."""

        input: float = Field(default=0.0, description="The number")

    class Outputs(NodeModel):
        """The same value."""

        output: float

    def evaluate(self, inputs: Inputs, ctx: EvaluationContext) -> Outputs:
        """Pass the value on."""
        return self.Outputs(output=inputs.input)


class Boolean(PureNode):
    """True or false."""

    type_id = "value.boolean"
    title = "Boolean"
    category = "Data Types"
    synonyms = ("true", "false", "constant")

    class Inputs(NodeModel):
        """The value."""

        input: bool = Field(default=False, description="True or false")

    class Outputs(NodeModel):
        """The same value."""

        output: bool

    def evaluate(self, inputs: Inputs, ctx: EvaluationContext) -> Outputs:
        """Pass the value on."""
        return self.Outputs(output=inputs.input)


NODE_TYPES = (Text, Integer, Float, Boolean)
