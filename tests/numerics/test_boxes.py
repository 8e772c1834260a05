"""Boxes: centres that reach both ends, halves that cover, grids and cells."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uat.numerics.boxes import centres, corners, equal_cells, grid, halves, inside, middles

ends = st.floats(allow_nan=False, allow_infinity=False)


@given(a=ends, b=ends)
def test_half_widths_reach_both_ends_of_a_box(a: float, b: float) -> None:
    lower, upper = np.array([[min(a, b)]]), np.array([[max(a, b)]])
    centre, radius = (Fraction(float(v[0, 0])) for v in centres(lower, upper))
    low, high = Fraction(min(a, b)), Fraction(max(a, b))
    assert centre - radius <= low <= centre <= high <= centre + radius
    assert radius <= (high - low) / 2 + 2 * Fraction(math.ulp(max(abs(a), abs(b))))


@given(a=ends, b=ends, axis=st.integers(0, 1))
def test_halves_share_the_middle_and_cover_the_box(a: float, b: float, axis: int) -> None:
    lower, upper = np.full((1, 2), min(a, b)), np.full((1, 2), max(a, b))
    low, high = halves(lower, upper, np.array([axis]))
    assert high[0, axis] == low[1, axis] == middles(lower, upper)[0, axis]
    assert (low[0] == lower[0]).all()
    assert (high[1] == upper[0]).all()
    assert (low[1, 1 - axis], high[0, 1 - axis]) == (lower[0, 0], upper[0, 0])


@pytest.mark.parametrize("a", [0.0, 1.0, -1e308, 1.7e308, 5e-324])
def test_between_neighbouring_floats_there_is_no_middle(a: float) -> None:
    lower = np.array([[a]])
    upper = np.nextafter(lower, np.inf)
    assert not inside(lower, upper).any()
    assert inside(lower, np.nextafter(upper, np.inf)).all()


@pytest.mark.parametrize("d", [1, 2, 3])
def test_equal_cells_fill_the_box_and_corners_are_its_own(d: int) -> None:
    lower, upper = -np.arange(1.0, d + 1), np.arange(1.0, d + 1) ** 2
    low, high = equal_cells(lower, upper, 5)
    assert len(low) == 5**d
    assert np.prod(high - low, axis=1).sum() == pytest.approx(np.prod(upper - lower))
    for found, wanted in ((low.min(axis=0), lower), (high.max(axis=0), upper)):
        assert (found == wanted).all()
    assert np.unique(corners(lower, upper), axis=0).shape == (2**d, d)
    assert grid([np.zeros(2)] * d).shape == (2**d, d)


def test_cells_are_fewer_where_floats_are() -> None:
    lower = np.array([1.0])
    low, high = equal_cells(lower, np.nextafter(lower, 2.0), 64)
    assert len(low) == len(high) == 1
