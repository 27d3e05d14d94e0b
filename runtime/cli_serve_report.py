"""What `futureflow serve` prints: lines on stderr about events, runs and answers; the runs' results on stdout."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from .cli_report import LEVELS, LocalModelLines, level_of
from .document.json_text import json_text
from .engine.events import Event, ListeningLogged, LogWritten, RunFinished, RunStarted
from .futures.events import FutureCreated, FutureSettled, StoreNotice
from .ids import FutureId, NodeId, RunId
from .llm.local_model import LocalModelProgress
from .nodes.conversions import as_text


class ServeLines:
    """A sink that tells on stderr what goes on, with the time of day: events, runs, their logs and answers."""

    def __init__(self, names: Mapping[str, str], titles: Mapping[str, Mapping[NodeId, str]], log_level: str) -> None:
        """`names` of the flows by the key of their source, `titles` of their nodes by name of the flow.

        `log_level` is the lowest level that is shown.
        """
        self._names = names
        self._titles = titles
        self._shown = frozenset(LEVELS[LEVELS.index(log_level) :])
        self._runs: dict[RunId, str] = {}
        self._begun: set[RunId] = set()
        self._futures: dict[FutureId, str] = {}
        self._local_model = LocalModelLines(partial(self._say, "info"))

    def __call__(self, event: Event) -> None:
        """Print the event if it says something to a person."""
        match event:
            case ListeningLogged():
                self._say(event.level, self._names[event.source], event.title, event.message)
            case RunStarted():
                self._note_begin(event)
            case RunFinished():
                self._note_end(event)
            case LogWritten():
                name = self._runs[event.run_id]
                self._say(event.level, name, self._title(name, event.node_id), event.message)
            case FutureCreated():
                self._futures[event.future_id] = self._runs.get(event.run_id, "")
            case FutureSettled():
                name = self._futures.pop(event.future_id, "")
                reason = f": {event.error}" if event.error else ""
                told = f"{event.future_id} {event.state}{reason}"
                self._say(level_of(event), name, self._title(name, event.node_id), told)
            case LocalModelProgress():
                self._local_model.show(event)
            case StoreNotice():
                self._say("warn", event.message)

    def _note_begin(self, event: RunStarted) -> None:
        """Runs of flows that are called belong to the run that calls them."""
        name = self._runs[event.run_id] = self._names.get(event.source) or event.flow
        if event.trigger == "event":
            self._begun.add(event.run_id)
            self._say("info", name, self._title(name, event.entry), "starts a run")

    def _note_end(self, event: RunFinished) -> None:
        name = self._runs.pop(event.run_id)
        if event.run_id not in self._begun:
            return
        self._begun.discard(event.run_id)
        error = event.error or {}
        where = f" at {error['title'] or error['node']}" if error.get("node") else ""
        what = f": {error['message']}" if error else ""
        level = "error" if event.status == "failed" else "info"
        self._say(level, name, f"run {event.status}{where} after {event.t:.1f} s{what}")

    def _title(self, name: str, node_id: NodeId | None) -> str:
        return self._titles.get(name, {}).get(node_id, node_id) if node_id is not None else ""

    def _say(self, level: str, *parts: str) -> None:
        if level in self._shown:
            line = ": ".join(filter(None, parts))
            print(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {level:5} {line}", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class _Begun:
    """A run that an event has started."""

    name: str
    started: RunStarted


class ServeResults:
    """A sink that prints on stdout what each run that an event started brought: its results, or a line of JSON."""

    def __init__(self, names: Mapping[str, str], *, as_json: bool) -> None:
        """`names` of the flows by the key of their source."""
        self._names = names
        self._as_json = as_json
        self._begun: dict[RunId, _Begun] = {}

    def __call__(self, event: Event) -> None:
        """Print at the end of a run."""
        match event:
            case RunStarted(trigger="event"):
                self._begun[event.run_id] = _Begun(self._names[event.source], event)
            case RunFinished() if (begun := self._begun.pop(event.run_id, None)) is not None:
                if self._as_json:
                    print(json_text(_result(begun, event)), flush=True)
                else:
                    self._print_text(begun.name, event.outputs)

    def _print_text(self, name: str, outputs: Mapping[str, Any]) -> None:
        prefix = f"{name}: " if len(self._names) > 1 else ""
        for output, value in outputs.items():
            text = json_text(value, indent=2) if isinstance(value, (dict, list)) else as_text(value)
            print(f"{prefix}{output}: {text}", flush=True)


def _result(begun: _Begun, finished: RunFinished) -> dict[str, Any]:
    """One line of `--output json`."""
    error = finished.error
    return {
        "flow": begun.name,
        "run_id": finished.run_id,
        "event": begun.started.entry,
        "happened": begun.started.outputs,
        "started": begun.started.started,
        "status": finished.status,
        "outputs": finished.outputs,
        "error": {key: error.get(key) for key in ("node", "type", "message")} if error else None,
        "elapsed_s": round(finished.t, 3),
    }
