"""The status bar: what listens and runs, how many futures are pending, how far the local model is, the zoom."""

from __future__ import annotations

from collections import Counter
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QToolButton, QWidget

from runtime.futures.future import FutureState
from runtime.llm.local_model import LocalModelProgress

from .panels.futures.row import WORDS

MESSAGE_MS: Final = 8000
"""How long a hint stays: long enough to read two lines."""


class StatusBar(QStatusBar):
    """Hints on the left, facts on the right.

    Attributes:
        progress: how far the local model is; hidden when it is not on its way.

    Signals:
        pending_clicked(): the person wants to see what is pending.
    """

    pending_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._model = QLabel(self)
        self.progress = QProgressBar(self)
        self.progress.setFixedWidth(140)
        self.progress.setTextVisible(False)
        self.progress.setMaximumHeight(8)
        self._listening = self._fact("", "What the flow in front listens to: its events start runs")
        self._listening.setAutoFillBackground(True)
        self._listening.setBackgroundRole(QPalette.ColorRole.Highlight)
        self._listening.setForegroundRole(QPalette.ColorRole.HighlightedText)
        self._listening.setContentsMargins(8, 2, 8, 2)
        self._listening.hide()
        self._recording = self._fact("", "The runs of the flow in front are recorded into this file")
        self._recording.setForegroundRole(QPalette.ColorRole.BrightText)
        self._recording.hide()
        self._run = self._fact("Idle", "What the flow in front does")
        self._pending = QToolButton(self)
        self._pending.setAutoRaise(True)
        self._pending.setAccessibleName("Pending futures")
        self._pending.clicked.connect(self.pending_clicked)
        self._zoom_label = self._fact("100 %", "Zoom of the canvas: Ctrl+wheel, Ctrl+0 for 100 %")
        for widget in (
            self._model,
            self.progress,
            self._listening,
            self._recording,
            self._run,
            self._pending,
            self._zoom_label,
        ):
            self.addPermanentWidget(widget)
        self._model.hide()
        self.progress.hide()

    def add_fact(self, widget: QWidget) -> None:
        """Show another fact, left of the zoom."""
        self.removeWidget(self._zoom_label)
        for fact in (widget, self._zoom_label):
            self.addPermanentWidget(fact)
        self._zoom_label.show()

    def hint(self, text: str) -> None:
        """Show a hint for a while."""
        self.showMessage(text, MESSAGE_MS)

    def set_listening(self, text: str) -> None:
        """What the flow in front listens to, on the accent colour; "" if to nothing."""
        self._listening.setText(text)
        self._listening.setVisible(bool(text))

    @property
    def listening_text(self) -> str:
        """What the flow in front listens to, as it stands there."""
        return self._listening.text()

    def set_recording(self, file: str) -> None:
        """Into which file the runs of the flow in front are recorded; "" if into none."""
        self._recording.setText(f"Recording: {file}" if file else "")
        self._recording.setVisible(bool(file))

    @property
    def recording_text(self) -> str:
        """What is said about that."""
        return self._recording.text()

    def set_run(self, text: str) -> None:
        """What the flow in front does, in a word."""
        self._run.setText(text)

    @property
    def run_text(self) -> str:
        """What the flow in front does, as it stands there."""
        return self._run.text()

    def set_pending(self, states: Counter[FutureState]) -> None:
        """How many futures are pending, by state."""
        count = states.total()
        self._pending.setText(f"{count:,} pending" if count else "")
        told = ", ".join(f"{states[state]:,} {WORDS[state].lower()}" for state in FutureState if states[state])
        self._pending.setToolTip(f"Futures that have not settled yet, of all flows: {told}. Click to see them.")
        self._pending.setVisible(count > 0)

    @property
    def pending_text(self) -> str:
        """How many futures are pending, as it stands there; "" for none."""
        return self._pending.text()

    def set_zoom(self, zoom: float) -> None:
        """The zoom of the canvas in front; 1 is its own size."""
        self._zoom_label.setText(f"{zoom:.0%}".replace("%", " %"))

    @property
    def zoom_text(self) -> str:
        """The zoom as it stands there."""
        return self._zoom_label.text()

    def show_local_model(self, progress: LocalModelProgress) -> None:
        """How far the model on this machine is; once it is ready or has failed the news goes after a while."""
        under_way = progress.stage in ("fetching", "starting")
        self._model.setText(progress.message)
        self._model.setVisible(under_way)
        self.progress.setVisible(under_way)
        known = progress.stage == "fetching" and progress.total_bytes > 0
        # A range from 0 to 0 is Qt's sign for work of unknown length. In kilobytes, for Qt counts in 32 bits (C22).
        self.progress.setRange(0, progress.total_bytes // 1024 if known else 0)
        self.progress.setValue(progress.done_bytes // 1024 if known else 0)
        if not under_way:
            self.hint(progress.message)

    def _fact(self, text: str, tip: str) -> QLabel:
        label = QLabel(text, self)
        label.setToolTip(tip)
        label.setContentsMargins(8, 0, 8, 0)
        return label
