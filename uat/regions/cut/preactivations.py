"""The pre-activations of a layer at all vertices of a subdivision, none of them 0.

Floats settle the signs: those of the network with one error bound for each vertex, sharper those of
the affine forms of cells. A few vertices whose signs they leave open are computed in integers.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from uat.expression.arrays import Array
from uat.regions.cut.bits import Bits, pack_bits
from uat.regions.exact.integers import Ids, rounded
from uat.regions.exact.signs import FAINT
from uat.regions.subdivision import Subdivision

__all__ = ["Preactivations", "Special", "Unsure", "preactivations", "sharpen"]

# Vertices evaluated at a time. Larger: fewer calls of numpy; smaller: values stay in the cache.
_BLOCK: Final = 1 << 11
# Where the bounds of the network leave more open in a block, all others are left to the forms.
_HOPE: Final = 0.5
# At most this many open vertices, and one more in 256, are computed in integers. Larger: fewer
# layers are left to the lattice, but each of them takes longer.
_FEW: Final = 8


class Unsure(Exception):
    """A fast method cannot cut the layer: floats leave too much open."""


class Special(Unsure):
    """A fast method cannot cut the layer, however sharp its bounds are: a sign is 0, say."""


@dataclass(frozen=True, slots=True)
class Preactivations:
    """The pre-activations of a layer at the vertices, none of them 0."""

    values: Array  # (vertices, units)
    bounds: Array  # (vertices,), a bound on the errors of all values at a vertex
    bits: Bits  # (vertices, words), the units that are positive
    single: Bits  # (units, words), the bit of each unit


def preactivations(cells: Subdivision, sharp: bool) -> Preactivations:
    """Evaluate the next layer at all vertices; raise `Unsure` if a sign is 0 or too many are open.

    A bound is computed for each vertex; at twice the cost one for each unit, where that one leaves
    a sign open or, if `sharp`, everywhere.
    """
    layers, layer = cells.layers, cells.layer
    units = layers.widths[layer]
    values, bounds = np.empty((len(cells.vertices), units)), np.empty(len(cells.vertices))
    sure = np.zeros(len(values), np.bool_)
    with np.errstate(all="ignore"):
        for first in range(0, 0 if sharp else len(values), _BLOCK):
            block = slice(first, first + _BLOCK)
            x, error = cells.vertices[block], cells.errors[block]
            values[block], bounds[block] = layers.rough_values(x, error, layer)
            sure[block] = np.abs(values[block]).min(axis=1) > bounds[block]
            if not sure[block].mean() > _HOPE:
                break
        open_ = np.flatnonzero(~sure)
        owner = _cells_of_vertices(cells) if len(open_) else open_
        for first in range(0, len(open_), _BLOCK):
            some = open_[first : first + _BLOCK]
            values[some], bound = _by_forms(cells, some, owner)
            bounds[some] = bound.max(axis=1)
            sure[some] = (np.abs(values[some]) > bound).all(axis=1)
    bits, left = pack_bits(values > 0), np.flatnonzero(~sure)
    if len(left) > _FEW + len(values) // 256:
        raise Unsure
    if len(left):
        values[left], bounds[left], bits[left] = _from_exact_vertices(cells, left)
    return Preactivations(values, bounds, bits, pack_bits(np.eye(units, dtype=np.bool_)))


def sharpen(cells: Subdivision, h: Preactivations, vertices: Ids) -> None:
    """Replace values and bounds at a few vertices by sharper ones, where they leave no sign open."""
    with np.errstate(all="ignore"):
        values, bound = _by_forms(cells, vertices, _cells_of_vertices(cells))
        better = (np.abs(values) > bound).all(axis=1) & (bound.max(axis=1) < h.bounds[vertices])
    h.values[vertices[better]] = values[better]
    h.bounds[vertices[better]] = bound[better].max(axis=1)


def _cells_of_vertices(cells: Subdivision) -> Ids:
    """Return for each vertex a cell that it is a corner of, in one or two dimensions."""
    owner = np.empty(len(cells.vertices), np.int64)
    cell, edge = cells.incidences[0] if cells.incidences else (np.arange(cells.count),) * 2
    for end in cells.edges.T:
        owner[end[edge]] = cell
    return owner


def _by_forms(cells: Subdivision, vertices: Ids, owner: Ids) -> tuple[Array, Array]:
    """Return values at vertices and a bound for each, (k, units), from the affine forms of cells."""
    return cells.forms.values(owner[vertices], cells.vertices[vertices], cells.errors[vertices])


def _from_exact_vertices(cells: Subdivision, vertices: Ids) -> tuple[Array, Array, Bits]:
    """Return values, bounds and bits at a few vertices, computed from the exact vertices."""
    points = cells.exact(vertices)
    x = rounded(points)
    error = np.abs(x).max(axis=1) * 2.0**-52 + FAINT
    signs = cells.layers.signs(x, error, lambda some: points[some], cells.layer)
    if not signs.all():
        raise Special
    with np.errstate(all="ignore"):
        values, bound = cells.layers.values(x, error, cells.layer)
    return values, bound.max(axis=1), pack_bits(signs > 0)
