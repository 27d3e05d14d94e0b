"""`futureflow render`: pictures of a flow without a window, by the program as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flows import draw
from PySide6.QtGui import QColor, QImage

from editor.theme import NAMES, Theme
from runtime.document.files import save_flow

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def flow_file(tmp_path: Path) -> Path:
    path = tmp_path / "hello.flow.json"
    save_flow(draw("start: event.button", "log: util.console").exec("start.Out > log.In").flow(), path)
    return path


def render(*arguments: object) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "QT_QPA_PLATFORM")}
    command = [sys.executable, "-W", "error", "-m", "editor", "render", *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("theme", NAMES)
def test_a_flow_becomes_a_png_in_the_colours_of_a_theme(flow_file: Path, tmp_path: Path, theme: str) -> None:
    picture = tmp_path / "hello.png"
    done = render(flow_file, "-o", picture, "--theme", theme)
    assert (done.returncode, done.stdout) == (0, "")
    image = QImage(str(picture))
    colors = {image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    wanted = Theme.load(theme)
    for color in (wanted.color("canvas"), wanted.category("Events"), wanted.color("node")):
        assert color.name() in colors


def test_the_scale_says_how_many_pixels_and_the_background_can_be_left_out(flow_file: Path, tmp_path: Path) -> None:
    once, twice = tmp_path / "1.png", tmp_path / "2.png"
    assert render(flow_file, "-o", once, "--scale", 1, "--transparent").returncode == 0
    assert render(flow_file, "-o", twice, "--scale", 2).returncode == 0
    small, large = QImage(str(once)), QImage(str(twice))
    assert large.size() == small.size() * 2
    assert small.pixelColor(0, 0) == QColor(0, 0, 0, 0)
    assert large.pixelColor(0, 0).alpha() == 255


def test_an_svg_is_drawn_in_shapes_and_holds_the_words(flow_file: Path, tmp_path: Path) -> None:
    picture = tmp_path / "hello.svg"
    assert render(flow_file, "-o", picture).returncode == 0
    tree = ElementTree.parse(picture)
    assert not list(tree.iter(f"{SVG}image")), "a picture in the picture is not crisp at every size"
    words = {text.text for text in tree.iter(f"{SVG}text")}
    assert {"Button Event", "Console", "Message"} <= words


def test_only_the_nodes_that_are_named_are_drawn(flow_file: Path, tmp_path: Path) -> None:
    picture = tmp_path / "one.svg"
    assert render(flow_file, "-o", picture, "--node", "log").returncode == 0
    words = {text.text for text in ElementTree.parse(picture).iter(f"{SVG}text")}
    assert "Console" in words
    assert "Button Event" not in words


def test_what_cannot_be_drawn_says_why(flow_file: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.flow.json"
    save_flow(draw().flow(), empty)
    for arguments, words in (
        ((tmp_path / "none.flow.json", "-o", tmp_path / "a.png"), "no such file"),
        ((flow_file, "-o", tmp_path / "a.jpg"), "ends in .png or .svg"),
        ((flow_file, "-o", tmp_path / "gone" / "a.png"), "cannot be written"),
        ((flow_file, "-o", tmp_path / "a.png", "--node", "nobody"), "no node 'nobody'"),
        ((empty, "-o", tmp_path / "a.png"), "empty"),
        ((flow_file, "-o", tmp_path / "a.png", "--scale", "0"), "no number from 0.05 to 8"),
    ):
        done = render(*arguments)
        assert done.returncode == 2, arguments
        assert words in done.stderr
        assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("*.part"))
