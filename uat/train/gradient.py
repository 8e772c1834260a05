"""Backpropagation: the gradient of a loss by the chain rule, from the last layer to the first.

Forward, each layer computes z_l = W_l v_{l−1} + b_l and v_l = σ(z_l), with v_0 = x. Backward, the
derivative δ_l = ∂L/∂z_l of the loss L and the gradient are

    δ_l = (W_{l+1}ᵀ δ_{l+1}) · σ′(z_l),   ∂L/∂W_l = δ_l v_{l−1}ᵀ,   ∂L/∂b_l = δ_l,

summed over the points. The last layer has no σ and starts with δ = ∂L/∂g.

For the usual activations the slope σ′ is a polynomial in the value, σ(1 − σ) for the logistic
function and 1 − σ² for tanh, and costs almost nothing; for any other σ it is the derivative of its
formula. At a kink the slope is one of the two one-sided slopes; at a jump it is 0.

Source: D. E. Rumelhart, G. E. Hinton and R. J. Williams, Learning representations by
back-propagating errors, 1986.
"""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from uat.core.activations import Activation, logistic, relu, tanh
from uat.expression.arrays import Array
from uat.train.parameters import Layers, Residuals, Shape

__all__ = ["features", "jacobian", "loss_and_gradient", "outputs"]

_BLOCK: Final = 2**15
"""Numbers in one temporary array: larger means fewer calls of numpy, but 256 kB fit in a cache."""


def loss_and_gradient(shape: Shape, weights: Array, x: Array, y: Array) -> tuple[Residuals, Array]:
    """Compute L = mean (g(x) − y)², as the loss of residuals, and its gradient, (count,).

    The points are (points, d), the values (points, m).
    """
    layers, gradient, residual = shape.layers(weights), np.zeros(len(weights)), np.empty(y.shape)
    for block in _blocks(shape, len(x)):
        values, slopes = _forward(layers, shape, x[block])
        np.subtract(values[-1], y[block], out=residual[block])
        delta = (2 / y.size) * residual[block]
        _backward(layers, values, slopes, delta, shape.layers(gradient))
    return Residuals.of(residual), gradient


def outputs(shape: Shape, weights: Array, x: Array) -> Array:
    """Compute g(x): (points, d) → (points, m)."""
    layers = shape.layers(weights)
    values = [_forward(layers, shape, x[block])[0][-1] for block in _blocks(shape, len(x))]
    return np.concatenate(values)


def features(shape: Shape, hidden: Array, x: Array) -> Array:
    """Compute the inputs of the last layer and a column of ones for its bias: (points, units + 1).

    `hidden` are the weights before the last layer; further ones are ignored.
    """
    found = np.ones((len(x), shape.sizes[-2] + 1))
    below = Shape(shape.sizes[:-1], shape.activations[:-1])
    inner = outputs(below, hidden[: below.count], x)
    found[:, :-1] = value_and_slope(shape.activations[-1], inner)[0]
    return found


def jacobian(shape: Shape, weights: Array, x: Array, *, hidden: bool = False) -> Array:
    """Compute J = ∂g(x)/∂weights: (points, m, count).

    With `hidden`, only the columns of the weights before the last layer are computed: (points, m,
    hidden_count).
    """
    layers = shape.layers(weights)
    values, slopes = _forward(layers, shape, x)
    points, m = len(x), shape.sizes[-1]
    delta = np.broadcast_to(np.eye(m), (points, m, m))
    blocks = [np.empty((points, m, 0))]
    for i in reversed(range(len(layers))):
        if not (hidden and i == len(layers) - 1):
            # δ: (points, m, out); v: (points, in)
            rows = delta[:, :, :, None] * values[i][:, None, None, :]
            blocks += [delta, rows.reshape(points, m, -1)]
        if i:
            delta = (delta @ layers[i][0]) * slopes[i - 1][:, None, :]
    return np.concatenate(blocks[::-1], axis=2)


def _forward(layers: Layers, shape: Shape, x: Array) -> tuple[list[Array], list[Array]]:
    """Return v_0, v_1, …, g(x) and σ′(z_1), σ′(z_2), …: (points, units) each."""
    values, slopes = [x], []
    for i, (weight, bias) in enumerate(layers):
        z = values[-1] @ weight.T
        z += bias
        if i < len(layers) - 1:
            z, slope = value_and_slope(shape.activations[i], z)
            slopes.append(slope)
        values.append(z)
    return values, slopes


def _backward(
    layers: Layers, values: list[Array], slopes: list[Array], delta: Array, gradient: Layers
) -> None:
    """Add the gradient of these points to `gradient`, from the last layer to the first."""
    for i in reversed(range(len(layers))):
        weight_slope, bias_slope = gradient[i]
        weight_slope += delta.T @ values[i]
        bias_slope += delta.sum(axis=0)
        if i:
            delta = delta @ layers[i][0]
            delta *= slopes[i - 1]


def _blocks(shape: Shape, points: int) -> Iterator[slice]:
    step = max(64, _BLOCK // max(shape.sizes))
    return (slice(i, i + step) for i in range(0, points, step))


def value_and_slope(activation: Activation, z: Array) -> tuple[Array, Array]:
    """Return σ(z) and σ′(z), each in the shape of z."""
    known = _KNOWN.get(id(activation))
    if known is not None:
        return known(z)
    assert activation.expression is not None  # `fit` has asked for one
    slope = activation.expression.derivative()(z)
    return activation(z), np.where(np.isfinite(slope), slope, 0.0)


def _logistic(z: Array) -> tuple[Array, Array]:
    # numpy computes tanh faster than exp and a division, and it never overflows
    value = np.multiply(z, 0.5)
    np.tanh(value, out=value)
    value *= 0.5
    value += 0.5
    return value, value * (1 - value)


def _tanh(z: Array) -> tuple[Array, Array]:
    value = np.tanh(z)
    slope = value * value
    return value, np.subtract(1.0, slope, out=slope)


def _relu(z: Array) -> tuple[Array, Array]:
    return np.maximum(z, 0.0), (z > 0).astype(np.float64)


_KNOWN: Final[dict[int, Callable[[Array], tuple[Array, Array]]]] = {
    id(logistic): _logistic,
    id(tanh): _tanh,
    id(relu): _relu,
}
"""Activations whose slope is computed from the value, by identity: equality would compare formulas."""
