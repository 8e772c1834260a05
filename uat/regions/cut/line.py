"""One coordinate: the pieces are cut at the breakpoints of whole layers.

A unit that changes sign on a piece has one breakpoint there. In floats a layer is cut at a time;
`Unsure` is raised where a unit is 0 at the end of a piece, or floats leave too many signs or orders
open; the lattice (`lattice.py`) cuts such a layer. With short weights of ReLU units, as of the tent map, all
layers are cut in integers that fit 64 bits: on a piece each unit is (a x + c) / scale, its
breakpoint is −c / a, and two breakpoints are compared by cross multiplication. Bounds computed in
advance prove that no number overflows; where they cannot, or where floats would sort the
breakpoints wrongly, there is no answer.
"""

from dataclasses import dataclass, replace

import numpy as np

from uat.expression.arrays import Bools, Integers
from uat.regions.cut.bits import unpack_bits
from uat.regions.cut.crossings import find_crossings, split_lines
from uat.regions.cut.preactivations import preactivations
from uat.regions.exact.integers import INT64_ROOM, BigIntegers, Ids, dyadic, lowest_terms, max_abs
from uat.regions.exact.signs import FAINT
from uat.regions.subdivision import Monitor, Subdivision

__all__ = ["cut_by_layer", "cut_in_int64"]


def cut_by_layer(cells: Subdivision, monitor: Monitor) -> Subdivision:
    """Cut the pieces by all units of the next layer, or raise `Unsure`."""
    h, old = preactivations(cells, sharp=True), len(cells.vertices)
    crossings = find_crossings(cells, h)
    new = old + np.arange(len(crossings.edge))
    monitor.check(cells.count + len(new))
    last = h.bits[cells.edges[:, 1]]
    ends, origin, bits = split_lines(cells.edges, crossings.edge, new, crossings.before, last)
    planes, numbers = cells.planes.with_cuts(crossings.edge, crossings.unit)
    defining = numbers[:, None]
    x, error = planes.vertices(defining)
    return Subdivision(
        planes.after_layer(origin, unpack_bits(bits, h.values.shape[1])),
        np.concatenate([cells.vertices, x]),
        np.concatenate([cells.errors, error]),
        (np.concatenate([cells.defining[0], defining]),),
        ends,
        (),
    )


@dataclass(frozen=True, slots=True)
class _IntegerPieces:
    """The pieces of the line from left to right, and on each the units (slope x + offset) / scale.

    Slopes and offsets have the shape (pieces, units).
    """

    points: Integers  # (pieces + 1, 2), the ends of the pieces, (X, D) for X / D, D > 0
    defining: Ids  # the hyperplane of each point
    slope: Integers
    offset: Integers
    scale: int


def cut_in_int64(cells: Subdivision, monitor: Monitor) -> Subdivision | None:
    """Cut an interval by all layers; None where 64 bits may not do."""
    planes, layers = cells.planes, cells.layers
    whole, shift = dyadic(cells.vertices)
    if max_abs(whole) >= INT64_ROOM or shift >= 62 or any(layers.slopes):
        return None
    points = lowest_terms(np.hstack([whole, np.full_like(whole, 1 << shift)]))
    one = np.ones((1, 1), np.int64)
    pieces = _IntegerPieces(points, cells.defining[0][:, 0], one, 0 * one, 1)
    for layer in range(len(layers.widths)):
        before = _through(pieces, layers.matrix(layer))
        breaks = None if before is None else _breakpoints(before)
        if before is None or breaks is None:
            return None
        piece, unit, points = breaks
        count = len(before.slope) + len(piece)
        monitor.check(count)
        planes, defining = planes.with_cuts(piece, unit)
        pieces, origin, on = _cut(before, piece, points, defining)
        planes = planes.after_layer(origin, on)
        monitor.tell(sum(layers.widths[: layer + 1]), sum(layers.widths), count)
    ends = np.arange(len(pieces.points), dtype=np.int32)
    x = pieces.points[:, :1] / pieces.points[:, 1:]
    errors = np.abs(x[:, 0]) * 2.0**-52 + FAINT
    edges = np.column_stack([ends[:-1], ends[1:]])
    return Subdivision(planes, x, errors, (pieces.defining[:, None],), edges, ())


