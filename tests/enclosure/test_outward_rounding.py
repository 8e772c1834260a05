"""Directed rounding: the floats given lie on the side that they should."""

import math
import random
from fractions import Fraction

import mpmath  # type: ignore[import-untyped]
import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from uat.enclosure.outward_rounding import _outward, down, increasing, point_values, up

finite = st.floats(allow_nan=False, allow_infinity=False)
mp = mpmath.mp.clone()
mp.dps = 60

INCREASING = {
    "exp": mp.exp, "expm1": mp.expm1, "log": mp.log, "log1p": mp.log1p, "arctan": mp.atan,
    "arcsin": mp.asin, "sinh": mp.sinh, "tanh": mp.tanh, "arcsinh": mp.asinh, "arccosh": mp.acosh,
    "arctanh": mp.atanh, "expit": lambda u: 1 / (1 + mp.exp(-u)), "erf": mp.erf,
    "cbrt": lambda u: mp.sign(u) * mp.cbrt(abs(u)),
}  # fmt: skip
INSIDE = {"log": (1e-300, 1e300), "log1p": (-0.99, 1e300), "arcsin": (-1, 1), "arctanh": (-0.99, 0.99),
          "arccosh": (1, 1e300)}  # fmt: skip


@given(finite, finite)
def test_a_sum_lies_between_its_neighbours(a: float, b: float) -> None:
    with np.errstate(over="ignore"):
        total = np.array(a) + np.array(b)
        low, high = float(down(total)), float(up(total))
    exact = Fraction(a) + Fraction(b)
    assert math.isinf(low) or Fraction(low) <= exact
    assert math.isinf(high) or exact <= Fraction(high)
    assert (low == high == 0) == (exact == 0)


@pytest.mark.parametrize("bits", range(50, 62))
def test_a_ball_is_between_its_floats_however_small_its_radius(bits: int) -> None:
    rng = random.Random(bits)
    balls = []
    for _ in range(100):
        length = rng.choice([1, 53, 54, 60, 64])
        whole = rng.getrandbits(length) | 1 << (length - 1)
        whole = rng.choice(
            [
                whole,
                (1 << length) - 1,
                1 << (length - 1),
                (1 << length) - (1 << max(length - 54, 0)),
            ]
        )
        power = rng.choice([0, 1, -300, -899, -901, -1000, -1070, 1000, 1023])
        radius = rng.choice([(1 << 29) - 1, rng.randrange(1, 1 << 29)])
        middle = arb((rng.choice([-whole, whole]), power - length))
        balls.append(arb(middle, arb((radius, power - 29 - bits))))
    for ball, low, high in zip(balls, *_outward(balls), strict=True):
        exact, off = (
            Fraction(int(v.man_exp()[0])) * Fraction(2) ** int(v.man_exp()[1])
            for v in (ball.mid(), ball.rad())
        )
        assert low == -math.inf or Fraction(low) <= exact - off
        assert high == math.inf or exact + off <= Fraction(high)


@pytest.mark.parametrize("name", sorted(INCREASING))
def test_an_elementary_function_is_bounded_within_four_floats(name: str) -> None:
    left, right = INSIDE.get(name, (-600.0, 600.0))
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.uniform(max(left, -3), min(right, 3), 100), [left, right]])
    x = np.concatenate([x, [v for v in (0.0, 1e-300, 5e-324, 1e-9) if left < v < right]])
    low, high = point_values(name, x)
    for point, a, b in zip(x.tolist(), low.tolist(), high.tolist(), strict=True):
        value = INCREASING[name](mp.mpf(point))
        assert a <= value <= b
        assert b - a <= 6 * math.ulp(float(value))


@pytest.mark.parametrize("name", sorted(INCREASING))
def test_beyond_the_cut_the_limit_is_the_bound(name: str) -> None:
    ends = np.array([-np.inf, -1.7e308, -1e5, 1e5, 1.7e308, np.inf])
    left, right = {**INSIDE, "log": (1e-300, np.inf), "log1p": (-0.5, np.inf)}.get(
        name, (-np.inf, np.inf)
    )
    ends = np.clip(ends, left, right)
    with np.errstate(all="ignore"):
        low, high = increasing(name, ends, ends)
    assert (low <= high).all()
    assert (low[:-1] <= low[1:]).all()
    assert (high[:-1] <= high[1:]).all()
    if name in ("arctan", "tanh", "expit", "erf", "arcsin"):
        assert np.isfinite([low, high]).all()
        assert high[-1] - low[-1] < 1e-14


def test_a_value_past_the_floats_keeps_its_side() -> None:
    low, high = point_values("exp", np.array([800.0]))
    assert low[0] == np.finfo(float).max
    assert high[0] == np.inf
    low, high = point_values("sinh", np.array([-800.0]))
    assert low[0] == -np.inf
    assert high[0] == -np.finfo(float).max


def test_an_exact_value_is_given_exactly() -> None:
    for name, x, value in (
        ("exp", 0.0, 1.0),
        ("log", 1.0, 0.0),
        ("cbrt", 0.0, 0.0),
        ("cos", 0.0, 1.0),
    ):
        low, high = point_values(name, np.array([x]))
        assert low[0] == high[0] == value


def test_a_zero_keeps_its_sign_where_the_function_does() -> None:
    low, high = increasing("sinh", np.array([-0.0, 0.0]), np.array([-0.0, 0.0]))
    assert np.signbit(low).tolist() == np.signbit(high).tolist() == [True, False]


def test_the_precision_that_is_set_elsewhere_does_not_matter() -> None:
    from flint import ctx

    wanted = point_values("sin", np.array([1.0, 2.0]))
    with ctx.workprec(4):
        given_ = point_values("sin", np.array([1.0, 2.0]))
    assert np.array_equal(wanted, given_)
