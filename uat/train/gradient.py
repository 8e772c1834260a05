"""Backpropagation: the gradient of a loss by the chain rule, from the last layer to the first.

Forward, each layer computes z_l = W_l v_{l−1} + b_l and v_l = σ(z_l), with v_0 = x. Backward, what
the loss L feels of z_l is

    δ_l = (W_{l+1}ᵀ δ_{l+1}) · σ′(z_l),   ∂L/∂W_l = δ_l v_{l−1}ᵀ,   ∂L/∂b_l = δ_l,

summed over the points. The last layer has no σ, and starts with δ = ∂L/∂g.

Source: D. E. Rumelhart, G. E. Hinton and R. J. Williams, Learning representations by
back-propagating errors, 1986.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from uat.expression.arrays import Array
from uat.train.residuals import Residuals
from uat.train.slopes import value_and_slope
from uat.train.weights import Layers, Shape

__all__ = ["features", "jacobian", "loss_and_gradient", "outputs"]


_BLOCK: Final = 2**15
"""Numbers in one temporary array, 256 kB: the few of a layer stay in the cache of a processor."""


def loss_and_gradient(shape: Shape, weights: Array, x: Array, y: Array) -> tuple[Residuals, Array]:
    """Compute the mean squared error L = mean (g(x) − y)² and its gradient.

    Parameters
    ----------
    shape : Shape
    weights : ndarray, (count,)
    x : ndarray, (points, d)
    y : ndarray, (points, m)

    Returns
    -------
    Residuals
        With L as its loss.
    ndarray, (count,)
        ∂L/∂weights.

    Examples
    --------
    >>> import uat
    >>> line = Shape((1, 1), uat.tanh)  # no hidden layer: g(x) = weight x + bias
    >>> weights, x, y = np.array([2.0, 1.0]), np.array([[3.0]]), np.array([[5.0]])
    >>> residuals, gradient = loss_and_gradient(line, weights, x, y)
    >>> residuals.loss, gradient
    (4.0, array([12.,  4.]))
    """
    layers, gradient, gaps = shape.layers(weights), np.zeros(len(weights)), np.empty(y.shape)
    for block in _blocks(shape, len(x)):
        values, slopes = _forward(layers, shape, x[block])
        np.subtract(values[-1], y[block], out=gaps[block])
        delta = (2 / y.size) * gaps[block]
        _backward(layers, values, slopes, delta, shape.layers(gradient))
    return Residuals.of(gaps), gradient


def outputs(shape: Shape, weights: Array, x: Array) -> Array:
    """Compute g(x): (points, d) → (points, m)."""
    layers = shape.layers(weights)
    values = [_forward(layers, shape, x[block])[0][-1] for block in _blocks(shape, len(x))]
    return np.concatenate(values)


def features(shape: Shape, hidden: Array, x: Array) -> Array:
    """Compute what the last layer sees, its bias as 1: (points, d) → (points, units + 1).

    `hidden` holds the weights before the last layer, (hidden_count,) or all.
    """
    found = np.ones((len(x), shape.sizes[-2] + 1))
    below = Shape(shape.sizes[:-1], shape.activation)
    inner = outputs(below, hidden[: below.count], x)
    found[:, :-1] = value_and_slope(shape.activation, inner)[0]
    return found


def jacobian(shape: Shape, weights: Array, x: Array, *, hidden: bool = False) -> Array:
    """Compute J = ∂g(x)/∂weights: (points, m, count).

    With `hidden`, only its columns for the weights before the last layer: (points, m,
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
    """Keep v_0, v_1, …, g(x), and σ′(z_1), …: (points, units) each."""
    values, slopes = [x], []
    for i, (weight, bias) in enumerate(layers):
        z = values[-1] @ weight.T
        z += bias
        if i < len(layers) - 1:
            z, slope = value_and_slope(shape.activation, z)
            slopes.append(slope)
        values.append(z)
    return values, slopes


def _backward(
    layers: Layers, values: list[Array], slopes: list[Array], delta: Array, gradient: Layers
) -> None:
    """Add up each layer's part of the gradient, from the last layer to the first."""
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
