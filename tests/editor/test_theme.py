"""The colours of all themes: the same tokens in each, and texts and signs that can be told from what is behind them."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from canvas_stage import Stage, differing
from flows import draw
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter

from editor.canvas.inks import Inks
from editor.canvas.pin_painter import PinPainter
from editor.theme import NAMES, Theme
from runtime.nodes.pins import PinType

TEXTS = [
    *((text, ground) for text in ("text", "text.faint", "link", "error", "warning", "success")
      for ground in ("window", "base", "base.alternate", "popup")),
    *(("text", ground) for ground in ("button",)),
    ("accent.text", "accent"),
    *((text, "node") for text in ("node.label",)),
    ("node.value", "node.field"),
    ("note.text", "category.note"),
    ("frame.text", "canvas"),
]  # fmt: skip
LEAST_OF_TEXT = {"dark": 4.5, "light": 4.5, "contrast": 7.0}
"""WCAG 2.2: level AA (1.4.3), and AAA (1.4.6) for high contrast."""
LEAST_OF_SIGNS = 3.0
"""WCAG 2.2, 1.4.11."""


def luminance(color: QColor) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.getRgbF()[:3])
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio, as WCAG 2.2 defines it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", NAMES)
def test_every_theme_has_the_same_tokens(name: str) -> None:
    assert Theme.load(name).tokens.keys() == Theme.load(NAMES[0]).tokens.keys()


@pytest.mark.parametrize("name", NAMES)
def test_texts_can_be_read_on_what_is_behind_them(name: str) -> None:
    theme = Theme.load(name)
    pairs = [
        *TEXTS,
        *(("node.text", token) for token in theme.tokens if token.startswith("category.") and "note" not in token),
    ]
    ratios = {pair: contrast(theme.color(pair[0]), theme.color(pair[1])) for pair in pairs}
    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < LEAST_OF_TEXT[name]} == {}


@pytest.mark.parametrize("name", NAMES)
def test_pins_wires_and_states_stand_out_from_what_is_behind_them(name: str) -> None:
    theme = Theme.load(name)
    signs = [token for token in theme.tokens if token.startswith(("pin.", "state.")) or token == "node.selected"]
    for ground in ("node", "canvas", "base"):
        ratios = {token: round(contrast(theme.color(token), theme.color(ground)), 2) for token in signs}
        assert {token: ratio for token, ratio in ratios.items() if ratio < LEAST_OF_SIGNS} == {}, ground


@pytest.mark.usefixtures("qapp")
def test_every_type_of_pin_has_a_shape_of_its_own() -> None:
    theme = Theme("grey", dict.fromkeys(Theme.load("dark").tokens, "#808080") | {"node": "#000000"})
    painter = PinPainter(Inks(theme))
    pictures = {}
    for token in ("pin.exec", *(f"pin.{pin_type}" for pin_type in PinType)):
        image = QImage(32, 32, QImage.Format.Format_RGB32)
        image.fill(0)
        with QPainter(image) as canvas:
            canvas.translate(16, 16)
            painter.paint_one(canvas, token, QPointF(), wired=True)
        pictures[token] = image
    for one, other in combinations(pictures, 2):
        assert differing(pictures[one], pictures[other]) >= 8, (one, other)


@pytest.mark.usefixtures("qapp")
def test_the_wire_of_a_future_is_dashed_and_others_are_not() -> None:
    flow = (
        draw("ask: openai.chat_completion_async", "await: future.await")
        .exec("ask.Success > await.Execute")
        .data("ask.FutureResponseId > await.FutureResponseId")
        .flow()
    )
    stage = Stage(flow)
    gaps = {}
    for wire in stage.view.projection.wires.values():
        ends = [(line.p1(), line.p2()) for line in wire.lines]
        gaps[wire.color] = any(before[1] != after[0] for before, after in pairwise(ends))
    assert gaps["pin.future"]
    assert not gaps["pin.exec"]
