"""The range of a quadratic model is not left, and not much wider than it is."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uat.proof.cells.quadratic import Quadratic, flat

sizes = st.one_of(st.floats(-3, 3), st.just(0.0), st.floats(-1e12, 1e12), st.floats(-1e-9, 1e-9))
shares = st.fractions(-1, 1, max_denominator=100)


@pytest.mark.slow
@settings(max_examples=100)
@given(d=st.integers(1, 3), numbers=st.lists(sizes, min_size=16, max_size=16), share=st.data())
def test_the_range_of_a_quadratic_is_not_left(
    d: int, numbers: list[float], share: st.DataObject
) -> None:
    constant, error = numbers[0], abs(numbers[1])
    slope, radius = np.array([numbers[2 : 2 + d]]), np.abs(np.array([numbers[5 : 5 + d]]))
    curve = np.reshape(numbers[7 : 7 + d * d], (1, d, d))
    curve = (curve + curve.transpose(0, 2, 1)) / 2
    model = Quadratic(np.array([constant]), slope, curve, np.array([error]))
    bound = Fraction(float(model.largest(radius)[0]))
    for _ in range(4):
        s = [share.draw(shares) * Fraction(r) for r in radius[0].tolist()]
        value = Fraction(constant)
        for i in range(d):
            value += Fraction(slope[0, i]) * s[i]
            value += sum(Fraction(curve[0, i, j]) * s[i] * s[j] for j in range(d))
        assert abs(value) + Fraction(error) <= bound


def largest(constant: float, slope: float, curve: float) -> float:
    model = Quadratic(
        np.array([constant]), np.array([[slope]]), np.array([[[curve]]]), np.array([0.0])
    )
    return float(model.largest(np.array([[1.0]]))[0])


def test_the_range_of_a_parabola_is_exact() -> None:
    assert largest(0, 1, 0) == pytest.approx(1)
    assert largest(0, 2, -2) == pytest.approx(4)
    assert largest(1, 1, -1) == pytest.approx(1.25)
    assert largest(-1, 1, 1) == pytest.approx(1.25)
    assert largest(-0.5, 0, 1) == pytest.approx(0.5)


@pytest.mark.parametrize("scale", [2.0**-530, 2.0**-600, 2.0**-900, 2.0**900])
def test_a_parabola_whose_slope_has_no_square_in_floats_is_exact_too(scale: float) -> None:
    assert 1.25 * scale <= largest(scale, scale, -scale) <= 1.2500001 * scale
    assert 1.25 * scale <= largest(-scale, scale, scale) <= 1.2500001 * scale


def test_nothing_known_of_one_part_is_nothing_known_of_the_difference() -> None:
    known, unknown = flat(np.zeros(1), np.zeros(1), 1), flat(np.zeros(1), np.full(1, np.inf), 1)
    assert known.minus(unknown).largest(np.ones((1, 1)))[0] == np.inf
    assert unknown.or_else(np.arange(1), flat(np.ones(1), np.ones(1), 1)).error[0] == 1
