"""The largest |h| lies between the two bounds, wherever an adversary looks."""

import math

import numpy as np
import pytest

from uat.construct.other_theorems.suprema import largest_value
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


def test_a_pole_is_not_bounded() -> None:
    above, _, _ = largest_value(parse("1/x"), -1.0, 1.0)
    assert above == math.inf


def test_a_bound_small_enough_is_not_sharpened() -> None:
    rough, _, _ = largest_value(parse("x - x"), 0.0, 1.0, enough=0.5)
    assert rough <= 0.5
