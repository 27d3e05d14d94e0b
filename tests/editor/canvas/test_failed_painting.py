"""What fails while it is painted is told, and no more: a painter left open would take the program down later."""

from __future__ import annotations

import pytest
from canvas_stage import Stage
from PySide6.QtGui import QPainter

from editor.canvas.gestures.gesture import Gesture

pytestmark = pytest.mark.usefixtures("qapp")


class Unpaintable(Gesture):
    """Raises when it is painted."""

    def __init__(self) -> None:
        self.cursor = None

    def paint(self, painter: QPainter) -> None:
        raise RuntimeError("cannot be painted")


def test_painting_ends_though_the_error_is_kept() -> None:
    stage = Stage()
    stage.view.hand.gesture = Unpaintable()
    with pytest.raises(RuntimeError, match="cannot be painted") as kept:
        stage.view.viewport().repaint()
    assert not stage.view.viewport().paintingActive()
    assert kept.tb is not None  # and so the painter is still there
    stage.view.hand.gesture = None
    assert stage.screen() == stage.image()
