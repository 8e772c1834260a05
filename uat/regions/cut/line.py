"""One coordinate: the line is cut at the breakpoints of a whole layer at a time.

A unit that changes sign on a piece has one breakpoint there. Where floats with error bounds settle
all signs and all but a few orders, that is all (`cut_by_layer`). Where the weights are short, as
those of the tent map are, everything is done in integers that provably fit 64 bits (`cut_short`):
a piece keeps each unit as (a x + c) / scale, a breakpoint is −c / a, and two of them are compared
by cross multiplication. All else is left to the lattice.
"""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from uat.regions.cut.bits import from_words
from uat.regions.cut.crossings import find_crossings, split
from uat.regions.cut.exact_crossings import edge_places
from uat.regions.cut.preactivations import heights
from uat.regions.exact.integers import Integers, dyadic, lowest_terms, size
from uat.regions.exact.signs import FAINT
from uat.regions.subdivision import Subdivision

if TYPE_CHECKING:
    from uat.regions.watch import Watch

__all__ = ["cut_by_layer", "cut_short"]

Ids = NDArray[Any]

_ROOM: Final = 1 << 62


def cut_by_layer(start: Subdivision, watch: "Watch") -> Subdivision:
    """Cut the pieces by all units of the next layer, in floats.

    Raises
    ------
    Unsure
        A sign or an order that floats do not settle; nothing has changed then.

    Examples
    --------
    >>> from uat import Affine, Network, relu
    >>> from uat.regions.exact.signs import Forms
    >>> from uat.regions.subdivision import uncut
    >>> from uat.regions.watch import Watch
    >>> hat = Network([Affine([[1], [1]], [0, -1]), Affine([[1, -2]], [0])], relu)
    >>> cut_by_layer(uncut(Forms(hat), np.array([[-1.0, 3.0]])), Watch(10)).cells
    3
    """
    h, planes = heights(start, sharp=True), start.planes
    lineage, old = planes.lineage, len(start.vertices)
    crossings = find_crossings(start.edges, h, partial(edge_places, start))
    count, new = len(start.edges) + len(crossings.edge), old + np.arange(len(crossings.edge))
    watch.check(count)
    last = h.words[start.edges[:, 1]]
    ends, origin, words = split(start.edges, crossings.edge, new, crossings.before, last)
    born = planes.cut(crossings.edge, crossings.unit)[:, None]
    x, error = planes.vertices(born)
    lineage.next_layer(origin, from_words(words, h.values.shape[1]))
    widths = lineage.forms.widths
    watch.tell(sum(widths[: lineage.layer]), sum(widths), count)
    vertices = np.concatenate([start.vertices, x])
    errors = np.concatenate([start.errors, error])
    return Subdivision(planes, vertices, errors, (np.concatenate([start.born[0], born]),), ends, ())


@dataclass(frozen=True, slots=True)
class _Pieces:
    """The pieces of the line from left to right, and the units of a layer on each, in integers.

    Attributes
    ----------
    points : ndarray of int64, shape (pieces + 1, 2)
        (X, D) for X / D, D > 0.
    born : ndarray, shape (pieces + 1,)
        The hyperplane of each point.
    slope, offset : ndarray of int64, shape (pieces, units)
    scale : int
        A unit is (slope x + offset) / scale.
    """

    points: Integers
    born: Ids
    slope: Integers
    offset: Integers
    scale: int


