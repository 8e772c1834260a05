"""Points for fitting a function on a box and for measuring the error, faces and corners included.

Least squares at evenly spread points swing near the faces of a box; at points that crowd there as
Chebyshev's do, x = cos(πu) with u spread evenly, they are nearly as good as the best fit in the
sup norm. In one dimension they are Chebyshev's, in more a set of low discrepancy: seen along any
direction no two of its points are one. A cube has few points far out along w, so points on lines
from corner to corner are added, t·sign(w), on which w·u runs through all its values. Where the
error is looked for, points lie on every face, edge and corner too.

Sources: A. Cohen and G. Migliorati, Optimal weighted least-squares methods, 2017; L. N. Trefethen,
Approximation Theory and Approximation Practice, 2013, chapter 2.
"""

import math
from itertools import product
from typing import Final

import numpy as np

from uat.core.target import Target
from uat.expression.arrays import Array
from uat.numerics.boxes import grid
from uat.numerics.low_discrepancy import low_discrepancy

__all__ = ["along", "compared", "diagonals", "finely_compared", "fitted", "on_the_box"]


_OUTSIDE: Final = 1.25  # the larger cube; larger: more points on faces
_LOOKED_AT: Final = 1 << 13  # points that guide the search
_FINELY: Final = 1 << 17  # points of the last look, d > 2
_ON_LINES: Final = 100  # points on each diagonal
_FINER: Final = 10  # than the grid of the fit
_MOST: Final = {1: 1 << 20, 2: 1 << 10}  # points along a side, by dimension


def fitted(dimension: int, many: int) -> Array:
    """Return at least `many` points of [−1, 1]^d for a fit, crowded at the faces: (points, d)."""
    if dimension > 1:
        return np.cos(np.pi * low_discrepancy(dimension, many))
    return _chebyshev(many)[:, None]


def along(ways: Array, each: int) -> Array:
    """Return Chebyshev's points on the longest line for each direction: (at most J · each, d).

    `ways` are directions, (J, d), with `each` points on each line; those with the same signs share
    theirs.
    """
    ends = np.unique(np.sign(ways), axis=0)
    points: Array = _chebyshev(each)[:, None, None] * ends  # (each, lines, d)
    return points.reshape(-1, ways.shape[1])


def compared(dimension: int) -> Array:
    """Return a few thousand points of [−1, 1]^d, faces and corners with them: (points, d)."""
    return _scattered(dimension, _LOOKED_AT)


def finely_compared(dimension: int, many: int) -> Array:
    """Return points ten times as fine along each coordinate as those of a fit, `many`: (points, d).

    In three dimensions and more, where they would be too many, a large set of low discrepancy.
    """
    if dimension > 2:
        return _scattered(dimension, _FINELY)
    each = math.ceil(many ** (1 / dimension))
    return grid([np.linspace(-1, 1, min(_FINER * each + 1, _MOST[dimension]))] * dimension)


def on_the_box(target: Target, points: Array) -> Array:
    """Carry points of [−1, 1]^d to the box of f."""
    lower, upper = target.lower, target.upper
    share = (points + 1) / 2
    carried = (1 - share) * lower + share * upper
    return np.clip(carried, lower, upper)


def diagonals(dimension: int) -> Array:
    """Return the directions from corner to corner of a cube: (2^(d−1), d)."""
    signs = list(product((1.0, -1.0), repeat=dimension - 1))
    ways: Array = np.array([(1.0, *s) for s in signs]) / np.sqrt(dimension)
    return ways


def _chebyshev(many: int) -> Array:
    """Return Chebyshev's points of the first kind, in order: (many,)."""
    return -np.cos(np.pi * (np.arange(many) + 0.5) / many)


def _scattered(dimension: int, many: int) -> Array:
    """Spread points over a larger cube and pull them back to this one: some land on its faces."""
    points = _OUTSIDE * (2 * low_discrepancy(dimension, many) - 1)
    lines = along(diagonals(dimension), _ON_LINES)
    return np.concatenate(
        [np.clip(points, -1, 1), lines, grid([np.array([-1.0, 1.0])] * dimension)]
    )
