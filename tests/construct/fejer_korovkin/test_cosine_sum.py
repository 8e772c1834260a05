"""Cosine sums in closed form: the bound is known before the network, and holds."""

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

import uat
from tests.oracles.exact import mp
from tests.oracles.networks import exact_network
from uat.construct.fejer_korovkin.cosine_plan import build, plan, profile
from uat.construct.fejer_korovkin.cosine_sum import Plan, margin_error, spacing_error, takes
from uat.core.activations import NAMED
from uat.expression.arrays import Array

SUMS: dict[str, tuple[list[float], list[float], tuple[float, float]]] = {
    "one wave": ([1.0], [1.0], (0.0, math.pi)),
    "smooth": ([0, 1, 2, 3, 4, 5, 6], [0.3, 1, 0.5, -0.3, 0.2, 0.1, -0.05], (0.0, 2 * math.pi)),
    "many periods": ([5.0], [1.0], (-7.0, 5.0)),
    "less than a wave": ([0.1], [2.0], (0.0, 1.0)),
    "far away": ([1.5, 4.0], [1.0, -1.0], (100.0, 103.0)),
    "no common period": ([1.0, math.sqrt(2), 3.3], [1.0, 1.0, 0.4], (-3.0, 2.0)),
}


def wave_sum(t: Fraction, frequencies: list[float], cosines: list[float]) -> Any:
    with mp.workdps(60):
        at = mp.mpf(t.numerator) / t.denominator
        terms = zip(frequencies, cosines, strict=True)
        return mp.fsum(mp.mpf(a) * mp.cos(mp.mpf(p) * at) for p, a in terms)


def exact_error(network: uat.Network, t: float, frequencies: Array, cosines: Array) -> float:
    """|q − g| at a float, with 60 digits."""
    with mp.workdps(60):
        expected = wave_sum(Fraction(t), frequencies.tolist(), cosines.tolist())
        return float(abs(exact_network(network, [t]) - expected))


def worst(
    network: uat.Network, frequencies: Any, cosines: Any, reach: tuple[float, float]
) -> float:
    """Search for the largest error: a grid, then the best places more closely, then exactly."""
    p, a = np.asarray(frequencies, dtype=float), np.asarray(cosines, dtype=float)
    g = network.as_function()

    def off(t: Array) -> Array:
        return np.asarray(-np.abs(np.cos(np.multiply.outer(t, p)) @ a - g(t)))

    grid = np.linspace(*reach, 4001)
    seen = off(grid)
    step = grid[1] - grid[0]
    found = [reach[0], reach[1]]
    for place in np.argsort(seen)[:3]:
        ends = max(grid[place] - step, reach[0]), min(grid[place] + step, reach[1])
        closer = minimize_scalar(lambda t: float(off(np.array(t))), bounds=ends, method="bounded")
        found += [grid[place], closer.x]
    return max(exact_error(network, float(t), p, a) for t in found)


@pytest.mark.parametrize("name", SUMS)
@pytest.mark.parametrize("eps", [0.3, 1e-3, 1e-8])
def test_the_bound_is_below_eps_and_no_search_finds_more(name: str, eps: float) -> None:
    frequencies, cosines, reach = SUMS[name]
    network, bound = build(frequencies, cosines, reach, eps)
    assert bound <= eps
    assert worst(network, frequencies, cosines, reach) <= bound


@pytest.mark.parametrize("seed", range(12))
def test_the_bound_holds_of_sums_that_are_drawn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    terms = int(rng.integers(1, 6))
    frequencies = np.sort(rng.uniform(0.05, 8, terms))
    cosines = rng.normal(size=terms) * 10.0 ** rng.uniform(-2, 2, terms)
    low = float(rng.uniform(-5, 5))
    reach = low, low + float(rng.uniform(0.1, 6))
    eps = float(np.abs(cosines).sum() * 10.0 ** rng.uniform(-9, 0))
    sigma = NAMED[("logistic", "tanh")[seed % 2]]
    network, bound = build(frequencies, cosines, reach, eps, sigma)
    assert worst(network, frequencies, cosines, reach) <= bound <= eps


def coarse(frequency: float, slope: float, spacing: float, margin: int, length: int) -> Plan:
    """Make a plan by hand, with errors far above rounding; the bound is not used."""
    terms = np.array([frequency]), np.array([1.0])
    reach = 0.0, length * spacing
    count = 2 * margin + length + 1
    return Plan(*terms, 0.0, reach, slope, spacing, -margin, count, 0.0, uat.logistic)


