"""What can be told of a token that stands still: its call stack, and the values that it sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import NodeError
from ..ids import PinName, RunId
from ..nodes.node_type import ExecNode
from ..nodes.pins import NodeModel
from .context import RunFacts, StepContext
from .failures import shown_inputs
from .pauses import Frame
from .planned import PlannedNode
from .scope import Scope
from .seen import Names, SeenOutputs, seen_values
from .telling import masked


@dataclass(frozen=True, slots=True)
class Place:
    """Where a token is: about to run a node, or at a step of it that failed.

    Attributes:
        facts: of the run that the node is in.
        scope: what the token sees.
        around: the step whose body the node is in, or that reads it; None at the top of a run.
        step: the one that failed, or None.
    """

    facts: RunFacts
    node: PlannedNode
    scope: Scope
    around: StepContext | None
    step: StepContext | None = None

    def enclosing(self) -> Iterator[StepContext]:
        """The steps around it, innermost first, through the calls of flows."""
        step, facts = self.around, self.facts
        while True:
            while step is not None:
                yield step
                step = step.enclosing
            if facts.caller is None:
                return
            step, facts = facts.caller, facts.caller.facts

    def frames(self) -> tuple[Frame, ...]:
        """The call stack, innermost first."""
        outputs = self.step.outputs if self.step is not None else None
        here = _frame(self.facts, self.node, outputs)
        return (here, *(_frame(step.facts, step.node, step.outputs, step) for step in self.enclosing()))

    def inputs(self) -> dict[PinName, object]:
        """What the node reads, as far as it is known without evaluating anything; secrets masked."""
        if self.step is not None:
            return shown_inputs(self.step)
        return masked(self.node.pins, self.node.known_values(self.scope.outputs))

    def outputs(self) -> SeenOutputs:
        """What the token sees of nodes that have run; secrets masked."""
        return SeenOutputs(self.scope)

    def callers(self) -> dict[RunId, SeenOutputs]:
        """What is seen in the runs that called this one, each from the call."""
        found: dict[RunId, SeenOutputs] = {}
        step = self.facts.caller
        while step is not None:
            found[step.run_id] = SeenOutputs(step.scope)
            step = step.facts.caller
        return found

    def names(self) -> Names:
        """What a condition may name here."""
        around = (step.outputs for step in self.enclosing() if step.facts is self.facts)
        blocks = (outputs for outputs in around if outputs is not None)
        return Names(self.inputs(), blocks, self.facts.nodes, self.outputs())


def _frame(facts: RunFacts, node: PlannedNode, outputs: NodeModel | None, block: StepContext | None = None) -> Frame:
    values = seen_values(outputs) if outputs is not None else {}
    where = (facts.run_id, facts.flow, facts.source.key, node.id, node.title)
    return (
        Frame(*where, block.body, values, block.turn, _turns(block)) if block is not None else Frame(*where, "", values)
    )


def _turns(block: StepContext) -> int | None:
    """How many bodies a block is going to run; what cannot be told hurts nobody."""
    if not isinstance(block.node.type, ExecNode) or not isinstance(block.inputs, NodeModel):
        return None
    try:
        return block.node.type.turns(block.inputs)
    except NodeError:
        return None
