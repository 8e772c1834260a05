"""Two units with fixed weights follow every continuous function of one variable."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from tests.construct.other_theorems.test_catalogue import sigma_at
from tests.oracles.exact import mp, to_mp
from uat import examples
from uat.construct.other_theorems.guliyev_ismailov import TwoUnits, build, entry_of
from uat.core.target import Target
from uat.errors import CannotProve, InputError

TARGETS = [
    pytest.param(examples.nielsen, 4.3e-5, id="nielsen"),
    pytest.param(examples.slides, 0.1, id="slides"),
    pytest.param(examples.kink, 0.02, id="kink"),
    pytest.param(examples.runge, 1e-3, id="runge"),
    pytest.param(Target("sqrt(x)", (0, 1)), 0.05, id="sqrt"),
    pytest.param(Target("exp(x)", (-0.1, 0.3)), 1e-9, id="exp"),
]


def by_hand(g: TwoUnits, x: Fraction) -> Any:
    """Σ c_i σ(slope·x + θ_i), with arguments of hundreds of digits."""
    return mp.fsum(
        to_mp(c) * sigma_at(g.slope * x + shift, g.sigma.rise)
        for c, shift in zip(g.output_weights, g.shifts, strict=True)
    )


@pytest.mark.parametrize(("target", "eps"), TARGETS)
def test_two_units_are_within_eps(target: Target, eps: float) -> None:
    g, certificate = build(target, eps)
    assert g.units == 2
    assert 0.5 * certificate.upper < certificate.lower <= certificate.upper < eps
    a, b = target.domain[0]
    x = np.unique(np.clip((a + b) / 2 - (b - a) / 2 * np.cos(np.linspace(0, np.pi, 2001)), a, b))
    gaps = np.abs(np.asarray(target(x)) - g(x))
    assert gaps.max() <= certificate.bound
    best, step = float(x[np.argmax(gaps)]), (b - a) / 2000
    for _ in range(30):  # an adversary climbs from the largest error of the grid
        tried = np.clip(best + step * np.linspace(-1, 1, 21), a, b)
        there = np.abs(np.asarray(target(tried)) - g(tried))
        best, step = float(tried[np.argmax(there)]), step / 1.6
        assert there.max() <= certificate.bound
    (witness,) = certificate.witness
    assert abs(float(target(witness)) - g(witness)) >= certificate.lower - certificate.rounding


@pytest.mark.parametrize(("target", "eps"), TARGETS[:3])
def test_the_sum_of_the_units_is_what_long_arithmetic_says(target: Target, eps: float) -> None:
    g, certificate = build(target, eps)
    (a, b), entry = target.domain[0], entry_of(g.cells[0])
    unit = g.output_weights[0] * g.sigma.affine(g.cells[0])[1]
    assert unit.numerator == 1
    with mp.workdps(260):
        for x in np.linspace(a, b, 7).tolist():
            value = by_hand(g, Fraction(x))
            assert abs(to_mp(g.exact(Fraction(x))) - value) < 1e-60
            assert abs(g(x) - value) <= certificate.rounding
            t = (Fraction(x) - g.start) / g.length
            assert g.exact(Fraction(x)) == unit * entry(t)


def test_the_slopes_depend_on_the_domain_alone() -> None:
    one, _ = build(Target("exp(x)", (0, 2)), 0.01)
    other, _ = build(Target("cos(9*x)", (0, 2)), 0.01)
    assert one.slope == other.slope == Fraction(1, 2)
    assert one.sigma == other.sigma
    assert one.cells != other.cells


def test_the_shift_has_one_digit_for_each_digit_of_the_polynomial() -> None:
    bits = [build(examples.nielsen, eps)[0].cells[0].bit_length() for eps in (1e-1, 1e-3, 1e-5)]
    assert bits == sorted(bits)
    assert bits[-1] < 700


def test_zero_is_followed_too() -> None:
    g, certificate = build(Target("0*x", (0, 1)), 0.1)
    assert g([0.0, 0.5, 1.0]).tolist() == [0, 0, 0]
    assert certificate.upper == 0


def test_far_from_0_the_position_is_exact() -> None:
    target = Target("cos(9*(x - 1e6))", (1e6, 1e6 + 1))
    g, certificate = build(target, 1e-4)
    x = np.linspace(1e6, 1e6 + 1, 101)
    assert np.abs(target(x) - g(x)).max() <= certificate.bound < 1e-4


def test_points_outside_of_the_domain_are_refused() -> None:
    g, _ = build(Target("x**2", (-1, 1)), 0.1)
    assert g([[-1.0, 1.0]]).shape == (1, 2)
    for bad in (1.1, -2.0, np.nan):
        with pytest.raises(InputError, match="outside"):
            g(bad)


@pytest.mark.parametrize(
    ("target", "eps", "error", "words"),
    [
        (Target("x", (0, 1)), 0.0, InputError, "eps"),
        (Target("x", (0, 1)), np.inf, InputError, "eps"),
        (Target("x*y", [(0, 1), (0, 1)]), 0.1, InputError, "one coordinate"),
        (Target("sqrt(x)", (0, 1)), 1e-5, CannotProve, "no polynomial of degree"),
        (Target("abs(x)", (-1, 1), 1.0, traced=False), 0.1, CannotProve, "formula"),
    ],
    ids=["zero", "infinite", "two-coordinates", "too-rough", "opaque"],
)
def test_bad_input_is_one_clear_line(
    target: Target, eps: float, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        build(target, eps)
