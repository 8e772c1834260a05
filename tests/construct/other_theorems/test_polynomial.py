"""p is exact, and its distance from f is bounded on both sides."""

import math
from fractions import Fraction

import numpy as np
import pytest

from uat import examples
from uat.construct.other_theorems.polynomial import (
    Polynomial,
    chebyshev_coefficients,
    distance,
    frame,
    largest_value,
)
from uat.core.target import Target
from uat.errors import CannotProve, InputError
from uat.expression.graph import Expression
from uat.expression.parse import parse

KNOWN = [
    ("sin(x)", 0.0, 3.0, 1.0),
    ("x**2 - 2", -1.0, 2.0, 2.0),
    ("abs(x - 0.3) - 0.1", 0.0, 1.0, 0.6),
    ("exp(-x**2)", -2.0, 3.0, 1.0),
    ("sqrt(abs(x))", -1.0, 1.0, 1.0),
    ("where(x < 1, x, 2 - x)", 0.0, 3.0, 1.0),
    ("x**3 - x", -1.0, 1.0, 2 / math.sqrt(27)),
]


def through(target: Target, degree: int) -> Polynomial:
    coefficients = map(Fraction, chebyshev_coefficients(target, degree).tolist())
    return Polynomial(tuple(coefficients), *frame(target))


@pytest.mark.parametrize("domain", [(-1, 1), (0, 1), (0.1, 0.7), (-1, np.pi), (1e6, 1e6 + 0.1)])
def test_the_frame_covers_the_domain(domain: tuple[float, float]) -> None:
    middle, half = map(Fraction, frame(Target("x", domain)))
    assert middle - half <= Fraction(domain[0]) < Fraction(domain[1]) <= middle + half
    assert half <= (Fraction(domain[1]) - Fraction(domain[0])) / 2 * (1 + Fraction(1, 2**20))


@pytest.mark.parametrize("seed", range(5))
def test_powers_about_any_centre_give_the_same_values(seed: int) -> None:
    rng = np.random.default_rng(seed)
    coefficients = tuple(map(Fraction, rng.normal(size=1 + seed).tolist()))
    p = Polynomial(coefficients, 0.375, 1.25)
    centre, x = Fraction(*map(int, rng.integers(1, 50, 2))), Fraction(3, 7)
    powers = p.about(centre)
    assert sum(v * (x - centre) ** k for k, v in enumerate(powers)) == p(x)
    t = (float(x) - 0.375) / 1.25
    chebyshev = np.polynomial.chebyshev.chebval(t, [float(c) for c in coefficients])
    assert float(p(x)) == pytest.approx(chebyshev, abs=1e-13)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "degree"),
    [
        (Target("exp(x)", (-1, 1)), 6),
        (examples.nielsen, 28),
        (examples.kink, 30),
        (examples.slides, 5),
        (Target("sqrt(x)", (0, 1)), 20),
    ],
    ids=["exp", "nielsen", "kink", "slides", "sqrt"],
)
def test_no_point_is_farther_than_the_bound(target: Target, degree: int) -> None:
    p = through(target, degree)
    above, below, witness = distance(target, p)
    a, b = target.domain[0]
    x = np.unique(np.concatenate([np.linspace(a, b, 601), [witness]]))
    values = np.array([float(p(Fraction(v))) for v in x.tolist()])
    gaps = np.abs(np.asarray(target(x)) - values)
    assert gaps.max() <= above + 1e-14
    assert below <= above <= 1.1 * gaps.max()
    assert gaps[x == witness][0] == pytest.approx(below, rel=1e-6)


def test_an_f_without_formula_is_refused() -> None:
    opaque = Target("abs(x)", (-1, 1), 1.0, traced=False)
    with pytest.raises(CannotProve, match="formula"):
        distance(opaque, through(opaque, 3))


def test_two_coordinates_are_refused() -> None:
    with pytest.raises(InputError, match="one coordinate"):
        frame(Target("x*y", [(0, 1), (0, 1)]))


def test_a_coefficient_that_is_no_float_is_refused() -> None:
    with pytest.raises(InputError, match="is a float is needed"):
        Polynomial((Fraction(1, 3),), 0.0, 1.0)


@pytest.mark.parametrize(("formula", "lower", "upper", "expected"), KNOWN)
def test_known_largest_values_are_met(
    formula: str, lower: float, upper: float, expected: float
) -> None:
    above, below, place = largest_value(parse(formula), lower, upper)
    assert below <= expected * (1 + 1e-15) <= above * (1 + 1e-15)
    assert above <= expected * 1.021
    assert lower <= place <= upper


def random_formula(rng: np.random.Generator) -> Expression:
    a, b, c, e = rng.normal(size=4).round(3).tolist()
    shape = ("sin({0}*x**2+{1})+{2}", "{0}*abs(x-{1})+{2}*cos(9*x)", "exp({0}*x)/(x**2+1)-{3}",
             "max({0}*x,{1}*x**2)-x*tanh(x*9)")[int(rng.integers(4))]  # fmt: skip
    return parse(shape.format(a, b, c, e))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_no_point_is_above_the_bound(seed: int) -> None:
    rng = np.random.default_rng(seed)
    h = random_formula(rng)
    above, below, place = largest_value(h, -1.5, 2.0)
    x = np.concatenate([rng.uniform(-1.5, 2.0, 20_000), [-1.5, 2.0]])
    best = float(x[np.argmax(np.abs(h(x)))])
    step = 1e-3
    for _ in range(60):
        tried = np.clip(best + step * np.linspace(-1, 1, 41), -1.5, 2.0)
        best, step = float(tried[np.argmax(np.abs(h(tried)))]), step / 1.5
    assert abs(h(best)) <= above * (1 + 1e-14)
    assert abs(abs(h(place)) - below) <= 1e-12
    assert above <= 1.021 * below


@pytest.mark.slow
def test_a_pole_is_not_bounded() -> None:
    above, _, _ = largest_value(parse("1/x"), -1.0, 1.0)
    assert above == math.inf


def test_a_bound_small_enough_is_not_sharpened() -> None:
    rough, _, _ = largest_value(parse("x - x"), 0.0, 1.0, enough=0.5)
    assert rough <= 0.5
