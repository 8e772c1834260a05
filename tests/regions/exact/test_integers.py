"""Exact integers of any size: products and intersections are right where int64 overflows."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uat.regions.exact.integers import exact_intersection, multiply

SIZES = st.sampled_from([1, 2, 2**10, 2**20, 2**31, 2**53, 2**61])


def solved(rows: list[list[int]]) -> list[Fraction] | None:
    """Solve a·x + c = 0 in fractions; nothing where the planes are dependent."""
    n = len(rows)
    left = [[Fraction(entry) for entry in row] for row in rows]
    for k in range(n):
        pivot = next((i for i in range(k, n) if left[i][k] != 0), None)
        if pivot is None:
            return None
        left[k], left[pivot] = left[pivot], left[k]
        left[k] = [entry / left[k][k] for entry in left[k]]
        for i in range(n):
            if i != k:
                left[i] = [x - left[i][k] * y for x, y in zip(left[i], left[k], strict=True)]
    return [-row[n] for row in left]


@st.composite
def planes(draw: st.DrawFn) -> list[list[int]]:
    """Rows of very different sizes."""
    n = draw(st.integers(1, 4))
    sizes = [draw(SIZES) for _ in range(n)]
    return [[draw(st.integers(-size, size)) for _ in range(n + 1)] for size in sizes]


@given(planes())
def test_planes_of_any_size_meet_where_fractions_say(rows: list[list[int]]) -> None:
    expected = solved(rows)
    if expected is not None:
        *point, divisor = exact_intersection(np.array([rows]))[0].tolist()
        assert divisor > 0
        assert [Fraction(x, divisor) for x in point] == expected


@pytest.mark.parametrize("order", [1, -1])
def test_one_long_row_among_short_ones_overflows_nothing(order: int) -> None:
    """Alone in its block, so that no other row shows how large numbers can be."""
    rows = [[0, 1, 1024], [100319927686533616, -11903555477853318, 0]][::order]
    *point, divisor = exact_intersection(np.array([rows]))[0].tolist()
    assert [Fraction(x, divisor) for x in point] == solved(rows)


@given(st.lists(SIZES, min_size=2, max_size=2), st.integers(1, 5))
def test_products_of_any_size_are_exact(sizes: list[int], terms: int) -> None:
    a, b = np.full((1, terms), sizes[0]), np.full((terms, 1), -sizes[1])
    assert multiply(a, b).tolist() == [[-sizes[0] * sizes[1] * terms]]
