"""What marks nodes: breakpoints, mute, bypass, pinned outputs, where a run stands still, what is wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from canvas_stage import Stage, colors_in, differing, wire
from PySide6.QtCore import QPoint, QPointF, QRect
from PySide6.QtGui import QImage
from told_values import ToldRun, gave

from editor import commands
from editor.activity import NodeActivity
from editor.canvas.locating import show_place
from editor.canvas.standing import NOWHERE, Standing
from editor.canvas.tooltips import tooltip
from editor.theme import NAMES
from runtime.document.flow import Breakpoint
from runtime.ids import NodeId, PinName
from runtime.validation import Problem, find_problems

pytestmark = pytest.mark.usefixtures("qapp")
CONV, ASK, LOG = NodeId("conv"), NodeId("ask"), NodeId("log")
ZOOMS = (0.2, 0.4, 1.0)


@pytest.fixture
def stage() -> Stage:
    """The small flow on a stage."""
    return Stage()


def set_fields(stage: Stage, **fields: object) -> None:
    commands.set_fields(stage.document, CONV, "Set", **fields)


def place(stage: Stage) -> QRect:
    """The node and what is around it, in pixels."""
    return stage.view.camera.rect_to_view(stage.view.projection.nodes[CONV].rect).adjusted(-20, -20, 20, 20)


def picture(stage: Stage) -> QImage:
    return stage.image().copy(place(stage))


def inks(stage: Stage) -> set[str]:
    rect = place(stage)
    return colors_in(stage.image(), max(rect.x(), 0), max(rect.y(), 0), rect.width(), rect.height())


def paused(stage: Stage, *nodes: NodeId) -> None:
    """Tokens stand still before these nodes and no others."""
    stage.view.highlights.show_standing(Standing(nodes=frozenset(nodes), focus=next(iter(nodes), None)))


def problems(stage: Stage, severity: str) -> None:
    stage.view.highlights.show_problems(
        [Problem("error" if severity == "error" else "warning", "it is wrong", CONV, "SystemData")]
    )


def upper_edge(stage: Stage) -> set[str]:
    """The colours of what stands on top of the node."""
    rect = place(stage)
    return colors_in(stage.image(), rect.x() + 20, rect.y() + 4, 160, 14)


MARKS: dict[str, Callable[[Stage], None]] = {
    "breakpoint": lambda stage: set_fields(stage, breakpoint=Breakpoint()),
    "disabled breakpoint": lambda stage: set_fields(stage, breakpoint=Breakpoint(enabled=False)),
    "conditional breakpoint": lambda stage: set_fields(stage, breakpoint=Breakpoint(condition="A")),
    "disabled and conditional": lambda stage: set_fields(stage, breakpoint=Breakpoint(enabled=False, condition="A")),
    "muted": lambda stage: set_fields(stage, mode="mute"),
    "paused": lambda stage: paused(stage, CONV),
    "error": lambda stage: problems(stage, "error"),
    "warning": lambda stage: problems(stage, "warning"),
}


@pytest.mark.parametrize("zoom", ZOOMS)
@pytest.mark.parametrize("theme", NAMES)
def test_every_mark_is_seen_at_every_zoom_and_looks_like_no_other(theme: str, zoom: float) -> None:
    pictures = {}
    for name, mark in {"nothing": lambda _stage: None, **MARKS}.items():
        stage = Stage(theme=theme)
        mark(stage)
        stage.look(zoom)
        pictures[name] = picture(stage)
    names = list(pictures)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            assert differing(pictures[one], pictures[other]) >= 8, (one, other)


@pytest.mark.parametrize("zoom", ZOOMS)
def test_where_a_run_stands_still_is_outlined_all_around_and_pointed_at(stage: Stage, zoom: float) -> None:
    paused(stage, CONV)
    stage.look(zoom)
    rect, color = (
        stage.view.camera.rect_to_view(stage.view.projection.nodes[CONV].rect),
        stage.theme.tokens["node.paused"],
    )
    image = stage.image()
    for x, y in (
        (rect.center().x(), rect.top() - 3),
        (rect.center().x(), rect.bottom() + 3),
        (rect.left() - 3, rect.bottom() - 4),
        (rect.right() + 3, rect.bottom() - 4),
    ):
        assert color in colors_in(image, x - 1, y - 1, 3, 3), (x, y)
    assert color in colors_in(image, rect.left() - 11, rect.top() + 1, 8, max(round(20 * zoom), 6))


def test_other_tokens_blocks_around_and_breakpoints_that_were_hit_look_different(stage: Stage) -> None:
    here, looked_at = frozenset({CONV}), {"focus": CONV}
    pictures = []
    for standing in (
        Standing(here, **looked_at),
        Standing(here, focus=ASK),
        Standing(here, hits=here, **looked_at),
        Standing(around=here, focus=ASK),
        Standing(around=here, **looked_at),
    ):
        stage.view.highlights.show_standing(standing)
        pictures.append(picture(stage))
    for i, one in enumerate(pictures):
        assert all(differing(one, other) >= 8 for other in pictures[i + 1 :]), i


def test_a_run_that_goes_on_leaves_no_trace_behind(stage: Stage) -> None:
    before = stage.image()
    paused(stage, CONV)
    paused(stage)
    assert differing(stage.screen(), before) == 0


@pytest.mark.parametrize("zoom", [0.5, 1.0])
def test_a_band_around_a_paused_node_hides_none_of_its_pins(stage: Stage, zoom: float) -> None:
    stage.look(zoom)
    pin = stage.pin("conv", "out", "data", "ConversationId")
    before = stage.image().pixel(pin)
    paused(stage, CONV)
    assert stage.image().pixel(pin) == before


def test_disabled_is_a_ring_conditional_bears_a_sign_hits_a_number(stage: Stage) -> None:
    rect = stage.view.projection.nodes[CONV].rect
    center = stage.at(rect.x(), rect.y() + 15)
    red, ground = stage.theme.tokens["node.breakpoint"], stage.theme.tokens["canvas"]

    def middle() -> set[str]:
        return colors_in(stage.image(), center.x() - 3, center.y() - 3, 7, 7)

    set_fields(stage, breakpoint=Breakpoint())
    assert middle() == {red}
    set_fields(stage, breakpoint=Breakpoint(enabled=False))
    assert ground in middle()
    for stop in (Breakpoint(condition="Index > 3"), Breakpoint(hit_count=3)):
        set_fields(stage, breakpoint=stop)
        assert red in middle()
        assert len(middle()) > 1


def test_the_outline_of_a_selected_node_runs_over_none_of_its_signs(stage: Stage) -> None:
    set_fields(stage, breakpoint=Breakpoint(), pinned_outputs={PinName("ConversationId"): "c"})
    rect = stage.view.projection.nodes[CONV].rect
    signs = [stage.at(rect.x(), rect.y() + 15), stage.at(rect.x() + 16, rect.y() - 2)]
    before = [stage.image().pixel(spot) for spot in signs]
    stage.view.select([CONV])
    assert [stage.image().pixel(spot) for spot in signs] == before


def test_pinned_muted_and_bypassed_say_so_in_colours_of_their_own(stage: Stage) -> None:
    for token, fields in (
        ("node.pinned", {"pinned_outputs": {PinName("ConversationId"): "c"}}),
        ("node.muted", {"mode": "mute"}),
        ("node.bypassed", {"mode": "bypass"}),
    ):
        assert stage.theme.tokens[token] not in upper_edge(stage)
        set_fields(stage, **fields)
        assert stage.theme.tokens[token] in upper_edge(stage)


def test_a_cancelled_node_has_a_sign_of_its_own(stage: Stage) -> None:
    pictures = []
    for status in ("failed", "done", "cancelled"):
        stage.activity._nodes = {CONV: NodeActivity(status)}  # type: ignore[arg-type]
        stage.view.highlights.refresh_activity(frozenset({CONV}))
        pictures.append(picture(stage))
    assert stage.theme.tokens["node.cancelled"] in inks(stage)
    assert all(differing(one, pictures[2]) for one in pictures[:2])


def test_a_problem_is_taken_off_again(stage: Stage) -> None:
    rect = stage.view.camera.rect_to_view(stage.view.projection.nodes[CONV].rect).adjusted(0, 0, 0, 20)
    before = stage.image().copy(rect)
    problems(stage, "error")
    assert differing(stage.screen().copy(rect), before) > 20
    stage.view.highlights.show_problems([])
    assert differing(stage.screen().copy(rect), before) == 0


# -- the mouse


def dot(stage: Stage) -> QPoint:
    rect = stage.view.projection.nodes[CONV].rect
    return stage.at(rect.x(), rect.y() + 15)


def test_a_click_on_a_breakpoint_switches_it_and_keeps_what_it_waits_for(stage: Stage) -> None:
    stop = Breakpoint(condition="N > 3")
    set_fields(stage, breakpoint=stop)
    stage.click(dot(stage))
    assert stage.document.nodes[CONV].breakpoint == stop.model_copy(update={"enabled": False})
    stage.document.undo_stack.undo()
    assert stage.document.nodes[CONV].breakpoint == stop


def test_where_no_breakpoint_is_a_click_there_selects_the_node(stage: Stage) -> None:
    stage.click(dot(stage) + QPoint(2, 0))
    assert stage.document.nodes[CONV].breakpoint is None
    assert stage.selected() == {"conv"}


def said(stage: Stage, spot: QPoint) -> str:
    return tooltip(stage.view.subject, stage.view.hit(QPointF(spot)))


def test_a_breakpoint_says_what_it_waits_for(stage: Stage) -> None:
    set_fields(stage, breakpoint=Breakpoint(condition="N < 3", hit_count=2, enabled=False))
    text = said(stage, dot(stage))
    assert "<code>N &lt; 3</code> from hit 2 on" in text
    assert "Click to enable it" in text


def test_a_mocked_node_says_what_it_gives(stage: Stage) -> None:
    set_fields(stage, pinned_outputs={PinName("ConversationId"): "<c>"})
    assert "<code>ConversationId = &#x27;&lt;c&gt;&#x27;</code>" in said(stage, stage.header("conv"))


def test_pins_wires_and_nodes_say_what_is_wrong_with_them(stage: Stage) -> None:
    commands.connect(stage.document, *wire("data", "conv.ErrorMessage", "log.Message").key)
    found = [problem for problem in find_problems(stage.document.flow, stage.document.registry) if problem.node == LOG]
    problems(stage, "error")
    assert "it is wrong" in said(stage, stage.pin("conv", "in", "data", "SystemData"))
    assert "it is wrong" in said(stage, stage.header("conv"))
    stage.view.highlights.show_problems(found)
    assert "no event leads here" in said(stage, stage.header("log"))


def middle_of(stage: Stage, key_of: tuple[str, str, str]) -> QPoint:
    lines = stage.view.projection.wires[wire(*key_of).key].lines
    return stage.view.camera.to_view(lines[len(lines) // 2].center()).toPoint()


def test_a_wire_says_what_it_carries_from_where_to_where_and_its_last_value(stage: Stage) -> None:
    spot = middle_of(stage, ("data", "conv.ConversationId", "ask.Conversation"))
    text = said(stage, spot)
    assert "<b>Create Conversation</b> · ConversationId → <b>Create Chat Completion (Async)</b> · Conversation" in text
    assert "carries conversation" in text
    assert "last value" not in text
    gave(stage.activity, CONV, {"ConversationId": "conv_1"})
    assert "last value (after 200 ms): <code>conv_1</code>" in said(stage, spot)


def test_earlier_values_are_named_with_their_turn_and_time(stage: Stage) -> None:
    run = ToldRun(stage.activity)
    loop = run.begin("start")
    for turn in range(6):
        run.gave(CONV, {"ConversationId": f"conv_{turn}"}, loop, turn)
    text = said(stage, stage.pin("conv", "out", "data", "ConversationId"))
    assert "last value (Button Event 6, after 1.80 s): <code>conv_5</code>" in text
    assert "Button Event 5, after 1.50 s: <code>conv_4</code>" in text
    assert "conv_2" in text
    assert "conv_1" not in text
    stage.activity.values.pick(stage.activity.values.entries(CONV)[1])
    text = said(stage, stage.pin("ask", "in", "data", "Conversation"))
    assert "value then (Button Event 2, after 600 ms): <code>conv_1</code>" in text
    assert "conv_5" not in text


def test_a_long_value_is_shortened_and_a_nested_one_stands_on_lines_of_its_own(stage: Stage) -> None:
    spot = stage.pin("conv", "out", "data", "ErrorMessage")
    gave(stage.activity, CONV, {"ErrorMessage": "x" * 5000})
    assert len(said(stage, spot)) < 400
    gave(stage.activity, CONV, {"ErrorMessage": {"a": [1, {"b": None}]}})
    assert "<pre>{\n  &quot;a&quot;: [\n    1," in said(stage, spot)


def test_while_a_run_stands_still_its_values_are_shown(stage: Stage) -> None:
    gave(stage.activity, CONV, {"ConversationId": "of another branch"})
    seen = {CONV: {PinName("ConversationId"): "of this branch"}}
    inputs = {ASK: {PinName("Model"): "small"}}
    stage.view.highlights.show_standing(Standing(frozenset({ASK}), focus=ASK, inputs=inputs, outputs=seen))
    assert "of this branch" in said(stage, stage.pin("conv", "out", "data", "ConversationId"))
    assert "of this branch" in said(stage, stage.pin("ask", "in", "data", "Conversation"))
    assert "now, as the paused run sees it: <code>small</code>" in said(stage, stage.pin("ask", "in", "data", "Model"))
    stage.view.highlights.show_standing(NOWHERE)
    assert "of another branch" in said(stage, stage.pin("conv", "out", "data", "ConversationId"))


# -- going to the place


def test_a_wire_is_shown_selected_and_in_the_middle(stage: Stage) -> None:
    key = wire("exec", "start.Out", "conv.Execute").key
    stage.view.pan(QPointF(5000, 3000))
    show_place(stage.view, CONV, wire=key)
    assert stage.view.selected_connections() == [key]
    laid = stage.view.projection.wires[key]
    assert stage.view.camera.visible.contains(laid.box)


def test_a_folded_pin_is_unfolded_and_lit_for_a_moment(stage: Stage) -> None:
    show_place(stage.view, ASK, PinName("Temperature"))
    spot = stage.pin("ask", "in", "data", "Temperature")
    lit = stage.image()
    stage.view.highlights.end_flash()
    rect = QRect(spot.x() - 12, spot.y() - 12, 24, 24)
    assert differing(lit.copy(rect), stage.image().copy(rect)) > 50


def test_a_wire_and_a_node_that_are_gone_are_no_error(stage: Stage) -> None:
    show_place(stage.view, NodeId("gone"), wire=wire("exec", "gone.Out", "conv.Execute").key)
    assert stage.selected() == set()


def test_a_comment_stands_on_the_edge_shortened_and_whole_in_the_tool_tip(stage: Stage) -> None:
    bare = stage.image()
    long = "Ask twice,\nbecause the first answer is often <short> and never of any use to anybody"
    set_fields(stage, comment=long)
    assert stage.theme.tokens["node.value"] in upper_edge(stage)
    words = stage.view.projection.nodes[CONV].shape.look.marks.comment
    assert words == "Ask twice, because the fi…"
    assert "&lt;short&gt;" in said(stage, stage.header("conv"))
    set_fields(stage, comment="")
    assert differing(stage.screen(), bare) == 0


def test_from_afar_where_no_words_can_be_read_a_comment_is_a_short_sign(stage: Stage) -> None:
    stage.look(0.4)
    bare = stage.image()
    set_fields(stage, comment="Ask")
    short = stage.image()
    set_fields(stage, comment="Ask twice, because the first answer is of no use")
    assert differing(stage.image(), short) == 0
    assert differing(short, bare) > 20
