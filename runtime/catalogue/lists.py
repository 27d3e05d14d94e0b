"""Making lists and adding to them. A list that came by a wire is never changed in place."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import Field, create_model

from ..nodes.context import EvaluationContext
from ..nodes.node_type import PureNode
from ..nodes.pins import NodeModel, hints

MOST_ITEMS = 100
"""More pins than that are not readable on a node."""


class MakeList(PureNode):
    """Makes a list of its inputs."""

    type_id = "list.make"
    title = "Make List"
    category = "Lists"
    synonyms = ("array", "collect")

    class Config(NodeModel):
        """How many items."""

        count: int = Field(
            default=2, ge=0, le=MOST_ITEMS, description="How many items", json_schema_extra=hints(pins="Item")
        )

    class Outputs(NodeModel):
        """The list."""

        list_: list[Any] = Field(alias="List")

    @property
    def inputs_model(self) -> type[NodeModel]:
        """Item1 to ItemN."""
        return _items_model(self.config.count)

    def evaluate(self, inputs: NodeModel, ctx: EvaluationContext) -> Outputs:
        """Put the items into a list, in the order of their pins."""
        return self.Outputs(list_=[getattr(inputs, name) for name in type(inputs).model_fields])


class AppendToList(PureNode):
    """Gives a longer list: the one that came in, and one item at its end."""

    type_id = "list.append"
    title = "Append to List"
    category = "Lists"
    synonyms = ("add", "push")

    class Inputs(NodeModel):
        """The list and the item."""

        list_: list[Any] = Field(alias="List", description="The list, which stays as it is")
        item: Any = Field(description="What to add")

    class Outputs(NodeModel):
        """The longer list."""

        result: list[Any]

    def evaluate(self, inputs: Inputs, ctx: EvaluationContext) -> Outputs:
        """Add the item to a copy."""
        return self.Outputs(result=[*inputs.list_, inputs.item])


@cache
def _items_model(count: int) -> type[NodeModel]:
    fields: dict[str, Any] = {
        f"item_{number}": (Any, Field(alias=f"Item{number}", description=f"Item {number} of the list"))
        for number in range(1, count + 1)
    }
    return create_model("MakeListInputs", __base__=NodeModel, **fields)


NODE_TYPES = (MakeList, AppendToList)
