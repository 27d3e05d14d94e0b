"""What `futureflow run` prints: lines while it goes on, and a report at its end."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final

from .document.flow import Flow
from .document.json_text import json_text
from .engine.events import Event, LogWritten, RunFinished
from .futures.events import FutureSettled
from .futures.future import FutureResponse, FutureState
from .llm.local_model import LocalModelProgress
from .nodes.conversions import as_text

LEVELS: Final = ("debug", "info", "warn", "error")


class LiveLines:
    """A sink that tells on stderr what a person wants to know while a flow runs: its log, its answers, the model."""

    def __init__(self, flow: Flow, log_level: str) -> None:
        """`log_level` is the lowest level that is shown."""
        self._titles = {node.id: node.title or node.id for node in flow.nodes}
        self._shown = frozenset(LEVELS[LEVELS.index(log_level) :])
        self._tenths = -1

    def __call__(self, event: Event) -> None:
        """Print the event if it says something to a person."""
        match event:
            case LogWritten(level=level) if level in self._shown:
                node = f"{self._titles.get(event.node_id, event.node_id)}: " if event.node_id else ""
                _say(f"{event.t:8.3f} {level:5} {node}{event.message}")
            case FutureSettled() if "info" in self._shown:
                title = self._titles.get(event.node_id, event.node_id)
                reason = f": {event.error}" if event.error else ""
                _say(f"{event.t:8.3f} {'info':5} {title}: {event.future_id} {event.state}{reason}")
            case LocalModelProgress() if "info" in self._shown:
                self._show_progress(event)

    def _show_progress(self, event: LocalModelProgress) -> None:
        """A line for each stage, and for each tenth of the file while it is fetched."""
        if event.stage != "fetching":
            _say(f"local model: {event.message}")
            return
        tenths = 10 * event.done_bytes // event.total_bytes if event.total_bytes else 0
        if tenths != self._tenths:
            self._tenths = tenths
            size = f"{event.done_bytes / 1e6:.0f} of {event.total_bytes / 1e6:.0f} MB"
            _say(f"local model: {event.message}: {size if event.total_bytes else 'begins'}")


class Report:
    """A sink that gathers what the report at the end tells.

    Attributes:
        finished: the run's last event, once it has come.
        trouble: what ended the call otherwise (`node`, `type`, `message`), if anything did.
    """

    def __init__(self, *, keeps_log: bool) -> None:
        """`keeps_log`: for `print_json`, which prints it; a flow that runs for ever would fill the memory with it."""
        self._keeps_log = keeps_log
        self.finished: RunFinished | None = None
        self.trouble: dict[str, Any] | None = None
        self._log: list[dict[str, Any]] = []

    def __call__(self, event: Event) -> None:
        """Keep what is to be told."""
        match event:
            case LogWritten() if self._keeps_log:
                self._log.append({"t": event.t, "level": event.level, "node": event.node_id, "message": event.message})
            case RunFinished():
                self.finished = event

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

    def print_json(self, futures: Iterable[FutureResponse], elapsed_s: float, *, one_line: bool) -> None:
        """Print the one object of `--output json` on stdout."""
        report = {
            "status": self.status,
            "outputs": self.outputs,
            "error": self.error,
            "futures": [_future_fields(future) for future in futures],
            "log": self._log,
            "elapsed_s": round(elapsed_s, 3),
        }
        print(json_text(report, indent=None if one_line else 2), flush=True)

    def print_text(self) -> None:
        """Print the flow's results on stdout: texts as they are, lists and objects as indented JSON."""
        for name, value in self.outputs.items():
            text = json_text(value, indent=2) if isinstance(value, (dict, list)) else as_text(value)
            print(f"{name}: {text}", flush=True)

    def print_end(self, futures: Iterable[FutureResponse], elapsed_s: float) -> None:
        """Tell on stderr how it ended, and which futures brought no answer."""
        unanswered = [future for future in futures if future.state is not FutureState.SUCCEEDED]
        if unanswered:
            _say(f"futures without an answer: {len(unanswered)}")
        for future in unanswered:
            reason = f": {future.error}" if future.error else ""
            _say(f"  {future.id} ({future.origin.node_id}, {future.model}): {future.state}{reason}")
        error = self.error or {}
        where = f" at {error['node']}" if error.get("node") else ""
        what = f": {error['message']}" if error else ""
        _say(f"{self.status}{where} after {elapsed_s:.1f} s{what}")


def _future_fields(future: FutureResponse) -> dict[str, Any]:
    result = future.result
    return {
        "id": future.id,
        "node": future.origin.node_id,
        "state": future.state,
        "model": future.model,
        "message": future.text(),
        "messages": list(result.messages) if result else [],
        "finish_reason": result.finish_reason if result else "",
        "usage": result.usage if result else None,
        "error": future.error,
        "elapsed_s": round(future.elapsed(), 3),
    }


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
