"""Units dropped, those first that hurt least when all heights are fitted again.

Without unit i the least sum of squared errors grows by exactly

    a_i² / [(ΦᵀΦ + μI)⁻¹]_ii,

with Φ the values of the units at the points and a their heights. Many units are dropped in rounds
of a few, as the harm of one depends on which others there are.

Source: B. Hassibi and D. G. Stork, Second order derivatives for network pruning: Optimal Brain
Surgeon, 1992.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from uat.construct.free.samples import Samples
from uat.expression.arrays import Array
from uat.train.gradient import features

__all__ = ["dropped", "fewest_near", "harms", "without"]

_ROUND: Final = 0.05
"""The part of the units that is dropped before harms are computed again; larger: faster, cruder."""

_PENALTY: Final = 1e-26
"""The ridge penalty μ at each point, beside squared errors of values about 1; smaller: rounding
spoils the factors."""


def without(samples: Samples, hidden: Array, unit: int) -> Array:
    """Return slopes and biases, (units · (d + 1),), without those of one unit."""
    return _kept(hidden, samples.x.shape[1], np.array([unit]))


def dropped(samples: Samples, hidden: Array, keep: int) -> Array:
    """Return slopes and biases of the `keep` units that stay when all others have been dropped."""
    left = hidden
    for left, _ in _drops(samples, hidden, keep):  # noqa: B007 - the last one is the answer
        pass
    return left


def fewest_near(samples: Samples, hidden: Array, error: float) -> int:
    """Count the units that stay when units are dropped until the mean error would be too large."""
    d: int = samples.x.shape[1]
    fewest = len(hidden)
    for left, squares in _drops(samples, hidden, 1):
        if squares > len(samples.x) * error**2:
            break
        fewest = len(left)
    return fewest // (d + 1)


def _drops(samples: Samples, hidden: Array, keep: int) -> Iterator[tuple[Array, float]]:
    """Yield the units that stay after each round, and the sum of squares of their best fit."""
    d = samples.x.shape[1]
    triangle = _triangle(samples, hidden)
    while (units := len(hidden) // (d + 1)) > keep:
        count = min(units - keep, max(1, int(_ROUND * units)))
        worst = np.argsort(_harms(triangle), kind="stable")[:count]
        hidden = _kept(hidden, d, worst)
        triangle = np.asarray(np.linalg.qr(np.delete(triangle, worst, axis=1), mode="r"))
        yield hidden, float(triangle[-1, -1] ** 2)


def harms(samples: Samples, hidden: Array) -> Array:
    """Return how much the sum of squared errors grows without each unit: (units,)."""
    return _harms(_triangle(samples, hidden))


def _triangle(samples: Samples, hidden: Array) -> Array:
    """Factor the units, the constant and f at the points: (units + 2, units + 2)."""
    phi = features(samples.shape_of(hidden), hidden, samples.x)
    columns = phi.shape[1]
    penalty = np.sqrt(_PENALTY * len(phi)) * np.eye(columns, columns + 1)
    rows = np.concatenate([np.concatenate([phi, samples.y], axis=1), penalty])
    return np.asarray(np.linalg.qr(rows, mode="r"))


def _harms(triangle: Array) -> Array:
    from scipy.linalg import solve_triangular

    columns = triangle.shape[1] - 1
    square, right = triangle[:columns, :columns], triangle[:columns, columns]
    inverse = solve_triangular(square, np.eye(columns), check_finite=False)
    heights, diagonal = inverse @ right, np.einsum("ij,ij->i", inverse, inverse)
    return np.asarray((heights**2 / diagonal)[:-1])  # the constant stays


def _kept(hidden: Array, dimension: int, dropped: NDArray[np.intp]) -> Array:
    units = len(hidden) // (dimension + 1)
    slopes, biases = (
        hidden[: units * dimension].reshape(units, dimension),
        hidden[units * dimension :],
    )
    return np.concatenate([np.delete(slopes, dropped, axis=0).ravel(), np.delete(biases, dropped)])
