"""Activations against mpmath: what is said of tails, overshoots and slopes is so."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracles.activations import EVERY_KIND, GROWING, SIGMOIDAL, sigma_of
from tests.oracles.formulas import TooLarge, exact_formula, mp
from uat.core.activations import NAMED
from uat.proof.sigma.model import OWN, SLOPE_ERROR
from uat.proof.sigma.near import DERIVATIVES

PROVED = [name for name in SIGMOIDAL if name in NAMED]

distances = st.one_of(
    st.sampled_from([0.0, 1e-9, 0.5, 1.0, 3.0, 30.0, 200.0]),
    st.floats(0, 60),
    st.floats(-3, 6).map(lambda e: 10.0**e),
)


def digits_for(u: float) -> int:
    """As many digits as leave sixty to 1 − σ(u), or 800: no tail falls faster than 10^−u²."""
    return int(min(800.0, 60.0 + u * u))


def exactly(name: str, u: Any, digits: int) -> Any:
    """σ rescaled to the limits 0 and 1."""
    activation, oracle = sigma_of(name)
    assert activation.limits is not None
    left, right = activation.limits
    with mp.workdps(digits):
        if activation.expression is not None and name in NAMED:
            try:
                value = exact_formula(activation.expression.to_table(), [u], digits)
            except TooLarge:
                value = None
        else:
            value = oracle(mp.mpf(u))
        return value if value is None else (value - mp.mpf(left)) / (mp.mpf(right) - mp.mpf(left))


def beyond(name: str, u: float) -> Any:
    """|σ(u) − H(u)|; at 0 the larger of the distances from 0 and 1, but for a step."""
    digits = digits_for(u)
    value = exactly(name, u, digits)
    if value is None:
        return mp.mpf(0)
    with mp.workdps(digits):
        if u == 0 and name != "heaviside":
            return max(abs(value), abs(value - 1))
        return abs(value - (1 if u > 0 else 0))


@pytest.mark.parametrize("name", SIGMOIDAL)
@given(distances, st.lists(distances, max_size=4), st.sampled_from([-1.0, 1.0]))
def test_a_tail_bounds_what_lies_beyond(
    name: str, s: float, further: list[float], side: float
) -> None:
    bound = mp.mpf(sigma_of(name)[0].tail(s))
    for more in (0.0, *further):
        seen = beyond(name, side * (s + more))
        assert seen <= bound * (1 + mp.mpf(10) ** -25)


# where the tail is a formula of its own it is the supremum, but for Gauss and for the last floats
@pytest.mark.parametrize("name", PROVED)
@given(distances)
def test_a_tail_is_hardly_more_than_what_lies_beyond(name: str, s: float) -> None:
    bound = sigma_of(name)[0].tail(s)
    seen = max(beyond(name, -s), beyond(name, s))
    loose = 1.01 if name != "gauss_cdf" else 1 + math.sqrt(2 * math.pi) * (1 + s)
    assert bound <= max(float(seen) * loose, 1e-320)


@pytest.mark.parametrize("name", SIGMOIDAL)
@given(st.floats(-11, -0.5).map(lambda e: 10.0**e))
def test_the_inverse_of_a_tail_keeps_its_promise(name: str, bound: float) -> None:
    if name == "slow":
        bound = max(bound, 1e-9)
    s = sigma_of(name)[0].tail_inverse(bound)
    assert s >= 0
    for u in (s, 1.5 * s + 1, -s, -1.5 * s - 1):
        assert (u == 0 and name == "heaviside") or beyond(name, u) <= bound * (1 + 1e-15)


@pytest.mark.parametrize("name", SIGMOIDAL)
@given(st.floats(-50, 50) | st.floats(-1e6, 1e6))
def test_an_overshoot_bounds_the_distance_from_the_limits(name: str, u: float) -> None:
    value = exactly(name, u, 60)
    if value is not None:
        outside = max(-value, value - 1, mp.mpf(0))
        assert outside <= mp.mpf(sigma_of(name)[0].overshoot) + mp.mpf(10) ** -30


@pytest.mark.parametrize("name", EVERY_KIND)
@given(st.floats(-30, 30), st.floats(-9, 1).map(lambda e: 10.0**e))
def test_slopes_are_as_steep_as_was_said_and_rise_where_that_was_said(
    name: str, u: float, step: float
) -> None:
    activation, oracle = sigma_of(name)
    with mp.workdps(60):
        start, stop = mp.mpf(u), mp.mpf(u) + mp.mpf(step)
        change = oracle(stop) - oracle(start)
        assert abs(change) <= mp.mpf(activation.lipschitz) * (stop - start) + mp.mpf(10) ** -40
        assert change >= -(mp.mpf(10) ** -40) or not activation.monotone


@pytest.mark.parametrize("name", EVERY_KIND)
@given(st.floats(-300, 300) | st.floats(allow_nan=False, allow_infinity=False))
def test_a_value_in_floats_is_near_the_function(name: str, u: float) -> None:
    activation, oracle = sigma_of(name)
    size = max(map(abs, activation.limits)) if activation.limits else abs(u)
    try:
        value = oracle(mp.mpf(u))
    except (OverflowError, MemoryError):
        return
    # what rounding u or a sum within σ may do is the slope's part
    near = 32 * 2.0**-53 * (size + 2 + min(activation.lipschitz, 10) * min(abs(u), 100))
    assert abs(mp.mpf(activation(u)) - value) <= near


@pytest.mark.parametrize("name", EVERY_KIND)
def test_far_out_nothing_overflows_and_nothing_warns(name: str) -> None:
    activation, _ = sigma_of(name)
    u = np.array([-np.inf, -1.7e308, -1e308, -1e200, 1e200, 1e308, 1.7e308, np.inf])
    value = np.asarray(activation(u))
    if activation.limits is not None and name not in (
        "slow",
        "swinging",
        "ringing",
        "overshooting",
    ):
        wanted = np.where(u < 0, *activation.limits)
        assert np.allclose(value, wanted, rtol=1e-15, atol=1e-15)


def of_two_units(name: str, u: float) -> Any:
    """σ(u + ½) − σ(u − ½), rescaled to the limits 0 and 1, with digits left of what cancels."""
    activation, oracle = sigma_of(name)
    assert activation.difference is not None
    assert activation.difference.limits is not None
    left, right = map(mp.mpf, activation.difference.limits)
    with mp.workdps(400):
        change = oracle(mp.mpf(u) + mp.mpf(0.5)) - oracle(mp.mpf(u) - mp.mpf(0.5))
        return (change - left) / (right - left)


@pytest.mark.parametrize("name", GROWING)
@given(distances, st.lists(distances, max_size=4), st.sampled_from([-1, 1]))
def test_the_tail_of_two_units_bounds_what_lies_beyond(
    name: str, s: float, further: list[float], side: int
) -> None:
    difference = sigma_of(name)[0].difference
    assert difference is not None
    bound = mp.mpf(difference.tail(s))
    for more in (0.0, *further):
        value = of_two_units(name, side * (s + more))
        seen = max(abs(value), abs(1 - value)) if s + more == 0 else abs(value - (side > 0))
        assert seen <= bound * (1 + mp.mpf(10) ** -25) + mp.mpf(10) ** -60


@pytest.mark.parametrize("name", GROWING)
def test_the_tail_of_two_units_falls_and_the_steps_need_not_be_steep(name: str) -> None:
    difference = sigma_of(name)[0].difference
    assert difference is not None
    bounds = [difference.tail(s) for s in np.linspace(0, 40, 801).tolist()]
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[0] < 1.05
    assert difference.tail_inverse(1e-9) < 26


@pytest.mark.parametrize("name", GROWING)
@given(st.floats(-12, 12))
def test_the_overshoot_of_two_units_bounds_it(name: str, u: float) -> None:
    difference = sigma_of(name)[0].difference
    assert difference is not None
    value = of_two_units(name, u)
    assert max(-value, value - 1) <= mp.mpf(difference.overshoot) + mp.mpf(10) ** -60


@pytest.mark.parametrize(("name", "lowest"), [("silu", -2.4683178), ("gelu", -1.5055074)])
def test_an_overshoot_of_two_units_is_the_least_one_rounded_up(name: str, lowest: float) -> None:
    difference = sigma_of(name)[0].difference
    assert difference is not None
    seen = -of_two_units(name, lowest)
    assert seen <= mp.mpf(difference.overshoot) <= seen * (1 + mp.mpf(10) ** -12)


@pytest.mark.parametrize("name", ["softplus", "silu", "gelu", "elu", "softsign", "sin"])
@given(st.floats(-40, 40) | st.floats(-1e6, 1e6) | st.sampled_from([0.0, 1e-300, -1e-9]))
def test_slopes_in_floats_are_as_near_as_the_proofs_trust(name: str, z: float) -> None:
    activation, oracle = sigma_of(name)
    value, slope, curve = (float(part[0]) for part in DERIVATIVES[activation](np.array([z])))
    with mp.workdps(300):
        step, off = mp.mpf(2) ** -80, mp.mpf(10) ** -18
        at = [oracle(mp.mpf(z) + k * step) for k in (-1, 0, 1)]
        assert abs(at[1] - value) <= OWN * (1 if name == "sin" else 1 + abs(z))
        if name in ("elu", "softsign") and abs(z) <= step:
            return  # σ″ jumps
        assert abs((at[2] - at[0]) / (2 * step) - slope) <= SLOPE_ERROR + off
        assert abs((at[2] - 2 * at[1] + at[0]) / step**2 / 2 - curve) <= SLOPE_ERROR + off
