"""Two coordinates: the plane is cut by a whole layer at a time.

The crossings and chords of a layer (`crossings.py`) say how many pieces there are and what bits
each has. Where no unit is 0 at a vertex, and floats with error bounds settle all but a few orders,
all of it is a few operations on arrays. Where they do not, `Unsure` is raised before anything is
changed, and the layer is cut by the lattice (`lattice.py`).
"""

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from uat.regions.cut.bits import from_words, numbered
from uat.regions.cut.chords import Meetings, Pieces, meet, pieces_of
from uat.regions.cut.crossings import Chords, Crossings, find_chords, find_crossings
from uat.regions.cut.exact_crossings import edge_places
from uat.regions.cut.preactivations import Unsure, heights
from uat.regions.subdivision import Subdivision

if TYPE_CHECKING:
    from uat.regions.watch import Watch

__all__ = ["cut_by_layer"]

Ids = NDArray[Any]


def cut_by_layer(start: Subdivision, watch: "Watch") -> Subdivision:
    """Cut the cells by all units of the next layer.

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
    h, sides, lineage = heights(start, sharp), _sides_of(start), start.planes.lineage
    units, widths = h.values.shape[1], lineage.forms.widths
    crossings = find_crossings(start.edges, h, partial(edge_places, start))
    chords = find_chords(sides, crossings, units)
    count = start.cells + len(chords.cell) + chords.meetings
    watch.check(count)
    meetings = meet(start, h, crossings, chords)
    pieces = pieces_of(start, sides, h, crossings, chords, meetings)
    # Each piece of a chord has its unit off on one side, on on the other.
    cell = np.concatenate([pieces.sides[:, 0], pieces.sides[:, 1]])
    words = np.concatenate([pieces.words, pieces.words | pieces.own])
    inside = np.flatnonzero(cell >= 0)
    faces = numbered(cell[inside], words[inside], count)
    if faces is None:
        raise Unsure
    number, place = faces
    edge = np.tile(np.arange(len(pieces.ends), dtype=np.int32), 2)[inside]
    woven = _placed(start, crossings, chords, meetings, pieces, (number, edge))
    lineage.next_layer(cell[inside[place]], from_words(words[inside[place]], units))
    watch.tell(sum(widths[: lineage.layer]), sum(widths), count)
    return woven


def _placed(
    start: Subdivision,
    crossings: Crossings,
    chords: Chords,
    meetings: Meetings,
    pieces: Pieces,
    incidences: tuple[Ids, Ids],
) -> Subdivision:
    """Return the new vertices their places, each on the two lines on which it was born."""
    points, lines = start.born
    cut = start.planes.cut(chords.cell, chords.unit)
    other = np.empty(len(crossings.edge), np.int64)
    other[chords.ends.ravel()] = np.repeat(cut, 2)
    on_edges = np.column_stack([lines[crossings.edge, 0], other])
    fresh = np.concatenate([on_edges, cut[meetings.pair]])
    x, error = start.planes.vertices(fresh)
    return Subdivision(
        start.planes,
        np.concatenate([start.vertices, x]),
        np.concatenate([start.errors, error]),
        (
            np.concatenate([points, fresh]),
            np.concatenate([lines[:, 0], cut])[pieces.parent][:, None],
        ),
        pieces.ends,
        (incidences,),
    )


def _sides_of(start: Subdivision) -> Ids:
    """Return the one or two cells of each edge, shape (E, 2); −1 outside the box."""
    cell, edge = start.incidences[0]
    sides = np.full((len(start.edges), 2), -1, np.int32)
    sides[edge, 0] = cell
    second = np.flatnonzero(sides[edge, 0] != cell)
    sides[edge[second], 1] = cell[second]
    return sides
