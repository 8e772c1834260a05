"""Stages: what a trained network leaves is fitted by further units, and they join the network.

The residual of a good fit is small and wavy, so the next units are spread over the box anew and
only their output weights are solved for, together with a correction of the old ones. Since the
residual is fitted at its own scale, each stage starts with all its digits.

In a deeper network each new unit of the first layer is carried through the layers above by one
unit each, σ(…σ(w·x + b)…): still a sigmoidal ridge. All networks together are one network, whose
layers are the old ones and the new ones side by side.

Source: M. Ainsworth and Y. Shin, Plateau phenomenon in gradient descent training of ReLU networks,
2021, and Y. Wang and C.-Y. Lai, Multi-stage neural networks, 2024, train on residuals too.
"""

from typing import Final

import numpy as np

from uat.expression.arrays import Array
from uat.train.gradient import features, outputs
from uat.train.start import spread_units, width
from uat.train.weights import Shape

__all__ = ["add_stage"]


_STEEPNESS: Final = (0.1, 0.15, 0.2, 0.3, 0.5, 1.0)
_RIDGE: Final = 1e-28


def add_stage(
    shape: Shape, weights: Array, x: Array, y: Array, units: int, rng: np.random.Generator
) -> tuple[Shape, Array]:
    """Add units to every hidden layer and solve for all output weights.

    Of several steepnesses the one is taken that leaves the smallest largest residual.

    Parameters
    ----------
    shape : Shape
    weights : ndarray, (count,)
    x, y : ndarray, (points, d) and (points, m)
    units : int
    rng : Generator

    Returns
    -------
    Shape
        Wider by `units` in each hidden layer.
    ndarray, (its count,)
        Old weights before the last layer are kept.
    """
    left = y - outputs(shape, weights, x)
    scale = float(np.abs(left).max()) or 1.0
    old, gain = features(shape, weights, x)[:, :-1], width(shape.activation) / 2
    draws = (
        _joined(shape, weights, *spread_units(x, units, rng, steepness * gain))
        for steepness in _STEEPNESS
    )
    best, found = np.inf, (shape, weights)
    for wider, start in draws:
        new = features(wider, start, x)[:, old.shape[1] :]
        change = _solve(np.concatenate([old, new], axis=1), left / scale)
        tried = _changed(wider, start, scale * change)
        largest = float(np.abs(y - outputs(wider, tried, x)).max())
        if largest < best:
            best, found = largest, (wider, tried)
    return found


def _joined(shape: Shape, weights: Array, slopes: Array, biases: Array) -> tuple[Shape, Array]:
    """Put the new units beside the old ones, with output weights 0."""
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
    solved: Array = solve_triangular(
        triangle[:, :columns], triangle[:, columns:], check_finite=False
    )
    return solved


def _changed(shape: Shape, weights: Array, change: Array) -> Array:
    """Add (units + 1, m) to the last layer."""
    found = weights.copy()
    last, bias = shape.layers(found)[-1]
    last += change[:-1].T
    bias += change[-1]
    return found
