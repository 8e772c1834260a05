"""Splines of scipy are read as the piecewise polynomials of their very floats."""

from fractions import Fraction
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import interpolate

import uat
from tests.oracles.formulas import exact_formula, mp
from uat.enclosure.enclose import enclose
from uat.errors import CannotProve, InputError, WrongType
from uat.expression.brought.splines import read

X = [0.0, 0.3, 1.1, 1.5, 2.25, 3.0]
Y = [0.0, 1.0, -0.5, 0.25, 0.1, 2.0]


def by_powers(spline: Any, place: Fraction) -> Fraction:
    """Σ c (x − x_i)^(k − m), in fractions."""
    ends, c = spline.x.tolist(), spline.c
    i = max(j for j in range(c.shape[1]) if ends[j] <= place)
    t = place - Fraction(ends[i])
    column = [Fraction(v) for v in c[:, i].tolist()]
    return sum((v * t ** (len(column) - 1 - m) for m, v in enumerate(column)), Fraction(0))


def by_basis(spline: Any, place: Fraction) -> Fraction:
    """Σ c_j B_j by the recurrence of Cox and de Boor, in fractions."""
    t = [Fraction(v) for v in spline.t.tolist()]

    def basis(j: int, degree: int) -> Fraction:
        if degree == 0:
            return Fraction(t[j] <= place < t[j + 1])
        total = Fraction(0)
        if t[j] < t[j + degree]:
            total += (place - t[j]) / (t[j + degree] - t[j]) * basis(j, degree - 1)
        if t[j + 1] < t[j + degree + 1]:
            share = (t[j + degree + 1] - place) / (t[j + degree + 1] - t[j + 1])
            total += share * basis(j + 1, degree - 1)
        return total

    terms = (Fraction(c) * basis(j, spline.k) for j, c in enumerate(spline.c.tolist()))
    return sum(terms, Fraction(0))


def differs(spline: Any, place: float, value: Fraction) -> bool:
    with mp.workdps(60):
        found = exact_formula(read(spline, 1).expression.to_table(), [place])
        exact = mp.mpf(value.numerator) / value.denominator
        return bool(abs(found - exact) > 1e-50 * (1 + abs(exact)))


heights = st.lists(st.floats(-3, 3), min_size=6, max_size=6)
inside = st.floats(0, 3, exclude_max=True)


@settings(max_examples=25)
@given(heights, inside, st.sampled_from(["natural", "pchip", "akima"]))
def test_a_piecewise_polynomial_has_its_exact_value(y: list[float], at: float, kind: str) -> None:
    made: dict[str, Any] = {
        "natural": lambda: interpolate.CubicSpline(X, y, bc_type="natural"),
        "pchip": lambda: interpolate.PchipInterpolator(X, y),
        "akima": lambda: interpolate.Akima1DInterpolator(X, y),
    }
    spline = made[kind]()
    assert not differs(spline, at, by_powers(spline, Fraction(at)))


@settings(max_examples=25)
@given(heights, inside, st.sampled_from([0, 1, 2, 3, 5]))
def test_a_spline_in_its_basis_has_its_exact_value(y: list[float], at: float, k: int) -> None:
    spline = interpolate.make_interp_spline(X, y, k=k)
    lowest = float(spline.t[spline.k])
    place = max(at, lowest)
    assert not differs(spline, place, by_basis(spline, Fraction(place)))


def test_knots_that_meet_leave_no_piece_between_them() -> None:
    knots = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2]
    spline = interpolate.BSpline(knots, [1.0, 2.0, -1.0, 0.5, 0.0, 3.0, 1.0], 3)
    for place in (0.0, 0.7, 1.0, 1.9):
        assert not differs(spline, place, by_basis(spline, Fraction(place)))


@pytest.mark.parametrize(
    "spline",
    [
        interpolate.CubicSpline(X, Y),
        interpolate.BPoly.from_derivatives(X, np.array([Y, Y[::-1]]).T),
        interpolate.UnivariateSpline(X, Y, s=0.1),
        interpolate.InterpolatedUnivariateSpline(X, Y, k=2),
        interpolate.interp1d(X, Y),
        interpolate.make_interp_spline(X, Y, k=1),
    ],
)
def test_every_kind_of_spline_is_read_and_enclosed(spline: Any) -> None:
    found = read(spline, 1)
    assert found.box == ((0.0, 3.0),)
    x = np.linspace(0, 3, 301)
    np.testing.assert_allclose(found.expression(x), spline(x), rtol=0, atol=1e-13)
    low, high = enclose(found.expression, x[:-1, None], x[1:, None])
    middle = spline((x[:-1] + x[1:]) / 2)
    assert (low - 1e-13 <= middle).all()
    assert (middle <= high + 1e-13).all()


def test_a_spline_gets_a_proved_network_and_a_confirmed_certificate(tmp_path: Any) -> None:
    from uat import checker

    spline = interpolate.CubicSpline([0.0, 1.0, 2.0], [0.0, 1.0, 0.5])
    g = uat.approximate(spline, (0, 2), eps=0.1, activation=uat.relu)
    assert g.certificate is not None
    x = np.linspace(0, 2, 1001)
    assert np.abs(g(x) - spline(x)).max() <= g.certificate.upper < 0.1
    g.certificate.save(tmp_path / "g.json")
    checker.check(checker.read(tmp_path / "g.json"))


def test_nothing_is_extrapolated() -> None:
    with pytest.raises(InputError, match=r"CubicSpline on \[0, 3\], which is not extrapolated"):
        uat.Target(interpolate.CubicSpline(X, Y), (0, 3.5))


class Higher(interpolate.CubicSpline):
    """A spline with values of its own."""

    def __call__(self, x: Any, *_: Any) -> Any:
        return super().__call__(x) + 1


def test_what_cannot_be_read_is_said_in_one_line() -> None:
    many = np.linspace(0, 1, 1200)
    for odd, words in (
        (interpolate.KroghInterpolator(X, Y), "a KroghInterpolator .* write it as a BSpline"),
        (interpolate.interp1d(X, Y, kind="cubic"), "another kind than 'linear'"),
        (interpolate.CubicSpline(many, many), "1,199 pieces"),
        (Higher(X, Y), "derived from a class of scipy"),
    ):
        target = uat.Target(odd, (0, 1))
        assert target.expression is None
        with pytest.raises(CannotProve, match=words):
            uat.approximate(target, eps=0.1)
    with pytest.raises(InputError, match="has one"):
        uat.Target(interpolate.CubicSpline(X, Y), [(0, 1), (0, 1)])
    with pytest.raises(InputError, match=r"values of shape \(2,\)"):
        uat.Target(interpolate.CubicSpline(X, np.array([Y, Y]).T), (0, 1))
    with pytest.raises(WrongType, match="complex"):
        uat.Target(interpolate.PPoly(np.array([[1j]]), [0, 1]), (0, 1))


def test_large_binomial_coefficients_are_exact() -> None:
    """C(70, 35) is beyond the whole numbers that a double holds."""
    middle = np.eye(71)[35][:, None]
    f = read(interpolate.BPoly(middle, [0.0, 1.0]), 1).expression
    exact = Fraction(comb(70, 35), 2**70)
    with mp.workdps(60):
        near = exact_formula(f.to_table(), (0.5,))
        assert abs(near - mp.mpf(exact.numerator) / exact.denominator) < 1e-40


def test_a_declared_modulus_needs_no_formula() -> None:
    krogh = interpolate.KroghInterpolator([0.0, 1.0, 2.0], [0.0, 1.0, 0.0])
    assert uat.Target(krogh, (0, 2), modulus=3.0).expression is None
