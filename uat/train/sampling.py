"""Where to look at a function so that a network that fits there also fits in between.

In one dimension Chebyshev's points, close together at the ends, where an approximation goes wrong
first, and more where f bends most; in more dimensions, points of low discrepancy inside and on every
face of the box.

Source: L. N. Trefethen, Approximation Theory and Approximation Practice, 2013, chapter 2.
"""

from itertools import pairwise, product
from typing import Final

import numpy as np

from uat.core.target import Target
from uat.expression.arrays import Array
from uat.numerics.low_discrepancy import low_discrepancy

__all__ = ["sample", "spread"]


_FEWEST: Final = 400
_A_WEIGHT: Final = 2
_MOST: Final = 20_000
_HALVINGS: Final = 20


def sample(target: Target, widths: tuple[int, ...]) -> Array:
    """Choose points in the domain of f, at least two for each weight: (points, d).

    Examples
    --------
    >>> sample(Target("x", (0, 1)), (50,)).shape
    (500, 1)
    """
    sizes = (target.dimension, *widths, 1)
    weights = sum((a + 1) * b for a, b in pairwise(sizes))
    many = min(max(_FEWEST * target.dimension**2, _A_WEIGHT * weights), _MOST)
    unit = _chebyshev(many) if target.dimension == 1 else spread(many, target.dimension)
    lower, upper = target.lower, target.upper
    # written so that 0 and 1 give the ends themselves
    points = np.clip(lower * (1 - unit) + upper * unit, lower, upper)
    return _bisected(target, points) if target.dimension == 1 else points


def _bisected(target: Target, points: Array) -> Array:
    """Halve the intervals beside the points at which f bends most, again and again: (more, 1).

    At a kink the points come so close that no network can turn between two of them unseen.
    """
    x = points[:, 0]
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


def _chebyshev(many: int) -> Array:
    """Return (1 − cos)/2 of equal angles, both ends among them: (many, 1)."""
    return np.sin(np.linspace(0, np.pi / 2, many))[:, None] ** 2


def spread(many: int, dimension: int) -> Array:
    """Fill the unit cube, its faces with a share of the points, and its corners: (many, d)."""
    share = many // (4 * dimension)
    inner = low_discrepancy(dimension, many - 2 * dimension * share)
    parts = [inner]
    for axis, end in product(range(dimension), (0.0, 1.0)):
        face = low_discrepancy(dimension, share, skip=(1 + 2 * axis + int(end)) * share)
        face[:, axis] = end
        parts.append(face)
    if dimension <= 8:
        parts.append(np.array(list(product((0.0, 1.0), repeat=dimension))))
    return np.concatenate(parts)
