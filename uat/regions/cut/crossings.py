"""Where the units of a layer cross a plane cut into convex cells: crossings of edges, and chords.

With no unit 0 at a vertex, a unit that changes sign on the outline of a cell does so on exactly two
edges, and cuts the cell along the chord between. Along an edge the crossings are in the order of
their places t = h₀ / (h₀ − h₁), and passing one flips the bit of its unit. So each crossing knows
the bits of all units there, and two chords of a cell meet if and only if the bit of one differs at
the two ends of the other. The pieces of the cells: one each, one more for each chord and each
meeting (Euler). Floats decide signs at vertices and orders along edges, within proved bounds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from uat.expression.arrays import Array
from uat.regions.cut.bits import Words, from_words, running
from uat.regions.cut.preactivations import Heights, Unsure
from uat.regions.exact.signs import SAFE

__all__ = [
    "Chords",
    "Crossings",
    "Heights",
    "Unsure",
    "find_chords",
    "find_crossings",
    "in_order",
    "places",
]

Ids = NDArray[Any]

Exact = Callable[[Ids], list[Fraction]]

_ULPS: Final = 2.0**-50
_FEW: Final = 16


@dataclass(frozen=True, slots=True)
class Crossings:
    """Where units change sign on edges, in order along each edge.

    Attributes
    ----------
    edge, unit : ndarray, shape (K,)
    place, slack : ndarray, shape (K,)
        t from the first end of the edge to the second, and a bound on its error.
    before : ndarray of uint64, shape (K, words)
        The bits of the units just before the crossing.
    there : ndarray of uint64, shape (K, words)
        The same without its own unit, which is 0 there.
    """

    edge: Ids
    unit: Ids
    place: Array
    slack: Array
    before: Words
    there: Words


@dataclass(frozen=True, slots=True)
class Chords:
    """The chords that units cut through cells, sorted by cell and unit.

    Attributes
    ----------
    cell, unit : ndarray, shape (C,)
    ends : ndarray, shape (C, 2)
        Crossings.
    apart : ndarray of uint64, shape (C, words)
        The units whose chords meet this one.
    meetings : int
        In how many points two chords meet.
    """

    cell: Ids
    unit: Ids
    ends: Ids
    apart: Words
    meetings: int


def places(h: Array, g: Array, h_error: Array, g_error: Array) -> tuple[Array, Array]:
    """Return where lines from (0, h) to (1, g) are 0, and a bound on the error of that place.

    True heights of opposite signs are within the errors. The bound is (|h| e_g + |g| e_h) /
    (|h − g| |h* − g*|), with |h* − g*| ≥ |h − g| − e_h − e_g of the true ones; ∞ where that is 0,
    or |h − g| overflows. Quotients are taken first: no product leaves the range of floats.
    """
    with np.errstate(all="ignore"):
        gap = np.abs(h - g)
        least = gap * (2 - SAFE) - (h_error + g_error) * SAFE
        h_part, g_part = np.abs(h) / gap * (g_error / least), np.abs(g) / gap * (h_error / least)
        slack = (h_part + g_part) * SAFE + _ULPS
        slack[~((least > 0) & (gap < np.inf))] = np.inf
        return h / (h - g), slack


def in_order(group: Ids, place: Array, slack: Array, exact: Exact) -> Ids:
    """Return the order by group and true place, no two of which may be the same.

    Parameters
    ----------
    group : ndarray, shape (k,)
    place, slack : ndarray, shape (k,)
    exact : callable
        Gives the true places of some of them as fractions.

    Raises
    ------
    Unsure
        Too many are in doubt, or two are the same.
    """
    order = np.lexsort((place, group))
    group, place, slack = group[order], place[order], slack[order]
    with np.errstate(all="ignore"):
        clear = place[1:] - place[:-1] > (slack[1:] + slack[:-1]) * SAFE
    doubtful = group[1:][~clear & (group[1:] == group[:-1])]
    if len(doubtful):
        some = np.flatnonzero(np.isin(group, doubtful))
        if len(some) > _FEW + len(group) // 1024:
            raise Unsure
        true = list(zip(group[some].tolist(), exact(order[some]), strict=True))
        if len(set(true)) < len(true):
            raise Unsure
        order[some] = order[some][sorted(range(len(some)), key=true.__getitem__)]
    return order


def find_crossings(
    ends: Ids, heights: Heights, exact: Callable[[Ids, Ids], list[Fraction]]
) -> Crossings:
    """Find where units change sign on edges.

    Parameters
    ----------
    ends : ndarray, shape (E, 2)
        The vertices of each edge.
    heights : Heights
    exact : callable
        Gives the true places of crossings, of edges and units, as fractions.

    Raises
    ------
    Unsure
        As `in_order`.
    """
    h, e, words = heights.values, heights.bounds, heights.words
    first, second = ends.T
    change = words[first] ^ words[second]
    changed = np.flatnonzero(change.any(axis=1))
    row, unit = np.nonzero(from_words(change[changed], h.shape[1]))
    edge = changed[row]
    start, end = first[edge], second[edge]
    place, slack = places(h[start, unit], h[end, unit], e[start], e[end])
    order = in_order(edge, place, slack, lambda some: exact(edge[some], unit[some]))
    flip = heights.single[unit[order]]
    before = running(edge[order], flip, words[first], words[second])
    return Crossings(edge[order], unit[order], place[order], slack[order], before, before & ~flip)


def find_chords(sides: Ids, crossings: Crossings, units: int) -> Chords:
    """Join the two crossings of each unit on the outline of each cell.

    Parameters
    ----------
    sides : ndarray, shape (E, 2)
        The cells of each edge, −1 outside the box.
    """
    cells = sides[crossings.edge]
    inside = [np.flatnonzero(cells[:, side] >= 0) for side in (0, 1)]
    which = np.concatenate(inside)
    cell = np.concatenate([cells[some, side] for side, some in enumerate(inside)])
    key = cell.astype(np.int64) * units + crossings.unit[which]
    order = np.argsort(key)
    ends = which[order].reshape(-1, 2)
    cell, unit = np.divmod(key[order[::2]], units)
    apart = crossings.there[ends[:, 0]] ^ crossings.there[ends[:, 1]]
    meetings = int(np.bitwise_count(apart).sum(dtype=np.int64)) // 2
    return Chords(cell, unit, ends, apart, meetings)


def split(ends: Ids, line: Ids, point: Ids, before: Words, last: Words) -> tuple[Ids, Ids, Words]:
    """Split lines at points, given in order along each: the ends, lines and words of the pieces.

    `before` are the words before each point, `last` those behind the last point of each line.
    """
    count = np.bincount(line, minlength=len(ends))
    final = np.arange(len(ends)) + np.cumsum(count)
    at = line + np.arange(len(line))
    pieces = np.empty((len(ends) + len(line), 2), np.int32)
    pieces[final - count, 0], pieces[final, 1] = ends.T
    pieces[at, 1] = pieces[at + 1, 0] = point
    words = np.empty((len(pieces), before.shape[1]), np.uint64)
    words[at], words[final] = before, last
    return pieces, np.repeat(np.arange(len(ends)), count + 1), words
