"""The debugger's panel: why a run stands still and where, its call stack, and the values that are watched."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from runtime.engine.pauses import Pause

from ..theme import Theme
from .call_stack import CallStack
from .labels import EmptyState, bold
from .watch_list import WatchList
from .watch_model import WatchModel

_NOTHING = (
    "No run stands still",
    "Set a breakpoint on a node (F9), or press Pause (F6) while a run is on. F10 starts a run step by step.",
)


class DebuggerPanel(QWidget):
    """Reason and call stack on the left, watches on the right.

    Attributes:
        stack, watches: the two lists. watch_model: what is watched.

    Signals:
        frame_chosen(Pause, int): the person wants to look at this frame.
    """

    frame_chosen = Signal(object, int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.stack = CallStack(theme)
        self.watch_model = WatchModel()
        self.watches = WatchList(self.watch_model)
        self._reason = QLabel()
        self._reason.setTextFormat(Qt.TextFormat.PlainText)
        self._reason.setWordWrap(True)
        self._reason.setFont(bold(self._reason.font()))
        self._reason.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._reason.setContentsMargins(8, 6, 8, 4)
        self._empty = EmptyState("breakpoint", *_NOTHING, theme)
        self._stack_box = QStackedWidget()
        standing = QWidget()
        column = QVBoxLayout(standing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._reason)
        column.addWidget(self.stack, 1)
        self._stack_box.addWidget(self._empty)
        self._stack_box.addWidget(standing)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.addWidget(self._stack_box)
        self._splitter.addWidget(self.watches)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        self._splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)
        self.setFocusProxy(self.stack)
        self.stack.frame_chosen.connect(self.frame_chosen)

    @property
    def reason(self) -> str:
        """What is said of the token that is looked at."""
        return self._reason.text() if self._stack_box.currentIndex() else ""

    def say(self, reason: str) -> None:
        """Say why the token that is looked at stands still."""
        self._reason.setText(reason)

    def show_pauses(self, standing: Sequence[Pause], focused: Pause | None, frame_index: int) -> None:
        """Show these tokens, and the frame that is looked at."""
        self.stack.show_pauses(standing, focused, frame_index)
        self._stack_box.setCurrentIndex(1 if standing else 0)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._empty.set_theme(theme)
        self.stack.set_theme(theme)


def reason_text(pause: Pause, *, is_gone: bool, others: int) -> str:
    """Why a token stands still and where, in words; `is_gone`: its node was deleted from the flow meanwhile."""
    title, more = pause.frames[0].title, f": {pause.message}" if pause.message else ""
    match pause.reason:
        case "breakpoint":
            text = f"Paused at the breakpoint before “{title}”{more}"
        case "failure":
            text = f"Paused at “{title}”, which failed{more}"
        case "run to here":
            text = f"Paused before “{title}”, where you wanted to go"
        case "step":
            text = f"Paused before “{title}” after a step"
        case _:
            text = f"Paused before “{title}”"
    text += ". The node is no longer in the flow: the run goes on with its own copy." if is_gone else ""
    return text + (f" ({others} more stand still)" if others else "")
