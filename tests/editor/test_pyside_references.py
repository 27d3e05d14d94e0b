"""PySide6 6.12.0 on Python 3.11 drops a reference to None in every override of a void virtual, until the process
aborts (pitfall C1): this fails where such a pair is installed."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, QTimerEvent
from PySide6.QtGui import QImage, QPaintEvent
from PySide6.QtWidgets import QWidget

TIMER_EVENTS, PAINTS = 50_000, 10_000
NOISE = 500
"""References to None that other code may take or give back meanwhile: far below one for each call."""


class Ticking(QObject):
    def timerEvent(self, event: QTimerEvent) -> None:
        pass


class Painted(QWidget):
    def paintEvent(self, event: QPaintEvent) -> None:
        pass


def test_timer_events_and_paints_keep_the_references_of_none(qapp):
    ticking, painted = Ticking(), Painted()
    picture = QImage(4, 4, QImage.Format.Format_RGB32)
    event = QTimerEvent(1)
    painted.resize(4, 4)
    before = sys.getrefcount(None)
    for _ in range(TIMER_EVENTS):
        qapp.sendEvent(ticking, event)
    assert abs(sys.getrefcount(None) - before) < NOISE
    for _ in range(PAINTS):
        painted.render(picture)
    assert abs(sys.getrefcount(None) - before) < NOISE
