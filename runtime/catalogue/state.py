"""Values by name that outlive a run: what one run sets, the next one of the same session reads."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ..nodes.context import NodeContext
from ..nodes.node_type import ExecNode
from ..nodes.pins import NodeModel
from ..state import SessionState

CATEGORY = "Session State"


class Key(NodeModel):
    """Under which name."""

    key: str = Field(min_length=1, description="The name, told apart by case")


class SetState(ExecNode):
    """Keeps a value under a name, as it is, in place of the one before. All runs of the session see it."""

    type_id = "state.set"
    title = "Set Session State"
    category = CATEGORY
    synonyms = ("SessionStateSet", "variable", "remember", "store", "save", "global")
    exec_in = ("In",)
    exec_out = ("Out",)

    class Inputs(Key):
        """What to keep."""

        value: Any = Field(description="The value to keep")

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Keep it."""
        ctx.resource(SessionState).set(inputs.key, inputs.value)
        return "Out"


class GetState(ExecNode):
    """Gives the value that is kept under a name, as it was set.

    If there is none, `Found` is false and `Value` is `Default`; without a `Default`, reading `Value` is an error.
    """

    type_id = "state.get"
    title = "Get Session State"
    category = CATEGORY
    synonyms = ("SessionStateGet", "variable", "recall", "load", "read", "global")
    exec_in = ("In",)
    exec_out = ("Out",)

    class Inputs(Key):
        """What to look for."""

        default: Any | None = Field(default=None, description="The value if none is kept under this name")

    class Outputs(NodeModel):
        """What was found."""

        value: Any
        found: bool = Field(description="Whether a value is kept under this name")

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Look it up."""
        found, value = ctx.resource(SessionState).get(inputs.key)
        outputs: dict[str, Any] = {"found": found}
        if found or inputs.default is not None:
            outputs["value"] = value if found else inputs.default
        ctx.set_outputs(self.Outputs.model_construct(**outputs))
        return "Out"


class DeleteState(ExecNode):
    """Forgets the value that is kept under a name; nothing happens if there is none."""

    type_id = "state.delete"
    title = "Delete Session State"
    category = CATEGORY
    synonyms = ("SessionStateDel", "variable", "forget", "remove", "clear", "global")
    exec_in = ("In",)
    exec_out = ("Out",)
    Inputs = Key

    async def execute(self, inputs: Key, ctx: NodeContext) -> str:
        """Forget it."""
        ctx.resource(SessionState).delete(inputs.key)
        return "Out"


NODE_TYPES = (SetState, GetState, DeleteState)
