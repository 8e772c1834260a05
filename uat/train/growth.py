"""Growth in stages: new units fit the residual of a trained network and join the network.

The residual of a good fit is small and oscillates, so the new units are spread over the box and only
their output weights are computed, together with a correction of the old output weights. Since the
residual is fitted at its own scale, each stage begins with full relative accuracy.

In a deeper network each new unit of the first layer is followed by one new unit in each further
layer, σ(…σ(w·x + b)…), which is a ridge function too. The result is one network, whose layers are
the old ones and the new ones side by side.

Sources: M. Ainsworth and Y. Shin, Plateau phenomenon in gradient descent training of ReLU networks,
2021, and Y. Wang and C.-Y. Lai, Multi-stage neural networks, 2024, train on residuals too.
"""

from typing import Final

import numpy as np

from uat.expression.arrays import Array
from uat.numerics.activation_shape import rise_length
from uat.train.gradient import features, outputs
from uat.train.parameters import Shape
from uat.train.start import spread_breakpoints

__all__ = ["add_stage"]


_STEEPNESS: Final = (0.1, 0.15, 0.2, 0.3, 0.5, 1.0)
"""Steepness of the new units that is tried: soft ones suit smooth residuals, steep ones kinks."""

_RIDGE: Final = 1e-28
"""μ for each point: the smaller, the larger the output weights that rounding meets."""


def add_stage(
    shape: Shape, weights: Array, x: Array, y: Array, units: int, rng: np.random.Generator
) -> tuple[Shape, Array]:
    """Add units to every hidden layer and compute all output weights; return shape and weights.

    The old weights before the last layer are unchanged. Of several degrees of steepness the result
    with the smallest largest residual is returned.
    """
    residual = y - outputs(shape, weights, x)
    scale = float(np.abs(residual).max()) or 1.0
    old, gain = features(shape, weights, x)[:, :-1], rise_length(shape.activations[0]) / 2
    best, found = np.inf, (shape, weights)
    for steepness in _STEEPNESS:
        wider, start = _joined(shape, weights, *spread_breakpoints(x, units, rng, steepness * gain))
        new = features(wider, start, x)[:, old.shape[1] :]
        change = _solve(np.concatenate([old, new], axis=1), residual / scale)
        tried, change = start.copy(), scale * change
        last, bias = wider.layers(tried)[-1]
        last += change[:-1].T
        bias += change[-1]
        largest = float(np.abs(y - outputs(wider, tried, x)).max())
        if largest < best:
            best, found = largest, (wider, tried)
    return found


def _joined(shape: Shape, weights: Array, slopes: Array, biases: Array) -> tuple[Shape, Array]:
    """Put new units beside the old ones, with output weights 0."""
    units, layers = len(biases), shape.layers(weights)
    (first, bias), *inner = layers[:-1]
    parts = [np.concatenate([first, slopes]), np.concatenate([bias, biases])]
    for weight, bias in inner:
        both = np.zeros((len(weight) + units, weight.shape[1] + units))
        both[: len(weight), : weight.shape[1]] = weight
        both[len(weight) :, weight.shape[1] :] = np.eye(units)
        parts += [both, np.concatenate([bias, np.zeros(units)])]
    last, bias = layers[-1]
    parts += [np.concatenate([last, np.zeros((len(last), units))], axis=1), bias]
    sizes = (shape.sizes[0], *(n + units for n in shape.sizes[1:-1]), shape.sizes[-1])
    return Shape(sizes, shape.activation), np.concatenate([part.ravel() for part in parts])


def _solve(phi: Array, wanted: Array) -> Array:
    """Minimise |Φ C − R|² + μ|C|² by QR: (points, units + 1), (points, m) → (units + 1, m)."""
    from scipy.linalg import solve_triangular

    columns = phi.shape[1]
    ridge = np.sqrt(_RIDGE * len(phi)) * np.eye(columns)
    both = np.zeros((len(phi) + columns, columns + wanted.shape[1]))
    both[: len(phi), :columns], both[len(phi) :, :columns] = phi, ridge
    both[: len(phi), columns:] = wanted
    triangle = np.asarray(np.linalg.qr(both, mode="r"))[:columns]
    square, right = triangle[:, :columns], triangle[:, columns:]
    return np.asarray(solve_triangular(square, right, check_finite=False))
