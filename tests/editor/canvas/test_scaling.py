"""Screens with more pixels: at 150 to 300 % the canvas is drawn with all of them, not stretched."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]
SCRIPT = """
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
app = QApplication([])
from canvas_stage import SIZE, Stage
stage = Stage()
stage.key(__import__("PySide6.QtCore").QtCore.Qt.Key.Key_N)
image = stage.image().convertToFormat(QImage.Format.Format_RGB32)
assert image.width() == round(SIZE[0] * image.devicePixelRatio()), image.size()
small = image.scaled(*SIZE)
stretched = small.scaled(image.size())
image.setDevicePixelRatio(1.0)
stretched.setDevicePixelRatio(1.0)
left, right = memoryview(image.constBits()).cast("I"), memoryview(stretched.constBits()).cast("I")
header = stage.view.projection.nodes["start"].rect.topLeft()
x, y = (round(v * stage.view.camera.ratio) for v in stage.view.camera.to_view(header).toTuple())
edge = [image.pixelColor(x + step, y + round(14 * stage.view.camera.ratio)).name() for step in (-4, -3, 3, 4)]
print(sum(a != b for a, b in zip(left, right)), len({edge[2], edge[3]}))
"""


@pytest.mark.parametrize("factor", [1.5, 2, 3])
def test_the_canvas_is_drawn_with_all_pixels_of_the_screen(factor: float) -> None:
    env = {**os.environ, "QT_SCALE_FACTOR": str(factor), "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    fine, colors = map(int, done.stdout.split())
    assert fine > 5000  # a stretched picture is its own stretched picture
    assert colors == 1  # two pixels within the edge the header has its full colour
