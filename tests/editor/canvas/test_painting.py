"""What is painted, by its pixels: the right colour in the right place, at every level of detail."""

from __future__ import annotations

import itertools

import pytest
from canvas_stage import Stage, colors_in, differing, node, pin_key, wire
from PySide6.QtCore import QPoint, QPointF, QRect
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap, QRegion
from PySide6.QtWidgets import QApplication

from editor import commands
from editor.canvas.backdrop import paint_grid
from editor.canvas.camera import Camera
from editor.canvas.inks import Inks
from editor.canvas.near_painter import MOST_NEW
from editor.canvas.painter import CanvasPainter
from editor.canvas.pictures import MOST_BYTES
from editor.theme import NAMES, Theme
from runtime.document.flow import Flow, Frame
from runtime.engine.events import NodeFailed, NodeFinished, NodeStarted
from runtime.futures.events import FutureCreated, FutureDelta
from runtime.ids import FutureId, NodeId, PinName, RunId, StepId

pytestmark = pytest.mark.usefixtures("qapp")
RUN, STEP, FUTURE = RunId("run_1"), StepId(1), FutureId("fut_1")


@pytest.fixture
def stage() -> Stage:
    """The small flow on a stage."""
    return Stage()


def near(stage: Stage, place: QPoint, reach: int = 3) -> set[str]:
    """The colours around a place."""
    return colors_in(stage.image(), place.x() - reach, place.y() - reach, 2 * reach + 1, 2 * reach + 1)


def area_of(stage: Stage, name: str) -> QRect:
    """The pixels of all that is painted for a node."""
    return stage.view.camera.rect_to_view(stage.view.projection.nodes[NodeId(name)].box)


@pytest.mark.parametrize("theme", NAMES)
@pytest.mark.parametrize("zoom", [0.1, 0.2, 0.34, 0.36, 0.5, 0.73, 1.0, 1.5, 2.0])
def test_headers_wear_the_colour_of_their_category_at_every_zoom(theme: str, zoom: float) -> None:
    stage = Stage(theme=theme)
    stage.look(zoom)
    for name in ("start", "conv", "ask", "log"):
        category = stage.document.node_type(NodeId(name))
        assert category is not None
        rect = stage.view.projection.nodes[NodeId(name)].rect
        spot = stage.at(rect.right() - 40, rect.y() + 6)
        if stage.view.viewport().rect().contains(spot):
            assert QColor(stage.image().pixel(spot)) == stage.theme.category(category.category), name


@pytest.mark.parametrize("zoom", [0.36, 0.42, 0.49])
def test_where_labels_are_too_small_the_body_says_the_title(stage: Stage, zoom: float) -> None:
    def inked(title: str) -> int:
        commands.set_fields(stage.document, NodeId("conv"), "Rename node", title=title)
        stage.look(zoom)
        body = stage.view.camera.rect_to_view(
            stage.view.projection.nodes[NodeId("conv")].rect.adjusted(14, 30, -14, -2)
        )
        image, paper = stage.image(), stage.theme.color("node").rgb()
        return sum(
            image.pixel(x, y) != paper
            for x in range(body.left(), body.right())
            for y in range(body.top(), body.bottom())
        )

    few, many = inked("i"), inked("WWW WWW")
    assert few < many / 2


@pytest.mark.parametrize("zoom", [0.5, 1.0, 2.0])
def test_pins_are_filled_when_wired_and_hollow_when_not(stage: Stage, zoom: float) -> None:
    stage.look_at("conv", zoom)
    image, color = stage.image(), stage.theme.color("pin.conversation").name()
    wired, run = stage.pin("conv", "out", "data", "ConversationId"), stage.pin("conv", "in", "exec", "Execute")
    assert QColor(image.pixel(wired)).name() == color
    assert QColor(image.pixel(run)).name() == stage.theme.tokens["pin.exec"]
    hollow = stage.pin("conv", "out", "exec", "Failed")
    assert QColor(image.pixel(hollow)).name() == stage.theme.tokens["node"]


