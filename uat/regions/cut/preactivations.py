"""The pre-activations of a layer at all vertices of a subdivision, none of them 0.

Floats settle the signs, with one bound a vertex or, sharper, one a unit; a few vertices that they
leave in doubt are taken in integers.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from uat.expression.arrays import Array
from uat.regions.cut.bits import Words, single_bits, to_words
from uat.regions.exact.integers import rounded
from uat.regions.exact.signs import FAINT
from uat.regions.subdivision import Subdivision

__all__ = ["Heights", "Unsure", "heights"]

Ids = NDArray[Any]

_BLOCK: Final = 1 << 11
_FEW: Final = 8


class Unsure(Exception):
    """A sign is 0, or floats do not show it: the way for networks in any position is to be taken."""


@dataclass(frozen=True, slots=True)
class Heights:
    """The pre-activations of a layer at the vertices, none of them 0.

    Attributes
    ----------
    values : ndarray, shape (V, units)
    bounds : ndarray, shape (V,)
        On the error of each value of a vertex.
    words : ndarray of uint64, shape (V, words)
        The bits of the units that are positive.
    single : ndarray of uint64, shape (units, words)
        The bit of each unit.
    """

    values: Array
    bounds: Array
    words: Words
    single: Words


def heights(start: Subdivision, sharp: bool) -> Heights:
    """Evaluate the next layer at all vertices.

    Parameters
    ----------
    sharp : bool
        With a bound for each unit, at twice the cost; else one for each vertex.

    Raises
    ------
    Unsure
        Some sign is not settled.
    """
    lineage = start.planes.lineage
    forms, layer = lineage.forms, lineage.layer
    units, evaluate = forms.widths[layer], forms.values if sharp else forms.rough_values
    values, bounds = np.empty((len(start.vertices), units)), np.empty(len(start.vertices))
    sure = np.empty(len(values), np.bool_)
    with np.errstate(all="ignore"):
        for first in range(0, len(values), _BLOCK):
            block = slice(first, first + _BLOCK)
            values[block], bound = evaluate(start.vertices[block], start.errors[block], layer)
            bounds[block] = bound.max(axis=1) if sharp else bound
            sure[block] = np.abs(values[block]).min(axis=1) > bounds[block]
    words, left = to_words(values > 0), np.flatnonzero(~sure)
    if len(left) > _FEW + len(values) // 256:
        raise Unsure
    if len(left):
        values[left], bounds[left], words[left] = _exact_heights(start, left)
    return Heights(values, bounds, words, single_bits(units))


def _exact_heights(start: Subdivision, vertices: Ids) -> tuple[Array, Array, Words]:
    """Return the heights of a few vertices anew, from exact vertices, with exact signs."""
    lineage, points = start.planes.lineage, start.exact(vertices)
    x = rounded(points)
    error = np.abs(x).max(axis=1) * 2.0**-52 + FAINT
    signs = lineage.forms.signs(x, error, lambda some: points[some], lineage.layer)
    if not signs.all():
        raise Unsure
    with np.errstate(all="ignore"):
        values, bound = lineage.forms.values(x, error, lineage.layer)
    return values, bound.max(axis=1), to_words(signs > 0)
