"""The fewest pieces for a continuous function: each one is extended as far as it goes.

Cut the domain into pieces on which f varies by at most 2ε; the middle of its range is within ε of
it. If each piece is extended as far as it goes, no piecewise constant function within ε of f has
fewer pieces, because the k-th break of any other lies at or left of that of ours. For total variation V there are at most
max(1, ⌈V/2ε⌉). Here no break falls inside a cell on which f is nearly flat, so that a piece may end
a little too early, at turns and at points of slope 0.

Source: the slides, step 3.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from uat.construct.staircase.monotone_cells import (
    Cells,
    between_places,
    cells_of,
    floats_at,
    places_of,
)
from uat.core.target import Target
from uat.errors import CannotProve, FloatLimit, InputError
from uat.expression.arrays import Array

__all__ = [
    "FLAT",
    "Partition",
    "balanced_eps",
    "cells_for",
    "cut",
    "one_coordinate",
    "partition",
    "pieces_needed",
]  # fmt: skip


FLAT: Final = 2.0**-7
"""The variation of f on a flat cell, in parts of the 2ε of a piece; smaller: more cells."""

_MOST_PIECES: Final = 4_000_000

_WIDER: Final = 1 + 2.0**-20
"""The ε of the breaks that prove a least number, in parts of ε; larger: rounding never matters, but
fewer are proved."""

_SEEN: Final = 1 << 17
"""Places where f is looked at for that proof, beside the breaks; larger: a larger number, slower."""

_ENCLOSED: Final = 200_000
"""Places of these where f is enclosed; of more only so many are taken: a smaller number."""

_HALVINGS: Final = 12
"""Halvings of the interval of the smallest ε; more: pieces nearer to balanced, slower."""

_LARGER: Final = 2.0**-14
"""The first step up from the smallest ε, in parts of the given one, where that needs a piece too many;
each next step is twice as long. Larger: fewer tries, less balanced."""

_SMALLEST: Final = 2.0**-10
"""The smallest ε of a balanced partition, in parts of the given one, for an f that has no least."""


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """The pieces of a domain, and the level of each: the middle of the range of f on it."""

    breakpoints: Array  # (pieces − 1,), where one piece ends and the next begins
    levels: Array  # (pieces,)

    @property
    def pieces(self) -> int:
        """The number of pieces."""
        return len(self.levels)


def partition(target: Target, eps: float) -> Partition:
    """Cut the domain into pieces, nearly the fewest of any piecewise constant function within ε.

    Raises CannotProve where f, of one coordinate, is not proved continuous or needs too many
    pieces.

    Examples
    --------
    >>> pieces = partition(Target("x**2", (0, 1)), 0.125)
    >>> pieces.levels, pieces.breakpoints
    (array([0.125, 0.375, 0.625, 0.875]), array([0.5       , 0.70710678, 0.8660254 ]))
    """
    return cut(cells_for(target, eps), eps)


def balanced_eps(target: Target, eps: float) -> float:
    """Return nearly the smallest ε whose partition has no more pieces than that of `eps`.

    Its partition is balanced: of those with so few pieces it has the smallest largest error, and f
    varies as much on its last piece as on the others, which are cut as far as they go.

    Examples
    --------
    >>> f = Target("x", (0, 1))
    >>> partition(f, 0.2).breakpoints.round(9).tolist(), round(balanced_eps(f, 0.2), 5)
    ([0.4, 0.8], 0.16667)
    """
    most, cells = partition(target, eps).pieces, cells_for(target, eps / 2)
    low, high = eps / 2, eps
    while cut(cells, low).pieces <= most:
        low, high = low / 2, low
        if low < _SMALLEST * eps:
            break
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if cut(cells, middle).pieces <= most:
            high = middle
        else:
            low = middle
    # Cells of its own may need a piece more.
    more = _LARGER * eps
    while partition(target, high).pieces > most:
        high, more = min(high + more, eps), 2 * more
    return high


@lru_cache(maxsize=64)
def pieces_needed(target: Target, eps: float) -> int:
    """Prove a lower bound on the pieces of any piecewise constant function within ε of f.

    Where values of f are proved to differ by more than 2ε, another piece is needed; nothing more is
    used of f. Floats choose the places: among the ends of the cells, the breaks for a slightly
    larger ε, and many others, those at which the pieces of a partition end.

    >>> pieces_needed(Target("x**2", (0, 1)), 0.124)
    5
    """
    cells, ((a, b),) = cells_for(target, eps), target.domain
    breaks = cut(cells, eps * _WIDER).breakpoints
    edges = cells.edges[:: -(-len(cells.edges) // _SEEN)]
    x = np.unique(np.concatenate([edges, breaks, np.linspace(a, b, _SEEN)]))
    points = x[_telling(np.asarray(target(x), dtype=np.float64), eps * (1 + _WIDER))]
    points = points[:_ENCLOSED]
    lo, hi = cells.ranges(points, points)
    pieces, low, high, most = 1, math.inf, -math.inf, 2 * eps * (1 + 2.0**-50)
    for bottom, top in zip(lo.tolist(), hi.tolist(), strict=True):
        low, high = min(low, top), max(high, bottom)
        if high - low > most:
            pieces, low, high = pieces + 1, top, bottom
    return pieces


def _telling(values: Array, most: float) -> NDArray[np.int64]:
    """Find the values that end the pieces of a partition: each that differs too much, and from which.

    Indices, in order.
    """
    found: list[int] = []
    least = largest = 0
    low = high = math.nan
    for i, value in enumerate(values.tolist()):
        if not value >= low:
            low, least = value, i
        if not value <= high:
            high, largest = value, i
        if high - low > most:
            found += [largest if least == i else least, i]
            low, high, least, largest = value, value, i, i
    return np.unique(np.array(found, dtype=np.int64))


def one_coordinate(target: Target) -> None:
    """Refuse a target of more dimensions."""
    if target.dimension != 1:
        raise InputError(f"a target of {target.dimension} coordinates given; a staircase needs one")


@lru_cache(maxsize=4)
def cells_for(target: Target, eps: float) -> Cells:
    """Make cells fine enough for pieces that are within ε of f."""
    one_coordinate(target)
    return cells_of(target, 2 * eps * FLAT)


def cut(cells: Cells, eps: float) -> Partition:
    """Cut the domain of the cells into as few pieces as `partition` promises."""
    breakpoints = np.unique(_breaks(cells, 2 * eps))
    (a, b) = cells.target.domain[0]
    breakpoints = breakpoints[(breakpoints > a) & (breakpoints < b)]
    ends = np.concatenate([[a], breakpoints, [b]])
    lo, hi = cells.ranges(ends[:-1], ends[1:])
    worst = int(np.argmax(hi - lo))
    if hi[worst] - lo[worst] > 3 * eps and not cells.sampled:
        raise FloatLimit(
            f"f changes by {hi[worst] - lo[worst]:.3g} between neighbouring floats near x = "
            f"{ends[worst]:.17g}: pieces too narrow for float64",
            "take a larger eps",
        )
    return Partition(breakpoints, lo + (hi - lo) / 2)


def _breaks(cells: Cells, most: float) -> Array:
    """Go through the cells, and begin a piece where f would vary by more than `most`.

    The pieces depend on each other, so this is a loop over plain numbers, 0.1 µs a cell. A range
    is known to within a few roundings, which do not end a piece.
    """
    most += 4 * float(np.spacing(max(np.abs(cells.lo).max(), np.abs(cells.hi).max())))
    begun, starts, counts, where = [], [], [], []
    low, high, pieces = np.inf, -np.inf, 1.0
    rows = zip(cells.lo.tolist(), cells.hi.tolist(), cells.rising.tolist(), strict=True)
    for cell, (bottom, top, rising) in enumerate(rows):
        # Twice as fast as min and max.
        lower = bottom if bottom < low else low  # noqa: FURB136
        upper = top if top > high else high  # noqa: FURB136
        if upper - lower <= most:
            low, high = lower, upper
            continue
        if rising == 0:
            _check_flat(cells, cell, most)
            begun.append(cells.edges[cell])
            low, high = bottom, top
            pieces += 1
        else:
            start, end = (lower + most, upper) if rising > 0 else (upper - most, lower)
            count = max(math.ceil(min(abs(end - start) / most, 1e9)), 1)
            pieces += count
            _limit(pieces)
            starts.append(start)
            counts.append(count)
            where.append(cell)
            last = start + math.copysign((count - 1) * most, rising)
            low, high = min(last, end), max(last, end)
    _limit(pieces)
    if not where:
        return np.array(begun)
    inside, before = np.repeat(where, counts), np.cumsum(counts) - counts
    steps = most * (np.arange(len(inside)) - np.repeat(before, counts))
    values = np.repeat(starts, counts) + np.copysign(steps, cells.rising[inside])
    return np.concatenate([np.array(begun), _places(cells, inside, values)])


def _check_flat(cells: Cells, cell: int, most: float) -> None:
    spread = cells.hi[cell] - cells.lo[cell]
    if spread > most:
        raise CannotProve(
            f"f is known near x = {cells.edges[cell]:.17g} only to within {spread / 2:.3g} on the "
            "narrowest cell that was tried",
            "take a larger eps",
        )


def _limit(pieces: float) -> None:
    if pieces > _MOST_PIECES:
        raise FloatLimit(f"more than {_MOST_PIECES:,} pieces would be needed", "take a larger eps")


def _places(cells: Cells, where: NDArray[np.int64], values: Array) -> Array:
    """Solve f(x) = value on monotone cells, all at once, halving down to neighbouring floats.

    Each look at f serves four halvings. A value off by rounding moves a break, not a proof: the
    bound is made from the breaks.
    """
    left, right = places_of(cells.edges[where]), places_of(cells.edges[where + 1])
    up = cells.rising[where] > 0
    column = np.arange(len(where))
    while not (between_places(left, right) == left).all():
        # (17 places from left to right, values)
        places = np.empty((17, len(where)), dtype=np.int64)
        places[0], places[16] = left, right
        for half in (8, 4, 2, 1):
            ends = places[:: 2 * half]
            places[half :: 2 * half] = between_places(ends[:-1], ends[1:])
        seen = np.asarray(cells.target(floats_at(places[1:16].ravel()))).reshape(15, -1)
        before = (seen < values) == up
        row = np.zeros(len(where), dtype=np.int64)
        for half in (8, 4, 2, 1):
            row += half * before[row + half - 1, column]
        left, right = places[row, column], places[row + 1, column]
    return floats_at(left)
