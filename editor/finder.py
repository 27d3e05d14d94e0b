"""A search through open flows that goes on in slices, so that typing never waits for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from time import perf_counter
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from .document import FlowDocument
from .finding import FlowTexts, Match

_SLICE_S: Final = 0.008
"""So long a slice takes: half a frame."""


class Finder(QObject):
    """Looks for a text.

    Attributes:
        matches: what was found so far, in reading order.
        is_done: whether that is all.

    Signals:
        begun(): another search is under way, `matches` is empty.
        found(): `matches` has grown, or the search has ended.
    """

    begun = Signal()
    found = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.matches: list[Match] = []
        self.is_done = True
        self._texts: dict[FlowDocument, FlowTexts] = {}
        self._search: Iterator[Match | None] = iter(())
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._look)

    def look_for(self, text: str, documents: Sequence[FlowDocument]) -> None:
        """Begin anew; a small flow is searched when this returns. Nothing is found for an empty text."""
        self.stop()
        self.matches = []
        self.is_done = False
        self.begun.emit()
        self._texts = {document: self._texts.get(document) or FlowTexts(document) for document in documents}
        if text:
            self._search = chain.from_iterable(texts.search(text) for texts in self._texts.values())
        self._timer.start()
        self._look()

    def stop(self) -> None:
        """Look no further."""
        self._timer.stop()
        self._search = iter(())
        self.is_done = True

    def forget(self) -> None:
        """Look no further, and let go of all flows and of what was found in them."""
        self.look_for("", ())

    def _look(self) -> None:
        until = perf_counter() + _SLICE_S
        for match in self._search:
            if match is not None:
                self.matches.append(match)
            if perf_counter() > until:
                break
        else:
            self.stop()
        self.found.emit()
