"""A recording that is played on the canvas of one tab."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from PySide6.QtCore import QObject, Signal

from runtime.document.flow import Flow
from runtime.engine.events import Event, RunStarted
from runtime.futures.events import FutureCreated, FutureDelta
from runtime.nodes.registry import NodeRegistry
from runtime.recording.masking import without_secrets
from runtime.recording.player import Player
from runtime.recording.reading import Recording
from runtime.recording.renaming import as_new_runs
from runtime.recording.retold_futures import RetoldFutures
from runtime.recording.timeline import offsets_of

from .flow_tab import FlowTab
from .player_bar import PlayerBar
from .side_panels import SidePanels
from .theme import Theme

_ENGINE_FIELDS: Final = ("id", "type", "inputs", "config", "mode", "pinned_outputs")


class Replay(QObject):
    """Tells the events of a recording to a tab and to the panels, as if its runs were made now, and shows a bar.

    It begins at the end, as if the last run had just ended.

    Attributes:
        recording, bar, player: its parts.

    Signals:
        ended(): it has been taken away, with all that it told.
    """

    ended = Signal()

    def __init__(
        self, tab: FlowTab, recording: Recording, events: ReadyEvents, title: str, panels: SidePanels, theme: Theme
    ) -> None:
        """`events` are those of the recording, `title` what the bar calls it."""
        super().__init__(tab)
        self._tab = tab
        self._panels = panels
        self.recording = recording
        self._later = events.later
        known = panels.known_futures
        created = (event.future_id for event in events.events if isinstance(event, FutureCreated))
        # What the session knows stands in the futures panel already, as it is.
        self._own_futures = {future_id for future_id in created if not known.knows(future_id)}
        runs = [event for event in events.events if isinstance(event, RunStarted)]
        self._run_ids = {event.run_id for event in runs}
        for run in runs:
            if run.parent_run_id is None:
                tab.feed.follow(run.run_id)
        self._retold = RetoldFutures()
        known.add(self._retold)
        loop = asyncio.get_running_loop()
        self.player = Player(events.events, self._tell, loop, rewound=self._forget, changed=self._refresh)
        self.bar = PlayerBar(self.player, title, recording.note, theme)
        if is_changed(recording.flow, tab.document.flow, tab.document.registry):
            self.bar.say_changed()
        tab.put_above(self.bar)
        tab.feed.clear()
        self.player.seek(self.player.duration)
        self.bar.close_wanted.connect(self.end)

    def end(self) -> None:
        """Take it away, with all that it told."""
        self.player.close()
        self._forget()
        self._panels.known_futures.remove(self._retold)
        self.bar.hide()
        self.bar.deleteLater()
        self.ended.emit()
        self.deleteLater()

    def _tell(self, event: Event) -> None:
        self._tab.feed.sink(event)
        self._retold(event)
        if getattr(event, "future_id", None) in self._own_futures:
            if isinstance(event, FutureDelta):
                self._panels.futures.on_texts({event.future_id})
            else:
                self._panels.futures.on_event(event)
        if isinstance(event, RunStarted):  # the console shows the times of then
            name = f"{event.flow or 'the flow'} (recorded)"
            event = replace(event, flow=name, started=event.started - self._later)
        self._panels.console.on_event(event)

    def _forget(self) -> None:
        """What was told is told anew, or never was."""
        self._tab.feed.clear()
        self._panels.forget(self._run_ids, self._own_futures)
        self._retold.clear()

    def _refresh(self) -> None:
        self.bar.refresh()


@dataclass(frozen=True)
class ReadyEvents:
    """The events of a recording as ones of new runs, so many seconds later than they were."""

    events: Sequence[Event]
    later: float

    @classmethod
    def of(cls, recording: Recording) -> Self:
        """As if the last run had just ended. Takes a while for a long recording: to be called in a thread."""
        offsets = offsets_of(recording.events)
        first = next((event.started for event in recording.events if isinstance(event, RunStarted)), 0.0)
        later = time.time() - first - (offsets[-1] if offsets else 0.0)
        return cls(as_new_runs(recording.events, later), later)


def is_changed(recorded: Flow, now: Flow, registry: NodeRegistry) -> bool:
    """Whether a flow would run otherwise than the recorded one; how it looks does not count."""

    def told(flow: Flow) -> object:
        flow = without_secrets(flow, registry)
        nodes = [[getattr(node, name) for name in _ENGINE_FIELDS] for node in flow.nodes]
        return nodes, {wire.key for wire in flow.connections}

    return told(recorded) != told(now)
