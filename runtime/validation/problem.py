"""One thing that is wrong with a flow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..document.flow import ConnectionKey
from ..ids import NodeId


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and what to do.

    Attributes:
        node, pin, connection: where, as far as it has a place; a wire's problem also names a node at one of its ends.
        handled_in_run: an error that the node itself reports by its `Failed` when a token reaches it; all other
            errors in the parts that a run can reach keep it from starting.
    """

    severity: Literal["error", "warning"]
    message: str
    node: NodeId | None = None
    pin: str = ""
    connection: ConnectionKey | None = None
    handled_in_run: bool = False
