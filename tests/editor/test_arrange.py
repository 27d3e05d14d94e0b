"""The Select and Arrange menus, through the window: what they select and move, each by one undo step."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from editor_window import front, open_editor
from flows import draw
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from runtime.document.files import save_flow
from runtime.document.flow import Flow
from runtime.ids import NodeId


@pytest.fixture
def flow_file(tmp_path: Path) -> Path:
    flow = (
        draw(
            "start: event.button",
            "par: flow.parallel",
            "a: flow.delay",
            "b: flow.delay",
            "t: string.template",
            "log: util.console",
        )
        .exec("start.Out > par.In", "par.Branch1 > a.In", "par.Branch2 > b.In", "a.Out > log.In")
        .config("t", template="hello")
        .data("t.Result > log.Message")
        .flow()
    )
    places = {"start": (0, 0), "par": (300, 35), "a": (330, 400), "b": (300, 200), "t": (40, 700), "log": (100, 320)}
    nodes = tuple(node.model_copy(update={"position": places[node.id]}) for node in flow.nodes)
    path = tmp_path / "flow.flow.json"
    save_flow(Flow(nodes=nodes, connections=flow.connections), path)
    return path


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("select_none", ["a", "b"], ""),
        ("select_inverse", ["a", "b"], "start par t log"),
        ("select_same_type", ["a"], "a b"),
        ("select_upstream", ["log"], "log a par start t"),
        ("select_downstream", ["par"], "par a b log"),
    ],
)
def test_select(drive, tmp_path, flow_file, action, before, after):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            canvas = front(window).canvas
            canvas.select(map(NodeId, before))
            window.actions_by_name[action].trigger()
            assert set(canvas.selected_nodes()) == set(after.split())

    drive(main())


def rect(window, node: str):
    return front(window).canvas.projection.nodes[NodeId(node)].rect


EDGES = {
    "align_left": lambda r: r.left(),
    "align_right": lambda r: r.left() + r.width(),
    "align_top": lambda r: r.top(),
    "align_bottom": lambda r: r.top() + r.height(),
    "align_center": lambda r: r.center().x(),
    "align_middle": lambda r: r.center().y(),
}


@pytest.mark.parametrize("action", EDGES)
def test_align_puts_edges_in_line_and_is_one_undo_step(drive, tmp_path, flow_file, action):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            tab = front(window)
            before = tab.document.flow
            tab.canvas.select(map(NodeId, ("par", "a", "log")))
            window.actions_by_name[action].trigger()
            edges = [EDGES[action](rect(window, node)) for node in ("par", "a", "log")]
            assert max(edges) - min(edges) <= 1
            assert tab.document.undo_stack.count() == 1
            assert tab.document.undo_stack.undoText().startswith("Align")
            tab.document.undo_stack.undo()
            assert tab.document.flow == before

    drive(main())


@pytest.mark.parametrize(
    ("action", "start", "size"), [("distribute_x", "left", "width"), ("distribute_y", "top", "height")]
)
def test_distribute_makes_gaps_equal_between_the_outermost(drive, tmp_path, flow_file, action, start, size):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            nodes = ["start", "par", "a", "log"]
            front(window).canvas.select(map(NodeId, nodes))
            ends = {node: (getattr(rect(window, node), start)(), getattr(rect(window, node), size)()) for node in nodes}
            window.actions_by_name[action].trigger()
            after = sorted(
                (getattr(rect(window, node), start)(), getattr(rect(window, node), size)()) for node in nodes
            )
            gaps = [other - (at + length) for (at, length), (other, _) in itertools.pairwise(after)]
            assert max(gaps) - min(gaps) <= 2
            assert after[0][0] == min(at for at, _ in ends.values())

    drive(main())


def test_straighten_levels_the_exec_wires_of_the_selection_by_its_key(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            tab = front(window)
            tab.canvas.select(map(NodeId, ("start", "par", "a")))
            QTest.keyClick(tab.canvas, Qt.Key.Key_Q)
            wires = {key: wire for key, wire in tab.canvas.projection.wires.items() if key.kind == "exec"}
            levels = {
                f"{key.source.node}>{key.target.node}": wire.end.y() - wire.start.y() for key, wire in wires.items()
            }
            assert levels["start>par"] == levels["par>a"] == 0
            assert levels["par>b"] != 0

    drive(main())


def test_tidy_lays_out_the_whole_flow_once_and_leaves_it_then(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            tab = front(window)
            before = tab.document.flow
            window.actions_by_name["tidy"].trigger()
            order = [rect(window, node).right() for node in ("start", "par", "a")]
            assert order == sorted(order)
            tidy = tab.document.flow
            window.actions_by_name["tidy"].trigger()
            assert tab.document.flow == tidy
            assert tab.document.undo_stack.count() == 1
            tab.document.undo_stack.undo()
            assert tab.document.flow == before

    drive(main())


def test_tidy_moves_only_the_selection_if_there_is_one(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            tab = front(window)
            before = {node_id: node.position for node_id, node in tab.document.nodes.items()}
            tab.canvas.select(map(NodeId, ("a", "b", "log")))
            window.actions_by_name["tidy"].trigger()
            moved = {node_id for node_id, node in tab.document.nodes.items() if node.position != before[node_id]}
            assert moved
            assert moved <= {"a", "b", "log"}

    drive(main())


def test_what_needs_more_nodes_says_so(drive, tmp_path, flow_file):
    async def main():
        async with open_editor(tmp_path, flow_file) as window:
            front(window).canvas.select([NodeId("a")])
            window.actions_by_name["align_left"].trigger()
            assert "at least 2 nodes" in window.status.currentMessage()
            assert front(window).document.undo_stack.count() == 0

    drive(main())
