"""Models of networks hold: one hidden layer or several, soft or steep, in any chart."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from flint import arb

import uat
from tests.proof.joint.values_in_balls import check, network_value
from uat import Affine, Network
from uat.expression.arrays import Array
from uat.proof.joint.chart import Chart
from uat.proof.joint.deep import LayeredNetwork


def one_layer(seed: int, d: int, sigma: uat.Activation, units: int = 12) -> Network:
    """Units from soft to steep, of weights that cancel; one of slope 0 and one of weight 0."""
    rng = np.random.default_rng(seed)
    slopes = rng.normal(size=(units, d)) * 10.0 ** rng.uniform(-2, 1.7, (units, 1))
    weights = rng.normal(size=(1, units)) * 10.0 ** rng.uniform(0, 5, units)
    slopes[0], weights[0, 1] = 0.0, 0.0
    biases = -(slopes * rng.uniform(-1, 1, (units, d))).sum(axis=1)
    return Network([Affine(slopes, biases), Affine(weights, [0.3])], sigma)


def cells(seed: int, d: int, count: int = 10) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    radius = 10.0 ** rng.uniform(-8, 0, (count, 1)) * rng.random((count, d))
    return rng.uniform(-1, 1, (count, d)), radius


@pytest.mark.parametrize("sigma", [uat.logistic, uat.tanh])
@pytest.mark.parametrize(("d", "order"), [(1, 6), (2, 12), (3, 5)])
@pytest.mark.parametrize("enough", [0.0, 1e-3, 1e9])
def test_sums_of_units_hold(sigma: uat.Activation, d: int, order: int, enough: float) -> None:
    network, (centre, radius) = one_layer(d, d, sigma), cells(order, d)
    chart = Chart(np.full(d, -2.0), np.full(d, 2.0))
    model, _ = LayeredNetwork(network, chart, order, enough)(centre, radius)
    assert np.isfinite(model.remainder).all() or enough > 1
    check(model, network_value(network), centre, radius, order)


@pytest.mark.slow
@pytest.mark.parametrize(
    "sigma", [uat.gauss_cdf, uat.cauchy_cdf, uat.softplus, uat.silu, uat.sin], ids=lambda s: s.name
)
def test_sums_of_other_analytic_units_hold(sigma: uat.Activation) -> None:
    from uat.enclosure.balls import ball

    network, (centre, radius) = one_layer(2, 2, sigma, 5), cells(3, 2, 6)
    chart = Chart(np.full(2, -2.0), np.full(2, 2.0))
    model, _ = LayeredNetwork(network, chart, 6, 1e-3)(centre, radius)
    rows, weights = network.layers[0], network.layers[1].weight[0].tolist()
    expression = sigma.expression
    assert expression is not None

    def value(place: Sequence[Any]) -> Any:
        total = arb(float(network.layers[1].bias[0]))
        for slopes, bias, a in zip(rows.weight.tolist(), rows.bias.tolist(), weights, strict=True):
            z = sum((arb(b) * x for b, x in zip(slopes, place, strict=True)), arb(bias))
            total += arb(a) * ball(expression, z)
        return total

    assert np.isfinite(model.remainder).all()
    check(model, value, centre, radius, 1)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_deep_networks_hold(depth: int) -> None:
    rng = np.random.default_rng(depth)
    sizes = [2, *[4] * depth, 1]
    layers = [Affine(rng.normal(size=(m, n)), rng.normal(size=m)) for n, m in pairwise(sizes)]
    for sigma in (uat.tanh, uat.logistic, (uat.tanh, uat.logistic, uat.tanh)[:depth]):
        network, (centre, radius) = Network(layers, sigma), cells(depth, 2)
        chart = Chart(np.full(2, -2.0), np.full(2, 2.0))
        model, _ = LayeredNetwork(network, chart, 5, 0.0)(centre, radius)
        assert np.isfinite(model.remainder).all()
        check(model, network_value(network), centre, radius, depth)


def test_units_in_the_coordinates_of_a_form_hold() -> None:
    network = one_layer(5, 3, uat.logistic)
    chart = Chart(np.full(3, -1.0), np.full(3, 2.0), 1, np.array([-0.3, 1.0, 0.7]))
    rng = np.random.default_rng(5)
    centre, radius = rng.uniform(-0.5, 0.5, (8, 3)), 10.0 ** rng.uniform(-8, -0.5, (8, 3))
    model, _ = LayeredNetwork(network, chart, 6, 0.0)(centre, radius)
    of_x = network_value(network)

    def value(place: Sequence[Any]) -> Any:
        u = place[1]
        return of_x([place[0], u + arb(0.3) * place[0] - arb(0.7) * place[2], place[2]])

    check(model, value, centre, radius, 2)


def test_weights_that_cancel_are_bounded_by_what_is_left() -> None:
    network = Network.from_units([1e6, -1e6], [[3.0, 1.0]] * 2, [0.0, 0.0], uat.logistic)
    model, _ = LayeredNetwork(network, Chart(np.zeros(2), np.ones(2)), 10, 1e-9)(
        np.array([[0.5, 0.5]]), np.array([[0.01, 0.01]])
    )
    assert model.size[0] < 1e-10
    assert model.remainder[0] < 1e-6
