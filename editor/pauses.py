"""Where runs stand still, and what of it the person looks at: one token, and one frame of its call stack."""

from __future__ import annotations

from collections.abc import Callable
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

    def __init__(self, debugger: Debugger, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._debugger = debugger
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
        if any(pause is other for other in self.standing):
            self.focused, self.frame_index = pause, frame_index
            self.changed.emit()

    def within(self, has_frame: Callable[[Frame], bool]) -> list[Pause]:
        """The tokens that have such a frame, as those of one flow, longest first."""
        return [pause for pause in self.standing if any(map(has_frame, pause.frames))]

    def _take(self) -> None:
        before, self.standing = self.standing, self._debugger.pauses()
        is_there = any(pause is self.focused for pause in self.standing)
        if not is_there:
            self.focused, self.frame_index = self._next(), 0
        self.changed.emit()
        if self.focused is not None and not any(self.focused is pause for pause in before):
            self.stopped.emit()

    def _next(self) -> Pause | None:
        """Who is looked at now: the same token, else another one of the same run, else of any; who stands longest."""
        gone = self.focused

        def nearness(pause: Pause) -> tuple[bool, bool]:
            is_same_run = gone is not None and started_run(pause) == started_run(gone)
            return is_same_run, is_same_run and gone is not None and pause.token == gone.token

        return max(self.standing, key=nearness, default=None)
