"""f − g at Chebyshev's points: the error that is said holds, in floats and in balls."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracles.activations import sigma_of
from tests.oracles.exact import mp
from tests.oracles.formulas import exact_formula
from uat import Network
from uat.core.target import Target
from uat.numerics.network_rounding import ROUNDOFF
from uat.proof.interpolation.active_units import Cell, soft
from uat.proof.interpolation.node_values import float_error, node_values

FORMULAS = {
    1: ["exp(x)", "sin(5*x) + 100", "1/(3 + x)"],
    2: ["exp(x)*y", "cos(3*x - y)"],
    3: ["x*y*z + 1", "exp(x - y)*sin(z)"],
}


def exact_values(
    target: Target, network: Network, sides: list[tuple[float, float]], degrees: tuple[int, ...]
) -> list[object]:
    """f − g at the points themselves, in C order, in 50 digits."""
    sigma = sigma_of(network.activation.name)[1]
    assert target.expression is not None
    table, hidden, outer = target.expression.to_table(), *network.layers
    values = []
    for place in np.ndindex(*(n + 1 for n in degrees)):
        with mp.workdps(60):
            x = [
                mp.mpf(m) + mp.mpf(r) * mp.cos(mp.pi * j / n)
                for (m, r), j, n in zip(sides, place, degrees, strict=True)
            ]
            total = mp.mpf(exact_formula(table, x)) - mp.mpf(float(outer.bias[0]))
            for a, b, c in zip(
                outer.weight[0].tolist(), hidden.weight.tolist(), hidden.bias.tolist(), strict=True
            ):
                z = mp.mpf(c) + sum(mp.mpf(v) * w for v, w in zip(b, x, strict=True))
                total -= mp.mpf(a) * sigma(z)
            values.append(total)
    return values


def drawn(
    name: str, dimension: int, seed: int, size: float, slope: float
) -> tuple[Network, Target, Cell]:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 7))
    weights = rng.normal(size=count) * size
    if count > 1:
        weights[1] = -weights[0] * (1 + 1e-6)
    slopes = rng.normal(size=(count, dimension)) * slope
    slopes[-1] = slopes[0]
    network = Network.from_units(weights, slopes, rng.normal(size=count), sigma_of(name)[0])
    formulas = FORMULAS[dimension]
    target = Target(formulas[seed % len(formulas)], [(-1, 2)] * dimension)
    low = rng.uniform(-1, 1, size=dimension)
    return network, target, Cell.between(low, low + rng.uniform(0.1, 1, size=dimension))


@pytest.mark.slow
@settings(max_examples=40)
@given(
    st.sampled_from(["logistic", "logistic", "tanh", "gauss_cdf", "cauchy_cdf", "algebraic",
                     "gompertz", "swinging"]),
    st.integers(1, 3),
    st.integers(0, 2**32),
    st.sampled_from([1e-3, 1.0, 1e6, 1e10]),
    st.sampled_from([0.1, 3.0, 40.0]),
    st.sampled_from([1e-3, 1e-9, 1e-14, 1e-30, math.inf]),
)  # fmt: skip
def test_each_value_is_as_near_as_is_said(
    name: str, dimension: int, seed: int, size: float, slope: float, tolerance: float
) -> None:
    check_values(name, dimension, seed, size, slope, tolerance)


def check_values(
    name: str, dimension: int, seed: int, size: float, slope: float, tolerance: float
) -> None:
    network, target, cell = drawn(name, dimension, seed, size, slope)
    degrees = ((7,), (3, 2), (2, 1, 1))[dimension - 1]
    active = soft(network).on_cell(cell, 1e-60)
    assert target.expression is not None
    values, error = node_values(target.expression, active, cell, degrees, tolerance)
    assert error <= max(tolerance, 4 * ROUNDOFF * float(np.abs(values).max()) + 1e-280)
    sides = list(zip(cell.centre.tolist(), cell.radius.tolist(), strict=True))
    exact = exact_values(target, network, sides, degrees)
    for value, true in zip(values.ravel().tolist(), exact, strict=True):
        assert abs(mp.mpf(value) - true) <= error + active.error + 1e-50


def test_floats_are_used_where_they_are_near_enough() -> None:
    network, target, cell = drawn("logistic", 2, 4, 1.0, 3.0)
    assert target.expression is not None
    active = soft(network).on_cell(cell, 1e-9)
    coarse = node_values(target.expression, active, cell, (5, 5), 1e-9)
    fine = node_values(target.expression, active, cell, (5, 5), 1e-18)
    assert 1e-17 < np.abs(coarse[0] - fine[0]).max() < 1e-14
    assert fine[1] < coarse[1] / 4


@pytest.mark.parametrize("name", ["gauss_cdf", "swinging"])
def test_other_activations_are_never_summed_in_floats(name: str) -> None:
    network, _, cell = drawn(name, 1, 4, 1.0, 3.0)
    assert float_error(soft(network).on_cell(cell, 1e-9), 1) == math.inf


def test_arguments_too_large_for_floats_are_left_to_balls() -> None:
    network = Network.from_units([1.0, 1.0], [1e4, 3.0], [0.0, 0.0], "logistic")
    active = soft(network).on_cell(Cell.between(np.array([-1.0]), np.array([1.0])), 1e-9)
    assert float_error(active, 1) == math.inf
