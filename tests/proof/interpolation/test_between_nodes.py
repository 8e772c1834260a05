"""Polynomials known at Chebyshev's points: no value between them is missed."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracles.exact import mp
from uat.expression.arrays import Array
from uat.proof.interpolation import between_nodes as interpolation
from uat.proof.interpolation.between_nodes import amplification, peak


def at_points(degree: int, y: Array) -> Array:
    """The Lagrange polynomials of Chebyshev's points at each y, by linear algebra."""
    nodes = np.cos(np.pi * np.arange(degree + 1) / degree)
    vander = np.polynomial.chebyshev.chebvander
    return np.asarray(np.linalg.solve(vander(nodes, degree).T, vander(y, degree).T).T)


def largest_value(values: Array) -> float:
    """The largest |p| between the points, by dense evaluation."""
    dense = np.cos(np.linspace(0, np.pi, {1: 4000, 2: 400, 3: 100}[values.ndim]))
    rows = values
    for axis, count in enumerate(values.shape):
        rows = np.moveaxis(np.tensordot(at_points(count - 1, dense), rows, axes=(1, axis)), 0, axis)
    return float(np.abs(rows).max())


def check_a_peak(values: Array, fineness: int) -> None:
    found, true = peak(values, fineness), largest_value(values)
    assert found >= true * (1 - 1e-12)
    lost = math.prod(1 / math.cos(math.pi / (2 * fineness)) for _ in values.shape)
    dense = (1, 1.00001, 1.002, 1.02)[values.ndim]
    assert found <= true * lost * dense


SHAPES = [(2,), (3,), (6,), (13,), (2, 2), (5, 3), (4, 9), (3, 2, 4)]


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("fineness", [2, 3, 4, 8, 32])
def test_a_peak_bounds_the_polynomial_and_loses_what_is_known(
    shape: tuple[int, ...], fineness: int
) -> None:
    rng = np.random.default_rng(7)
    for values in (rng.normal(size=shape), rng.choice([-1.0, 1.0], size=shape)):
        check_a_peak(values, fineness)


def peak_between_the_points(fineness: int) -> Array:
    """A peak, as sharp as degree 12 can be, in the middle of two points of the finer grid."""
    angle, top = np.pi * np.arange(13) / 12, np.pi / 2 + np.pi / (2 * fineness * 12)
    k = np.arange(13)
    return np.asarray(np.cos(np.outer(angle, k)) @ np.cos(k * top))


@pytest.mark.parametrize("fineness", [2, 3, 4])
def test_the_largest_value_may_lie_between_the_points_of_the_grid(fineness: int) -> None:
    values = peak_between_the_points(fineness)
    ((block, _),) = interpolation._on_fine_grid(values, (12,), (12 * fineness,))
    assert np.abs(block).max() < largest_value(values)
    check_a_peak(values, fineness)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_values_that_are_no_numbers_have_no_bound(value: float) -> None:
    assert peak(np.array([0.0, value, 1.0]), 4) == math.inf


@pytest.mark.parametrize("degree", [1, 2, 5, 17, 60])
def test_errors_grow_by_no_more_than_the_amplification(degree: int) -> None:
    dense = np.cos(np.linspace(0, np.pi, 16 * degree))
    worst = float(np.abs(at_points(degree, dense)).sum(axis=1).max())
    assert worst <= amplification((degree,)) <= 1.6 * worst
    assert amplification((degree, 3)) >= amplification((degree,)) * amplification((3,)) * 0.999


@pytest.mark.slow
@settings(max_examples=15)
@given(st.integers(1, 24), st.integers(2, 9), st.integers(0, 2**32))
def test_the_fine_values_err_by_no_more_than_is_said(degree: int, fineness: int, seed: int) -> None:
    check_fine_values(degree, fineness, seed)


def check_fine_values(degree: int, fineness: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=degree + 1)
    fine = fineness * degree
    matrix, wrong = interpolation._refining(degree, fine)
    rows = [at_mp(degree, fine, m) for m in range(0, fine + 1, max(1, fine // 5))]
    for row, exact in zip(matrix[:: max(1, fine // 5)], rows, strict=True):
        off = sum(abs(mp.mpf(float(a)) - e) for a, e in zip(row, exact, strict=True))
        assert off <= wrong
    ((block, error),) = interpolation._on_fine_grid(values, (degree,), (fine,))
    for value, exact in zip(block[:: max(1, fine // 5)], rows, strict=True):
        true = sum(mp.mpf(float(v)) * e for v, e in zip(values, exact, strict=True))
        assert abs(mp.mpf(float(value)) - true) <= error


def at_mp(degree: int, fine: int, m: int) -> list[object]:
    """The Lagrange polynomials at cos(πm/M), from the sum over cosines, in 50 digits."""
    with mp.workdps(50):
        row = []
        for j in range(degree + 1):
            total = mp.mpf(0)
            for k in range(degree + 1):
                weight = Fraction(1, (1 + (k in (0, degree))) * (1 + (j in (0, degree))))
                total += (
                    mp.mpf(weight.numerator)
                    / weight.denominator
                    * mp.cos(mp.pi * m * k / fine)
                    * mp.cos(mp.pi * k * j / degree)
                )
            row.append(2 * total / degree)
        return row
