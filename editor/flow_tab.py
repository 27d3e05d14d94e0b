"""One tab: a flow, its canvas, its runs, and what the edit menu does to it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPointF, QSizeF, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from runtime.document.flow import Flow
from runtime.engine.pauses import Frame
from runtime.ids import RunId
from runtime.session import Session

from .canvas.add_request import AddRequest
from .canvas.asking import request_at_cursor
from .canvas.minimap import Minimap
from .canvas.selected import delete_selection
from .canvas.standing import Standing
from .canvas.view import CanvasView
from .document import FlowDocument
from .flow_listening import FlowListening
from .run_bridge import ActivityFeed
from .run_controller import RunController
from .tasks import Tasks
from .theme import Theme

_ZOOM_STEP: Final = 1.25
_LEGIBLE_ZOOM: Final = 0.55
"""From here on the values on the nodes can be read."""
_MARGIN: Final = 60
"""Canvas units left free beside the first node."""


class FlowTab(QWidget):
    """A flow under edit.

    Attributes:
        document, canvas, minimap, runs: the flow, its view, the map in the corner of that, its runs.
        listening: whether its events start runs.
        feed: what its nodes do.
        recorded_to: the file into which its runs are recorded, or None.
        writing: held while the flow is written to its file, so that of two saves the later one stands.
        on_disk: what was last read from its file or written to it. file_is_lost: whether the file is gone meanwhile.

    Signals:
        message(str): a hint or refusal for the status bar.
        recording_changed(): `recorded_to` is another file, or none.
    """

    message = Signal(str)
    recording_changed = Signal()

    def __init__(self, document: FlowDocument, session: Session, tasks: Tasks, theme: Theme) -> None:
        super().__init__()
        self.document = document
        document.setParent(self)
        self.writing = asyncio.Lock()
        self.on_disk: Flow | None = None
        self.file_is_lost = False
        self.recorded_to: Path | None = None
        self.feed = ActivityFeed(self)
        self._unsubscribe = session.subscribe(self.feed.sink)
        self.runs = RunController(document, session, self.feed, tasks, self)
        self.listening = FlowListening(document, session, self.runs, tasks, self)
        self.canvas = CanvasView(document, theme, self.feed.activity)
        self.minimap = Minimap(self.canvas)
        self.feed.activity_changed.connect(self.canvas.highlights.refresh_activity)
        self.feed.activity_changed.connect(self.minimap.refresh)
        self.feed.tokens_moved.connect(self.canvas.animation.tokens_moved)
        self.canvas.message.connect(self.message)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.canvas)
        self.setFocusProxy(self.canvas)

    def close_down(self) -> None:
        """Stop listening and all runs; the tab is about to go."""
        self.listening.end()
        self.runs.close()
        self._unsubscribe()

    def set_recorded_to(self, path: Path | None) -> None:
        """Its runs are recorded into this file from now on, or no more."""
        self.recorded_to = path
        self.recording_changed.emit()

    def put_above(self, bar: QWidget) -> None:
        """Show a bar above the canvas, until it is deleted."""
        box = self.layout()
        assert isinstance(box, QVBoxLayout)
        box.insertWidget(0, bar)

    def owns_run(self, run_id: RunId | None) -> bool:
        """Whether a run was started from this tab."""
        return self.feed.follows(run_id)

    def has_frame(self, frame: Frame) -> bool:
        """Whether a frame of a call stack is one of this flow: also of one that was saved under a name meanwhile."""
        return self.owns_run(frame.run_id) or frame.source == self.document.source.key

    def show_standing(self, standing: Standing) -> None:
        """Show where tokens stand still, and everywhere the values that the one sees which is looked at."""
        before = self.canvas.subject.standing
        if standing is not before:
            self.canvas.highlights.show_standing(standing)
            self.feed.look_again()

    def is_untouched(self) -> bool:
        """Whether this is a new flow in which nothing was done."""
        document = self.document
        return not document.nodes and document.path is None and not document.is_modified

    # -- what the edit menu does

    def delete(self) -> None:
        """Delete the selected nodes and wires."""
        delete_selection(self.canvas)

    # -- adding nodes

    def add_request(self) -> AddRequest:
        """The wish for a node at the mouse, or in the middle if the mouse is elsewhere; beside what lies there."""
        return request_at_cursor(self.canvas)

    # -- view

    def show_whole_or_beginning(self) -> None:
        """Show the whole flow if its nodes can be read then, else its top left part, where flows begin."""
        self.canvas.fit()
        if self.canvas.view_state().zoom >= _LEGIBLE_ZOOM:
            return
        self.canvas.zoom_to(_LEGIBLE_ZOOM)
        content = self.canvas.content_bounds()
        seen = QSizeF(self.canvas.viewport().size()) / _LEGIBLE_ZOOM
        self.canvas.center_at(
            QPointF(
                min(content.center().x(), content.left() + seen.width() / 2 - _MARGIN),
                min(content.center().y(), content.top() + seen.height() / 2 - _MARGIN),
            )
        )

    def zoom_by(self, steps: int) -> None:
        """Zoom in (1) or out (-1) around the middle."""
        self.canvas.zoom_to(self.canvas.view_state().zoom * _ZOOM_STEP**steps)
