"""True and false, and the choice between two values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import Field

from ..errors import InputError
from ..ids import PinName
from ..nodes.context import EvaluationContext
from ..nodes.node_type import PureNode
from ..nodes.pins import NodeModel

CATEGORY = "Logic"


class BooleanPair(NodeModel):
    """Two truth values."""

    a: bool = Field(description="The first")
    b: bool = Field(description="The second")


class BooleanResult(NodeModel):
    """One truth value."""

    result: bool


class And(PureNode):
    """True if both are."""

    type_id = "logic.and"
    title = "And"
    category = CATEGORY
    synonyms = ("both", "all", "&&", "boolean")
    Inputs = BooleanPair
    Outputs = BooleanResult

    def evaluate(self, inputs: BooleanPair, ctx: EvaluationContext) -> BooleanResult:
        """Both."""
        return BooleanResult(result=inputs.a and inputs.b)


class Or(PureNode):
    """True if at least one is."""

    type_id = "logic.or"
    title = "Or"
    category = CATEGORY
    synonyms = ("either", "any", "||", "boolean")
    Inputs = BooleanPair
    Outputs = BooleanResult

    def evaluate(self, inputs: BooleanPair, ctx: EvaluationContext) -> BooleanResult:
        """At least one."""
        return BooleanResult(result=inputs.a or inputs.b)


class Xor(PureNode):
    """True if exactly one is."""

    type_id = "logic.xor"
    title = "Xor"
    category = CATEGORY
    synonyms = ("exclusive or", "different", "one of two", "boolean")
    Inputs = BooleanPair
    Outputs = BooleanResult

    def evaluate(self, inputs: BooleanPair, ctx: EvaluationContext) -> BooleanResult:
        """Exactly one."""
        return BooleanResult(result=inputs.a != inputs.b)


class Not(PureNode):
    """True if the value is false."""

    type_id = "logic.not"
    title = "Not"
    category = CATEGORY
    synonyms = ("negate", "invert", "!", "boolean")
    Outputs = BooleanResult

    class Inputs(NodeModel):
        """What to turn round."""

        value: bool = Field(description="What to turn round")

    def evaluate(self, inputs: Inputs, ctx: EvaluationContext) -> BooleanResult:
        """Turn it round."""
        return BooleanResult(result=not inputs.value)


class Select(PureNode):
    """Gives one of two values. Only the chosen one is evaluated, so the other may be missing or fail."""

    type_id = "logic.select"
    title = "Select"
    category = CATEGORY
    synonyms = ("choose", "if", "ternary", "condition", "either")
    lazy_inputs = ("IfTrue", "IfFalse")

    class Inputs(NodeModel):
        """The choice."""

        condition: bool = Field(description="Which value to give")
        if_true: Any = Field(default=None, description="The value if Condition is true")
        if_false: Any = Field(default=None, description="The value if Condition is false")

    class Outputs(NodeModel):
        """The chosen value."""

        result: Any

    def wanted(self, inputs: Mapping[PinName, object]) -> Collection[str]:
        """The side that is chosen."""
        return ("IfTrue",) if inputs.get(PinName("Condition")) else ("IfFalse",)

    def evaluate(self, inputs: Inputs, ctx: EvaluationContext) -> Outputs:
        """The chosen one. Raises InputError if it is neither set nor wired."""
        field, pin = ("if_true", "IfTrue") if inputs.condition else ("if_false", "IfFalse")
        if field not in inputs.model_fields_set:
            raise InputError(PinName(pin), "is chosen but missing: set a value or connect a wire")
        return self.Outputs(result=getattr(inputs, field))


NODE_TYPES = (And, Or, Xor, Not, Select)
