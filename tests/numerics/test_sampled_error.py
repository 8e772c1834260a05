"""The largest error on samples: found in narrow peaks, never above the supremum."""

import numpy as np
import pytest

import uat
from uat import Target
from uat.numerics.sampled_error import errors_at, largest_error

ZERO = uat.Network.from_units([0.0], [0.0], [0.0], uat.tanh)


@pytest.mark.parametrize("place", [0.1234567, 0.5, 0.98765])
def test_a_peak_between_the_points_of_the_grid_is_climbed(place: float) -> None:
    size, points = largest_error(Target(f"exp(-1e5*(x - {place})**2)", (0, 1)), ZERO)
    assert 1 - 1e-6 < size <= 1
    assert points[0, 0] == pytest.approx(place, abs=1e-5)


@pytest.mark.parametrize("d", [2, 3, 5])
def test_points_stay_on_the_box_in_more_dimensions(d: int) -> None:
    names = "*".join(f"x{i + 1}" for i in range(d))
    zero = uat.Network.from_units([0.0], np.zeros((1, d)), [0.0], uat.tanh)
    size, points = largest_error(Target(names, [(-1, 2)] * d), zero)
    assert 0.5 * 2**d < size <= 2**d
    assert (np.abs(points - 0.5) <= 1.5).all()


def test_overflow_is_infinite_at_a_point_and_does_not_count_as_the_largest() -> None:
    """g is 0 up to ½ and past the range of floats from there on, or almost."""
    steep = uat.Network.from_units([1e300], [1e300], [-5e299], uat.relu)
    f = Target("x", (0, 1))
    assert errors_at(f, steep, np.array([[0.5], [1.0]])).tolist() == [0.5, np.inf]
    assert largest_error(f, steep)[0] < np.inf
