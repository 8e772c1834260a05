"""Sums and products in two floats: nothing is lost, or no more than is said."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uat.numerics.error_free import pairwise_sum, prefix_sums, two_product, two_sum
from uat.numerics.network_rounding import ROUNDOFF

halves = st.floats(-1e100, 1e100).filter(lambda v: v == 0 or abs(v) > 1e-100)


@given(a=halves, b=halves)
def test_two_floats_lose_nothing(a: float, b: float) -> None:
    x, y = np.array([a]), np.array([b])
    high, low = two_product(x, y)
    assert Fraction(float(high[0])) + Fraction(float(low[0])) == Fraction(a) * Fraction(b)
    high, low = two_sum(x, y)
    assert Fraction(float(high[0])) + Fraction(float(low[0])) == Fraction(a) + Fraction(b)


@given(terms=st.lists(st.floats(-1e20, 1e20), max_size=40))
def test_prefix_sums_err_by_what_they_say(terms: list[float]) -> None:
    high, low, error = prefix_sums(np.array(terms))
    exact = Fraction(0)
    for i in range(len(terms) + 1):
        off = abs(Fraction(float(high[i])) + Fraction(float(low[i])) - exact)
        assert off <= Fraction(error)
        exact += Fraction(terms[i]) if i < len(terms) else 0
    assert error <= 1e-28 * (1 + sum(map(abs, terms)))


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 64, 1001])
def test_pairwise_sums_lose_one_rounding(count: int) -> None:
    rng = np.random.default_rng(count)
    terms = rng.normal(size=(20, count)) * 10.0 ** rng.uniform(-8, 8, size=(20, count))
    if count > 3:
        terms[:, 0], terms[:, -1] = 1e12, -1e12
    for row, total in zip(terms.tolist(), pairwise_sum(terms).tolist(), strict=True):
        bound = ROUNDOFF * (1 + 1e-6) * math.fsum(map(abs, row))
        assert abs(total - math.fsum(row)) <= bound
