"""Any σ but a polynomial: n + 1 units for degree n, and more digits than a float has."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

import uat
from tests.oracles.exact import mp, to_mp
from uat.construct.other_theorems.leshno import LongNetwork, build, remainder, spread_units
from uat.core.activations import NAMED, Activation
from uat.core.target import Target
from uat.errors import CannotProve, InputError, WrongType
from uat.expression.parse import parse


def smooth(formula: str) -> Activation:
    return Activation(formula, parse(formula), None, None, 0.0, False, np.inf)


ORACLE = {
    "logistic": lambda u: 1 / (1 + mp.exp(-u)),
    "tanh": mp.tanh,
    "gauss_cdf": mp.ncdf,
    "sin(x)": mp.sin,
    "exp(-x**2)": lambda u: mp.exp(-u * u),
    "log1p(exp(x))": lambda u: mp.log1p(mp.exp(u)),
}

TARGETS = {
    "exp(x)": (mp.exp, (-1.0, 1.0), 6, 5e-6),
    "sin(3*x)": (lambda x: mp.sin(3 * x), (-1.0, 1.0), 9, 1e-5),
    "x**2 - 3": (lambda x: x**2 - 3, (0.25, 2.0), 2, 1e-9),
    "1/(x+2)": (lambda x: 1 / (x + 2), (-1.0, 3.0), 5, 2e-2),
}


def named(name: str) -> Activation:
    return NAMED.get(name) or smooth(name)


def by_hand(long: LongNetwork, x: float) -> mp.mpf:
    """Sum the units in long arithmetic, from the stored numbers alone."""
    sigma = ORACLE[long.activation.name]
    return mp.fsum(
        to_mp(a) * sigma(to_mp(w) * (mp.mpf(x) - long.centre) + long.bias)
        for a, w in zip(long.output_weights, long.slopes, strict=True)
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("formula", "name"),
    [("exp(x)", name) for name in ORACLE]
    + [("sin(3*x)", "tanh"), ("x**2 - 3", "logistic"), ("1/(x+2)", "sin(x)")],
)
def test_every_smooth_activation_is_within_eps_of_every_target(formula: str, name: str) -> None:
    truth, domain, degree, eps = TARGETS[formula]
    long, certificate = build(Target(formula, domain), degree, eps, named(name))
    assert long.units == degree + 1
    assert certificate.upper < eps
    with mp.workprec(400):
        a, b = domain
        best, step = a, (b - a) / 30
        for _ in range(6):  # an adversary that walks to the largest error
            tried = np.clip(best + step * np.linspace(-30, 30, 61 if step > 0.01 else 9), a, b)
            errors = [abs(truth(mp.mpf(x)) - by_hand(long, x)) for x in tried.tolist()]
            best, step = float(tried[int(np.argmax([float(e) for e in errors]))]), step / 20
            assert max(errors) <= certificate.upper
        there = abs(truth(mp.mpf(certificate.witness[0])) - by_hand(long, *certificate.witness))
        assert certificate.lower <= there
    assert certificate.lower > 0.5 * certificate.upper or eps < 1e-8


@pytest.mark.slow
def test_evaluation_is_exact_to_the_last_bit() -> None:
    long, certificate = build(Target("sin(3*x)", (-1, 1)), 9, 1e-5)
    x = np.linspace(-1, 1, 15)
    with mp.workprec(400):
        expected = [float(by_hand(long, v)) for v in x.tolist()]
    assert np.abs(long(x) - expected).max() <= certificate.rounding
    assert long(0.5) == long([[0.5]])[0, 0]


def test_the_error_falls_with_the_square_of_the_spread() -> None:
    cube = (Fraction(0),) * 3 + (Fraction(1),)
    bounds = [
        remainder(spread_units(cube, 0.0, Fraction(1, k), uat.logistic, 1.0, 40), cube, Fraction(1))
        for k in (32, 64, 128)
    ]
    for wide, narrow in pairwise(bounds):
        assert 3.6 < wide / narrow < 4.4


@pytest.mark.slow
def test_fewer_digits_do_not_do() -> None:
    target, eps = Target("exp(x)", (-1, 1)), 5e-6
    long, _ = build(target, 6, eps)
    with mp.workprec(400):
        short = LongNetwork(
            tuple(
                Fraction(mp.nstr(to_mp(a), long.digits - 3)) for a in long.output_weights
            ), long.slopes, long.bias, long.centre, long.activation, long.digits - 3,
        )  # fmt: skip
        x = np.linspace(-1, 1, 101).tolist()
        assert max(abs(mp.exp(v) - by_hand(short, v)) for v in x) > eps


@pytest.mark.slow
def test_degree_nine_needs_more_digits_than_a_float_has() -> None:
    target = Target("sin(3*x)", (-1, 1))
    long, certificate = build(target, 9, 1e-5)
    assert long.digits > 17
    floats = long.in_float64()
    x = np.linspace(-1, 1, 201)
    assert certificate.upper < 1e-5
    assert np.abs(target(x) - floats.as_function()(x)).max() > 1


@pytest.mark.parametrize("name", ["logistic", "tanh"])
def test_where_floats_are_long_enough_certify_proves_the_network(name: str) -> None:
    target = Target("x**2", (-1, 1))
    long, certificate = build(target, 2, 1e-3, name)
    assert long.digits < 12
    proof = uat.certify(target, long.in_float64())
    assert proof.bound < 1e-3
    assert proof.lower <= certificate.upper


def test_a_constant_takes_one_unit() -> None:
    long, certificate = build(Target("2.5 + 0*x", (0, 1)), 0, 1e-6)
    assert long.units == 1
    assert certificate.upper < 1e-6


def test_a_polynomial_is_refused_with_the_reason_of_the_theorem() -> None:
    with pytest.raises(InputError, match="is a polynomial"):
        build(Target("exp(x)", (-1, 1)), 2, 0.1, smooth("x**3 - x"))


def test_a_polynomial_in_disguise_has_no_derivative_to_build_on() -> None:
    with pytest.raises(CannotProve, match="no β was found"):
        build(Target("exp(x)", (-1, 1)), 3, 0.1, smooth("x**2 + sin(x)**2 + cos(x)**2"))


def test_a_kinked_activation_is_refused() -> None:
    with pytest.raises(CannotProve, match="smooth"):
        build(Target("exp(x)", (-1, 1)), 2, 0.1, "relu")


def test_a_bias_where_a_derivative_vanishes_is_refused() -> None:
    with pytest.raises(CannotProve, match="take another bias"):
        build(Target("exp(x)", (-1, 1)), 3, 0.1, "logistic", 0.0)


@pytest.mark.parametrize(
    ("degree", "eps", "error", "words"),
    [
        (3, 1e-9, CannotProve, "take a higher degree"),
        (2, 0.0, InputError, "eps"),
        (2, float("nan"), InputError, "eps"),
        (-1, 0.1, InputError, "degree"),
        (1000, 0.1, InputError, "degree"),
        (2.5, 0.1, WrongType, "whole number"),
    ],
)
def test_bad_input_is_one_clear_line(
    degree: int, eps: float, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        build(Target("exp(x)", (-1, 1)), degree, eps)


def test_weights_past_the_floats_are_said_to_be() -> None:
    weights = (Fraction(10) ** 400, Fraction(1))
    long = LongNetwork(weights, (Fraction(1), Fraction(2)), 0.0, 0.0, uat.logistic, 5)
    with pytest.raises(InputError, match="past the range"):
        long.in_float64()
