"""Two coordinates: the cells are cut by a whole layer at a time.

With no unit 0 at a vertex, a unit that changes sign on the outline of a cell does so on exactly two
edges, and cuts the cell along the chord between these crossings. Two chords of a cell intersect if
and only if the bit of one unit differs at the two ends of the chord of the other. By Euler's
formula a cell is cut into one piece, one more for each chord and one more for each intersection of
two chords. So the number of new cells is known before any is built, and all is done by a few
operations on arrays. `Unsure` is raised where a unit is 0 at a vertex, three chords meet in a point,
or floats leave too many signs or orders open; the lattice (`lattice.py`) cuts such a layer.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from uat.expression.arrays import Array
from uat.regions.cut.bits import Bits, bits_before, number_rows, unpack_bits
from uat.regions.cut.crossings import (
    Crossings,
    crossing_points,
    exact_places,
    find_crossings,
    order_along,
    sharpen_crossings,
    sort_places,
    split_lines,
    zero_places,
)
from uat.regions.cut.preactivations import Preactivations, Special, Unsure, preactivations
from uat.regions.exact.integers import BigIntegers, Ids
from uat.regions.exact.signs import SAFE
from uat.regions.subdivision import Monitor, Subdivision

__all__ = ["cut_by_layer"]

_ULPS: Final = 2.0**-50
"""More than the relative rounding error of a value between two others."""
# So many intersections of two lines alone make it likely that all are. Larger: fewer layers in which
# many lines meet in a point are mistaken for large ones, but it takes longer.
_LIKELY: Final = 1 << 12
# Intersections put in order at a time, where they are not kept. Smaller: less memory.
_BLOCK: Final = 1 << 17


@dataclass(frozen=True, slots=True)
class Chords:
    """The chords along which units cut cells, sorted by cell and unit."""

    cell: Ids
    unit: Ids
    ends: Ids  # (chords, 2), the crossings at both ends
    intersected: Bits  # the bits of the units whose chords intersect this one
    intersections: int  # the number of points in which two chords intersect


@dataclass(frozen=True, slots=True)
class Intersections:
    """The points in which chords intersect, in order along each chord, so twice each."""

    chord: Ids
    unit: Ids  # the unit whose chord intersects this one
    point: Ids  # the index of the point
    pair: Ids  # (points, 2), the two chords of each point


@dataclass(frozen=True, slots=True)
class EdgePieces:
    """The pieces of edges and chords, which are the edges of the new cells."""

    ends: Ids  # (pieces, 2), of the old vertices, then the crossings, then the intersections
    parent: Ids  # the old edge, or the number of old edges plus the chord
    cells: Ids  # (2, pieces), the old cells on both sides, −1 outside the box
    bits: Bits  # (2, pieces, words), the bits of the units on both sides


def cut_by_layer(cells: Subdivision, monitor: Monitor) -> Subdivision:
    """Cut the cells by all units of the next layer, or raise `Unsure`."""
    try:
        return _cut(cells, monitor, sharp=False)
    except Special:
        raise
    except Unsure:
        return _cut(cells, monitor, sharp=True)


def _cut(cells: Subdivision, monitor: Monitor, sharp: bool) -> Subdivision:
    h, sides = preactivations(cells, sharp), _sides_of_edges(cells)
    units = h.values.shape[1]
    crossings = find_crossings(cells, h)
    chords = _find_chords(sides, crossings, units)
    sure = cells.count + len(chords.cell)
    count = sure + chords.intersections
    if count > min(monitor.limit, monitor.fitting):
        # That they are more than allowed is proved; that they do not fit need only be likely.
        least = monitor.limit + 1 - sure if count > monitor.limit else _LIKELY
        _check_crossings_of_two(cells, h, crossings, chords, least)
    monitor.check(count)
    points = _find_intersections(cells, h, crossings, chords)
    pieces = _edge_pieces(cells, sides, h, crossings, chords, points)
    origin, bits, incidences = _number_cells(pieces, count)
    planes, of_chord = cells.planes.with_cuts(chords.cell, chords.unit)
    of_vertex, of_edge = cells.defining
    second = np.empty(len(crossings.edge), np.int64)
    second[chords.ends.ravel()] = np.repeat(of_chord, 2)
    of_crossing = np.column_stack([of_edge[crossings.edge, 0], second])
    new = np.concatenate([of_crossing, of_chord[points.pair]])
    x, error = planes.vertices(new)
    return Subdivision(
        planes.after_layer(origin, unpack_bits(bits, units)),
        np.concatenate([cells.vertices, x]),
        np.concatenate([cells.errors, error]),
        (
            np.concatenate([of_vertex, new]),
            np.concatenate([of_edge[:, 0], of_chord])[pieces.parent][:, None],
        ),
        pieces.ends,
        (incidences,),
    )


def _sides_of_edges(cells: Subdivision) -> Ids:
    """Return the one or two cells of each edge, shape (E, 2); −1 outside the box."""
    cell, edge = cells.incidences[0]
    sides = np.full((len(cells.edges), 2), -1, np.int32)
    sides[edge, 0] = cell
    second = np.flatnonzero(sides[edge, 0] != cell)
    sides[edge[second], 1] = cell[second]
    return sides


def _find_chords(sides: Ids, crossings: Crossings, units: int) -> Chords:
    """Join the two crossings of each unit on the outline of each cell."""
    cells = sides[crossings.edge]
    inside = [np.flatnonzero(cells[:, side] >= 0) for side in (0, 1)]
    which = np.concatenate(inside)
    cell = np.concatenate([cells[some, side] for side, some in enumerate(inside)])
    key = cell.astype(np.int64) * units + crossings.unit[which]
    order = np.argsort(key)
    ends = which[order].reshape(-1, 2)
    cell, unit = np.divmod(key[order[::2]], units)
    intersected = crossings.there[ends[:, 0]] ^ crossings.there[ends[:, 1]]
    intersections = int(np.bitwise_count(intersected).sum(dtype=np.int64)) // 2
    return Chords(cell, unit, ends, intersected, intersections)


def _find_intersections(
    cells: Subdivision, h: Preactivations, crossings: Crossings, chords: Chords
) -> Intersections:
    """Find where chords intersect, in order along each; no three may pass through one point."""
    units = h.values.shape[1]
    chord, unit = np.nonzero(unpack_bits(chords.intersected, units))
    key = chords.cell * units + chords.unit
    other = np.searchsorted(key, chords.cell[chord] * units + unit)
    order = _order_on_chords(cells, h, crossings, chords, chord, unit)
    forward = chord < other
    point = np.empty(len(chord), np.int64)
    point[forward] = np.arange(chords.intersections)
    # Sorted by the other chord first, the same points come in the same order.
    backward = np.flatnonzero(~forward)
    point[backward[np.argsort(other[backward], kind="stable")]] = np.arange(chords.intersections)
    pair = np.column_stack([chord[forward], other[forward]])
    return Intersections(chord[order], unit[order], point[order], pair)


def _check_crossings_of_two(
    cells: Subdivision, h: Preactivations, crossings: Crossings, chords: Chords, least: int
) -> None:
    """Raise `Unsure` unless at least so many intersections are of two chords alone.

    Then each of them makes one more region, as each chord does, however the others intersect.
    """
    meets = np.bitwise_count(chords.intersected).sum(axis=1, dtype=np.int64)
    # Chords that intersect most others come first. Each intersection is on two chords.
    order = np.argsort(-meets, kind="stable")
    ends = np.cumsum(meets[order])
    order = order[: int(np.searchsorted(ends, 2 * least)) + 1]
    blocks = np.flatnonzero(np.diff(ends[: len(order)] // _BLOCK)) + 1
    for some in np.split(order, blocks):
        chord, unit = np.nonzero(unpack_bits(chords.intersected[some], h.values.shape[1]))
        _order_on_chords(cells, h, crossings, chords, some[chord], unit)


def _order_on_chords(
    cells: Subdivision,
    h: Preactivations,
    crossings: Crossings,
    chords: Chords,
    chord: Ids,
    unit: Ids,
) -> Ids:
    """Return the order of intersections, each of a chord with that of a unit, along each chord."""

    def places(some: Ids) -> tuple[Array, Array]:
        first, second = chords.ends[chord[some]].T
        a, a_error = _values_at(cells, h, crossings, first, unit[some])
        b, b_error = _values_at(cells, h, crossings, second, unit[some])
        return zero_places(a, b, a_error, b_error)

    place, error = places(np.arange(len(chord)))
    _, doubtful = sort_places(chord, place, error)
    if len(doubtful):
        sharpen_crossings(cells, h, crossings, crossings.edge[chords.ends[doubtful]])
        some = np.flatnonzero(np.isin(chord, doubtful))
        place[some], error[some] = places(some)

    def exact(some: Ids) -> tuple[BigIntegers, BigIntegers]:
        needed, ends = np.unique(chords.ends[chord[some]], return_inverse=True)
        points = crossing_points(cells, crossings.edge[needed], crossings.unit[needed])
        return exact_places(cells, points, ends, unit[some])

    return order_along(chord, place, error, exact)


def _values_at(
    cells: Subdivision, h: Preactivations, crossings: Crossings, which: Ids, unit: Ids
) -> tuple[Array, Array]:
    """Return the values of units at crossings, from those at vertices, with error bounds."""
    first, second = cells.edges[crossings.edge[which]].T
    a, b = h.values[first, unit], h.values[second, unit]
    bound = np.maximum(h.bounds[first], h.bounds[second])
    with np.errstate(all="ignore"):
        rise = np.abs(b - a)
        error = bound + crossings.error[which] * (rise + 2 * bound) + _ULPS * (np.abs(a) + rise)
        return a + crossings.place[which] * (b - a), error * SAFE


def _edge_pieces(
    cells: Subdivision,
    sides: Ids,
    h: Preactivations,
    crossings: Crossings,
    chords: Chords,
    points: Intersections,
) -> EdgePieces:
    """Split edges at crossings and chords at intersections."""
    old, new = len(cells.vertices), len(crossings.edge)
    last = h.bits[cells.edges[:, 1]]
    on_edges = split_lines(
        cells.edges, crossings.edge, old + np.arange(new), crossings.before, last
    )
    first, last = crossings.there[chords.ends[:, 0]], crossings.there[chords.ends[:, 1]]
    before = bits_before(points.chord, h.single[points.unit], first, last)
    on_chords = split_lines(old + chords.ends, points.chord, old + new + points.point, before, last)
    ends, parent, bits = (np.concatenate(parts) for parts in zip(on_edges, on_chords, strict=True))
    cut, chord = len(on_edges[0]), on_chords[1]
    parent[cut:] += len(cells.edges)
    both_sides = np.stack([bits, bits])
    # On one side of a piece of a chord its unit is off, on the other side on.
    both_sides[1, cut:] |= h.single[chords.unit[chord]]
    cell = np.tile(chords.cell.astype(np.int32)[chord], (2, 1))
    return EdgePieces(ends, parent, np.hstack([sides[on_edges[1]].T, cell]), both_sides)


def _number_cells(pieces: EdgePieces, count: int) -> tuple[Ids, Bits, tuple[Ids, Ids]]:
    """Return the origin and the bits of each new cell, and the incidences of cells and pieces."""
    side, edge = np.nonzero(pieces.cells >= 0)
    cell, bits = pieces.cells[side, edge], pieces.bits[side, edge]
    numbered = number_rows(cell, bits, count)
    if numbered is None:
        raise Unsure
    number, example = numbered
    return cell[example], bits[example], (number, edge.astype(np.int32))
