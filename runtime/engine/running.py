"""The steps that are running now, and how a person cancels one of them."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from ..ids import StepId
from .context import StepContext

ByHand = Literal["step", "branch"]
"""What a person cancelled: a step, which is then as one that failed, or all that is left of the body that it is in."""


class Line:
    """A token in one body: the task that it is in, and the step that it is at, or None between two."""

    __slots__ = ("step", "task")

    def __init__(self, task: asyncio.Task[Any] | None) -> None:
        self.task = task
        self.step: StepContext | None = None


class RunningSteps:
    """All steps that are running: of each block, the one whose bodies run, and of these the ones that run there.

    Attributes:
        asked: the steps that are asked to end, by id: how, and how many cancellations their task had before.
    """

    __slots__ = ("_lines", "asked")

    def __init__(self) -> None:
        self._lines: set[Line] = set()
        self.asked: dict[StepId, tuple[ByHand, int]] = {}

    def begin(self) -> Line:
        """A token goes on in the current task."""
        line = Line(asyncio.current_task())
        self._lines.add(line)
        return line

    def end(self, line: Line) -> None:
        """It has ended, or comes back to the block that fired it."""
        self._lines.discard(line)

    def cancel(self, step_id: StepId, by_hand: ByHand) -> bool:
        """Cancel a step with all that runs in it, in the next turn of the loop. False if it is not running."""
        line = next((line for line in self._lines if line.step is not None and line.step.step_id == step_id), None)
        if line is None:
            return False
        # Not now: the caller may be told of an event by this very step, which may end before its next await.
        asyncio.get_running_loop().call_soon(self._cancel, line, step_id, by_hand)
        return True

    def _cancel(self, line: Line, step_id: StepId, by_hand: ByHand) -> None:
        is_there = line in self._lines and line.step is not None and line.step.step_id == step_id
        if is_there and line.task is not None and step_id not in self.asked:
            self.asked[step_id] = by_hand, line.task.cancelling()
            line.task.cancel()

    def answer(self, step: StepContext) -> ByHand | None:
        """How a step was cancelled that has ended, in whatever way; None if it was not, or if more than it was."""
        by_hand, before = self.asked.pop(step.step_id, (None, 0))
        task = asyncio.current_task()
        if by_hand is None or task is None or task.uncancel() > before:
            return None
        around = step.enclosing
        while around is not None and around.step_id not in self.asked:
            around = around.enclosing
        return by_hand if around is None else None
