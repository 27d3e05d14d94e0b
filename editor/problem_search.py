"""What is wrong with the flow under edit, found anew a moment after each edit without keeping the window waiting."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from threading import Thread
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from runtime.document.flow import Flow
from runtime.nodes.registry import NodeRegistry
from runtime.source import FlowSource
from runtime.uncollected import uncollected
from runtime.validation import Problem, find_problems

from .document import FlowDocument

_QUIET_MS: Final = 250
"""How long after the last edit the flow is looked at: not at every key."""
_POLL_MS: Final = 15
"""How often a search that is under way is asked whether it is over: once a frame."""
_AT_ONCE: Final = 200
"""Flows of so many nodes take less than a frame; larger ones are searched in a thread: 10,000 nodes take a second."""
_ORDER: Final = {"error": 0, "warning": 1, "hint": 2}


class ProblemSearch(QObject):
    """Watches one document at a time.

    A flow is a frozen value, so a thread may read it while the document goes on changing. The thread touches nothing of
    Qt: the window asks it from time to time.

    Attributes:
        problems: what was found last, errors first.

    Signals:
        problems_changed(): `problems` is another list.
    """

    problems_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.problems: Sequence[Problem] = []
        self._document: FlowDocument | None = None
        self._search: Future[list[Problem]] | None = None
        self._is_stale = False
        self._quiet = QTimer(self, interval=_QUIET_MS, singleShot=True)
        self._quiet.timeout.connect(self.find_now)
        self._poll = QTimer(self, interval=_POLL_MS)
        self._poll.timeout.connect(self._look)

    @property
    def document(self) -> FlowDocument | None:
        """What is watched."""
        return self._document

    def watch(self, document: FlowDocument | None) -> None:
        """Watch another document, or none."""
        if self._document is not None:
            self._document.changed.disconnect(self._on_changed)
            self._document.reset.disconnect(self._on_changed)
        self._document = document
        self._forget()
        self.problems = []  # those of the other document must not stand there until a search is over
        self.problems_changed.emit()
        if document is not None:
            document.changed.connect(self._on_changed)
            document.reset.connect(self._on_changed)
        self.find_now()

    def find_now(self) -> None:
        """Look at the flow without waiting for a quiet moment."""
        self._quiet.stop()
        document = self._document
        if document is None:
            self._show([])
        elif len(document.nodes) <= _AT_ONCE:
            self._forget()
            self._show(_found(document.flow, document.registry, document.source))
        elif self._search is not None:
            self._is_stale = True
        else:
            self._search = _begun(document.flow, document.registry, document.source)
            self._poll.start()

    def _look(self) -> None:
        search, is_stale = self._search, self._is_stale
        if search is None or not search.done():
            return
        self._forget()
        self._show(search.result())
        if is_stale:
            self.find_now()

    def _forget(self) -> None:
        self._search = None
        self._is_stale = False
        self._poll.stop()

    def _show(self, found: list[Problem]) -> None:
        if found != self.problems:
            self.problems = found
            self.problems_changed.emit()

    def _on_changed(self, _change: object = None) -> None:
        self._quiet.start()


def _begun(flow: Flow, registry: NodeRegistry, source: FlowSource) -> Future[list[Problem]]:
    """A search in a thread of its own, which the end of the program does not wait for."""
    future: Future[list[Problem]] = Future()

    def search() -> None:
        try:
            with uncollected():
                future.set_result(_found(flow, registry, source))
        except BaseException as error:  # noqa: BLE001 (the window raises it, where it is seen)
            future.set_exception(error)

    Thread(target=search, name="problems", daemon=True).start()
    return future


def _found(flow: Flow, registry: NodeRegistry, source: FlowSource) -> list[Problem]:
    return sorted(find_problems(flow, registry, source), key=lambda problem: _ORDER[problem.severity])
