"""The fractals against fractions and mpmath, which know nothing of floats."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath  # type: ignore[import-untyped]
import numpy as np
import pytest

from uat.examples.fractals import cantor, takagi, takagi_modulus, weierstrass, weierstrass_modulus
from uat.expression.arrays import Array


def exact_cantor(x: float) -> float:
    rest, value, weight = Fraction(x), Fraction(0), Fraction(1)
    while rest > 0 and weight > value / 2**70:
        rest, weight = 3 * rest, weight / 2
        if rest >= 1:
            value += weight
            if rest <= 2:
                return float(value)
            rest -= 2
    return float(value)


def exact_takagi(x: float) -> float:
    rest, value, weight = Fraction(x), Fraction(0), Fraction(1)
    while rest:
        rest -= round(rest)
        value += weight * abs(rest)
        rest, weight = 2 * rest, weight / 2
    return float(value)


def exact_weierstrass(x: float) -> float:
    with mpmath.workprec(300):
        terms = [mpmath.mpf(0.5) ** k * mpmath.cospi(3**k * mpmath.mpf(x)) for k in range(90)]
        return float(mpmath.fsum(terms))


def hard_points() -> Array:
    """Take random points, tiny ones, ends, and floats on either side of k/3^n."""
    rng = np.random.default_rng(0)
    thirds = rng.integers(0, 3**12, 60) / 3.0**12
    every = [
        rng.random(200),
        10.0 ** -rng.uniform(0, 300, 60),
        1 - 10.0 ** -rng.uniform(0, 15.9, 60),
        np.array([0.0, 5e-324, 1e-310, 0.25, 0.5, 0.75, 1.0]),
        np.repeat(thirds, 3) + np.tile([-1.0, 0.0, 1.0], 60) * np.repeat(np.spacing(thirds), 3),
        3.0 ** -np.arange(1.0, 60.0),
    ]
    points: Array = np.clip(np.concatenate(every), 0.0, 1.0)
    return points


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fast", "exact", "units"),
    [(cantor, exact_cantor, 1), (takagi, exact_takagi, 1), (weierstrass, exact_weierstrass, None)],
    ids=["cantor", "takagi", "weierstrass"],
)
def test_values_are_right_to_the_last_digits(
    fast: Callable[[Any], Array], exact: Callable[[float], float], units: int | None
) -> None:
    x = hard_points()
    known = np.array([exact(v) for v in x.tolist()])
    allowed = 1.5e-15 if units is None else units * np.spacing(known)
    assert (np.abs(fast(x) - known) <= allowed).all()


@pytest.mark.parametrize("f", [cantor, takagi, weierstrass, takagi_modulus, weierstrass_modulus])
def test_shapes_are_kept(f: Callable[[Any], Array]) -> None:
    x = np.linspace(0, 1, 6)
    assert f(x.reshape(2, 3)).tolist() == f(x).reshape(2, 3).tolist()
    assert np.shape(f(0.5)) == ()
    assert f(np.empty(0)).shape == (0,)


def test_cantor_is_constant_outside_and_on_the_gaps() -> None:
    assert cantor([-1.0, 0.0, 0.4, 0.6, 1.0, 2.0]).tolist() == [0, 0, 0.5, 0.5, 1, 1]


def test_cantor_never_falls_and_stays_below_its_power_law() -> None:
    x = np.sort(np.concatenate([np.random.default_rng(1).random(20_000), hard_points()]))
    value = cantor(x)
    assert (np.diff(value) >= 0).all()
    assert (value <= x ** (np.log(2) / np.log(3)) * (1 + 1e-13)).all()


def test_cantor_repeats_itself_in_each_third() -> None:
    # 3x is exact for so few digits
    x = np.random.default_rng(2).integers(0, 2**40, 1000) / 2**40 / 4
    left = x[x <= 1 / 3]
    assert cantor(left) == pytest.approx(cantor(3 * left) / 2, abs=0)
    assert (cantor(1 - x) == 1 - cantor(x)).all()


def test_takagi_is_the_sum_of_a_tent_and_half_of_itself() -> None:
    x = np.random.default_rng(3).random(1000)
    assert takagi(x / 2) == pytest.approx(x / 2 + takagi(x) / 2, rel=1e-15)
    assert takagi(1 - x) == pytest.approx(takagi(x), rel=1e-13)
    assert takagi(np.array([1 / 3]))[0] == pytest.approx(2 / 3)


def test_weierstrass_is_a_wave_and_half_of_itself() -> None:
    x = np.random.default_rng(4).integers(0, 2**40, 1000) / 2**40 / 4
    assert weierstrass(x) == pytest.approx(np.cos(np.pi * x) + weierstrass(3 * x) / 2, abs=3e-15)
    assert weierstrass(1 - x) == pytest.approx(-weierstrass(x), abs=3e-15)


@pytest.mark.parametrize("modulus", [takagi_modulus, weierstrass_modulus])
def test_moduli_rise_from_nearly_0(modulus: Callable[[Any], Array]) -> None:
    h = np.concatenate([[0.0, 5e-324], np.logspace(-300, 0.3, 5000)])
    value = modulus(h)
    assert (np.diff(value) >= -1e-15 * value[1:]).all()
    assert value[0] <= 2.0**-53
