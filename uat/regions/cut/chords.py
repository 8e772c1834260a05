"""How the chords of a layer cut each other and the edges to pieces, the edges of the new cells."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from uat.expression.arrays import Array
from uat.regions.cut.bits import Words, from_words, running
from uat.regions.cut.crossings import Chords, Crossings, in_order, places, split
from uat.regions.cut.exact_crossings import chord_places
from uat.regions.cut.preactivations import Heights
from uat.regions.exact.signs import SAFE
from uat.regions.subdivision import Subdivision

__all__ = ["Meetings", "Pieces", "meet", "pieces_of"]

Ids = NDArray[Any]

_ULPS: Final = 2.0**-50


@dataclass(frozen=True, slots=True)
class Meetings:
    """Where chords meet, in order along each chord.

    Attributes
    ----------
    chord, unit : ndarray, shape (2 I,)
        The chord, and the unit whose chord crosses it.
    number : ndarray, shape (2 I,)
        The point.
    pair : ndarray, shape (I, 2)
        The two chords of each point.
    """

    chord: Ids
    unit: Ids
    number: Ids
    pair: Ids


def meet(start: Subdivision, h: Heights, crossings: Crossings, chords: Chords) -> Meetings:
    """Find where chords meet, and in which order along each.

    Raises
    ------
    Unsure
        Floats leave too many orders in doubt, or more than two chords meet in a point.
    """
    units = h.values.shape[1]
    chord, unit = np.nonzero(from_words(chords.apart, units))
    key = chords.cell * units + chords.unit
    other = np.searchsorted(key, chords.cell[chord] * units + unit)
    forward = chord < other
    number = np.empty(len(chord), np.int64)
    number[forward] = np.arange(chords.meetings)
    # Sorted by the other chord first, the same points come in the same order.
    backward = np.flatnonzero(~forward)
    number[backward[np.argsort(other[backward], kind="stable")]] = np.arange(chords.meetings)
    (p, p_error), (q, q_error) = (
        _value(start.edges, h, crossings, chords.ends[chord, end], unit) for end in (0, 1)
    )
    exact = partial(chord_places, start, crossings, chords)
    place, slack = places(p, q, p_error, q_error)
    order = in_order(chord, place, slack, lambda some: exact(chord[some], unit[some]))
    pair = np.column_stack([chord[forward], other[forward]])
    return Meetings(chord[order], unit[order], number[order], pair)


def _value(
    ends: Ids, h: Heights, crossings: Crossings, which: Ids, unit: Ids
) -> tuple[Array, Array]:
    """Return the value of units at crossings, between those at the ends of the edge."""
    first, second = ends[crossings.edge[which]].T
    a, b = h.values[first, unit], h.values[second, unit]
    bound = np.maximum(h.bounds[first], h.bounds[second])
    with np.errstate(all="ignore"):
        rise = np.abs(b - a)
        error = bound + crossings.slack[which] * (rise + 2 * bound) + _ULPS * (np.abs(a) + rise)
        return a + crossings.place[which] * (b - a), error * SAFE


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of edges and chords, the edges of the new cells.

    Attributes
    ----------
    ends : ndarray, shape (P, 2)
        Vertices: the old ones, then the crossings, then the meetings.
    parent : ndarray, shape (P,)
        The old edge, or the number of old edges plus the chord.
    words, own : ndarray of uint64, shape (P, words)
        The bits of the units on it; the bit of its own unit, if it is on a chord.
    sides : ndarray, shape (P, 2)
        The old cells on both sides.
    """

    ends: Ids
    parent: Ids
    words: Words
    own: Words
    sides: Ids


def pieces_of(
    start: Subdivision,
    sides: Ids,
    h: Heights,
    crossings: Crossings,
    chords: Chords,
    meetings: Meetings,
) -> Pieces:
    """Cut edges at crossings and chords at meetings."""
    old, new = len(start.vertices), len(crossings.edge)
    last = h.words[start.edges[:, 1]]
    on_edges = split(start.edges, crossings.edge, old + np.arange(new), crossings.before, last)
    first, last = crossings.there[chords.ends[:, 0]], crossings.there[chords.ends[:, 1]]
    before = running(meetings.chord, h.single[meetings.unit], first, last)
    on_chords = split(old + chords.ends, meetings.chord, old + new + meetings.number, before, last)
    ends, parent, words = (np.concatenate(parts) for parts in zip(on_edges, on_chords, strict=True))
    cut = len(on_edges[0])
    parent[cut:] += len(start.edges)
    own = np.zeros_like(words)
    own[cut:] = h.single[chords.unit][on_chords[1]]
    cells = np.repeat(chords.cell.astype(np.int32)[on_chords[1], None], 2, axis=1)
    return Pieces(ends, parent, words, own, np.concatenate([sides[on_edges[1]], cells]))
