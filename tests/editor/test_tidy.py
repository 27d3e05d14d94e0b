"""The layered layout, on random graphs: what it promises whatever the flow."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from editor.tidy import ACROSS, DOWN, Box, Link, tidied

sizes = st.integers(4, 30).map(lambda tens: tens * 10.0)
coordinates = st.integers(-2000, 2000).map(float)


@st.composite
def graphs(choose):
    """Up to twelve nodes, some of which float, and wires between them, also round and round."""
    count = choose(st.integers(1, 12))
    boxes = {
        number: Box(*(choose(coordinates) for _ in "xy"), choose(sizes), choose(sizes), choose(st.booleans()))
        for number in range(count)
    }
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    links = [
        Link(
            source,
            target,
            choose(st.integers(0, 40)) * 1.0,
            choose(st.integers(0, 40)) * 1.0,
            choose(st.sampled_from([1, 8])),
        )
        for source, target in choose(st.lists(ends, max_size=20))
    ]
    return boxes, links


def at(boxes, places):
    return {key: Box(*places[key], box.width, box.height, box.floats) for key, box in boxes.items()}


@given(graphs())
def test_no_two_nodes_overlap(graph) -> None:
    boxes, links = graph
    places = tidied(boxes, links)
    assert places.keys() == boxes.keys()
    rects = [QRectF(x, y, boxes[key].width, boxes[key].height) for key, (x, y) in places.items()]
    for one, other in combinations(rects, 2):
        assert not one.adjusted(1, 1, -1, -1).intersects(other)


@given(graphs())
def test_the_corner_of_it_all_stays(graph) -> None:
    boxes, links = graph
    places = tidied(boxes, links).values()
    assert min(x for x, _ in places) == min(box.x for box in boxes.values())
    assert min(y for _, y in places) == pytest.approx(min(box.y for box in boxes.values()), abs=1e-6)


@given(graphs())
def test_what_is_tidy_stays_as_it_is(graph) -> None:
    boxes, links = graph
    once = tidied(boxes, links)
    again = tidied(at(boxes, once), links)
    assert again == {key: (pytest.approx(x, abs=1e-3), pytest.approx(y, abs=1e-3)) for key, (x, y) in once.items()}


@given(graphs())
def test_wires_lead_to_the_right_where_none_leads_back(graph) -> None:
    boxes, links = graph
    links = [link for link in links if link.source < link.target]
    places = tidied(boxes, links)
    for link in links:
        right = places[link.source][0] + boxes[link.source].width
        assert places[link.target][0] >= right + ACROSS - 1e-6


def test_a_chain_is_straight_where_its_pins_are() -> None:
    boxes = {name: Box(0, 50.0 * index, 180, 100 + 30 * index) for index, name in enumerate("abcd")}
    links = [Link(a, b, 42, 66, 8) for a, b in ("ab", "bc", "cd")]
    places = tidied(boxes, links)
    assert [places[b][1] + 66 - places[a][1] - 42 for a, b in ("ab", "bc", "cd")] == pytest.approx([0, 0, 0])
    assert [places[name][0] for name in "abcd"] == [0, 260, 520, 780]


def test_two_wires_that_cross_no_longer_do() -> None:
    boxes = {name: Box(x, y, 100, 50) for name, x, y in (("a", 0, 0), ("b", 0, 100), ("c", 300, 0), ("d", 300, 100))}
    places = tidied(boxes, [Link("a", "d"), Link("b", "c")])
    assert (places["a"][1] < places["b"][1]) == (places["d"][1] < places["c"][1])


def test_a_value_stands_just_before_who_reads_it() -> None:
    boxes = {name: Box(0, 0, 100, 50) for name in "abcd"} | {"value": Box(0, 0, 100, 50, floats=True)}
    links = [Link("a", "b"), Link("b", "c"), Link("c", "d"), Link("value", "d")]
    places = tidied(boxes, links)
    assert places["value"][0] == places["c"][0]
    assert abs(places["value"][1] - places["c"][1]) >= 50 + DOWN


def test_parts_that_no_wire_joins_stay_one_below_the_other() -> None:
    boxes = {name: Box(x, y, 100, 50) for name, x, y in (("low", 0, 500), ("high", 900, 0), ("next", 950, 20))}
    places = tidied(boxes, [Link("high", "next")])
    assert places["high"][1] < places["low"][1]
    assert places["low"][0] == places["high"][0] == 0


def test_ten_thousand_nodes_in_a_row_need_no_recursion() -> None:
    boxes = {number: Box(0, 0, 100, 50) for number in range(10_000)}
    places = tidied(boxes, [Link(number, number + 1) for number in range(9_999)])
    assert places[9_999][0] == 9_999 * 180
