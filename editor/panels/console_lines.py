"""What the console says about an event: one line of time, level, node and message. Knows no screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from runtime.engine.events import Event, ListeningLogged, LogWritten, NodeFailed, RunFinished, RunStarted
from runtime.futures.events import FutureSettled, StoreNotice
from runtime.futures.future import FutureState
from runtime.ids import NodeId, RunId
from runtime.llm.local_model import LocalModelProgress

LEVELS: Final = ("debug", "info", "warn", "error")
"""From the least to the most severe."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the console.

    Attributes:
        at: Unix seconds.
        node_id: the node that speaks, or None for the run or the program itself.
        title: what it is called, where no run tells.
        strong: the line parts runs from each other.
    """

    at: float
    level: str
    message: str
    run_id: RunId | None = None
    node_id: NodeId | None = None
    strong: bool = False
    title: str = ""

    @property
    def clock(self) -> str:
        """The local time, to the millisecond; with the day, if that is not today."""
        at, now = datetime.fromtimestamp(self.at).astimezone(), datetime.now().astimezone()
        day = "" if at.date() == now.date() else f"{at.day} {at:%b} "
        return f"{day}{at:%H:%M:%S.%f}"[:-3]


class LineWriter:
    """Turns events into lines; remembers when each run began, since events count from there."""

    def __init__(self) -> None:
        self._began: dict[RunId, float] = {}

    def line_of(self, event: Event, now: float) -> Line | None:
        """The line for an event that arrived at `now` (Unix seconds), or None if there is nothing to say."""
        if isinstance(event, RunStarted):
            self._began[event.run_id] = event.started or now - event.t
        run_id = event.run_id
        at = self._began[run_id] + event.t if run_id is not None and run_id in self._began else now
        match event:
            case LogWritten():
                # A recording may come from a version that knows other levels.
                level = event.level if event.level in LEVELS else "info"
                return Line(at, level, event.message, run_id, event.node_id)
            case RunStarted():
                return Line(at, "info", f"Run of {event.flow or 'the flow'} started", run_id, strong=True)
            case NodeFailed(handled=True):
                return Line(at, "warn", f"{event.message} (handled)", run_id, event.node_id)
            case NodeFailed():
                return Line(at, "error", event.message, run_id, event.node_id)
            case RunFinished():
                return _finish(event, at)
            case FutureSettled() if FutureState(event.state).has_failed:
                return Line(at, "warn", f"Request {event.future_id}: {event.error}", run_id, event.node_id)
            case _:
                return _of_program(event, now)


def _of_program(event: Event, now: float) -> Line | None:
    """What no run tells."""
    match event:
        case ListeningLogged():
            return Line(now, event.level, event.message, None, event.node_id, title=event.title)
        case StoreNotice():
            return Line(now, "warn", event.message)
        case LocalModelProgress(stage="starting" | "ready" | "failed"):
            return Line(now, "error" if event.stage == "failed" else "info", event.message)
        case _:
            return None


def _finish(event: RunFinished, at: float) -> Line:
    took = f"after {event.t:.2f} s"
    if event.status == "failed":
        return Line(at, "error", f"Run failed {took}", event.run_id, strong=True)
    if event.status == "cancelled":
        return Line(at, "warn", f"Run cancelled {took}", event.run_id, strong=True)
    outputs = ", ".join(event.outputs)
    told = f" with outputs {outputs}" if outputs else ""
    return Line(at, "info", f"Run succeeded {took}{told}", event.run_id, strong=True)
