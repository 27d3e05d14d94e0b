"""A node's layout: nothing overlaps, nothing sticks out, what is folded stays reachable."""

from __future__ import annotations

from itertools import pairwise

import pytest
from canvas_stage import node, pin_key, wire
from PySide6.QtCore import QPointF, QRectF

from editor.canvas.geometry import MAX_WIDTH, MIN_WIDTH, WIDTH_STEP, NodeShape
from editor.canvas.hit import PIN_REACH, hit_at
from editor.canvas.projection import Projection
from editor.canvas.rows import HEADER
from editor.document import FlowDocument
from runtime.catalogue import builtin_registry
from runtime.document.flow import Flow
from runtime.ids import NodeId, PinName

pytestmark = pytest.mark.usefixtures("qapp")
LONG = "an exceedingly long text that no node has room for, however wide it may get " * 3


def shape_of(type_id: str, *, expanded: bool = False, title: str = "", **inputs: object) -> NodeShape:
    """The shape of a node on its own."""
    made = node("n", type_id, 0, 0, **inputs).model_copy(update={"title": title})
    projection = Projection(FlowDocument(builtin_registry(), Flow(nodes=(made,))))
    projection.expand([NodeId("n")], shown=expanded)
    return projection.nodes[NodeId("n")].shape


NODES_WITH_PINS = [one.type_id for one in builtin_registry() if one.type_id != "flow.comment"]
"""A comment is paper, and measured by its text (test_note.py)."""


@pytest.mark.parametrize("type_id", NODES_WITH_PINS)
@pytest.mark.parametrize("expanded", [False, True])
def test_every_type_fits_into_its_node(type_id: str, *, expanded: bool) -> None:
    shape = shape_of(type_id, expanded=expanded, title=LONG)
    body = QRectF(0, 0, shape.width, shape.height)
    assert MIN_WIDTH <= shape.width <= MAX_WIDTH
    assert (shape.width - MIN_WIDTH) % WIDTH_STEP == 0
    width = shape.metrics.label_width
    for place in shape.places.values():
        assert place.x in (0, shape.width)
        assert HEADER < place.y < shape.height
        assert body.contains(QRectF(place.text_x, place.y, width(place.label), 1))
    for name, field in shape.fields.items():
        place = shape.places[pin_key("in", "data", name)]
        assert body.contains(field.rect)
        assert width(field.text) <= field.rect.width()
        assert place.text_x + width(place.label) < field.rect.left()
    assert shape.metrics.title_width(shape.title) < shape.width


@pytest.mark.parametrize("type_id", [one.type_id for one in builtin_registry()])
def test_rows_of_one_side_do_not_overlap(type_id: str) -> None:
    shape = shape_of(type_id, expanded=True)
    for side in (0.0, shape.width):
        heights = sorted(place.y for place in shape.places.values() if place.x == side)
        assert all(lower - upper >= 20 for upper, lower in pairwise(heights))


def test_optional_inputs_fold_away_until_they_are_set_wired_or_unfolded() -> None:
    ask = "openai.chat_completion_async"
    assert list(shape_of(ask).fields) == ["Model", "Conversation"]
    assert shape_of(ask).more_text == "15 more"
    assert list(shape_of(ask, Temperature=0.5).fields) == ["Model", "Conversation", "Temperature"]
    assert len(shape_of(ask, expanded=True).fields) == 17
    assert shape_of(ask, expanded=True).more_text == "Show fewer"
    flow = Flow(
        nodes=(node("t", "value.text", 0, 0), node("n", ask, 300, 0)),
        connections=(wire("data", "t.Output", "n.Stop"),),
    )
    shape = Projection(FlowDocument(builtin_registry(), flow)).nodes[NodeId("n")].shape
    assert pin_key("in", "data", "Stop") in shape.places
    assert PinName("Stop") not in shape.fields


def test_a_single_optional_input_is_not_folded() -> None:
    assert "TimeoutMs" in shape_of("future.await").fields
    assert shape_of("future.await").more is None


def test_values_say_whether_they_are_set_default_unset_or_missing() -> None:
    shape = shape_of("openai.chat_completion_async", expanded=True, Model="gpt", Temperature=0.25, Stream=True)
    tones = {name: (field.look.tone, field.look.text) for name, field in shape.fields.items()}
    assert tones["Model"] == ("set", "gpt")
    assert tones["Temperature"] == ("set", "0.25")
    assert tones["Conversation"] == ("missing", "required")
    assert tones["TopP"] == ("unset", "unset")
    assert shape.fields[PinName("Stream")].look.checked
    assert shape_of("flow.delay").fields[PinName("DelayMs")].look.tone == "default"
    assert shape_of("util.console", Message="two\nlines").fields[PinName("Message")].look.text == "two lines"


def test_a_long_value_is_shortened() -> None:
    field = shape_of("util.console", Message=LONG).fields[PinName("Message")]
    assert field.text.endswith("…")


def test_streamed_words_are_shortened_at_the_side_where_they_are_old() -> None:
    metrics = shape_of("util.console").metrics
    assert metrics.small_text("short", 200, from_end=True) == "short"
    late = metrics.small_text(LONG, 150, from_end=True)
    early = metrics.small_text(LONG, 150, from_end=False)
    assert LONG.endswith(late[1:])
    assert LONG.startswith(early[:-1])
    assert late[0] == early[-1] == "…"
    for text in (late, early):
        assert 110 < metrics.small_width(text) <= 151


@pytest.mark.parametrize("zoom", [0.4, 1.0, 3.0])
def test_every_pin_takes_a_press_ten_pixels_outside_of_its_node(zoom: float) -> None:
    flow = Flow(nodes=(node("n", "openai.chat_completion_async", 0, 0),))
    projection = Projection(FlowDocument(builtin_registry(), flow))
    for key, place in projection.nodes[NodeId("n")].shape.places.items():
        outward = (PIN_REACH - 0.5) / zoom * (-1 if place.x == 0 else 1)
        hit = hit_at(projection, QPointF(place.x + outward, place.y), zoom)
        assert (hit.part, hit.pin) == ("pin", key)


def test_hits_tell_header_value_fold_and_nothing_apart() -> None:
    projection = Projection(
        FlowDocument(builtin_registry(), Flow(nodes=(node("n", "openai.chat_completion_async", 0, 0),)))
    )
    shape = projection.nodes[NodeId("n")].shape
    assert shape.more is not None
    assert hit_at(projection, QPointF(90, 14), 1.0).part == "body"
    assert hit_at(projection, shape.fields[PinName("Model")].rect.center(), 1.0).field == "Model"
    assert hit_at(projection, shape.more.center(), 1.0).part == "more"
    assert hit_at(projection, QPointF(-60, -60), 1.0).part == "void"
    assert hit_at(projection, shape.more.center(), 0.2).part == "body"


def test_of_two_nodes_on_one_place_the_later_is_hit() -> None:
    flow = Flow(nodes=(node("under", "util.console", 0, 0), node("over", "util.console", 10, 10)))
    projection = Projection(FlowDocument(builtin_registry(), flow))
    assert hit_at(projection, QPointF(60, 30), 1.0).node == "over"