def test_shapes_tell_exec_from_data_and_futures_from_text(stage: Stage) -> None:
    """A diamond leaves the corners free that a circle covers, and reaches further on its axes."""
    stage.look_at("ask", 2.0)
    image, ink = stage.image(), stage.theme.tokens["pin.future"]
    future = stage.pin("ask", "out", "data", "FutureResponseId")
    assert ink in colors_in(image, future.x() - 1, future.y() - 14, 3, 5)
    text = stage.pin("ask", "out", "data", "ErrorMessage")
    assert stage.theme.tokens["pin.string"] not in colors_in(image, text.x() - 1, text.y() - 15, 3, 3)


def test_wires_wear_the_colour_of_what_they_carry(stage: Stage) -> None:
    commands.connect(stage.document, *wire("data", "ask.FutureResponseId", "log.Message").key)
    for key, token in (
        (wire("exec", "start.Out", "conv.Execute").key, "pin.exec"),
        (wire("data", "conv.ConversationId", "ask.Conversation").key, "pin.conversation"),
    ):
        line = stage.view.projection.wires[key].lines
        middle = stage.view.camera.to_view(line[len(line) // 2].center()).toPoint()
        assert stage.theme.tokens[token] in near(stage, middle)


def test_a_running_node_gets_a_badge_and_an_outline_and_a_done_one_another(stage: Stage) -> None:
    rect = stage.view.projection.nodes[NodeId("conv")].rect
    badge, side = stage.at(rect.right() - 20, rect.y() + 15), stage.at(rect.x(), rect.y() + 60)
    for event, token in (
        (NodeStarted(0.0, RUN, NodeId("conv"), STEP), "node.running"),
        (NodeFinished(0.1, RUN, NodeId("conv"), STEP, PinName("Success")), "node.done"),
    ):
        stage.view.highlights.refresh_activity(stage.activity.apply(event))
        assert stage.theme.tokens[token] in near(stage, badge, 6)
        assert stage.theme.tokens[token] in near(stage, side, 1)


def test_futures_in_flight_are_counted_on_the_node_and_their_words_stand_under_it(stage: Stage) -> None:
    rect = stage.view.projection.nodes[NodeId("ask")].rect
    pill, strip = stage.at(rect.right() - 18, rect.y() - 8), stage.at(rect.x() + 30, rect.bottom() + 15)
    before = stage.image()
    stage.activity.apply(FutureCreated(0.0, RUN, FUTURE, NodeId("ask"), STEP, "local", "m"))
    touched = stage.activity.apply(FutureDelta(0.1, RUN, FUTURE, NodeId("ask"), "once upon a time"))
    stage.view.highlights.refresh_activity(touched)
    assert stage.theme.tokens["node.pending"] in near(stage, pill, 5)
    assert stage.theme.tokens["node.field"] in near(stage, strip, 8)
    assert stage.theme.tokens["node.field"] not in colors_in(before, strip.x() - 8, strip.y() - 8, 17, 17)


def test_a_failed_node_says_why_under_itself(stage: Stage) -> None:
    rect = stage.view.projection.nodes[NodeId("conv")].rect
    failed = NodeFailed(0.1, RUN, NodeId("conv"), STEP, "NodeError", "it went wrong", handled=False)
    stage.view.highlights.refresh_activity(stage.activity.apply(failed))
    line = colors_in(stage.image(), stage.at(rect.x(), 0).x() + 20, stage.at(0, rect.bottom()).y() + 3, 40, 4)
    assert stage.theme.tokens["node.failed"] in line


@pytest.mark.parametrize("zoom", [0.2, 0.4])
def test_states_are_seen_from_afar(stage: Stage, zoom: float) -> None:
    stage.activity.apply(NodeStarted(0.0, RUN, NodeId("conv"), STEP))
    stage.look(zoom)
    area = area_of(stage, "conv")
    assert stage.theme.tokens["node.running"] in colors_in(
        stage.image(), area.x(), area.y(), area.width(), area.height()
    )


@pytest.mark.parametrize("zoom", [0.2, 1.0])
def test_the_selection_is_outlined(stage: Stage, zoom: float) -> None:
    stage.look(zoom)
    area = area_of(stage, "log")
    box = area.x(), area.y(), area.width(), area.height()
    ink = stage.theme.tokens["node.selected"]
    assert ink not in colors_in(stage.image(), *box)
    stage.view.select([NodeId("log")])
    assert ink in colors_in(stage.image(), *box)


def test_what_is_no_target_is_dimmed_while_a_wire_is_drawn(stage: Stage) -> None:
    rect = stage.view.projection.nodes[NodeId("start")].rect
    header = stage.at(rect.right() - 40, rect.y() + 6)
    plain = QColor(stage.image().pixel(header))
    stage.press(stage.pin("conv", "out", "data", "ErrorMessage"))
    assert QColor(stage.image().pixel(header)) != plain
    stage.view.hand.cancel()
    assert QColor(stage.image().pixel(header)) == plain


def test_a_frame_lies_behind_its_nodes_and_its_title_above_it(stage: Stage) -> None:
    for zoom in (0.1, 1.0):
        stage.look(zoom)
        rect = QRect(stage.at(-40, -60), stage.at(860, 440))
        image = stage.image()
        assert stage.theme.tokens["frame.text"] in colors_in(image, rect.x(), max(rect.y() - 22, 0), 60, 22)
        assert stage.theme.tokens["frame.green"] in colors_in(image, rect.x() - 2, rect.y() + 12, 5, 5)


def test_a_frame_of_unknown_colour_is_grey() -> None:
    stage = Stage(Flow(frames=(Frame(id="f", rect=(0, 0, 200, 200), color="mauve"),)))
    assert stage.theme.tokens["frame.grey"] in near(stage, stage.at(0, 100), 2)


@pytest.mark.parametrize("zoom", [0.1, 0.2, 0.34, 0.36, 0.5, 1.0, 1.7])
def test_pieces_painted_apart_are_what_is_painted_at_once(stage: Stage, zoom: float) -> None:
    """Partial repaints may not leave traces: damage is painted as a full repaint would paint it."""
    stage.look(zoom)
    stage.view.select([NodeId("conv")])
    view = stage.view
    whole = QRegion(view.viewport().rect())
    at_once, apart = (QPixmap(view.viewport().size()) for _ in range(2))
    for target, pieces in ((at_once, [whole]), (apart, _tiles(view.viewport().rect()))):
        for piece in pieces:
            painter = QPainter(target)
            painter.setClipRegion(piece)
            view.painter.paint(painter, view.camera, piece)
            painter.end()
    assert differing(at_once.toImage(), apart.toImage()) < 40  # smoothing at the seams


def _tiles(rect: QRect) -> list[QRegion]:
    xs, ys = range(0, rect.width(), 200), range(0, rect.height(), 175)
    return [QRegion(x, y, 200, 175) for x, y in itertools.product(xs, ys)]


def test_edits_repaint_what_they_change(stage: Stage) -> None:
    """After edits, undo and activity the screen is what a full repaint would show."""
    assert stage.screen() == stage.image()
    commands.add_node(stage.document, "flow.branch", (520, 300))
    commands.move_nodes(stage.document, {NodeId("log"): (30, 200)})
    commands.connect(stage.document, *wire("exec", "conv.Success", "ask.Execute").key)
    assert stage.screen() == stage.image()
    stage.document.undo_stack.undo()
    commands.set_input(stage.document, NodeId("log"), PinName("Level"), "warn")
    stage.click(stage.more("ask"))
    assert stage.screen() == stage.image()
    stage.view.highlights.refresh_activity(stage.activity.apply(NodeFinished(0.0, RUN, NodeId("conv"), STEP, None)))
    stage.activity.apply(FutureCreated(0.0, RUN, FUTURE, NodeId("ask"), STEP, "local", "m"))
    stage.view.highlights.refresh_activity(stage.activity.apply(FutureDelta(0.1, RUN, FUTURE, NodeId("ask"), "words")))
    assert stage.screen() == stage.image()
    commands.remove(stage.document, [NodeId("conv")])
    assert stage.screen() == stage.image()


def test_gestures_repaint_what_they_change(stage: Stage) -> None:
    """At every step of a drag, a band and a wire the screen is what a full repaint would show."""
    empty = QPoint(900, 600)
    for start, end in (
        (stage.header("conv"), stage.header("conv") + QPoint(60, 110)),
        (empty, stage.at(300, 100)),
        (stage.pin("ask", "out", "data", "FutureResponseId"), stage.pin("log", "in", "data", "Message")),
        (stage.pin("ask", "in", "data", "Conversation"), empty),
    ):
        stage.press(start)
        for share in (0.4, 1.0):
            stage.hover(start, (QPointF(start) * (1 - share) + QPointF(end) * share).toPoint())
            assert differing(stage.screen(), stage.image()) < 10  # smoothing of cut lines
        stage.release(end)
        assert differing(stage.screen(), stage.image()) < 10  # smoothing of cut lines


def test_a_wire_that_was_picked_up_is_not_painted_where_it_was(stage: Stage) -> None:
    lines = stage.view.projection.wires[wire("data", "conv.ConversationId", "ask.Conversation").key].lines
    middle = stage.view.camera.to_view(lines[len(lines) // 2].center()).toPoint()
    canvas = {stage.theme.tokens[token] for token in ("canvas", "canvas.grid", "canvas.grid.major")}
    commands.move_nodes(stage.document, {NodeId("log"): (240, 600)})
    stage.press(stage.pin("ask", "in", "data", "Conversation"))
    stage.hover(stage.pin("ask", "in", "data", "Conversation"), QPoint(900, 650))
    framed = near(stage, middle, 4)
    stage.view.hand.cancel()
    assert framed < near(stage, middle, 4) or framed <= canvas
    assert framed != near(stage, middle, 4)


@pytest.mark.parametrize("zoom", [0.4, 1.0, 1.6])
def test_grid_lines_lie_where_positions_snap(dark: Theme, zoom: float) -> None:
    stage = Stage(Flow())
    stage.look(zoom)
    stage.view.pan(QPointF(-37, 53))
    image, ink = stage.image(), dark.tokens["canvas.grid.major"]
    for x, y in ((100, 150), (200, 150), (150, 100), (150, 200)):
        spot = stage.at(x, y)
        across, down = (1, 0) if x % 100 == 0 else (0, 1)
        near_by = {image.pixelColor(spot.x() + i * across, spot.y() + i * down).name() for i in (-1, 0, 1)}
        assert ink in near_by


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0, 3.0])
def test_pictures_lie_on_whole_device_pixels(stage: Stage, ratio: float) -> None:
    """At every device pixel ratio the body of a node is painted in its one colour, crisp to its edge."""
    view, camera = stage.view, Camera()
    camera.size, camera.ratio, camera.zoom, camera.center = view.viewport().size(), ratio, 0.77, QPointF(300.3, 99.9)
    target = QPixmap(view.viewport().size() * ratio)
    target.setDevicePixelRatio(ratio)
    painter = QPainter(target)
    CanvasPainter(view.subject, stage.theme).paint(painter, camera, QRegion(view.viewport().rect()))
    painter.end()
    rect = view.projection.nodes[NodeId("log")].rect
    corner = camera.to_view(rect.topLeft()) * ratio
    image = target.toImage()
    y = round(corner.y()) + round(6 * 0.77 * ratio)
    header = stage.theme.category("Utilities").name()
    inside = {QColor(image.pixel(round(corner.x()) + x, y)).name() for x in range(round(4 * ratio), round(100 * ratio))}
    assert inside == {header}


def test_the_grid_fades_before_it_gets_dense(dark: Theme) -> None:
    seen = {}
    for zoom in (0.05, 0.3, 1.0):
        camera = Camera()
        camera.size, camera.zoom = QPixmap(200, 200).size(), zoom
        target = QPixmap(200, 200)
        painter = QPainter(target)
        paint_grid(painter, camera, QRect(0, 0, 200, 200), Inks(dark))
        painter.end()
        seen[zoom] = colors_in(target.toImage(), 0, 0, 200, 200)
    assert seen[0.05] == {dark.tokens["canvas"]}
    assert seen[0.3] == {dark.tokens["canvas"], dark.tokens["canvas.grid.major"]}
    assert seen[1.0] == {dark.tokens["canvas"], dark.tokens["canvas.grid"], dark.tokens["canvas.grid.major"]}


def test_pictures_are_kept_within_bounds() -> None:
    flow = Flow(nodes=tuple(node(f"n{i}", "util.console", 0, i * 150, Message=f"text {i}") for i in range(60)))
    stage = Stage(flow)
    stage.view.camera.ratio = 3.0
    pictures = stage.view.painter.near.pictures
    for zoom in (0.9, 1.0, 1.1, 1.2):
        for placed in stage.view.projection.nodes.values():
            pictures.crisp(placed.shape, zoom * 3, zoom)
    assert pictures._bytes == sum(picture.size_in_bytes for picture in pictures._kept.values())
    assert pictures._bytes <= MOST_BYTES
    assert len(pictures) <= 60


def test_while_zooming_nothing_new_is_drawn_and_at_rest_it_is_crisp(stage: Stage) -> None:
    stage.image()
    stage.view.zoom_to(1.31)
    assert stage.view.painter.near.stretch
    stretched = stage.image()
    stage.view.zoom_rested()
    assert stage.image() != stretched
    assert pin_key("in", "exec", "Execute") in stage.view.projection.nodes[NodeId("conv")].shape.places


def test_many_nodes_that_come_into_sight_are_painted_in_several_frames() -> None:
    """None of which takes long; in the end all are as they are when there was time enough."""
    nodes = (node(f"n{i}", "event.button", i % 12 * 160, i // 12 * 110) for i in range(MOST_NEW + 24))
    stage = Stage(Flow(nodes=tuple(one.model_copy(update={"title": f"Button {one.id}"}) for one in nodes)))
    stage.view.fit()
    first = stage.image()
    assert stage.view.painter.near.late
    for _ in range(10):
        QApplication.processEvents()
    last = stage.screen()
    assert differing(first, last) > 0
    assert last == stage.image()
    assert not stage.view.painter.near.late


def crossing_flow() -> Flow:
    """Twelve times wires of three colours that cross, in all orders of age."""
    ages = itertools.cycle(itertools.permutations(range(3)))
    nodes, wires = [], []
    for i in range(12):
        x, y = i % 4 * 750, i // 4 * 700
        nodes += [node(f"high{i}", "future.await", x, y), node(f"low{i}", "future.await", x, y + 320)]
        nodes.append(node(f"end{i}", "util.console", x + 420, y + 200))
        crossing = (
            wire("data", f"high{i}.Message", f"end{i}.Message"),
            wire("exec", f"low{i}.Success", f"end{i}.In"),
            wire("data", f"high{i}.ElapsedMs", f"end{i}.Gone"),
        )
        wires += [crossing[which] for which in next(ages)]
    return Flow(nodes=tuple(nodes), connections=tuple(wires))


@pytest.mark.parametrize("zoom", [0.3, 0.36])
def test_wires_that_cross_lie_the_same_way_however_little_is_painted_anew(zoom: float) -> None:
    stage = Stage(crossing_flow())
    stage.look(zoom)

    def painted(piece: QRect) -> QImage:
        image = QImage(stage.view.viewport().size(), QImage.Format.Format_RGB32)
        painter = QPainter(image)
        painter.setClipRect(piece)
        stage.view.painter.paint(painter, stage.view.camera, QRegion(piece))
        painter.end()
        return image.copy(piece)

    whole = painted(stage.view.viewport().rect())
    for i in range(12):
        x, y = i % 4 * 750, i // 4 * 700
        piece = QRect(stage.at(x + 230, y), stage.at(x + 415, y + 600)) & whole.rect()
        again, before = painted(piece), whole.copy(piece)
        changes = (abs(new - old) for new, old in zip(again.constBits(), before.constBits(), strict=True))
        assert max(changes) < 12, i
