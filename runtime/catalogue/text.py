"""Putting texts together."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import Field, create_model

from ..ids import PinName
from ..nodes.context import EvaluationContext
from ..nodes.dynamic_pins import PLACE, places_of
from ..nodes.node_type import PureNode
from ..nodes.pins import NodeModel, hints


class Concat(PureNode):
    """Joins two texts."""

    type_id = "string.concat"
    title = "Concat"
    category = "String Operations"
    synonyms = ("join", "append", "add")

    class Inputs(NodeModel):
        """The two texts."""

        a: str = Field(description="Comes first")
        b: str = Field(description="Comes second")

    class Outputs(NodeModel):
        """Both in one."""

        result: str

    def evaluate(self, inputs: Inputs, ctx: EvaluationContext) -> Outputs:
        """Join them."""
        return self.Outputs(result=inputs.a + inputs.b)


class Template(PureNode):
    """Fills a text in: every `{{name}}` of the template is an input of that name."""

    type_id = "string.template"
    title = "Template"
    category = "String Operations"
    synonyms = ("format", "prompt", "fill in")

    class Config(NodeModel):
        """The template."""

        template: str = Field(
            default="Hello {{name}}",
            description="Text with places as {{name}}",
            json_schema_extra=hints(multiline=True, pins="name"),
        )

    class Outputs(NodeModel):
        """The template with its places filled."""

        result: str

    @property
    def inputs_model(self) -> type[NodeModel]:
        """One text for each place."""
        return _places_model(places_of(self.config.template))

    def evaluate(self, inputs: NodeModel, ctx: EvaluationContext) -> Outputs:
        """Fill it in; what is put in is not searched for places again."""
        values = inputs.model_dump(by_alias=True)
        return self.Outputs(result=PLACE.sub(lambda place: values[place[1]], self.config.template))


@cache
def _places_model(names: tuple[PinName, ...]) -> type[NodeModel]:
    """A required text for each name. A name may be no identifier, so fields are numbered and pins named by alias."""
    fields: dict[str, Any] = {
        f"place_{index}": (str, Field(alias=name, description=f"Put in at {{{{{name}}}}}"))
        for index, name in enumerate(names)
    }
    return create_model("TemplateInputs", __base__=NodeModel, **fields)


NODE_TYPES = (Concat, Template)
