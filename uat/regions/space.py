"""The whole space: a box so large that no vertex is outside has all regions in it.

A network does not change along the kernel of its first weights W, so it is looked at on as many
coordinates as W has rank. There every cell has a vertex, and the vertices are connected by edges:
cells of a pointed complex. Cut a box; where an edge leaves it, compare each pre-activation at both
ends. If none comes nearer to 0 on the way out, no vertex follows on that ray; if no edge has one,
none is outside. Otherwise the box grows beyond the farthest one that follows, and is cut again.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from uat.core.network import Affine, Network
from uat.errors import InputError
from uat.expression.arrays import Array
from uat.regions.exact.integers import Integers, dyadic, intersection, lowest_terms, rounded
from uat.regions.exact.signs import SAFE, Forms

if TYPE_CHECKING:
    from uat.regions.subdivision import Subdivision

__all__ = ["cut_space", "essential"]

Ids = NDArray[Any]

_FARTHEST: Final = 2.0**900


def essential(network: Network) -> tuple[Network, float]:
    """Restrict a network to coordinates that span all but the kernel of its first weights.

    Returns
    -------
    Network
        The others are 0. A network that depends on no coordinate keeps one.
    float
        How far out, at most, a vertex of the first layer is.

    Examples
    --------
    >>> from uat import relu
    >>> stripes = Network([Affine([[1, 2], [2, 4]], [-3, -6]), Affine([[1, 1]], [0])], relu)
    >>> essential(stripes)
    (Network(1 → 2 → 1, uat.relu), 3.0)
    """
    first = network.layers[0]
    whole, _ = dyadic(np.column_stack([first.weight, first.bias]))
    kept, units = _independent(whole[:, :-1])
    if not kept or network.depth == 0:
        kept, units = kept[:1] or [0], []
    layer = Affine(first.weight[:, kept], first.bias)
    reach = 0.0
    if units:
        planes = whole[units][:, [*kept, whole.shape[1] - 1]]
        reach = float(np.abs(rounded(intersection(planes[None]))).max())
    return Network((layer, *network.layers[1:]), network.activation), reach


def _independent(matrix: Integers) -> tuple[list[int], list[int]]:
    """Return columns and rows of a regular submatrix of the largest size."""
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


def cut_space(forms: Forms, reach: float, cut: Callable[[Array], "Subdivision"]) -> "Subdivision":
    """Cut a box with all vertices inside.

    Parameters
    ----------
    forms : Forms
        Of a network whose first weights have only 0 in their kernel.
    reach : float
        From `essential`: some vertex is within it.
    cut : callable
        Cuts a box, shape (n, 2).

    Raises
    ------
    InputError
        A vertex is past the range of float64.
    """
    while True:
        if not reach < _FARTHEST:
            raise InputError("the regions reach past the range of float64; give a box")
        half = 2.0 * 2.0 ** np.ceil(np.log2(max(reach, 0.5)))
        cells = cut(np.array([[-half, half]] * forms.dimension))
        beyond = _beyond(forms, cells)
        if beyond == 0:
            return cells
        reach = max(beyond, 2 * half)


def _beyond(forms: Forms, cells: "Subdivision") -> float:
    """Tell how far out the farthest vertex is that follows next on an edge; 0 if there is none."""
    inside = np.asarray((cells.born[0] >= 2 * forms.dimension).all(axis=1))
    leaving = cells.edges[inside[cells.edges].sum(axis=1) == 1]
    if not len(leaving):
        return 0.0
    first = inside[leaving[:, 0]]
    near = np.where(first, leaving[:, 0], leaving[:, 1])
    far = np.where(first, leaving[:, 1], leaving[:, 0])
    nearer = np.zeros(len(near), np.bool_)
    for layer in range(len(forms.widths)):
        nearer |= _unsure(forms, cells, near, far, layer)
    left = np.flatnonzero(nearer)
    if not len(left):
        return 0.0
    return _next_vertex(forms, cells, near[left], far[left])


def _unsure(
    forms: Forms, cells: "Subdivision", near: Ids, far: Ids, layer: int
) -> NDArray[np.bool_]:
    """Return which edges may have a unit that comes nearer to 0 outwards, as far as floats show."""
    with np.errstate(all="ignore"):
        h, bound = forms.values(cells.vertices[near], cells.errors[near], layer)
        g, error = forms.values(cells.vertices[far], cells.errors[far], layer)
        still = (h == g) & (bound + error == 0)
        grows = np.abs(g) > (np.abs(h) + bound + error) * SAFE
    return np.asarray(~(still | grows).all(axis=1))


def _next_vertex(forms: Forms, cells: "Subdivision", near: Ids, far: Ids) -> float:
    """Return the largest coordinate of the vertices that follow on edges, in exact numbers."""
    farthest = 0.0
    a = cells.exact(near).astype(object)
    b = cells.exact(far).astype(object)
    for layer in range(len(forms.widths)):
        h, g = (forms.exact_values(p, layer).astype(object) for p in (a, b))
        u, v = np.abs(h[:, :-1] * g[:, -1:]), np.abs(g[:, :-1] * h[:, -1:])
        edge, unit = np.nonzero(v < u)
        if not len(edge):
            continue
        # On a + t (b − a) a unit with |h| = u at a and v at b is 0 at t = u / (u − v).
        u, gap = u[edge, unit][:, None], (u - v)[edge, unit][:, None]
        start, end = a[edge, :-1] * b[edge, -1:], b[edge, :-1] * a[edge, -1:]
        over = (a[edge, -1] * b[edge, -1])[:, None]
        met = np.hstack([start * gap + u * (end - start), over * gap])
        farthest = max(farthest, float(np.abs(rounded(met)).max()))
    return farthest
