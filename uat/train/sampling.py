"""Points to train on, chosen so that a network that fits at them also fits between them.

In one dimension Chebyshev points, which are dense at the ends, where an approximation goes wrong
first, and more points where f bends most; in several dimensions points of low discrepancy inside
the box and on each of its faces.

Source: L. N. Trefethen, Approximation Theory and Approximation Practice, 2013, chapter 2.
"""

from itertools import pairwise, product
from typing import Final

import numpy as np

from uat.core.target import Target
from uat.expression.arrays import Array
from uat.numerics.boxes import corners
from uat.numerics.chebyshev import chebyshev_points
from uat.numerics.low_discrepancy import low_discrepancy
from uat.train.data import Scaling

__all__ = ["points_in_cube", "sample", "unscaled"]


_FEWEST: Final = 400
"""Fewest points, times the squared dimension: larger finds narrower errors, slower."""

_PER_WEIGHT: Final = 2
"""Points for each weight: larger leaves less freedom between the points, slower."""

_MOST: Final = 20_000
"""Most points: larger is slower and takes more memory."""

_HALVINGS: Final = 20
"""Halvings beside a kink: after 20 the points are closer than a network can turn."""


def sample(target: Target, widths: tuple[int, ...]) -> Array:
    """Choose points in the domain of f, at least two for each weight: (points, d)."""
    sizes = (target.dimension, *widths, 1)
    weights = sum((inner + 1) * outer for inner, outer in pairwise(sizes))
    count = min(max(_FEWEST * target.dimension**2, _PER_WEIGHT * weights), _MOST)
    if target.dimension == 1:
        return _with_bends(target, chebyshev_points(*target.domain[0], count, ends=True))
    unit, lower, upper = points_in_cube(count, target.dimension), target.lower, target.upper
    # in this form 0 and 1 are mapped to the ends exactly
    return np.clip(lower * (1 - unit) + upper * unit, lower, upper)


def unscaled(target: Target, scaling: Scaling, t: Array) -> Array:
    """Map scaled points back to the domain of f; rounding takes none beyond its ends."""
    return np.clip(t * scaling.unit + scaling.shift, target.lower, target.upper)


def _with_bends(target: Target, x: Array) -> Array:
    """Halve the intervals next to the points, (points,), where f bends most: (more points, 1).

    At a kink the points come so close that no network can turn between two of them unnoticed.
    """
    values, most = np.asarray(target(x)), len(x) + len(x) // 4
    for _ in range(_HALVINGS):
        before, after = np.diff(x)[:-1], np.diff(x)[1:]
        line = (after * values[:-2] + before * values[2:]) / (before + after)
        bend = np.concatenate([[0.0], np.abs(values[1:-1] - line), [0.0]])
        beside = np.maximum(bend[:-1], bend[1:])
        chosen = np.flatnonzero(beside > bend.max() / 2)[: most - len(x)]
        middle = x[chosen] / 2 + x[chosen + 1] / 2
        x = np.insert(x, chosen + 1, middle)
        values = np.insert(values, chosen + 1, target(middle))
    return np.unique(x)[:, None]


def points_in_cube(count: int, dimension: int) -> Array:
    """Return points inside the unit cube, on each of its faces, and its corners: (points, d)."""
    share = count // (4 * dimension)
    parts = [low_discrepancy(dimension, count - 2 * dimension * share)]
    for axis, end in product(range(dimension), (0.0, 1.0)):
        face = low_discrepancy(dimension, share, skip=(1 + 2 * axis + int(end)) * share)
        face[:, axis] = end
        parts.append(face)
    if dimension <= 8:
        parts.append(corners(np.zeros(dimension), np.ones(dimension)))
    return np.concatenate(parts)
