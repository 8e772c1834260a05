"""Two coordinates: the plane is cut by a whole layer at a time.

The crossings and chords of a layer (`crossings.py`) say how many pieces there are and what bits
each has. Where no unit is 0 at a vertex, and floats with error bounds settle all signs and orders,
all of it is a few operations on arrays. Where they do not, `Unsure` is raised before anything is
changed, and the layer is cut by the lattice (`lattice.py`).
"""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from uat.regions.bits import Words, from_words, numbered, running, single_bits, to_words
from uat.regions.crossings import (
    Chords,
    Crossings,
    Heights,
    Unsure,
    find_chords,
    find_crossings,
    in_order,
    places,
)
from uat.regions.exact_places import chord_places, edge_places
from uat.regions.predicates import FAINT, SAFE
from uat.regions.subdivision import Subdivision

if TYPE_CHECKING:
    from uat.regions.watch import Watch

__all__ = ["cut_by_layer", "heights", "sides_of"]

Array = NDArray[np.float64]
Ids = NDArray[Any]

_BLOCK: Final = 1 << 11
_FEW: Final = 8
_ULPS: Final = 2.0**-50


def cut_by_layer(start: Subdivision, watch: "Watch") -> Subdivision:
    """Cut the cells by all units of the next layer.

    Raises
    ------
    Unsure
        A sign or an order that floats do not settle; nothing has changed then.

    Examples
    --------
    >>> from uat import Affine, Network, relu
    >>> from uat.regions.predicates import Forms
    >>> from uat.regions.subdivision import uncut
    >>> from uat.regions.watch import Watch
    >>> cross = Network([Affine([[1, 0], [0, 1]], [0, 0]), Affine([[1, 1]], [0])], relu)
    >>> square = uncut(Forms(cross), np.array([[-1.0, 1.0], [-1.0, 1.0]]))
    >>> cut_by_layer(square, Watch(10)).cells
    4
    """
    try:
        return _cut(start, watch, sharp=False)
    except Unsure:
        return _cut(start, watch, sharp=True)


def _cut(start: Subdivision, watch: "Watch", sharp: bool) -> Subdivision:
    h, sides, planes = heights(start, sharp), sides_of(start), start.planes
    units = h.values.shape[1]
    crossings = find_crossings(start.edges, h, partial(edge_places, start))
    chords = find_chords(sides, crossings, units)
    count = start.cells + len(chords.cell) + chords.meetings
    watch.check(count)
    meetings = _meet(start, h, crossings, chords)
    pieces = _pieces(start, sides, h, crossings, chords, meetings)
    # Each piece of a chord has its unit off on one side, on on the other.
    cell = np.concatenate([pieces.sides[:, 0], pieces.sides[:, 1]])
    words = np.concatenate([pieces.words, pieces.words | pieces.own])
    inside = np.flatnonzero(cell >= 0)
    faces = numbered(cell[inside], words[inside], count)
    if faces is None:
        raise Unsure
    number, place = faces
    cut = planes.cut(chords.cell, chords.unit)
    plane_of = np.concatenate([start.born[1][:, 0], cut])
    other = np.empty(len(crossings.edge), np.int64)
    other[chords.ends.ravel()] = np.repeat(cut, 2)
    born = np.concatenate(
        [
            start.born[0],
            np.column_stack([start.born[1][crossings.edge, 0], other]),
            cut[meetings.pair],
        ]
    )
    x, error = planes.vertices(born[len(start.vertices) :])
    origin = cell[inside[place]]
    planes.lineage.next_layer(origin, from_words(words[inside[place]], units))
    edge = np.tile(np.arange(len(pieces.ends), dtype=np.int32), 2)[inside]
    done = sum(planes.lineage.forms.widths[: planes.lineage.layer])
    watch.tell(done, sum(planes.lineage.forms.widths), count)
    return Subdivision(
        planes,
        np.concatenate([start.vertices, x]),
        np.concatenate([start.errors, error]),
        (born, plane_of[pieces.parent][:, None]),
        pieces.ends,
        ((number, edge),),
    )


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
    """Give the heights of a few vertices anew, from exact vertices, with exact signs."""
    lineage, points = start.planes.lineage, start.exact(vertices).astype(object)
    x = (points[:, :-1] / points[:, -1:]).astype(np.float64)
    error = np.abs(x).max(axis=1) * 2.0**-52 + FAINT
    signs = lineage.forms.signs(x, error, lambda some: points[some], lineage.layer)
    if not signs.all():
        raise Unsure
    with np.errstate(all="ignore"):
        values, bound = lineage.forms.values(x, error, lineage.layer)
    return values, bound.max(axis=1), to_words(signs > 0)


def sides_of(start: Subdivision) -> Ids:
    """Give the one or two cells of each edge, shape (E, 2); −1 outside the box."""
    cell, edge = start.incidences[0]
    sides = np.full((len(start.edges), 2), -1, np.int32)
    sides[edge, 0] = cell
    second = np.flatnonzero(sides[edge, 0] != cell)
    sides[edge[second], 1] = cell[second]
    return sides


@dataclass(frozen=True, slots=True)
class _Meetings:
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


def _meet(start: Subdivision, h: Heights, crossings: Crossings, chords: Chords) -> _Meetings:
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
    return _Meetings(chord[order], unit[order], number[order], pair)


def _value(
    ends: Ids, h: Heights, crossings: Crossings, which: Ids, unit: Ids
) -> tuple[Array, Array]:
    """Give the value of units at crossings, between those at the ends of the edge."""
    first, second = ends[crossings.edge[which]].T
    a, b = h.values[first, unit], h.values[second, unit]
    bound = np.maximum(h.bounds[first], h.bounds[second])
    rise = np.abs(b - a)
    error = bound + crossings.slack[which] * (rise + 2 * bound) + _ULPS * (np.abs(a) + rise)
    return a + crossings.place[which] * (b - a), error * SAFE


@dataclass(frozen=True, slots=True)
class _Pieces:
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


def _pieces(
    start: Subdivision,
    sides: Ids,
    h: Heights,
    crossings: Crossings,
    chords: Chords,
    meetings: _Meetings,
) -> _Pieces:
    old, new = len(start.vertices), len(crossings.edge)
    last = h.words[start.edges[:, 1]]
    on_edges = _split(start.edges, crossings.edge, old + np.arange(new), crossings.before, last)
    first, last = crossings.there[chords.ends[:, 0]], crossings.there[chords.ends[:, 1]]
    before = running(meetings.chord, h.single[meetings.unit], first, last)
    on_chords = _split(old + chords.ends, meetings.chord, old + new + meetings.number, before, last)
    ends, parent, words = (np.concatenate(parts) for parts in zip(on_edges, on_chords, strict=True))
    cut = len(on_edges[0])
    parent[cut:] += len(start.edges)
    own = np.zeros_like(words)
    own[cut:] = h.single[chords.unit][on_chords[1]]
    cells = np.repeat(chords.cell.astype(np.int32)[on_chords[1], None], 2, axis=1)
    return _Pieces(ends, parent, words, own, np.concatenate([sides[on_edges[1]], cells]))


def _split(ends: Ids, line: Ids, point: Ids, before: Words, last: Words) -> tuple[Ids, Ids, Words]:
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
