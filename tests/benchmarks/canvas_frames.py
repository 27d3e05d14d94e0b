"""What the canvas benchmarks share: frames timed from a change to the end of its paint, where the nodes stand."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

SIZE = 1600, 1000
WIDE, HIGH = 300, 260
"""From one node to the next, in canvas units."""
Clock = Callable[[], float]


def clock_of(options: argparse.Namespace) -> Clock:
    """Processor time with --cpu, else the clock on the wall."""
    return time.process_time if options.cpu else time.perf_counter


def places(count: int) -> list[tuple[int, int]]:
    """Where the nodes of a chain stand: in rows, as many as columns."""
    side = max(1, int(count**0.5))
    return [(i % side * WIDE, i // side * HIGH) for i in range(count)]


def middle(count: int) -> int:
    """The node that is nearest to the middle."""
    at = places(count)
    x, y = (max(numbers) / 2 for numbers in zip(*at, strict=True))
    return min(range(count), key=lambda i: abs(at[i][0] - x) + abs(at[i][1] - y))


class Paints(QObject):
    """Counts the paint events of a widget."""

    def __init__(self, widget: QWidget, clock: Clock = time.perf_counter) -> None:
        super().__init__()
        self.count = 0
        self._clock = clock
        widget.installEventFilter(self)

    def median(self, step: Callable[[int], object], frames: int, warm: int = 2) -> float:
        """Milliseconds of a step and everything up to and including its paint."""
        samples = []
        for index in range(frames + warm):
            before, start = self.count, self._clock()
            step(index)
            while self.count == before:
                QApplication.processEvents()
            samples.append((self._clock() - start) * 1000)
        return statistics.median(samples[warm:])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False