@pytest.mark.parametrize("seed", range(20))
def test_each_part_of_the_bound_holds_where_it_is_all_of_the_error(seed: int) -> None:
    """An adversary draws rough spacings and margins, where the bound is nearly reached."""
    rng = np.random.default_rng(seed)
    spacing, slope = 2.0 ** -int(rng.integers(0, 3)), float(rng.integers(4, 40)) / 8
    frequency = float(rng.uniform(0.1, 0.9) * math.pi / spacing)
    margin, length = (40, 8) if seed % 2 else (int(rng.integers(1, 6)), 12)
    made = coarse(frequency, slope, spacing, margin, length)
    p, a = made.frequencies, made.cosines
    beyond = ((margin + 1) * spacing,) * 2
    bound = spacing_error(p, a, slope, spacing) + margin_error(p, a, slope, spacing, beyond)
    t = np.linspace(*made.reach, 4001)
    units = made.build()
    g = units.constant + uat.logistic(np.multiply.outer(t, [slope]) + units.biases) @ units.weights
    assert np.abs(g - np.cos(frequency * t)).max() <= bound + 1e-12 * np.abs(units.weights).sum()


def test_the_bounds_are_nearly_reached() -> None:
    """A bound that is never near the truth would hide a wrong one."""
    made = coarse(1.0, 2.0, 2.0, 40, 6)
    t = np.linspace(*made.reach, 8001)
    units = made.build()
    g = units.constant + uat.logistic(np.multiply.outer(t, [2.0]) + units.biases) @ units.weights
    off = np.abs(g - np.cos(t)).max()
    bound = spacing_error(made.frequencies, made.cosines, 2.0, 2.0)
    assert off <= bound <= 1.5 * off
    made = coarse(0.1, 1.0, 0.25, 12, 60)
    units = made.build()
    t = np.linspace(*made.reach, 801)
    g = units.constant + uat.logistic(np.multiply.outer(t, [1.0]) + units.biases) @ units.weights
    off = np.abs(g - np.cos(0.1 * t)).max()
    edges = margin_error(made.frequencies, made.cosines, 1.0, 0.25, (3.25, 3.25))
    assert off <= edges <= 4 * off


def waves_of_the_spacing(frequency: float, slope: float, spacing: float) -> Any:
    """Σ over j ≠ 0 of 2 |A_p| p/|ν| M(ν/w), term by term as the derivation has it."""
    with mp.workdps(40):
        p, w, h = mp.mpf(frequency), mp.mpf(slope), mp.mpf(spacing)

        def transform(xi: Any) -> Any:
            return mp.pi * xi / mp.sinh(mp.pi * xi)

        nu = [abs(p + 2 * mp.pi * j / h) for j in range(-60, 61) if j]
        return 2 / transform(p / w) * mp.fsum(p / v * transform(v / w) for v in nu)


@pytest.mark.parametrize("overlap", [0.5, 1.0, 3.0, 8.0])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_the_closed_form_is_the_sum_of_all_waves(overlap: float, share: float) -> None:
    spacing = 0.75
    slope, frequency = overlap / spacing, share * math.pi / spacing
    expected = float(waves_of_the_spacing(frequency, slope, spacing))
    bound = spacing_error(np.array([frequency]), np.array([1.0]), slope, spacing)
    assert expected <= bound
    last = math.exp(-2 * math.pi * (2 * math.pi / spacing - frequency) / slope)
    assert bound <= expected * (1 + 1e-6) / (1 - last)


def test_centres_are_exact() -> None:
    made = plan([1.0, 2.5], [1.0, 0.3], (-20.0, 31.0), 1e-6)
    units = made.build()
    for k, bias in enumerate(units.biases.tolist()):
        exact = -Fraction(made.slope) * Fraction(made.spacing) * (made.first + k)
        assert Fraction(bias) == exact


def test_tanh_makes_the_same_function_of_half_the_slope() -> None:
    frequencies, cosines, reach = SUMS["smooth"]
    first = build(frequencies, cosines, reach, 1e-5)[0].as_function()
    second = build(frequencies, cosines, reach, 1e-5, uat.tanh)[0].as_function()
    t = np.linspace(*reach, 999)
    np.testing.assert_allclose(first(t), second(t), atol=1e-12)


def test_a_tampered_network_is_found_out() -> None:
    """The search above is worth something: it sees a weight that is a little off."""
    frequencies, cosines, reach = SUMS["smooth"]
    units = profile(frequencies, cosines, reach, 1e-4)
    weights = units.weights.copy()
    weights[len(weights) // 2] += 1e-3
    wrong = replace(units, weights=weights)
    a, b = np.append(wrong.weights, wrong.constant), np.full(len(weights) + 1, wrong.slope)
    b[-1] = 0.0
    network = uat.Network.from_units(a, b, np.append(wrong.biases, 128.0), uat.logistic)
    assert worst(network, frequencies, cosines, reach) > wrong.bound


def test_only_what_has_a_closed_form_is_taken() -> None:
    assert [name for name, sigma in NAMED.items() if takes(sigma)] == ["logistic", "tanh"]
