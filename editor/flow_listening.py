"""Listening to one flow: its events start its runs, as the flow was when the switch was turned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from runtime.document.flow import Flow
from runtime.errors import RunError
from runtime.ids import NodeId
from runtime.listening.listener import EventListener
from runtime.listening.listening import Listening
from runtime.session import Session

from .document import FlowDocument
from .run_controller import RunController
from .tasks import Tasks

_LOOK_MS: Final = 150
"""After an edit it is looked whether the flow still runs as the one that is listened to: typing is many edits."""


class FlowListening(QObject):
    """The switch of one flow, and what it says of itself.

    Attributes:
        is_stale: whether what is listened to is another flow than the one on the canvas: it was edited since.

    Signals:
        changed(): it was turned on or off, or is stale now, or no longer.
        refused(str): it could not be turned on; the text says why.
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(
        self,
        document: FlowDocument,
        session: Session,
        runs: RunController,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._session = session
        self._runs = runs
        self._tasks = tasks
        self._listening: Listening | None = None
        self._key = ""
        self.is_stale = False
        self._look_soon = QTimer(self, interval=_LOOK_MS, singleShot=True)
        self._look_soon.timeout.connect(self._look)
        for edited in (document.changed, document.reset, document.path_changed):
            edited.connect(self._on_edited)

    @property
    def is_on(self) -> bool:
        """Whether the flow's events start runs."""
        return self._listening is not None

    @property
    def events(self) -> tuple[EventListener, ...]:
        """The events that are listened to, each with its state and when it comes next."""
        return self._listening.events if self._listening is not None else ()

    def hears(self, source_key: str) -> bool:
        """Whether a source is that of the flow that is listened to, or was until now."""
        return source_key == self._key

    def switch(self) -> None:
        """Turn it on, or off."""
        if self.is_on:
            self.end()
        else:
            self.begin()

    def begin(self) -> None:
        """Listen to the flow as it is now, in place of the one that is listened to, if there is one."""
        try:
            listening = self._session.listen(self._document.flow, self._document.source, on_start=self._runs.adopt)
        except RunError as error:
            goes_on = ". What was listened to before still is" if self.is_on else ""
            self.refused.emit(f"{error}{goes_on}")
            return
        if self._listening is not None:
            self._listening.stop()
        self._listening = listening
        self._key = listening.source.key
        self.is_stale = False
        self._tasks.spawn("listen to the flow", self._until_ended(listening))
        self.changed.emit()

    def end(self) -> None:
        """Start no more runs; those that are on go on."""
        if self._listening is not None:
            self._listening.stop()
            self._listening = None
            self.is_stale = False
            self.changed.emit()

    def summary(self) -> str:
        """What is listened to and what comes next, in a line; "" if nothing is."""
        events = [event for event in self.events if event.state in ("listening", "retry_wait")]
        if not events:
            return ""
        what = events[0].title if len(events) == 1 else f"{len(events)} events"
        when = _next(events)
        again = sum(event.state == "retry_wait" for event in events)
        failed = len(self.events) - len(events)
        parts = [what, when, f"{again} tried again" if again else "", f"{failed} failed" if failed else ""]
        before = " as before your edits" if self.is_stale else ""
        return f"Listening{before}: {', '.join(filter(None, parts))}"

    async def _until_ended(self, listening: Listening) -> None:
        await listening.ended()
        if self._listening is listening:  # no event can be listened to any longer
            self._listening = None
            self.is_stale = False
            self.changed.emit()

    def _on_edited(self) -> None:
        if self.is_on and not self._look_soon.isActive():
            self._look_soon.start()

    def _look(self) -> None:
        if self._listening is None:
            return
        same_source = self._listening.source == self._document.source
        is_stale = not same_source or what_runs(self._listening.flow) != what_runs(self._document.flow)
        if is_stale != self.is_stale:
            self.is_stale = is_stale
            self.changed.emit()


def what_runs(flow: Flow) -> tuple[Mapping[NodeId, object], frozenset[object]]:
    """What matters to a run: not where nodes lie, what they are called, or where a debugger stops."""
    nodes = {node.id: (node.type, node.inputs, node.config, node.mode, node.pinned_outputs) for node in flow.nodes}
    return nodes, frozenset(wire.key for wire in flow.connections)


def _next(events: list[EventListener]) -> str:
    """Which one comes next, and when."""
    dues = [(event.due, event.title) for event in events if event.due is not None]
    if not dues:
        return ""
    at, title = min(dues)
    due, now = datetime.fromtimestamp(at, UTC).astimezone(), datetime.now(UTC).astimezone()
    when = f"{due:%H:%M:%S}" if due.date() == now.date() else f"{due:%a %d %b %H:%M}"
    return f"next {when}" + (f" ({title})" if len(events) > 1 else "")
