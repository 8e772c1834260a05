"""Rounding in single precision: proved for every order of summation, and not out of all proportion."""

from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import uat
from tests.oracles.formulas import exact_formula, mp
from uat import Affine, Network
from uat.core.outputs import one_output
from uat.expression.arrays import Array
from uat.interchange.formats import read_network
from uat.proof import single_rounding
from uat.proof.single_rounding import single_rounding_bound

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


@pytest.mark.slow
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


@pytest.mark.slow
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


BOX = 0.005


@cache
def of_acas() -> tuple[Network, float]:
    """The first output of ACAS Xu 1_1, and the bound in a box around 0."""
    network = one_output(read_network("tests/interchange/networks/ACASXU_run2a_1_1.onnx"), 0)
    return network, single_rounding_bound(network, [(-BOX, BOX)] * 5, enough=1.0)


def many_in_single(network: Network, x: Any, rng: np.random.Generator) -> Any:
    """Run a network of ReLUs in float32 at (points, d), each layer summed in an order of its own.

    The order is random, or by size and sign, which makes partial sums as large as they can be.
    """
    values: Any = x.astype(np.float32)
    for depth, layer in enumerate(network.layers):
        if depth:
            values = np.maximum(values, np.float32(0))
        weight, bias = layer.weight.astype(np.float32), layer.bias.astype(np.float32)
        terms = values[:, None, :] * weight
        terms = np.concatenate([terms, np.broadcast_to(bias, terms.shape[:2])[..., None]], axis=2)
        key = rng.choice([0.0, 1.0, -1.0]) * terms + rng.choice([0.0, 1e9]) * rng.random(
            terms.shape
        )
        terms = np.take_along_axis(terms, np.argsort(key, axis=2), axis=2)
        values = np.cumsum(terms, axis=2, dtype=np.float32)[..., -1]
    return values


def test_a_deep_network_of_others_errs_no_more_and_not_far_less() -> None:
    network, bound = of_acas()
    rng, worst = np.random.default_rng(0), 0.0
    corners, inside = rng.choice([-BOX, BOX], (8, 5)), rng.uniform(-BOX, BOX, (8, 5))
    x = np.concatenate([corners, inside]).astype(np.float32).astype(float)
    assert np.abs(x).max() <= BOX
    for _ in range(4):
        off = np.abs(many_in_single(network, x, rng).astype(float) - network(x)).max()
        worst = max(worst, float(off))
    assert bound / 1000 < worst <= bound


def test_the_bound_on_halves_of_a_box_is_no_larger() -> None:
    network, bound = of_acas()
    halves = ([(-BOX, 0)] + [(-BOX, BOX)] * 4, [(0, BOX)] + [(-BOX, BOX)] * 4)
    assert all(single_rounding_bound(network, half, enough=1.0) <= bound for half in halves)


def test_slopes_at_the_middles_of_ranges_are_too_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit that is off in the middle of the box carries errors on elsewhere in it."""
    layers = (Affine([[1 / 3]], [-0.15]), Affine([[1.0]], [0.0]), Affine([[1.0]], [0.0]))
    network, box = Network(layers, "relu"), (0.45 - 8e-7, 0.45 + 4e-7)
    x = np.linspace(0.45, box[1], 30).astype(np.float32)[:-1, None]
    run = many_in_single(network, x, np.random.default_rng(0))
    off = np.abs(run - network(x.astype(float))).max()
    assert 0 < off <= single_rounding_bound(network, box)
    right = single_rounding._slopes
    monkeypatch.setattr(
        single_rounding, "_slopes", lambda sigma, low, high: right(sigma, *[(low + high) / 2] * 2)
    )
    assert off > single_rounding_bound(network, box, enough=1.0)


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
