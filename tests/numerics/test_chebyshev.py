"""Chebyshev points: where they are, in order, never outside, and their cosines to the last bit."""

import numpy as np
import pytest

from tests.oracles.exact import mp
from uat.numerics.chebyshev import chebyshev_points, cosines


@pytest.mark.parametrize("count", [2, 3, 10, 101])
def test_both_kinds_are_the_cosines_of_equal_angles(count: int) -> None:
    zeros = np.cos(np.pi * (np.arange(count)[::-1] + 0.5) / count)
    extrema = np.cos(np.pi * np.arange(count)[::-1] / (count - 1))
    assert np.abs(chebyshev_points(-1.0, 1.0, count) - zeros).max() < 1e-15
    assert np.abs(chebyshev_points(-1.0, 1.0, count, ends=True) - extrema).max() < 1e-15


@pytest.mark.parametrize("box", [(0.0, 1.0), (1 / 3, 2 / 3), (-1e308, 1e308), (1.0, 1 + 2**-51)])
@pytest.mark.parametrize("ends", [True, False])
def test_points_are_in_order_and_on_the_interval(box: tuple[float, float], ends: bool) -> None:
    points = chebyshev_points(*box, 33, ends=ends)
    assert (np.diff(points) >= 0).all()
    assert box[0] <= points[0] <= points[-1] <= box[1]
    if ends:
        assert (points[0], points[-1]) == box


def test_one_point_of_the_first_kind_is_the_middle() -> None:
    assert chebyshev_points(0.0, 1.0, 1).tolist() == [0.5]


@pytest.mark.parametrize("count", [1, 2, 3, 7, 16, 45])
def test_cosines_are_the_nearest_floats(count: int) -> None:
    with mp.workdps(40):
        exact = [float(mp.cos(mp.pi * j / count)) for j in range(2 * count)]
        halves = [2 * j == count or 2 * j == 3 * count for j in range(2 * count)]
    assert cosines(count).tolist() == [
        0.0 if half else v for v, half in zip(exact, halves, strict=True)
    ]
