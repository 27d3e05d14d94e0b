"""The course of wires: from end to end, without gaps, within the box that the index is told."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF

from editor.canvas.wire import Wire, wire_lines
from runtime.document.flow import ConnectionKey, PinKind, PinRef
from runtime.ids import NodeId, PinName

points = st.builds(QPointF, st.integers(-2000, 2000), st.integers(-2000, 2000))
KEY = ConnectionKey(PinKind.DATA, PinRef(NodeId("a"), PinName("x")), PinRef(NodeId("b"), PinName("y")))


@given(points, points, st.lists(points, max_size=3))
def test_a_wire_runs_from_end_to_end_within_its_box(start: QPointF, end: QPointF, via: list[QPointF]) -> None:
    lines = wire_lines(start, end, via)
    assert (lines[0].p1(), lines[-1].p2()) == (start, end)
    assert all(before.p2() == after.p1() for before, after in pairwise(lines))
    wire = Wire(KEY, "pin.any", tuple(via))
    wire.run((*start.toTuple(), *end.toTuple()))
    assert all(wire.box.contains(line.p2()) for line in lines)
    corners = {point.toTuple() for line in lines for point in (line.p1(), line.p2())}
    assert {point.toTuple() for point in via} <= corners


def test_a_level_wire_is_one_straight_line() -> None:
    assert len(wire_lines(QPointF(0, 5), QPointF(300, 5))) == 1


def test_a_wire_back_on_one_level_goes_around_below() -> None:
    lines = wire_lines(QPointF(300, 0), QPointF(0, 0))
    assert max(line.y2() for line in lines) > 60
    assert max(line.x2() for line in lines) > 300
    assert min(line.x2() for line in lines) < 0


def test_the_distance_to_a_wire() -> None:
    wire = Wire(KEY, "pin.any")
    wire.run((0, 0, 100, 0))
    assert wire.distance(QPointF(50, 7)) == pytest.approx(7)
    assert wire.distance(QPointF(-3, 4)) == pytest.approx(5)
    wire.run((0, 10, 100, 10))
    assert wire.distance(QPointF(50, 7)) == pytest.approx(3)
