"""Where the units of a layer change sign on edges: the crossings, in order along each edge.

On an edge with pre-activations h₀ and h₁ of opposite signs at its ends, a unit is 0 at the place
t = h₀ / (h₀ − h₁). Crossing it flips the bit of the unit, so that the bits at the start of an edge
give the bits at every crossing. Floats with error bounds put the places in order; the few that they
leave in doubt are compared as fractions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from uat.expression.arrays import Array
from uat.regions.cut.bits import Bits, bits_before, unpack_bits
from uat.regions.cut.preactivations import Preactivations, Special, Unsure, sharpen
from uat.regions.exact.integers import BigIntegers, Ids, point_between
from uat.regions.exact.signs import SAFE
from uat.regions.subdivision import Subdivision

__all__ = [
    "Crossings",
    "crossing_points",
    "exact_places",
    "find_crossings",
    "order_along",
    "sharpen_crossings",
    "sort_places",
    "split_lines",
    "zero_places",
]

ExactPlaces = Callable[[Ids], tuple[BigIntegers, BigIntegers]]

_ULPS: Final = 2.0**-50
"""More than the rounding error of a place."""
# At most this many places, and one more in 1024, are compared as fractions. Larger: fewer layers
# are left to the lattice, but each of them takes longer.
_FEW: Final = 16


@dataclass(frozen=True, slots=True)
class Crossings:
    """Where units change sign on edges, in order along each edge; one row a crossing."""

    edge: Ids
    unit: Ids
    place: Array  # t from the first end of the edge, at 0, to the second, at 1
    error: Array  # a bound on the error of the place
    before: Bits  # the bits of the units just before the crossing
    there: Bits  # the same without the unit that is 0 at the crossing


def find_crossings(cells: Subdivision, h: Preactivations) -> Crossings:
    """Find where units change sign on the edges; raise `Unsure` as `order_along` does."""
    first, second = cells.edges.T
    change = h.bits[first] ^ h.bits[second]
    changed = np.flatnonzero(change.any(axis=1))
    row, unit = np.nonzero(unpack_bits(change[changed], h.values.shape[1]))
    edge = changed[row]
    place, error = _places(cells, h, edge, unit)
    _, doubtful = sort_places(edge, place, error)
    if len(doubtful):
        _sharpen(cells, h, doubtful, (edge, unit, place, error))

    def exact(some: Ids) -> tuple[BigIntegers, BigIntegers]:
        needed, ends = np.unique(cells.edges[edge[some]], return_inverse=True)
        return exact_places(cells, cells.exact(needed), ends, unit[some])

    order = order_along(edge, place, error, exact)
    flip = h.single[unit[order]]
    before = bits_before(edge[order], flip, h.bits[first], h.bits[second])
    return Crossings(edge[order], unit[order], place[order], error[order], before, before & ~flip)


def sharpen_crossings(
    cells: Subdivision, h: Preactivations, crossings: Crossings, edges: Ids
) -> None:
    """Compute the places of the crossings on a few edges from sharper values."""
    known = (crossings.edge, crossings.unit, crossings.place, crossings.error)
    _sharpen(cells, h, np.unique(edges), known)


def _sharpen(
    cells: Subdivision, h: Preactivations, edges: Ids, known: tuple[Ids, Ids, Array, Array]
) -> None:
    edge, unit, place, error = known
    sharpen(cells, h, np.unique(cells.edges[edges]))
    some = np.flatnonzero(np.isin(edge, edges))
    place[some], error[some] = _places(cells, h, edge[some], unit[some])


def _places(cells: Subdivision, h: Preactivations, edge: Ids, unit: Ids) -> tuple[Array, Array]:
    a, b = cells.edges[edge].T
    return zero_places(h.values[a, unit], h.values[b, unit], h.bounds[a], h.bounds[b])


def zero_places(h: Array, g: Array, h_error: Array, g_error: Array) -> tuple[Array, Array]:
    """Return where the lines from (0, h) to (1, g) are 0, and a bound on the error of that place.

    The true values h*, g* have opposite signs and are within the errors of h, g. The bound is
    (|h| e_g + |g| e_h) / (|h − g| |h* − g*|), with |h* − g*| ≥ |h − g| − e_h − e_g; ∞ where that is
    0, or |h − g| overflows. Quotients are taken first: no product leaves the range of floats.
    """
    with np.errstate(all="ignore"):
        gap = np.abs(h - g)
        least = gap * (2 - SAFE) - (h_error + g_error) * SAFE
        h_part, g_part = np.abs(h) / gap * (g_error / least), np.abs(g) / gap * (h_error / least)
        error = (h_part + g_part) * SAFE + _ULPS
        error[~((least > 0) & (gap < np.inf))] = np.inf
        return h / (h - g), error


def order_along(group: Ids, place: Array, error: Array, exact: ExactPlaces) -> Ids:
    """Return the order by group and, in each group, by true place.

    `exact` computes the true places p/q with given indices. Raise `Unsure` if two places in a group
    are equal, or if too many are in doubt.
    """
    order, doubtful = sort_places(group, place, error)
    if len(doubtful):
        group = group[order]
        some = np.flatnonzero(np.isin(group, doubtful))
        if len(some) > _FEW + len(group) // 1024:
            raise Unsure
        places = map(Fraction, *(part.tolist() for part in exact(order[some])))
        true = list(zip(group[some].tolist(), places, strict=True))
        if len(set(true)) < len(true):
            raise Special
        order[some] = order[some][sorted(range(len(some)), key=true.__getitem__)]
    return order


def sort_places(group: Ids, place: Array, error: Array) -> tuple[Ids, Ids]:
    """Return the order by group and by place as it is known, and the groups where it is not sure."""
    order = np.lexsort((place, group))
    group, place, error = group[order], place[order], error[order]
    with np.errstate(all="ignore"):
        clear = place[1:] - place[:-1] > (error[1:] + error[:-1]) * SAFE
    return order, np.unique(group[1:][~clear & (group[1:] == group[:-1])])


def split_lines(
    ends: Ids, line: Ids, point: Ids, before: Bits, last: Bits
) -> tuple[Ids, Ids, Bits]:
    """Split lines at points, which are in order along each.

    `before` has the bits before each point, `last` those after the last point of each line. Return
    the ends, the line and the bits of each piece.
    """
    count = np.bincount(line, minlength=len(ends))
    final = np.arange(len(ends)) + np.cumsum(count)
    at = line + np.arange(len(line))
    pieces = np.empty((len(ends) + len(line), 2), np.int32)
    pieces[final - count, 0], pieces[final, 1] = ends.T
    pieces[at, 1] = pieces[at + 1, 0] = point
    bits = np.empty((len(pieces), before.shape[1]), np.uint64)
    bits[at], bits[final] = before, last
    return pieces, np.repeat(np.arange(len(ends)), count + 1), bits


def crossing_points(cells: Subdivision, edge: Ids, unit: Ids) -> BigIntegers:
    """Return crossings as homogeneous integers."""
    needed, ends = np.unique(cells.edges[edge], return_inverse=True)
    points = cells.exact(needed)
    p, q = exact_places(cells, points, ends, unit)
    return point_between(points[ends[:, 0]], points[ends[:, 1]], p, q)


def exact_places(
    cells: Subdivision, points: BigIntegers, ends: Ids, unit: Ids
) -> tuple[BigIntegers, BigIntegers]:
    """Return the places p/q, q > 0, where units are 0 on segments between homogeneous points.

    `ends`, (k, 2), has the indices of the points at both ends of each segment; its unit has
    opposite signs there.
    """
    values = np.abs(cells.layers.exact_values(points, cells.layer).astype(object))
    (h, d), (g, e) = ((values[end, unit], values[end, -1]) for end in ends.T)
    return h * e, h * e + g * d
