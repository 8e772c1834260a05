"""The k-th coefficient contains f^(k)/k! at every point of the ball."""

import numpy as np
import pytest
from flint import arb, ctx

from tests.oracles.exact import mp
from uat.core.activations import NAMED
from uat.enclosure.series import is_polynomial, taylor
from uat.errors import CannotProve
from uat.expression.parse import parse

SMOOTH = {
    "1/(1+exp(-x))": lambda x: 1 / (1 + mp.exp(-x)),
    "tanh(x)": mp.tanh,
    "sinh(x)*cosh(x/2)": lambda x: mp.sinh(x) * mp.cosh(x / 2),
    "erf(x)": mp.erf,
    "exp(-x**2)": lambda x: mp.exp(-(x**2)),
    "arcsinh(x)+arctan(x)": lambda x: mp.asinh(x) + mp.atan(x),
    "log1p(exp(x))": lambda x: mp.log1p(mp.exp(x)),
    "expm1(x)/(x+3)**2": lambda x: mp.expm1(x) / (x + 3) ** 2,
    "(x+2)**1.5": lambda x: (x + 2) ** mp.mpf("1.5"),
    "sqrt(x+2)*pi": lambda x: mp.sqrt(x + 2) * mp.pi,
    "tan(x/4)": lambda x: mp.tan(x / 4),
}


@pytest.mark.parametrize("formula", sorted(SMOOTH))
def test_coefficients_are_those_of_a_numerical_oracle(formula: str) -> None:
    with ctx.workprec(200), mp.workprec(400):
        found = taylor(parse(formula), arb(0.25), 8)
        expected = mp.taylor(SMOOTH[formula], mp.mpf(0.25), 7)
        for ours, theirs in zip(found, expected, strict=True):
            assert ours.rad() < 1e-40
            assert abs(mp.mpf(ours.mid().str(50, radius=False)) - theirs) < 1e-30


@pytest.mark.parametrize("formula", sorted(SMOOTH))
def test_over_a_ball_they_contain_those_of_its_points(formula: str) -> None:
    rng = np.random.default_rng(3)
    wide = taylor(parse(formula), arb(0.25, 0.125), 6)
    for place in 0.25 + rng.uniform(-0.125, 0.125, 20):
        for over, at in zip(wide, taylor(parse(formula), arb(place), 6), strict=True):
            assert over.overlaps(at)


def test_coefficients_past_a_polynomial_are_zero() -> None:
    assert [float(c.mid()) for c in taylor(parse("x**2"), arb(3), 5)] == [9, 6, 1, 0, 0]
    assert taylor(parse("2"), arb(3), 2) == [arb(2), arb(0)]


def test_a_pole_in_the_ball_gives_nothing_finite() -> None:
    assert not any(c.is_finite() for c in taylor(parse("1/x"), arb(0, 1), 3))
    assert not any(c.is_finite() for c in taylor(parse("1/(x - x)"), arb(0.5), 3))


@pytest.mark.parametrize("formula", ["abs(x)", "max(x, 0)", "where(x < 0, 0, x**2)"])
def test_a_kink_has_no_series(formula: str) -> None:
    with pytest.raises(CannotProve, match="has no power series"):
        taylor(parse(formula), arb(0.5), 3)


def test_the_number_of_terms_does_not_leak() -> None:
    before = ctx.cap
    taylor(parse("exp(x)"), arb(0), 25)
    assert ctx.cap == before


@pytest.mark.parametrize("formula", ["3", "x", "-(x+1)**3/2 + pi*x", "(x**2)*(1-x)", "x/exp(2)"])
def test_polynomials_are_known_by_their_formula(formula: str) -> None:
    assert is_polynomial(parse(formula))


@pytest.mark.parametrize("formula", ["sin(x)", "x**-1", "x**0.5", "1/(1+x)", "abs(x)", "2**x"])
def test_other_formulas_are_not_taken_for_polynomials(formula: str) -> None:
    assert not is_polynomial(parse(formula))


def test_no_activation_of_the_package_is_a_polynomial() -> None:
    assert not any(is_polynomial(a.expression) for a in NAMED.values() if a.expression)
