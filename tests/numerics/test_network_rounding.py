"""Bounds on rounding hold, are small where rounding is harmless, honest where it is not."""

import math
from collections.abc import Callable
from fractions import Fraction

import mpmath  # type: ignore[import-untyped]
import numpy as np
import pytest

import uat
from uat import Affine, Network
from uat.numerics.network_rounding import (
    _errors,
    _on_cells,
    _summing_error,
    backward_rounding,
    displacements,
    rounding_bound,
)

EPS = 2.0**-53


def test_a_soft_network_errs_by_a_few_roundings_of_its_weights() -> None:
    network = Network.from_units([3, -2, 1], [5, 4, 0], [-1, -2, 0], uat.logistic)
    assert rounding_bound(network, (0, 1)) < 40 * 6 * EPS


def test_a_steep_unit_may_switch_one_float_early_so_the_bound_is_its_jump() -> None:
    network = Network.from_units([3, -2, 1], [1e100, 1e100, 1e100], [0, -5e99, -9e99], uat.logistic)
    assert 3 <= rounding_bound(network, (-1, 1)) < 3 + 1e-5
    assert rounding_bound(network, (0.25, 0.75)) == pytest.approx(2, rel=1e-5)
    assert rounding_bound(network, (0.55, 0.65)) < 1e-13


def test_steep_units_are_displaced_by_little() -> None:
    network = Network.from_units([3, -2], [1e100, 2.0**1000], [0, -(2.0**999)], uat.logistic)
    shift, remainder = backward_rounding(network, (-1, 1))
    assert shift < 10 * EPS
    assert remainder < 200 * EPS


def test_constant_units_add_no_shift() -> None:
    network = Network.from_units([3, -2], [0, 0], [1, 2], uat.heaviside)
    shift, remainder = backward_rounding(network, (-1, 1))
    assert shift == 0
    assert 0 < remainder < 1e-13
    assert rounding_bound(network, (-1, 1)) < 1e-13


@pytest.mark.parametrize("name", ["cauchy_cdf", "algebraic"])
def test_constant_units_round_nothing_in_the_plane_either(name: str) -> None:
    # σ(1e16) = 1 in floats, where neighbouring arguments are 2 apart
    network = Network.from_units([5, 1], [[0, 0], [1, 2]], [1e16, 0], name)
    assert rounding_bound(network, [(0, 1)] * 2) < 1e-13
    deep = Network((Affine([[0.0]], [1e16]), Affine([[1.0]], [0.0]), Affine([[1.0]], [0.0])), name)
    assert rounding_bound(deep, (0, 1)) < 1e-13


@pytest.mark.parametrize(
    ("name", "sigma", "c"),
    [
        ("gelu", lambda u: u / 2, 1.5e-323),
        ("silu", lambda u: u / 2, 1.5e-323),
        ("leaky_relu(0.3)", lambda u: u * Fraction(0.3), -1.5e-323),
    ],
)
@pytest.mark.parametrize("weights", [(1.7e308,), (1e300, 1e24)])
def test_a_subnormal_value_of_sigma_is_off_by_its_own_roundings(
    name: str, sigma: Callable[[Fraction], Fraction], c: float, weights: tuple[float, ...]
) -> None:
    layers = [Affine([[0.0]], [c]), *(Affine([[weight]], [0.0]) for weight in weights)]
    network = Network(layers, [name, *(["relu"] * (len(weights) - 1))])
    true = sigma(Fraction(c)) * math.prod(map(Fraction, weights))
    if len(weights) > 1:
        true = max(true, Fraction(0))
    seen = abs(Fraction(float(np.ravel(network([[0.5]]))[0])) - true)
    assert seen <= Fraction(rounding_bound(network, (0, 1)))
    assert len(weights) > 1 or seen > 0


@pytest.mark.parametrize("sigma", [uat.logistic, uat.tanh, uat.gelu, uat.sin, uat.cauchy_cdf])
def test_on_cells_no_point_needs_more(sigma: uat.Activation) -> None:
    rng = np.random.default_rng(0)
    network = Network.from_units(
        rng.normal(size=20) * 10, rng.normal(size=20) * 30, rng.normal(size=20) * 10, sigma
    )
    errors = _errors(network, np.array([-1.0]), np.array([1.0]))
    _, argument, _, own = (part[:, None] for part in errors)
    x = np.concatenate([np.linspace(-1, 1, 4097), rng.uniform(-1, 1, 2000)])
    u = network.slopes[:, None] * x + network.biases[:20, None]
    assert sigma.expression is not None
    value, slope = np.abs(sigma(u)), np.abs(sigma.expression.derivative()(u))
    needed = np.abs(network.output_weights) @ (slope * argument + own)
    needed += _summing_error(network, value)[0]
    assert needed.max() <= _on_cells(network, -1.0, 1.0, errors)[0] * (1 + 1e-9)
    assert rounding_bound(network, (-1, 1)) <= _on_cells(network, -1.0, 1.0, errors)[0] * 1.00001


def test_units_far_outside_the_box_cost_nothing() -> None:
    near = Network.from_units([1e-9], [1e9], [-5e8], uat.logistic)
    far = Network.from_units([1e-9, 1], [1e9, 1e9], [-5e8, -9e9], uat.logistic)
    assert rounding_bound(far, (0, 1)) < rounding_bound(near, (0, 1)) + 40 * EPS


