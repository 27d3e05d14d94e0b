"""The camera: places go to and fro, the origin lies on a device pixel, pans move by what they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, QSize

from editor.canvas.camera import MAX_ZOOM, MIN_ZOOM, Camera

zooms = st.floats(MIN_ZOOM, MAX_ZOOM)
coordinates = st.floats(-20_000, 20_000)
ratios = st.sampled_from((1.0, 1.25, 1.5, 2.0, 3.0))


def camera(zoom: float, x: float, y: float, ratio: float) -> Camera:
    """A camera over a viewport of usual size."""
    made = Camera()
    made.size, made.zoom, made.center, made.ratio = QSize(1001, 700), zoom, QPointF(x, y), ratio
    return made


@given(zooms, coordinates, coordinates, ratios)
def test_the_origin_lies_on_a_whole_device_pixel(zoom: float, x: float, y: float, ratio: float) -> None:
    origin = camera(zoom, x, y, ratio).origin * ratio
    assert origin.x() == pytest.approx(round(origin.x()), abs=1e-6)
    assert origin.y() == pytest.approx(round(origin.y()), abs=1e-6)


@given(zooms, coordinates, coordinates, ratios)
def test_places_go_to_the_view_and_back(zoom: float, x: float, y: float, ratio: float) -> None:
    looking = camera(zoom, 10, 20, ratio)
    back = looking.to_scene(looking.to_view(QPointF(x, y)))
    assert (back - QPointF(x, y)).manhattanLength() < 1e-6
    assert looking.transform.map(QPointF(x, y)) == looking.to_view(QPointF(x, y))


@given(zooms, zooms, coordinates, st.floats(0, 1000), st.floats(0, 700))
def test_zooming_holds_what_is_under_the_anchor(before: float, after: float, x: float, u: float, v: float) -> None:
    looking = camera(before, x, -x, 1.0)
    held = looking.to_scene(QPointF(u, v))
    looking.zoom_to(after, QPointF(u, v))
    assert (looking.to_view(held) - QPointF(u, v)).manhattanLength() <= 2.0


@given(zooms, st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), max_size=20))
def test_a_pan_in_whole_pixels_moves_by_exactly_that(zoom: float, steps: list[tuple[int, int]]) -> None:
    looking = camera(zoom, 0.3, 0.7, 1.0)
    for dx, dy in steps:
        moved = looking.pan(QPointF(dx, dy))
        assert abs(moved.x() - dx) <= 1
        assert abs(moved.y() - dy) <= 1
        assert moved.x().is_integer()


@given(st.builds(QRectF, coordinates, coordinates, st.floats(1, 30_000), st.floats(1, 20_000)))
def test_what_is_fitted_is_seen(area: QRectF) -> None:
    looking = camera(1.0, 0, 0, 1.0)
    looking.fit(area)
    assert looking.visible.adjusted(-1, -1, 1, 1).contains(area) or looking.zoom == MIN_ZOOM


def test_pixels_of_an_area_cover_it() -> None:
    looking = camera(0.77, 3.3, 4.4, 1.0)
    area = QRectF(10.2, 20.7, 33.1, 12.9)
    assert looking.rect_to_scene(looking.rect_to_view(area)).contains(area)