def cut_short(start: Subdivision, watch: "Watch") -> Subdivision | None:
    """Cut an interval by all layers, in integers of 64 bits; None where they are too short.

    Examples
    --------
    >>> from uat import Affine, Network, relu
    >>> from uat.regions.exact.signs import Forms
    >>> from uat.regions.subdivision import uncut
    >>> from uat.regions.watch import Watch
    >>> tent = [Affine([[2], [4]], [0, -2]), Affine([[2, -2], [4, -4]], [0, -2])]
    >>> twice = Network([*tent, Affine([[1, -1]], [0])], relu)
    >>> cut_short(uncut(Forms(twice), np.array([[0.0, 1.0]])), Watch(10)).cells
    4
    """
    planes, lineage = start.planes, start.planes.lineage
    whole, shift = dyadic(start.vertices)
    if size(whole) >= _ROOM or shift >= 62:
        return None
    points = lowest_terms(np.hstack([whole, np.full_like(whole, 1 << shift)]))
    one = np.ones((1, 1), np.int64)
    pieces, widths = _Pieces(points, start.born[0][:, 0], one, 0 * one, 1), lineage.forms.widths
    for layer in range(len(widths)):
        before = _through(pieces, lineage.forms.matrix(layer))
        breaks = None if before is None else _breakpoints(before)
        if before is None or breaks is None:
            return None
        piece, unit, points = breaks
        watch.check(len(before.slope) + len(piece))
        pieces, origin, on = _cut(before, piece, points, planes.cut(piece, unit))
        lineage.next_layer(origin, on)
        watch.tell(sum(widths[: layer + 1]), sum(widths), len(on))
    ends = np.arange(len(pieces.points), dtype=np.int32)
    x = pieces.points[:, :1] / pieces.points[:, 1:]
    errors = np.abs(x[:, 0]) * 2.0**-52 + FAINT
    edges = np.column_stack([ends[:-1], ends[1:]])
    return Subdivision(planes, x, errors, (pieces.born[:, None],), edges, ())


def _through(pieces: _Pieces, matrix: Integers) -> _Pieces | None:
    """Return the units of the next layer on each piece; None if 64 bits may not hold them."""
    weight, bias, factor = matrix[:-1, :-1], matrix[-1, :-1], int(matrix[-1, -1])
    scale = pieces.scale * factor
    rows = int(np.abs(weight.astype(object)).sum(axis=0).max())
    a = rows * size(pieces.slope)
    c = rows * size(pieces.offset) + size(bias) * pieces.scale
    x, d = size(pieces.points[:, 0]), size(pieces.points[:, 1])
    if max(a * x + c * d, 4 * a * c, scale) >= _ROOM:
        return None
    slope = pieces.slope @ weight
    offset = pieces.offset @ weight + bias * pieces.scale
    # Powers of two that all have in common are divided out.
    common = int(np.bitwise_or.reduce(slope, axis=None) | np.bitwise_or.reduce(offset, axis=None))
    common = (common | scale) & -(common | scale)
    return _Pieces(pieces.points, pieces.born, slope // common, offset // common, scale // common)


def _ends(pieces: _Pieces) -> tuple[Integers, Integers]:
    """Return multiples of all units at the left and at the right end of each piece."""
    x, d = pieces.points[:, :1], pieces.points[:, 1:]
    left = pieces.slope * x[:-1] + pieces.offset * d[:-1]
    return left, pieces.slope * x[1:] + pieces.offset * d[1:]


def _breakpoints(pieces: _Pieces) -> tuple[Ids, Ids, Integers] | None:
    """Return pieces, units and places of all breakpoints, in order, equal ones once.

    None if two of them are so close that floats, sorted, do not have the order of the true ones.
    """
    left, right = _ends(pieces)
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
    pieces: _Pieces, piece: Ids, points: Integers, born: Ids
) -> tuple[_Pieces, Ids, NDArray[np.bool_]]:
    """Cut pieces at points; give also the piece that each lies in, and its units that are on."""
    total = len(pieces.slope) + len(piece)
    old = np.ones(total + 1, np.bool_)
    old[piece + 1 + np.arange(len(piece))] = False
    all_points, all_born = np.empty((total + 1, 2), np.int64), np.empty(total + 1, np.int64)
    all_points[old], all_points[~old] = pieces.points, points
    all_born[old], all_born[~old] = pieces.born, born
    origin = np.cumsum(old[:-1]) - 1
    slope, offset = pieces.slope[origin], pieces.offset[origin]
    left, right = _ends(_Pieces(all_points, all_born, slope, offset, pieces.scale))
    on = (left > 0) | (right > 0)
    return _Pieces(all_points, all_born, slope * on, offset * on, pieces.scale), origin, on
