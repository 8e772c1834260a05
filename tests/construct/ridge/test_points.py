"""Points of a fit crowd at the faces; points of a comparison lie on faces and corners too."""

import numpy as np
import pytest

from uat import Target
from uat.construct.ridge.points import along, compared, finely_compared, fitted, on_the_box


@pytest.mark.parametrize("dimension", [1, 2, 3, 6])
def test_a_fit_has_as_many_points_as_asked_for_inside_the_cube(dimension: int) -> None:
    points = fitted(dimension, 500)
    assert points.shape == (500, dimension)
    assert np.abs(points).max() < 1
    assert 0.3 < np.mean(np.abs(points) > np.cos(np.pi / 6)) < 0.37


def test_no_two_points_of_a_fit_are_one_along_the_axes() -> None:
    points = fitted(2, 1000)
    assert len(np.unique(points[:, 0])) == len(np.unique(points[:, 1])) == 1000


@pytest.mark.parametrize("dimension", [1, 2, 3, 6])
def test_comparison_looks_at_every_corner_and_face(dimension: int) -> None:
    points = compared(dimension)
    corners = points[(np.abs(points) == 1).all(axis=1)]
    assert len(np.unique(corners, axis=0)) == 2**dimension
    for i in range(dimension):
        for end in (-1, 1):
            assert np.mean(points[:, i] == end) > 0.06


@pytest.mark.parametrize("dimension", [2, 3, 6])
def test_on_its_line_a_direction_is_seen_from_end_to_end(dimension: int) -> None:
    way = np.random.default_rng(dimension).normal(size=(1, dimension))
    seen = along(way, 40) @ way[0] / np.abs(way).sum()
    assert seen == pytest.approx(-np.cos(np.pi * (np.arange(40) + 0.5) / 40))


def test_the_fine_grid_is_ten_times_as_fine_as_the_fit() -> None:
    assert len(finely_compared(1, 50)) == 501
    points = finely_compared(2, 900)
    assert points.shape == (301**2, 2)
    assert len(finely_compared(2, 10**9)) == 1024**2
    assert len(finely_compared(4, 900)) > 100_000


def test_points_are_carried_into_the_box_whatever_its_ends_are() -> None:
    target = Target("x + y", [(1e6, 1e6 + 0.1), (-np.pi, 1e-300)])
    points = on_the_box(target, compared(2))
    assert (points >= target.lower).all()
    assert (points <= target.upper).all()
    assert (points[-1] == target.upper).all()
