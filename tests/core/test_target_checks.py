"""Samples reach every corner of a box, and the closer look reaches neighbouring floats."""

from typing import Any

import numpy as np
import pytest

from uat.core.target_checks import check_modulus, check_values, check_variation, sample_points
from uat.errors import InputError


@pytest.mark.parametrize("dimension", [1, 2, 3, 4, 5, 30])
def test_samples_lie_in_the_box_and_include_its_ends(dimension: int) -> None:
    lower, upper = -np.arange(1.0, dimension + 1), np.full(dimension, np.pi)
    points = sample_points(lower, upper)
    assert (lower <= points).all()
    assert (points <= upper).all()
    assert (points == lower).all(axis=1).any()
    assert (points == upper).all(axis=1).any()
    assert len(points) <= 10_000


def test_in_one_dimension_samples_are_sorted_and_hit_0() -> None:
    points = sample_points(np.array([-1.0]), np.array([1.1]))[:, 0]
    assert (np.diff(points) > 0).all()
    assert 0.0 in points


def test_a_wave_that_vanishes_on_every_grid_is_seen() -> None:
    points = sample_points(np.array([0.0]), np.array([1.0]))
    values = check_values(lambda x: np.sin(1024 * np.pi * x), points, traced=True)
    assert np.abs(values).max() > 0.9
    with pytest.raises(InputError, match="f varies by at least"):
        check_variation(100.0, values)


@pytest.mark.parametrize("place", [0.3, 1 / 3, 0.99999, 1.0])
def test_the_closer_look_finds_an_infinite_slope_wherever_it_is(place: float) -> None:
    def f(x: Any) -> Any:
        return np.sqrt(np.abs(x - place))

    points = sample_points(np.array([0.0]), np.array([1.0]))
    with pytest.raises(InputError, match="the declared modulus allows"):
        check_modulus(f, lambda h: 1e4 * h, points, f(points[:, 0]))
    check_modulus(f, np.sqrt, points, f(points[:, 0]))


@pytest.mark.parametrize("dimension", [2, 3, 8])
def test_a_pair_along_the_slope_is_tried(dimension: int) -> None:
    def f(*x: Any) -> Any:
        return np.sum(x, axis=0)

    points = sample_points(np.zeros(dimension), np.ones(dimension))
    values, steepest = f(*points.T), np.sqrt(dimension)
    check_modulus(f, lambda h: steepest * h, points, values)
    with pytest.raises(InputError, match="the declared modulus allows"):
        check_modulus(f, lambda h: 0.999 * steepest * h, points, values)