def _through(pieces: _IntegerPieces, matrix: BigIntegers) -> _IntegerPieces | None:
    """Return the units of the next layer on each piece; None where 64 bits may not do."""
    weight, bias, factor = matrix[:-1, :-1], matrix[-1, :-1], int(matrix[-1, -1])
    scale = pieces.scale * factor
    rows = int(np.abs(weight.astype(object)).sum(axis=0).max())
    a = rows * max_abs(pieces.slope)
    c = rows * max_abs(pieces.offset) + max_abs(bias) * pieces.scale
    x, d = max_abs(pieces.points[:, 0]), max_abs(pieces.points[:, 1])
    if max(a * x + c * d, 4 * a * c, scale) >= INT64_ROOM:
        return None
    slope = pieces.slope @ weight
    offset = pieces.offset @ weight + bias * pieces.scale
    # Divide by the largest power of two that divides all of them.
    common = int(np.bitwise_or.reduce(slope, axis=None) | np.bitwise_or.reduce(offset, axis=None))
    common = (common | scale) & -(common | scale)
    slope, offset, scale = slope // common, offset // common, scale // common
    return _IntegerPieces(pieces.points, pieces.defining, slope, offset, scale)


def _breakpoints(pieces: _IntegerPieces) -> tuple[Ids, Ids, Integers] | None:
    """Return the pieces, units and places of all breakpoints, in order, equal ones once.

    None if two of them are so close that floats sort them wrongly.
    """
    left, right = _values_at_ends(pieces)
    piece, unit = np.nonzero(((left > 0) & (right < 0)) | ((left < 0) & (right > 0)))
    a, c = pieces.slope[piece, unit], pieces.offset[piece, unit]
    points = lowest_terms(np.column_stack([np.where(a > 0, -c, c), np.abs(a)]))
    order = np.lexsort((points[:, 0] / points[:, 1], piece))
    piece, unit, points = piece[order], unit[order], points[order]
    gap = points[1:, 0] * points[:-1, 1] - points[:-1, 0] * points[1:, 1]
    same = piece[1:] == piece[:-1]
    if (same & (gap < 0)).any():
        return None
    new = np.ones(len(piece), np.bool_)
    new[1:] = ~same | (gap > 0)
    return piece[new], unit[new], points[new]


def _cut(
    pieces: _IntegerPieces, piece: Ids, points: Integers, defining: Ids
) -> tuple[_IntegerPieces, Ids, Bools]:
    """Cut pieces at points; return the new ones, and the old piece and the units on of each."""
    total = len(pieces.slope) + len(piece)
    old = np.ones(total + 1, np.bool_)
    old[piece + 1 + np.arange(len(piece))] = False
    all_points, all_defining = np.empty((total + 1, 2), np.int64), np.empty(total + 1, np.int64)
    all_points[old], all_points[~old] = pieces.points, points
    all_defining[old], all_defining[~old] = pieces.defining, defining
    origin = np.cumsum(old[:-1]) - 1
    slope, offset = pieces.slope[origin], pieces.offset[origin]
    cut = _IntegerPieces(all_points, all_defining, slope, offset, pieces.scale)
    left, right = _values_at_ends(cut)
    on = (left > 0) | (right > 0)
    return replace(cut, slope=slope * on, offset=offset * on), origin, on


def _values_at_ends(pieces: _IntegerPieces) -> tuple[Integers, Integers]:
    """Return positive multiples of all units at the left and at the right end of each piece."""
    x, d = pieces.points[:, :1], pieces.points[:, 1:]
    left = pieces.slope * x[:-1] + pieces.offset * d[:-1]
    return left, pieces.slope * x[1:] + pieces.offset * d[1:]
