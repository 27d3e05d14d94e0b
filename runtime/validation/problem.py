"""One thing that is wrong with a flow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from ..document.flow import ConnectionKey, Flow
from ..ids import NodeId

Severity = Literal["error", "warning", "hint"]
"""An error keeps a run from starting, a warning says that something will not do what it seems to, a hint can wait."""


@dataclass(frozen=True, slots=True)
class Fix:
    """An edit that mends a problem.

    Attributes:
        title: what it does, as a command: `Delete the wire`.
        apply: the flow after it; where the flow no longer has the problem, it comes back unchanged.
        every: what it means to do the same wherever the problem is found: `Delete all such wires`. "" if it is never
            wanted for many at once.
    """

    title: str
    apply: Callable[[Flow], Flow]
    every: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and what to do.

    Attributes:
        node, pin, connection: where, as far as it has a place; a wire's problem also names a node at one of its ends.
        fixes: edits that would mend it, the best one first; they follow from the rest, so equal problems have equal
            ones.
        handled_in_run: an error that the node itself reports by its `Failed` when a token reaches it; all other
            errors in the parts that a run can reach keep it from starting.
    """

    severity: Severity
    message: str
    node: NodeId | None = None
    pin: str = ""
    connection: ConnectionKey | None = None
    handled_in_run: bool = False
    fixes: tuple[Fix, ...] = field(default=(), compare=False)
