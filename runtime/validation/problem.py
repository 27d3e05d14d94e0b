"""One thing that is wrong with a flow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ..document.flow import ConnectionKey, Flow
from ..ids import NodeId


@dataclass(frozen=True, slots=True)
class Fix:
    """An edit that mends a problem.

    Attributes:
        title: what it does, as a command: `Delete the wire`.
        apply: the flow after it; where the flow no longer has the problem, it comes back unchanged.
    """

    title: str
    apply: Callable[[Flow], Flow]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and what to do.

    Attributes:
        node, pin, connection: where, as far as it has a place; a wire's problem also names a node at one of its ends.
        fixes: edits that would mend it, the best one first.
        handled_in_run: an error that the node itself reports by its `Failed` when a token reaches it; all other
            errors in the parts that a run can reach keep it from starting.
    """

    severity: Literal["error", "warning"]
    message: str
    node: NodeId | None = None
    pin: str = ""
    connection: ConnectionKey | None = None
    handled_in_run: bool = False
    fixes: tuple[Fix, ...] = ()
