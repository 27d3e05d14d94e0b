"""What moves while a flow runs: light on the wires that tokens take, turning badges, and a clock that rests."""

from __future__ import annotations

import asyncio

import pytest
from canvas_stage import Stage, colors_in, differing
from driving import emitted
from flows import draw
from PySide6.QtTest import QSignalSpy

from editor.canvas.animation import MOST_LIGHTS, TRAVEL_S, Animation, light_on
from runtime.document.flow import ConnectionKey
from runtime.engine.events import NodeFinished, NodeStarted
from runtime.ids import NodeId, RunId, StepId

pytestmark = pytest.mark.usefixtures("qapp")
RUN, STEP = RunId("run_1"), StepId(1)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def stage() -> Stage:
    return Stage()


def into(stage: Stage, node: str, kind: str) -> ConnectionKey:
    """The only wire of a kind into a node."""
    (key,) = (key for key in stage.document.connections if (key.target.node, key.kind) == (node, kind))
    return key


def begin(stage: Stage, node: str) -> None:
    stage.view.highlights.refresh_activity(stage.activity.apply(NodeStarted(0.0, RUN, NodeId(node), STEP)))


def end(stage: Stage, node: str) -> None:
    stage.view.highlights.refresh_activity(stage.activity.apply(NodeFinished(0.0, RUN, NodeId(node), STEP, None)))


def test_a_token_lights_its_wire_from_source_to_target_and_those_that_the_node_reads(drive, stage: Stage) -> None:
    async def main() -> None:
        clock = Clock()
        animation = Animation(stage.view.projection, stage.activity, clock=clock)
        exec_key, data_key = into(stage, "conv", "exec"), into(stage, "ask", "data")
        animation.tokens_moved([exec_key])
        assert [(wire.key, share) for wire, share in animation.lights()] == [(exec_key, 0.0)]
        clock.now += TRAVEL_S / 2
        await emitted(animation.damaged, "a tick")
        assert [share for _, share in animation.lights()] == pytest.approx([0.5])
        to_ask = ConnectionKey(exec_key.kind, exec_key.source, data_key.target)  # a wire that was cut since
        animation.tokens_moved([to_ask])
        assert {wire.key for wire, _ in animation.lights()} == {exec_key, data_key}

    drive(main())


def test_the_light_runs_the_whole_way_and_no_further(stage: Stage) -> None:
    wire = stage.view.projection.wires[into(stage, "ask", "data")]
    first, last = light_on(wire, 0.2, 50.0), light_on(wire, 0.9, 50.0)
    assert first[0].x1() < last[0].x1()
    assert sum(line.length() for line in light_on(wire, 0.5, 50.0)) == pytest.approx(50.0)
    for end in (0.0, 1.0):
        assert sum(line.length() for line in light_on(wire, end, 50.0)) == pytest.approx(0.0)


def test_a_flood_of_tokens_lights_a_bounded_number_of_wires() -> None:
    drawing = draw("n0: util.console")
    for number in range(2 * MOST_LIGHTS):
        drawing.node(f"n{number + 1}", "util.console").exec(f"n{number}.Out > n{number + 1}.In")
    stage = Stage(drawing.flow())
    stage.view.animation.tokens_moved(list(stage.document.connections))
    assert len(list(stage.view.animation.lights())) == MOST_LIGHTS


@pytest.mark.parametrize("zoom", [0.2, 1.0])
def test_light_is_painted_from_afar_and_near_and_is_gone_when_the_clock_rests(drive, stage: Stage, zoom: float) -> None:
    stage.look(zoom)

    async def main() -> None:
        before = stage.image()
        stage.view.animation.tokens_moved([into(stage, "conv", "exec")])
        while not differing(stage.image(), before):
            await emitted(stage.view.animation.damaged, "a tick")
        await emitted(stage.view.animation.rested, "the rest")
        assert differing(stage.image(), before) == 0

    drive(main())


def test_into_a_node_that_runs_the_light_goes_on_until_it_has_ended(drive, stage: Stage) -> None:
    async def main() -> None:
        animation = stage.view.animation
        rests = QSignalSpy(animation.rested)
        begin(stage, "conv")
        animation.tokens_moved([into(stage, "conv", "exec")])
        loop = asyncio.get_running_loop()
        longer = loop.time() + 2 * TRAVEL_S
        while loop.time() < longer:
            await emitted(animation.damaged, "a tick")
        assert list(animation.lights())
        assert rests.count() == 0
        end(stage, "conv")
        await emitted(animation.rested, "the rest")
        assert not list(animation.lights())

    drive(main())


def test_the_badge_of_a_running_node_turns_and_the_clock_rests_with_it(drive, stage: Stage) -> None:
    async def main() -> None:
        animation = stage.view.animation
        begin(stage, "conv")
        before = stage.image()
        await emitted(animation.damaged, "a tick")
        await emitted(animation.damaged, "another tick")
        assert differing(stage.image(), before) > 0
        end(stage, "conv")
        await emitted(animation.rested, "the rest")
        rect = stage.view.projection.nodes[NodeId("conv")].rect
        place = stage.at(rect.right() - 15, rect.y() + 15)
        assert stage.theme.tokens["node.done"] in colors_in(stage.image(), place.x() - 9, place.y() - 9, 18, 18)

    drive(main())


def test_what_happens_while_a_badge_turns_is_shown_by_its_tick(drive, stage: Stage) -> None:
    async def main() -> None:
        begin(stage, "conv")
        at_once = QSignalSpy(stage.view.animation.damaged)
        stage.view.highlights.refresh_activity(frozenset({NodeId("ask")}))
        assert at_once.count() == 0
        (areas,) = await emitted(stage.view.animation.damaged, "a tick")
        assert stage.view.projection.nodes[NodeId("ask")].box in areas

    drive(main())
