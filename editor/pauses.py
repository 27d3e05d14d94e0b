"""Where runs stand still, and what of it the person looks at: one token, and one frame of its call stack."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from runtime.engine.debugger import Debugger
from runtime.engine.events import Event, RunFinished, RunPaused, RunResumed
from runtime.engine.pauses import Frame, Pause
from runtime.ids import RunId

LINGER_MS: Final = 60
"""A token that goes on is shown where it was for so long: a step is over by then, and nothing flickers."""


def started_run(pause: Pause) -> RunId:
    """The run that was started, which the paused one is or was called by."""
    return pause.frames[-1].run_id


class Pauses(QObject):
    """What stands still in all runs of a session.

    Attributes:
        standing: the tokens, longest first.
        focused: the one that is looked at, None if there is none.
        frame_index: which frame of its call stack is looked at, 0 where the token stands.

    Signals:
        changed(): any of these is another one.
        stopped(): the token that is looked at has come to a stand just now.
    """

    changed = Signal()
    stopped = Signal()

    def __init__(self, debugger: Debugger, is_in_front: Callable[[Pause], bool], parent: QObject | None = None) -> None:
        """`is_in_front` says whether a token stands still in the flow that the person has in front."""
        super().__init__(parent)
        self._debugger = debugger
        self._is_in_front = is_in_front
        self.standing: tuple[Pause, ...] = ()
        self.focused: Pause | None = None
        self.frame_index = 0
        self._turn = QTimer(self, singleShot=True)
        self._turn.timeout.connect(self._take)

    @property
    def frame(self) -> Frame | None:
        """The frame that is looked at."""
        return self.focused.frames[self.frame_index] if self.focused is not None else None

    def on_event(self, event: Event) -> None:
        """Take an event of any run in."""
        match event:
            case RunPaused():
                self._turn.start(0)
            case RunResumed() | RunFinished():
                if not self._turn.isActive():
                    self._turn.start(LINGER_MS)
            case _:
                pass

    def look_at(self, pause: Pause, frame_index: int = 0) -> None:
        """Look at a token that stands still, in one of its frames."""
        if _is_among(pause, self.standing):
            self.focused, self.frame_index = pause, frame_index
            self.changed.emit()

    def within(self, has_frame: Callable[[Frame], bool]) -> list[Pause]:
        """The tokens that have such a frame, as those of one flow, longest first."""
        return [pause for pause in self.standing if any(map(has_frame, pause.frames))]

    def _take(self) -> None:
        before, self.standing = self.standing, self._debugger.pauses()
        came = [pause for pause in self.standing if not _is_among(pause, before)]
        wanted = self._next(came)
        has_come = wanted is not None and _is_among(wanted, came)
        if wanted is not self.focused:
            self.focused, self.frame_index = wanted, 0
        self.changed.emit()
        if has_come:
            self.stopped.emit()

    def _next(self, came: Sequence[Pause]) -> Pause | None:
        """Who is looked at now: who was, as long as it stands there, unless a token comes to a stand in front.

        Else the same token where it stands now, else another one of its run, else of any; who stands longest.
        """
        gone = self.focused
        if gone is not None and _is_among(gone, self.standing):
            if self._is_in_front(gone):
                return gone
            return next(filter(self._is_in_front, came), gone)

        def nearness(pause: Pause) -> tuple[bool, bool, bool]:
            is_same_run = gone is not None and started_run(pause) == started_run(gone)
            is_same = is_same_run and gone is not None and pause.token == gone.token
            return is_same, is_same_run, self._is_in_front(pause)

        return max(self.standing, key=nearness, default=None)


def _is_among(pause: Pause, pauses: Iterable[Pause]) -> bool:
    return any(pause is other for other in pauses)
