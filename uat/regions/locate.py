"""Which region a point is in, also on the boundary of several.

The pattern of the units at x, signs exact, names the region. On a boundary it may name none; then a
ray x + td with small t > 0 leads into the interior of a region: a unit is on if h > 0, or if h = 0
and its derivative along the ray is positive. For all directions but those in finitely many
hyperplanes a unit that is 0 along the ray is 0 on the region.
"""

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from uat.expression.arrays import Array, Bools
from uat.regions.exact.integers import Integers, dyadic, lowest_terms, multiply

if TYPE_CHECKING:
    from uat.regions.exact.signs import Forms

__all__ = ["locate", "on_pattern"]

Ids = NDArray[Any]

_TRIES: Final = 64
_STEPS: Final = 1 << 30


def locate(forms: "Forms", patterns: Bools, x: Array, box: Array) -> Ids:
    """Return for each point the place of its region in `patterns`, −1 where none is found.

    Parameters
    ----------
    forms : Forms
    patterns : ndarray of bool, shape (regions, units)
    x : ndarray, shape (k, n)
        In the box.
    box : ndarray, shape (n, 2)
        May be infinite.
    """
    find = _Finder(patterns)
    found = find(on_pattern(forms, x))
    rng = np.random.default_rng(0)
    for _ in range(_TRIES):
        left = np.flatnonzero(found < 0)
        if not len(left):
            break
        inward = rng.integers(1, _STEPS, (len(left), x.shape[1]))
        outside = np.where(x[left] == box[:, 0], False, rng.random(inward.shape) < 0.5)
        inward[outside | (x[left] == box[:, 1])] *= -1
        found[left] = find(_pattern_along(forms, x[left], inward))
    return found


def on_pattern(forms: "Forms", x: Array) -> Bools:
    """Return which units have a positive pre-activation at points, shape (k, units)."""
    parts = [np.zeros((len(x), 0), np.bool_)]
    for layer in range(len(forms.widths)):
        signs = forms.signs(x, np.zeros(len(x)), lambda some: _homogeneous(x[some]), layer)
        parts.append(signs > 0)
    return np.hstack(parts)


class _Finder:
    """A sorted table of patterns, as bytes."""

    __slots__ = ("_order", "_table")

    def __init__(self, patterns: Bools) -> None:
        packed = _bytes(patterns)
        self._order = np.argsort(packed)
        self._table = packed[self._order]

    def __call__(self, patterns: Bools) -> Ids:
        wanted = _bytes(patterns)
        place = np.minimum(np.searchsorted(self._table, wanted), len(self._table) - 1)
        return np.where(self._table[place] == wanted, self._order[place], -1)


def _bytes(patterns: Bools) -> NDArray[np.bytes_]:
    """Pack each row into one value that can be sorted."""
    padded = np.ones((len(patterns), 1), np.bool_)
    packed = np.packbits(np.hstack([padded, patterns]), axis=1)
    return packed.view(f"S{packed.shape[1]}")[:, 0]


def _homogeneous(x: Array) -> Integers:
    """Return points of floats as homogeneous integers."""
    whole, shift = dyadic(x)
    scale = np.full((len(x), 1), 1 << shift, np.int64 if shift < 62 else object)
    return lowest_terms(np.hstack([whole, scale]))


def _pattern_along(forms: "Forms", x: Array, direction: Ids) -> Bools:
    """Return which units are on just behind x in a direction of integers."""
    points = _homogeneous(x)
    slopes = direction.astype(object) * points[:, -1:]
    parts = []
    for layer in range(len(forms.widths)):
        matrix = forms.matrix(layer)
        h, rate = multiply(points, matrix), multiply(slopes, matrix[:-1, :-1])
        on = (h[:, :-1] > 0) | ((h[:, :-1] == 0) & (rate > 0))
        parts.append(on)
        points = np.column_stack([h[:, :-1] * on, h[:, -1]])
        slopes = rate * on
    return np.hstack(parts)
