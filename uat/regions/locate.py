"""Find the region of a point, also of a point on the boundary of several.

The pattern of the units at x, with exact signs, names the region. On a boundary there may be no
region of that pattern. Then a ray x + td leads, for small t > 0, into the interior of a region: a
unit is on there if h > 0, or if h = 0 and its derivative along the ray is positive. For all
directions d outside finitely many hyperplanes, a unit that is 0 along the ray is 0 on the region.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from uat.expression.arrays import Array, Bools
from uat.numerics.one_thread import single_threaded
from uat.regions.exact.integers import BigIntegers, Ids, dyadic, lowest_terms, multiply
from uat.regions.exact.signs import PiecewiseLayers

__all__ = ["locate"]

# Directions tried for a point. Larger: a point where many regions meet is less likely to be missed.
_TRIES: Final = 64
# Entries of a direction are drawn below this. Larger: fewer directions in a hyperplane.
_STEPS: Final = 1 << 30


@single_threaded()
def locate(layers: PiecewiseLayers, patterns: Bools, x: Array, box: Array) -> Ids:
    """Return the index of the region of each point x, (k, n), −1 where none is found.

    The points are in the box, (n, 2), which may be infinite. The patterns are those of all regions.
    """
    table = _bytes(patterns)
    order = np.argsort(table)

    def find(wanted: Bools) -> Ids:
        rows = _bytes(wanted)
        place = np.minimum(np.searchsorted(table, rows, sorter=order), len(order) - 1)
        return np.where(table[order[place]] == rows, order[place], -1)

    found = find(_pattern_at(layers, x))
    rng = np.random.default_rng(0)
    for _ in range(_TRIES):
        left = np.flatnonzero(found < 0)
        if not len(left):
            break
        inward = rng.integers(1, _STEPS, (len(left), x.shape[1]))
        outside = np.where(x[left] == box[:, 0], False, rng.random(inward.shape) < 0.5)
        inward[outside | (x[left] == box[:, 1])] *= -1
        found[left] = find(_pattern_along(layers, x[left], inward))
    return found


def _pattern_at(layers: PiecewiseLayers, x: Array) -> Bools:
    """Return True for the units with a positive pre-activation at points, shape (k, units)."""
    parts = [np.zeros((len(x), 0), np.bool_)]
    for layer in range(len(layers.widths)):
        signs = layers.signs(x, np.zeros(len(x)), lambda some: _homogeneous(x[some]), layer)
        parts.append(signs > 0)
    return np.hstack(parts)


def _bytes(patterns: Bools) -> NDArray[np.bytes_]:
    """Pack each row into one value that can be sorted."""
    padded = np.ones((len(patterns), 1), np.bool_)
    packed = np.packbits(np.hstack([padded, patterns]), axis=1)
    return packed.view(f"S{packed.shape[1]}")[:, 0]


def _homogeneous(x: Array) -> BigIntegers:
    """Convert points from floats to homogeneous integers."""
    whole, shift = dyadic(x)
    scale = np.full((len(x), 1), 1 << shift, np.int64 if shift < 62 else object)
    return lowest_terms(np.hstack([whole, scale]))


def _pattern_along(layers: PiecewiseLayers, x: Array, direction: Ids) -> Bools:
    """Return the units that are on just beyond x in a direction of integers."""
    points = _homogeneous(x)
    slopes = direction.astype(object) * points[:, -1:]
    parts = []
    for layer in range(len(layers.widths)):
        matrix = layers.matrix(layer)
        h, rate = multiply(points, matrix), multiply(slopes, matrix[:-1, :-1])
        on = (h[:, :-1] > 0) | ((h[:, :-1] == 0) & (rate > 0))
        parts.append(on)
        every = np.column_stack([on, np.ones(len(on), np.bool_)])
        points = layers.times_slope(h, every, layer)
        slopes = layers.times_slope(rate, on, layer)
    return np.hstack(parts)
