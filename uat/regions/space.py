"""Regions of the whole space: those of a box that contains all vertices.

A network does not change along the kernel of its first weights W, so as many coordinates are kept
as W has rank. Then every cell has a vertex, and the vertices are connected by edges. Cut a box, and
look at the edges that leave it: if no pre-activation comes nearer to 0 on the way out, no vertex
follows on that ray, and if that holds for all edges, no vertex is outside the box. Otherwise the
box is enlarged beyond the farthest vertex that follows, and cut again.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

from uat.core.network import Affine, Network
from uat.errors import InputError
from uat.expression.arrays import Array, Bools
from uat.regions.exact.integers import (
    BigIntegers,
    Ids,
    exact_intersection,
    lowest_terms,
    point_between,
    rounded,
)
from uat.regions.exact.signs import SAFE, PiecewiseLayers

if TYPE_CHECKING:
    from uat.regions.subdivision import Subdivision

__all__ = ["cut_space", "essential_network"]

_FARTHEST: Final = 2.0**900
"""A box that would have to be larger is refused: its corners come near the range of float64."""


def essential_network(network: Network) -> tuple[Network, float]:
    """Restrict a network to coordinates on which its first weights have only 0 in their kernel.

    The other coordinates are 0. A network that depends on no coordinate keeps one. Return also the
    largest |x_i| of one vertex of the first layer, 0 if there is none.

    >>> from uat import relu
    >>> stripes = Network([Affine([[1, 2], [2, 4]], [-3, -6]), Affine([[1, 1]], [0])], relu)
    >>> essential_network(stripes)
    (Network(1 → 2 → 1, uat.relu), 3.0)
    """
    first = network.layers[0]
    whole = PiecewiseLayers(network).matrix(0)[:, :-1].T
    kept, units = _regular_submatrix(whole[:, :-1])
    if not kept or network.depth == 0:
        kept, units = kept[:1] or [0], []
    layer = Affine(first.weight[:, kept], first.bias)
    reach = 0.0
    if units:
        planes = whole[units][:, [*kept, whole.shape[1] - 1]]
        reach = float(np.abs(rounded(exact_intersection(planes[None]))).max())
    return Network((layer, *network.layers[1:]), network.activations), reach


def _regular_submatrix(matrix: BigIntegers) -> tuple[list[int], list[int]]:
    """Return the columns and the rows of a regular submatrix of the largest size."""
    rest, columns, rows = matrix.astype(object).T, [], []
    for column in range(len(rest)):
        places = np.flatnonzero(rest[column] != 0)
        if len(places):
            row = int(places[0])
            columns.append(column)
            rows.append(row)
            pivot, factors = rest[column], rest[column + 1 :, row : row + 1].copy()
            rest[column + 1 :] = rest[column + 1 :] * pivot[row] - factors * pivot
            rest[column + 1 :] = lowest_terms(rest[column + 1 :])
    return columns, rows


def cut_space(
    layers: PiecewiseLayers, reach: float, cut: Callable[[Array], "Subdivision"]
) -> "Subdivision":
    """Cut a box that contains all vertices of an essential network, by calling `cut` with it.

    Some vertex is within `reach`. A vertex past the range of float64 is refused.
    """
    while True:
        if not reach < _FARTHEST:
            raise InputError("the regions reach past the range of float64; give a box")
        half = 2.0 * 2.0 ** np.ceil(np.log2(max(reach, 0.5)))
        cells = cut(np.array([[-half, half]] * layers.dimension))
        beyond = _farthest_outside(layers, cells)
        if beyond == 0:
            return cells
        reach = max(beyond, 2 * half)


def _farthest_outside(layers: PiecewiseLayers, cells: "Subdivision") -> float:
    """Return the largest |x_i| of the next vertices on edges that leave the box; 0 for none."""
    inside = np.asarray((cells.defining[0] >= 2 * layers.dimension).all(axis=1))
    leaving = cells.edges[inside[cells.edges].sum(axis=1) == 1]
    if not len(leaving):
        return 0.0
    first = inside[leaving[:, 0]]
    near = np.where(first, leaving[:, 0], leaving[:, 1])
    far = np.where(first, leaving[:, 1], leaving[:, 0])
    nearer = np.zeros(len(near), np.bool_)
    for layer in range(len(layers.widths)):
        nearer |= _may_come_nearer(layers, cells, near, far, layer)
    return _next_vertex(layers, cells, near[nearer], far[nearer]) if nearer.any() else 0.0


def _may_come_nearer(
    layers: PiecewiseLayers, cells: "Subdivision", near: Ids, far: Ids, layer: int
) -> Bools:
    """Return False for the edges on which floats prove that no unit comes nearer to 0 outwards."""
    with np.errstate(all="ignore"):
        h, bound = layers.values(cells.vertices[near], cells.errors[near], layer)
        g, error = layers.values(cells.vertices[far], cells.errors[far], layer)
        still = (h == g) & (bound + error == 0)
        grows = np.abs(g) > (np.abs(h) + bound + error) * SAFE
    return np.asarray(~(still | grows).all(axis=1))


def _next_vertex(layers: PiecewiseLayers, cells: "Subdivision", near: Ids, far: Ids) -> float:
    """Compute the largest |x_i| of the next vertices on edges, in exact integers."""
    farthest = 0.0
    a, b = cells.exact(near), cells.exact(far)
    for layer in range(len(layers.widths)):
        h, g = (layers.exact_values(p, layer).astype(object) for p in (a, b))
        u, v = np.abs(h[:, :-1] * g[:, -1:]), np.abs(g[:, :-1] * h[:, -1:])
        edge, unit = np.nonzero(v < u)
        if not len(edge):
            continue
        # On a + t (b − a) a unit with |h| = u at a and v at b is 0 at t = u / (u − v).
        points = point_between(a[edge], b[edge], u[edge, unit], (u - v)[edge, unit])
        farthest = max(farthest, float(np.abs(rounded(points)).max()))
    return farthest
