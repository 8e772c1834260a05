"""Backpropagation agrees with 80 digits, with differences, and with the Jacobian."""

import numpy as np
import pytest

import uat
from tests.oracles.slow_gradient import SIGMAS, slow_gradient
from uat.expression.arrays import Array
from uat.train.gradient import features, jacobian, loss_and_gradient, outputs
from uat.train.parameters import Shape


def drawn(shape: Shape, points: int, seed: int = 0) -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, (points, shape.sizes[0]))
    return rng.normal(size=shape.count), x, rng.normal(size=(points, shape.sizes[-1]))


def network_of(shape: Shape, weights: Array) -> uat.Network:
    return uat.Network([uat.Affine(*layer) for layer in shape.layers(weights)], shape.activation)


@pytest.mark.slow
@pytest.mark.parametrize("name", SIGMAS)
@pytest.mark.parametrize("sizes", [(1, 4, 1), (2, 3, 2, 2), (1, 2, 2, 2, 1)], ids=str)
def test_the_gradient_agrees_with_eighty_digits(name: str, sizes: tuple[int, ...]) -> None:
    shape = Shape(sizes, getattr(uat, name))
    weights, x, y = drawn(shape, 5)
    residuals, gradient = loss_and_gradient(shape, weights, x, y)
    loss, expected = slow_gradient(sizes, weights.tolist(), name, x.tolist(), y.tolist())
    assert residuals.loss == pytest.approx(loss, rel=1e-12)
    np.testing.assert_allclose(gradient, expected, rtol=0, atol=1e-12 * np.abs(expected).max())


@pytest.mark.parametrize("sizes", [(2, 64, 64, 1), (3, 7, 5), (1, 3, 3, 3, 3, 2)], ids=str)
@pytest.mark.parametrize("mixed", [False, True])
def test_the_gradient_agrees_with_differences(sizes: tuple[int, ...], mixed: bool) -> None:
    several = (uat.gauss_cdf, uat.tanh, uat.logistic, uat.sin)[: len(sizes) - 2]
    shape = Shape(sizes, several if mixed else uat.tanh)
    weights, x, y = drawn(shape, 700)
    _, gradient = loss_and_gradient(shape, weights, x, y)
    directions = np.random.default_rng(1).normal(size=(5, shape.count))
    for v in directions / np.linalg.norm(directions, axis=1, keepdims=True):
        ends = [loss_and_gradient(shape, weights + h * v, x, y)[0].loss for h in (1e-5, -1e-5)]
        assert gradient @ v == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("sizes", [(1, 1), (2, 5, 3), (3, 4, 6, 2)], ids=str)
def test_the_gradient_is_that_of_the_jacobian(sizes: tuple[int, ...]) -> None:
    shape = Shape(sizes, uat.logistic)
    weights, x, y = drawn(shape, 300)
    j, residual = jacobian(shape, weights, x), outputs(shape, weights, x) - y
    _, gradient = loss_and_gradient(shape, weights, x, y)
    np.testing.assert_allclose(
        gradient, np.einsum("kmp,km->p", j, 2 * residual / y.size), atol=1e-13
    )
    hidden = jacobian(shape, weights, x, hidden=True)
    np.testing.assert_array_equal(hidden, j[:, :, : shape.hidden_count])


def test_the_jacobian_is_that_of_the_network() -> None:
    shape = Shape((2, 4, 3, 2), uat.gauss_cdf)
    weights, x, _ = drawn(shape, 6)
    j = jacobian(shape, weights, x)
    for i in range(shape.count):
        step = np.zeros(shape.count)
        step[i] = 1e-6
        ends = [network_of(shape, weights + s)(x) for s in (step, -step)]
        np.testing.assert_allclose(j[:, :, i], (ends[0] - ends[1]) / 2e-6, atol=1e-8)


def test_the_last_layer_is_linear_in_its_features() -> None:
    shape = Shape((2, 4, 3, 2), uat.tanh)
    weights, x, _ = drawn(shape, 6)
    phi, (weight, bias) = features(shape, weights, x), shape.layers(weights)[-1]
    np.testing.assert_allclose(phi @ np.vstack([weight.T, bias]), outputs(shape, weights, x))


def test_many_points_are_as_good_as_few() -> None:
    shape = Shape((2, 64, 64, 1), uat.relu)
    weights, x, y = drawn(shape, 2000)
    residuals, gradient = loss_and_gradient(shape, weights, x, y)
    parts = [loss_and_gradient(shape, weights, x[i::4], y[i::4]) for i in range(4)]
    assert residuals.loss == pytest.approx(np.mean([r.loss for r, _ in parts]), rel=1e-13)
    assert residuals.max == max(r.max for r, _ in parts)
    np.testing.assert_allclose(gradient, np.mean([g for _, g in parts], axis=0), atol=1e-12)


@pytest.mark.parametrize("name", [*SIGMAS, "heaviside"])
def test_a_network_is_its_weights(name: str) -> None:
    shape = Shape((2, 3, 4, 2), getattr(uat, name))
    weights, x, _ = drawn(shape, 9)
    network = network_of(shape, weights)
    assert network.widths == shape.sizes[1:-1]
    np.testing.assert_allclose(outputs(shape, weights, x), network(x), rtol=1e-13, atol=1e-14)


@pytest.mark.slow
def test_your_own_activation_has_its_slope() -> None:
    own = uat.sigmoidal(lambda u: 0.5 + 0.5 * np.tanh(u + np.sin(u) / 2))
    shape = Shape((1, 3, 1), own)
    weights, x, y = drawn(shape, 50)
    _, gradient = loss_and_gradient(shape, weights, x, y)
    for i in range(shape.count):
        step = np.zeros(shape.count)
        step[i] = 1e-6
        ends = [loss_and_gradient(shape, weights + s, x, y)[0].loss for s in (step, -step)]
        assert gradient[i] == pytest.approx((ends[0] - ends[1]) / 2e-6, abs=1e-8)
