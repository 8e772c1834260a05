"""Rounding in single precision: proved for every order of summation, and not out of all proportion."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import uat
from tests.oracles.formulas import exact_formula, mp
from uat import Affine, Network
from uat.expression.arrays import Array
from uat.numerics.single_rounding import single_rounding_bound

SIGMAS = ("relu", "leaky_relu(0.3)", "tanh", "logistic", "softplus")


def random_network(rng: np.random.Generator, sizes: list[int], sigma: Any) -> Network:
    scale = 10.0 ** rng.integers(-1, 2)
    layers = [
        Affine(scale * rng.normal(size=(n, m)), rng.normal(size=n)) for m, n in pairwise(sizes)
    ]
    return Network(layers, sigma)


def run_in_single(network: Network, x: Any, rng: np.random.Generator) -> Array:
    """Run a network in float32, each sum in a random order, and in a random tree."""
    values = list(x.astype(np.float32))
    for depth, layer in enumerate(network.layers):
        if depth:
            values = [single(network.activations[depth - 1], u) for u in values]
        weight, bias = layer.weight.astype(np.float32), layer.bias.astype(np.float32)
        sums = []
        for row, b in zip(weight, bias, strict=True):
            terms = [w * v for w, v in zip(row, values, strict=True)] + [b]
            while len(terms) > 1:
                i, j = rng.choice(len(terms), 2, replace=False)
                total = terms[i] + terms[j]
                terms = [t for k, t in enumerate(terms) if k not in (i, j)] + [total]
            sums.append(terms[0])
        values = sums
    return np.array(values)


def single(sigma: Any, u: Any) -> Any:
    one = np.float32(1)
    return {
        "relu": lambda: np.maximum(u, np.float32(0)),
        "leaky_relu(0.3)": lambda: np.maximum(u, np.float32(0.3) * u),
        "tanh": lambda: np.tanh(u),
        "logistic": lambda: one / (one + np.exp(-u)),
        "softplus": lambda: np.logaddexp(u, np.float32(0)),
    }[sigma.name]()


def exact_value(network: Network, x: Any) -> list[Any]:
    values: list[Any] = [mp.mpf(float(v)) for v in x]
    for depth, layer in enumerate(network.layers):
        if depth:
            rows = network.activations[depth - 1].expression.to_table()  # type: ignore[union-attr]
            values = [exact_formula(rows, [u]) for u in values]
        sums = zip(layer.weight.tolist(), layer.bias.tolist(), strict=True)
        values = [
            b + mp.fsum(mp.mpf(w) * v for w, v in zip(row, values, strict=True)) for row, b in sums
        ]
    return values


@pytest.mark.parametrize("sigma", SIGMAS)
@settings(max_examples=8)
@given(seed=st.integers(0, 2**32))
def test_no_order_of_summation_errs_more(sigma: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, [2, *rng.integers(1, 6, rng.integers(1, 4)), 2], sigma)
    bound, worst = single_rounding_bound(network, [(-1, 1)] * 2), 0.0
    for _ in range(4):
        x = rng.choice([-1.0, 1.0, rng.uniform(-1, 1)], 2).astype(np.float32)
        exact = exact_value(network, x)
        for _ in range(3):
            found = run_in_single(network, x, rng)
            worst = max(worst, *(abs(float(v) - e) for v, e in zip(found, exact, strict=True)))
    assert worst <= bound


def test_exact_fractions_see_errors_of_the_order_of_the_bound() -> None:
    rng = np.random.default_rng(0)
    network = random_network(rng, [3, 12, 12, 1], "relu")
    bound, worst = single_rounding_bound(network, [(-1, 1)] * 3), Fraction(0)
    for _ in range(60):
        x = rng.choice([-1.0, 1.0], 3).astype(np.float32)
        values = [Fraction(float(v)) for v in x]
        for depth, layer in enumerate(network.layers):
            values = [max(v, Fraction(0)) for v in values] if depth else values
            sums = zip(layer.weight.tolist(), layer.bias.tolist(), strict=True)
            values = [
                Fraction(b) + sum(Fraction(w) * v for w, v in zip(row, values, strict=True))
                for row, b in sums
            ]
        worst = max(worst, abs(Fraction(float(run_in_single(network, x, rng)[0])) - values[0]))
    assert bound / 1000 < worst <= bound


def test_units_that_stay_off_carry_no_error_on() -> None:
    first = Affine([[1e6], [1.0]], [-2e6, 0.0])
    network = Network((first, Affine([[1e6, 1.0]], [0.0])), uat.relu)
    assert single_rounding_bound(network, (0, 1)) < 1e-6
    assert single_rounding_bound(network, (0, 3)) > 1e5


def test_what_leaves_the_range_of_float32_has_no_bound() -> None:
    assert (
        single_rounding_bound(Network.from_units([1.0], [1e38], [0.0], "relu"), (0, 100)) == np.inf
    )
    assert single_rounding_bound(Network.from_units([1e39], [1.0], [0.0], "tanh"), (0, 1)) == np.inf
    tiny = single_rounding_bound(Network.from_units([1.0], [1e-30], [0.0], "relu"), (0, 1e-10))
    assert 1e-40 <= tiny < 1e-36


@pytest.mark.parametrize("sigma", ["relu", "ramp", "tanh"])
def test_a_weight_or_a_sum_past_the_range_of_float32_has_no_bound(sigma: str) -> None:
    """1e39 is ∞ in float32, whatever it is multiplied by, and ∞ − ∞ is NaN for a bounded σ too."""
    beyond = Network.from_units([1.0], [1e39], [0.0], sigma)
    assert single_rounding_bound(beyond, (-1e-10, 1e-10)) == np.inf
    layers = (Affine([[1e38, -1e38]], [0.0]), Affine([[1.0]], [0.0]))
    assert single_rounding_bound(Network(layers, sigma), [(1, 100)] * 2) == np.inf
