"""What `futureflow run` prints: lines while it goes on, and a report at its end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

from .document.flow import Flow
from .document.json_text import json_text
from .engine.events import Event, LogWritten, RunFinished
from .futures.events import FutureCreated, FutureDelta, FutureSettled, FutureStateChanged, StoreNotice
from .futures.future import FutureState
from .ids import FutureId
from .llm.local_model import LocalModelProgress
from .nodes.conversions import as_text

LEVELS: Final = ("debug", "info", "warn", "error")


class LocalModelLines:
    """A line for each stage of the model on this machine, and for each tenth of its file while it is fetched."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._tenths = -1

    def show(self, event: LocalModelProgress) -> None:
        """Say how far it is, if there is something new to say."""
        if event.stage != "fetching":
            self._say(f"local model: {event.message}")
            return
        tenths = 10 * event.done_bytes // event.total_bytes if event.total_bytes else 0
        if tenths != self._tenths:
            self._tenths = tenths
            size = f"{event.done_bytes / 1e6:.0f} of {event.total_bytes / 1e6:.0f} MB"
            self._say(f"local model: {event.message}: {size if event.total_bytes else 'begins'}")


def level_of(event: FutureSettled) -> str:
    """How grave the end of a future is: the same in the editor's console."""
    return "warn" if FutureState(event.state).has_failed else "info"


class LiveLines:
    """A sink that tells on stderr what a person wants to know while a flow runs: its log, its answers, the model."""

    def __init__(self, flow: Flow, log_level: str) -> None:
        """`log_level` is the lowest level that is shown."""
        self._titles = {node.id: node.title or node.id for node in flow.nodes}
        self._shown = frozenset(LEVELS[LEVELS.index(log_level) :])
        self._local_model = LocalModelLines(_say)

    def __call__(self, event: Event) -> None:
        """Print the event if it says something to a person."""
        match event:
            case LogWritten(level=level) if level in self._shown:
                node = f"{self._titles.get(event.node_id, event.node_id)}: " if event.node_id else ""
                _say(f"{event.t:8.3f} {level:5} {node}{event.message}")
            case FutureSettled() if (level := level_of(event)) in self._shown:
                title = self._titles.get(event.node_id, event.node_id)
                reason = f": {event.error}" if event.error else ""
                _say(f"{event.t:8.3f} {level:5} {title}: {event.future_id} {event.state}{reason}")
            case LocalModelProgress() if "info" in self._shown:
                self._local_model.show(event)
            case StoreNotice() if "warn" in self._shown:
                _say(f"futureflow: {event.message}")


class Report:
    """A sink that gathers what the report at the end tells.

    Attributes:
        finished: the run's last event, once it has come.
        trouble: what ended the call otherwise (`node`, `type`, `message`), if anything did.
    """

    def __init__(self, *, keeps_all: bool) -> None:
        """`keeps_all`: log and answers, for `print_json`; a flow that runs for ever would fill the memory with them."""
        self._keeps_all = keeps_all
        self.finished: RunFinished | None = None
        self.trouble: dict[str, Any] | None = None
        self._log: list[dict[str, Any]] = []
        self._unsettled: dict[FutureId, dict[str, Any]] = {}
        self._answered: dict[FutureId, dict[str, Any]] = {}
        self._unanswered: dict[FutureId, dict[str, Any]] = {}

    def __call__(self, event: Event) -> None:
        """Keep what is to be told."""
        match event:
            case LogWritten() if self._keeps_all:
                self._log.append({"t": event.t, "level": event.level, "node": event.node_id, "message": event.message})
            case FutureCreated():
                self._unsettled[event.future_id] = _started(event)
            case FutureStateChanged() if event.future_id in self._unsettled:
                self._unsettled[event.future_id]["state"] = event.state
            case FutureDelta(choice=0, kind="text") if self._keeps_all and event.future_id in self._unsettled:
                self._unsettled[event.future_id]["message"] += event.delta
            case FutureSettled():
                self._take(event)
            case RunFinished():
                self.finished = event

    def _take(self, event: FutureSettled) -> None:
        fields = self._unsettled.pop(event.future_id, {}) | _ended(event)
        if event.state != FutureState.SUCCEEDED:
            self._unanswered[event.future_id] = fields
        elif self._keeps_all:
            self._answered[event.future_id] = fields

    @property
    def status(self) -> str:
        """How it ended: `succeeded`, `failed` or `cancelled`."""
        if self.trouble is not None or self.finished is None:
            return "failed"
        return self.finished.status

    @property
    def error(self) -> dict[str, Any] | None:
        """`node`, `type` and `message` of what went wrong, or None."""
        if self.trouble is not None:
            return self.trouble
        error = self.finished.error if self.finished else None
        return {key: error.get(key) for key in ("node", "type", "message")} if error else None

    @property
    def outputs(self) -> Mapping[str, Any]:
        """The flow's results by name."""
        return self.finished.outputs if self.finished else {}

    def print_json(self, elapsed_s: float, *, one_line: bool) -> None:
        """Print the one object of `--output json` on stdout."""
        futures = self._answered | self._unanswered | self._unsettled
        report = {
            "status": self.status,
            "outputs": self.outputs,
            "error": self.error,
            "futures": [futures[future_id] for future_id in sorted(futures)],  # in the order of their making
            "log": self._log,
            "elapsed_s": round(elapsed_s, 3),
        }
        print(json_text(report, indent=None if one_line else 2), flush=True)

    def print_text(self) -> None:
        """Print the flow's results on stdout: texts as they are, lists and objects as indented JSON."""
        for name, value in self.outputs.items():
            text = json_text(value, indent=2) if isinstance(value, (dict, list)) else as_text(value)
            print(f"{name}: {text}", flush=True)

    def print_end(self, elapsed_s: float) -> None:
        """Tell on stderr how it ended, and which futures brought no answer."""
        unanswered = self._unanswered | self._unsettled
        if unanswered:
            _say(f"futures without an answer: {len(unanswered)}")
        for future_id, future in sorted(unanswered.items()):
            reason = f": {future['error']}" if future["error"] else ""
            _say(f"  {future_id} ({future['node']}, {future['model']}): {future['state']}{reason}")
        error = self.error or {}
        where = f" at {error['node']}" if error.get("node") else ""
        what = f": {error['message']}" if error else ""
        _say(f"{self.status}{where} after {elapsed_s:.1f} s{what}")


def _started(event: FutureCreated) -> dict[str, Any]:
    """A future as `--output json` has it."""
    return {
        "id": event.future_id,
        "node": event.node_id,
        "state": FutureState.QUEUED,
        "model": event.model,
        "message": "",
        "messages": [],
        "finish_reason": "",
        "usage": None,
        "error": "",
        "elapsed_s": None,
    }


def _ended(event: FutureSettled) -> dict[str, Any]:
    """What settling adds to that."""
    return {
        "state": event.state,
        "message": event.message,
        "messages": list(event.messages),
        "finish_reason": event.finish_reason,
        "usage": event.usage,
        "error": event.error,
        "elapsed_s": round(event.elapsed_s, 3),
    }


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
