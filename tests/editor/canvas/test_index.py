"""The grid answers like somebody who looks at every box, whatever was moved before."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from editor.canvas.index import CELL, SpatialGrid, edges

coordinates = st.floats(-5 * CELL, 5 * CELL, allow_nan=False, width=32)
sizes = st.one_of(st.floats(1, 300, width=32), st.floats(1, 40 * CELL, width=32))
boxes = st.builds(QRectF, coordinates, coordinates, sizes, sizes)
keys = st.integers(0, 4)
steps = st.lists(st.tuples(keys, st.one_of(st.none(), boxes)), max_size=40)


def played(script: list[tuple[int, QRectF | None]]) -> tuple[SpatialGrid[int], dict[int, QRectF]]:
    """A grid and a plain dict after the same puts and discards."""
    grid: SpatialGrid[int] = SpatialGrid()
    plain: dict[int, QRectF] = {}
    for key, box in script:
        if box is None:
            grid.discard(key)
            plain.pop(key, None)
        else:
            grid.put(key, edges(box))
            plain[key] = box
    return grid, plain


@given(steps, boxes)
def test_a_query_by_rectangle_finds_what_a_search_through_all_boxes_finds(
    script: list[tuple[int, QRectF | None]], area: QRectF
) -> None:
    grid, plain = played(script)
    assert set(grid.within(area)) == {key for key, box in plain.items() if box.intersects(area)}
    for key, box in plain.items():
        assert key in grid.within(box.adjusted(0, 0, 1, 1))
    assert len(grid) == len(plain)


def test_a_cleared_grid_holds_nothing() -> None:
    grid, _ = played([(1, QRectF(0, 0, 10, 10)), (2, QRectF(0, 0, 90 * CELL, 90 * CELL))])
    grid.clear()
    assert len(grid) == 0
    assert grid.within(QRectF(-10, -10, 200 * CELL, 200 * CELL)) == []


def test_most_is_told_from_little() -> None:
    grid, _ = played([(i, QRectF(i * CELL + 10, 10, 50, 50)) for i in range(10)])
    assert grid.is_mostly_in(QRectF(0, 0, 10 * CELL, CELL))
    assert not grid.is_mostly_in(QRectF(0, 0, 3 * CELL, CELL))


def test_cells_that_a_box_has_left_count_no_more() -> None:
    grid, _ = played([(1, QRectF(i * CELL + 10, 10, 50, 50)) for i in range(10)])
    assert grid.is_mostly_in(QRectF(9 * CELL, 0, CELL / 2, CELL / 2))
