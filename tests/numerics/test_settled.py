"""Settled units add up to their limits, to within their tails."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

import uat
from tests.oracles.activations import sigma_of
from tests.oracles.exact import mp
from uat.core.evaluate import settled_from
from uat.numerics.settled import exact_sum, settled_sum


@given(values=st.lists(st.floats(-1.7e308, 1.7e308), max_size=20))
def test_sums_of_floats_are_exact(values: list[float]) -> None:
    found, true = exact_sum(np.array(values)), sum(map(Fraction, values), Fraction(0))
    low, high = (Fraction(int(m)) * Fraction(2) ** int(e) for m, e in _ends(found))
    assert low <= true <= high
    assert high - low <= abs(true) * Fraction(2) ** -48


def _ends(ball: arb) -> list[tuple[Any, Any]]:
    return [ball.lower().man_exp(), ball.upper().man_exp()]


@pytest.mark.parametrize("name", ["logistic", "tanh", "cauchy_cdf", "descending", "heaviside"])
@pytest.mark.parametrize("tail", [2.0**-60, 1e-3])
def test_settled_units_are_within_the_bound_of_the_sum(name: str, tail: float) -> None:
    sigma, oracle = sigma_of(name)
    start, rng = settled_from(sigma, tail), np.random.default_rng(0)
    weights, right = rng.normal(size=30), rng.random(30) < 0.5
    total, lost = settled_sum(sigma, weights, right, tail)
    z = np.where(right, 1, -1) * max(start, 1e-9) * (1 + rng.random(30))
    true = sum(mp.mpf(a) * oracle(mp.mpf(v)) for a, v in zip(weights, z, strict=True))
    assert abs(true - mp.mpf(float(total))) <= lost + 1e-13


def test_without_limits_no_unit_is_settled() -> None:
    assert settled_from(uat.relu, 1e-3) == math.inf
