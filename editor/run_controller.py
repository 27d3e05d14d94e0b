"""Runs of one flow: by hand one at a time, with what they ask before; and those that its events start."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from runtime.engine.events import RunPart
from runtime.engine.run import Run, RunResult
from runtime.errors import RunError
from runtime.history.summary import RunSummary
from runtime.ids import NodeId, RunId
from runtime.nodes.node_type import EventNode, FlowParameter
from runtime.session import Session
from runtime.validation import flow_parameters

from .document import FlowDocument
from .run_bridge import ActivityFeed
from .tasks import Tasks

_MERGE_MS: Final = 50
"""Runs that an event starts may be over in a millisecond: for those that come and go within this, nothing blinks."""
NO_EVENT: Final = "The flow has no event to start from: add a Button Event and wire its Out to the first node."


class RunController(QObject):
    """Starts and stops the runs of a flow. A run works on a copy: editing and saving go on meanwhile.

    Attributes:
        last_entry: the event node that the last run started from, or None.

    Signals:
        begins(): a run is about to begin, and has told nothing yet.
        running_changed(): runs began or ended; of those that events start, many may be one change.
        finished(RunResult): how the run that was started by hand ended.
        event_run_ended(RunResult): how a run ended that an event started.
        refused(str): it could not start; the text says why.
        entry_wanted(): the flow has several events; ask which (`entries`) and call `start(entry)`.
        values_wanted(NodeId, list[FlowParameter]): ask for these and call `start(entry, values)`.
    """

    begins = Signal()
    running_changed = Signal()
    finished = Signal(object)
    event_run_ended = Signal(object)
    refused = Signal(str)
    entry_wanted = Signal()
    values_wanted = Signal(object, object)

    def __init__(
        self, document: FlowDocument, session: Session, feed: ActivityFeed, tasks: Tasks, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._session = session
        self._feed = feed
        self._tasks = tasks
        self._by_hand: Run | None = None
        self._watched: dict[Run, asyncio.Task[None]] = {}
        self._part: RunPart = "whole"
        self._happened: Mapping[str, object] | None = None
        self._at_start: Callable[[RunId], object] | None = None
        self._tell_soon = QTimer(self, interval=_MERGE_MS, singleShot=True)
        self._tell_soon.timeout.connect(self.running_changed)
        self.last_entry: NodeId | None = None

    @property
    def run_id(self) -> RunId | None:
        """The run that is acted on: the one by hand, else the oldest that is on; None if none is."""
        run = self._by_hand or next(iter(self._watched), None)
        return run.run_id if run is not None else None

    def has_on(self, run_id: RunId | None) -> bool:
        """Whether this is one of the runs that are on."""
        return any(run.run_id == run_id for run in self._watched)

    @property
    def running(self) -> bool:
        """Whether a run is on."""
        return bool(self._watched)

    @property
    def can_start(self) -> bool:
        """Whether a run can be started by hand: there is one of these at a time."""
        return self._by_hand is None

    def entries(self) -> list[NodeId]:
        """The event nodes that a run can start from, in the file's order."""
        types = ((node_id, self._document.node_type(node_id)) for node_id in self._document.nodes)
        return [node_id for node_id, node_type in types if node_type is not None and node_type.kind == "event"]

    def start_somewhere(
        self, preferred: NodeId | None = None, at_start: Callable[[RunId], object] | None = None
    ) -> None:
        """Start from the preferred event, the last one, or the only one that is there or waits for a person; else ask.

        `at_start` is called with the run before its first step, as by a debugger that lets it stand still there.
        """
        self._at_start = at_start
        entries = self.entries()
        if not entries:
            self.refused.emit(NO_EVENT)
            return
        for_people = [entry for entry in entries if not self._starts_by_itself(entry)]
        only = [choice[0] for choice in (entries, for_people) if len(choice) == 1]
        chosen = next((entry for entry in (preferred, self.last_entry, *only) if entry in entries), None)
        if chosen is None:
            self.entry_wanted.emit()
        else:
            self.start(chosen)

    def start(self, entry: NodeId, values: Mapping[str, object] | None = None, part: RunPart = "whole") -> None:
        """Start from an event node. Without `values`, the flow's required parameters are asked for first.

        Of a part, `entry` is any node: what nodes before it and parameters would give, they give as in the last run.
        """
        if values is None:  # and so it is when it comes back with the values that were asked for
            self._part, self._happened = part, None
        self._start(entry, values)

    def make_again(self, run: RunSummary) -> None:
        """Start as a run of before was started: there, with its inputs, and with what happened."""
        self._part, self._happened = run.part, run.outputs or None
        self._start(run.entry, run.inputs or None)

    def _start(self, entry: NodeId, values: Mapping[str, object] | None) -> None:
        if not self.can_start:
            return
        given = {**self._last_inputs(), **(values or {})}
        wanted = [parameter for parameter in self._required() if parameter.name not in given]
        if wanted and values is None:
            self.values_wanted.emit(entry, wanted)
            return
        try:
            run = self._session.start(
                self._document.flow,
                entry=entry,
                inputs=given,
                source=self._document.source,
                part=self._part,
                values=self._feed.activity.values.last(),
                outputs=self._happened,
            )
        except RunError as error:
            self.refused.emit(str(error))
            return
        if self._at_start is not None:
            self._at_start(run.run_id)
        self._at_start = None
        if self._part == "whole":
            self.last_entry = entry
        self._by_hand = run
        self._watch(run)
        self.running_changed.emit()

    def adopt(self, run: Run) -> None:
        """A run that an event of this flow has started: it is one of this flow's runs."""
        self._watch(run)
        self._tell_soon.start()

    def stop(self) -> None:
        """Cancel all runs that are on; their futures go on."""
        for run in tuple(self._watched):
            run.cancel()

    def close(self) -> None:
        """Cancel all runs and tell nobody how they end: the flow is about to go."""
        self.stop()
        for watching in self._watched.values():
            watching.cancel()

    def _last_inputs(self) -> Mapping[str, object]:
        """For a part: the parameters as the last run got them, those that the flow still has."""
        last = self._feed.activity.values.last_inputs() if self._part != "whole" else {}
        known = flow_parameters(self._document.flow, self._document.registry) if last else {}
        return {name: value for name, value in last.items() if name in known}

    def _starts_by_itself(self, entry: NodeId) -> bool:
        node_type = self._document.node_type(entry)
        return node_type is not None and issubclass(node_type, EventNode) and node_type.listens

    def _required(self) -> list[FlowParameter]:
        """The parameters that a caller must give: one for each name, unless a default stands in."""
        wanted: dict[str, FlowParameter] = {}
        for node in self._document.nodes.values():
            if node.type not in self._document.registry:
                continue
            parameter = self._document.registry.instance(node.type, node.config).flow_parameter()
            if parameter is not None and parameter.required and node.inputs.get("Default") is None:  # type: ignore[call-overload]
                wanted.setdefault(parameter.name, parameter)
        return list(wanted.values())

    def _watch(self, run: Run) -> None:
        self._feed.follow(run.run_id)
        self.begins.emit()
        self._watched[run] = self._tasks.spawn("watch the run", self._until_ended(run))

    async def _until_ended(self, run: Run) -> None:
        result: RunResult = await self._session.wait(run)
        del self._watched[run]
        if run is self._by_hand:
            self._by_hand = None
            self.running_changed.emit()
            self.finished.emit(result)
        else:
            self._tell_soon.start()
            self.event_run_ended.emit(result)
