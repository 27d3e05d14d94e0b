"""What unwinds bodies without being an error: no `except Exception` of a node may catch it."""

from __future__ import annotations

from ..errors import NodeFailure
from ..ids import StepId


class LoopBroken(BaseException):
    """A token reached `Break`: unwinds to the step of the loop."""

    def __init__(self, step_id: StepId) -> None:
        self.step_id = step_id
        super().__init__(step_id)


class RunEnded(BaseException):
    """A node ended the whole run: as succeeded, or with the failure that the run is to end with."""

    def __init__(self, failure: NodeFailure | None) -> None:
        self.failure = failure
        super().__init__(failure)
