"""What a run of the reference interpreter is made of: steps, what they see, and what breaks them off."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from runtime.ids import NodeId, PinName

Values = dict[PinName, Any]


class Failure(Exception):  # noqa: N818 (it is no error of the interpreter)
    """A node failed and nothing has caught it yet."""

    def __init__(self, node: NodeId, called: str, message: str, kind: str) -> None:
        self.node, self.message, self.kind = node, message, kind
        super().__init__(f"{called}: {message}")


class Broken(Exception):  # noqa: N818
    """A token reached `Break` of a loop: of the step of this number."""

    def __init__(self, number: int) -> None:
        self.number = number


class Cancelled(Exception):  # noqa: N818
    """The token is cancelled: a limit of time has passed, or another branch of a Race has won."""


class Over(Exception):  # noqa: N818
    """The run ends at once."""

    def __init__(self, failure: Failure | None) -> None:
        self.failure = failure


@dataclass
class Scope:
    """The last outputs of nodes, each with the number of the write."""

    written: dict[NodeId, tuple[int, Values]] = field(default_factory=dict)

    def fork(self) -> Scope:
        """What is known now; later writes of either are not seen by the other."""
        return Scope(dict(self.written))

    def join(self, other: Scope) -> None:
        """The later write wins."""
        for node, write in other.written.items():
            self.written[node] = max(self.written.get(node, write), write, key=lambda it: it[0])


@dataclass
class Step:
    """One execution of a node: its inputs, what it sees, and the step in whose body it is."""

    node: NodeId
    number: int
    scope: Scope
    around: Step | None
    inputs: Any = None
    outputs: Values = field(default_factory=dict)
