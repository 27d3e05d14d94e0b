"""Where a token goes next: branches, sequences, pauses and ends. And notes, which say so to the reader."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from pydantic import Field, field_validator

from ..nodes.context import EvaluationContext, NodeContext
from ..nodes.conversions import as_text
from ..nodes.node_type import ExecNode, PureNode
from ..nodes.pins import NodeModel, hints

CATEGORY = "Flow Control"
MOST_OUTPUTS = 100
"""More pins than that are not readable on a node."""
DEFAULT = "Default"
"""Where Switch goes if no case fits."""


class Branch(ExecNode):
    """Goes one of two ways."""

    type_id = "flow.branch"
    title = "Branch"
    category = CATEGORY
    synonyms = ("if", "condition")
    exec_in = ("In",)
    exec_out = ("True", "False")

    class Inputs(NodeModel):
        """What decides."""

        condition: bool = Field(description="Which way to go")

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Choose."""
        return "True" if inputs.condition else "False"


class Switch(ExecNode):
    """Goes one of several ways: to the case that is the value's text, else to `Default`.

    A number is compared as it is written (`5`, `0.5`), true and false are the cases `true` and `false`.
    """

    type_id = "flow.switch"
    title = "Switch"
    category = CATEGORY
    synonyms = ("case", "match", "select", "route")
    exec_in = ("In",)

    class Config(NodeModel):
        """The ways."""

        cases: list[Annotated[str, Field(min_length=1)]] = Field(
            default=["A", "B"],
            max_length=MOST_OUTPUTS,
            description="The texts that have an output each",
            json_schema_extra=hints(lines=True, pins="Case"),
        )

        @field_validator("cases")
        @classmethod
        def _each_once(cls, cases: list[str]) -> list[str]:
            for number, case in enumerate(cases):
                if case in cases[:number]:
                    raise ValueError(f"the case {case!r} is there twice")
            if DEFAULT in cases:
                raise ValueError(f"{DEFAULT!r} is the output for all others: name it otherwise")
            return cases

    class Inputs(NodeModel):
        """What decides."""

        value: Any = Field(description="What is compared with the cases")

    def exec_outputs(self) -> tuple[str, ...]:
        """The cases, then Default."""
        return (*self.config.cases, DEFAULT)

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Choose."""
        text = as_text(inputs.value)
        return text if text in self.config.cases else DEFAULT


class Sequence(ExecNode):
    """Runs its outputs one after the other: the next begins when all that followed the one before has ended."""

    type_id = "flow.sequence"
    title = "Sequence"
    category = CATEGORY
    synonyms = ("then", "order", "steps")
    exec_in = ("In",)

    class Config(NodeModel):
        """How many outputs."""

        outputs: int = Field(
            default=3, ge=1, le=MOST_OUTPUTS, description="How many outputs", json_schema_extra=hints(pins="Out")
        )

    def exec_outputs(self) -> tuple[str, ...]:
        """Out1 to OutN."""
        return tuple(f"Out{number}" for number in range(1, self.config.outputs + 1))

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str:
        """Fire all but the last, then go on at the last: a sequence that is wired back to itself needs no stack."""
        *bodies, last = self.signature.exec_out
        for pin in bodies:
            await ctx.fire(pin)
        return last


class Delay(ExecNode):
    """Waits; everything else goes on meanwhile."""

    type_id = "flow.delay"
    title = "Delay"
    category = CATEGORY
    synonyms = ("wait", "sleep", "pause")
    exec_in = ("In",)
    exec_out = ("Out",)

    class Inputs(NodeModel):
        """How long."""

        delay_ms: int = Field(default=1000, ge=0, description="How long to wait", json_schema_extra=hints(unit="ms"))

    async def execute(self, inputs: Inputs, ctx: NodeContext) -> str:
        """Wait."""
        await asyncio.sleep(inputs.delay_ms / 1000)
        return "Out"


class Success(ExecNode):
    """Ends the whole run at once, as succeeded."""

    type_id = "flow.success"
    title = "Success"
    category = CATEGORY
    synonyms = ("end", "stop", "exit")
    exec_in = ("In",)

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str | None:
        """End the run."""
        ctx.end_run(failed=False)


class Failed(ExecNode):
    """Ends the whole run at once, as failed."""

    type_id = "flow.failed"
    title = "Failed"
    category = CATEGORY
    synonyms = ("end", "stop", "abort", "error")
    exec_in = ("In",)

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str | None:
        """End the run."""
        ctx.end_run(failed=True)


class Comment(PureNode):
    """A note on the canvas. It does nothing."""

    type_id = "flow.comment"
    title = "Comment"
    category = CATEGORY
    synonyms = ("note", "text", "remark", "sticky", "documentation")

    class Config(NodeModel):
        """What it says."""

        text: str = Field(default="", description="The note, in Markdown", json_schema_extra=hints(multiline=True))

    def evaluate(self, inputs: NodeModel, ctx: EvaluationContext) -> NodeModel:
        """Nothing: it has no pins."""
        return NodeModel()


NODE_TYPES = (Branch, Switch, Sequence, Delay, Success, Failed, Comment)