def test_an_error_grows_with_depth_but_not_past_the_oscillation() -> None:
    steep = Affine([[1e20]], [0.0])
    last = Affine([[1.0]], [0.0])
    for depth in (1, 3):
        network = Network((steep,) * depth + (last,), uat.tanh)
        assert rounding_bound(network, (-1, 1)) == pytest.approx(2, rel=1e-5)
    soft = Affine([[2.0]], [0.1])
    bounds = [rounding_bound(Network((soft,) * k + (last,), uat.relu), (-1, 1)) for k in range(5)]
    assert bounds == sorted(bounds)
    assert bounds[-1] < 2000 * EPS


def test_past_the_range_of_float64_there_is_no_bound() -> None:
    assert rounding_bound(Network.from_units([1], [1e308], [0], uat.relu), (0, 100)) == np.inf
    assert rounding_bound(Network.from_units([1], [1e308], [0], uat.tanh), (1, 100)) < 3


def test_each_output_is_within_the_bound_of_all() -> None:
    hidden = Affine([[1.0], [2.0]], [0.0, 0.0])
    one = rounding_bound(Network((hidden, Affine([[1.0, 1.0]], [0.0])), uat.tanh), (0, 1))
    two = rounding_bound(Network((hidden, Affine([[1, 1], [9, 9]], [0, 0])), uat.tanh), (0, 1))
    assert two > one


def test_a_box_of_another_dimension_is_refused() -> None:
    plane = Network.from_units([1], [[1, 2]], [0], uat.tanh)
    with pytest.raises(uat.InputError, match="a network of 2 coordinates"):
        rounding_bound(plane, (0, 1))
    with pytest.raises(uat.InputError, match="domain"):
        rounding_bound(plane, [(0, 1), (1, 0)])
    with pytest.raises(uat.InputError, match="one hidden layer in one dimension"):
        backward_rounding(plane, [(0, 1), (0, 1)])
    assert 0 < rounding_bound(plane, [(0, 1), (-1, 1)]) < 1e-13


def test_displacements_stay_small_beside_the_slopes_however_steep_these_are() -> None:
    for slope in (1.0, 1e10, 1e100):
        network = Network.from_units([3.0, -2.0], [slope, -slope], [0.0, slope / 3], uat.logistic)
        off = displacements(network, (-1, 1))
        assert (off.arguments[0] < 1e-14 * slope).all()
        assert off.remainder < 1e-13


def test_in_one_layer_displacements_are_those_of_the_shift() -> None:
    network = Network.from_units([3.0, -2.0], [1e9, 5.0], [1e8, 0.5], uat.tanh)
    shift, remainder = backward_rounding(network, (-1, 1))
    off = displacements(network, (-1, 1))
    assert (off.arguments[0] <= shift * np.abs(network.slopes) * (1 + 1e-5)).all()
    assert off.remainder == pytest.approx(remainder, rel=1e-5)


def test_each_layer_has_its_own_displacements() -> None:
    layers = (Affine([[1e50, 0.0]], [0.0]), Affine([[2.0]], [1.0]), Affine([[1.0]], [0.0]))
    off = displacements(Network(layers, uat.tanh), [(-1, 1), (-1, 1)])
    assert [len(part) for part in off.arguments] == [1, 1]
    assert off.arguments[0][0] > 1e30
    assert off.arguments[1][0] < 1e-14


def test_without_a_hidden_layer_there_is_only_the_sum() -> None:
    off = displacements(Network((Affine([[1.0, 2.0]], [3.0]),), uat.tanh), [(-1, 1), (0, 1)])
    assert off.arguments == off.values == ()
    assert 0 < off.remainder < 1e-14


def test_past_the_range_of_float64_nothing_is_known() -> None:
    network = Network.from_units([1.0], [1e308], [0.0], uat.relu)
    assert displacements(network, (0, 100)).arguments[0][0] == np.inf


def test_the_bound_is_near_the_largest_error_of_steep_units_side_by_side() -> None:
    # one unit is steep at each x, so its argument alone is off by a few roundings of 3e8
    places = np.linspace(0.25, 0.35, 6)
    network = Network.from_units(np.ones(6), np.full(6, 1e9), -1e9 * places, uat.logistic)
    bound = rounding_bound(network, (0.25, 0.35))
    x = np.concatenate([place + np.arange(-5, 6) * 2.0**-30 for place in places])
    with mpmath.workdps(30):
        arguments = [[mpmath.mpf(1e9) * mpmath.mpf(v) + c for c in network.biases] for v in x]
        exact = [sum(1 / (1 + mpmath.exp(-z)) for z in row) for row in arguments]
        seen = max(abs(e - v) for e, v in zip(exact, network(x[:, None])[:, 0], strict=True))
    assert seen <= bound < 20 * seen
    assert bound < rounding_bound(network, (0.0, 1.0)) * (1 + 1e-12)


def test_a_sum_of_units_that_are_small_at_each_point_is_rounded_less() -> None:
    places = np.linspace(-1, 1, 41)
    rising = Network.from_units(np.ones(41), np.full(41, 20.0), -20 * places, uat.logistic)
    signs = np.where(places < 0, -1.0, 1.0)
    turned = Network.from_units(signs, 20 * signs, -20 * signs * places, uat.logistic)
    assert rounding_bound(turned, (-1, 1)) < 0.7 * rounding_bound(rising, (-1, 1))
