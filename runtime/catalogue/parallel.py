"""Blocks that run their branches at the same time."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..errors import NodeError, NodeFailure
from ..nodes.context import NodeContext
from ..nodes.crew import Crew
from ..nodes.node_type import ExecNode
from ..nodes.pins import NodeModel, hints
from .flow import CATEGORY, MOST_OUTPUTS


class Parallel(ExecNode):
    """Runs its branches at the same time and follows `Done` when all have ended.

    No branch sees what the others compute; `Done` sees all. If a branch fails, `Failed` is followed: at once, with
    the other branches cancelled, or, with `on_error` set to `collect`, when all have ended.
    """

    type_id = "flow.parallel"
    title = "Parallel"
    category = CATEGORY
    synonyms = ("concurrent", "fork", "at once", "gather")
    exec_in = ("In",)
    receives_failures = True

    class Config(NodeModel):
        """How many branches, and what a failing one means."""

        branches: int = Field(
            default=2, ge=1, le=MOST_OUTPUTS, description="How many branches", json_schema_extra=hints(pins="Branch")
        )
        on_error: Literal["cancel", "collect"] = Field(
            default="cancel", description="When a branch fails: cancel the others, or let them end first"
        )

    class Outputs(NodeModel):
        """What went wrong."""

        error_message: str = Field(default="", description="Which nodes failed, and why")

    def exec_outputs(self) -> tuple[str, ...]:
        """Branch1 to BranchN, Done, Failed."""
        return (*_branches(self.config.branches), "Done", "Failed")

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str:
        """Run the branches. Raises what they raise; several collected failures as one NodeError."""
        forks = {pin: ctx.fork() for pin in _branches(self.config.branches)}
        failures: list[NodeFailure] = []
        crew = Crew()
        for pin, fork in forks.items():
            crew.start(self._run_branch(pin, fork, failures), f"{pin} of {ctx.node_id}")
        try:
            await crew.wait()
        finally:
            ctx.join(*forks.values())
        if len(failures) == 1:
            raise failures[0]
        if failures:
            listed = "\n".join(f"- {failure}" for failure in failures)
            raise NodeError(f"{len(failures)} of {len(forks)} branches failed:\n{listed}")
        return "Done"

    async def _run_branch(self, pin: str, fork: NodeContext, failures: list[NodeFailure]) -> None:
        try:
            await fork.fire(pin)
        except NodeFailure as failure:
            if self.config.on_error == "cancel":
                raise
            failures.append(failure)


class Race(ExecNode):
    """Runs its branches at the same time; the first to end wins, the others are cancelled, and `Done` is followed.

    Only what the winner computed is visible behind `Done`. A branch that fails before another one has won makes the
    race fail.
    """

    type_id = "flow.race"
    title = "Race"
    category = CATEGORY
    synonyms = ("first", "any", "fastest", "concurrent", "fork")
    exec_in = ("In",)

    class Config(NodeModel):
        """How many branches."""

        branches: int = Field(
            default=2, ge=1, le=MOST_OUTPUTS, description="How many branches", json_schema_extra=hints(pins="Branch")
        )

    class Outputs(NodeModel):
        """Who won."""

        winner: int = Field(description="The number of the branch that was first, from 1")

    def exec_outputs(self) -> tuple[str, ...]:
        """Branch1 to BranchN, Done."""
        return (*_branches(self.config.branches), "Done")

    async def execute(self, inputs: NodeModel, ctx: NodeContext) -> str:
        """Run the branches until one has ended, and wait until the others have cleaned up. Raises what they raise."""
        forks = [ctx.fork() for _ in range(self.config.branches)]
        ended: list[int] = []
        crew = Crew()

        async def run_branch(number: int) -> None:
            try:
                await forks[number - 1].fire(f"Branch{number}")
            finally:
                ended.append(number)
            crew.cancel()

        for number in range(1, self.config.branches + 1):
            crew.start(run_branch(number), f"Branch{number} of {ctx.node_id}")
        try:
            await crew.wait()
        finally:
            ctx.join(*(forks[number - 1] for number in ended[:1]))
        ctx.set_outputs(self.Outputs(winner=ended[0]))
        return "Done"


def _branches(count: int) -> tuple[str, ...]:
    return tuple(f"Branch{number}" for number in range(1, count + 1))


NODE_TYPES = (Parallel, Race)
