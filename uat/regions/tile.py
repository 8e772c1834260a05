"""One tile of a box: its regions, and those that it shares with other tiles.

Tiles overlap a little: their interiors cover the box. So each region has a part inside some tile,
and so has each facet between two regions. A region is convex, hence the only one of its pattern:
parts with one pattern, in whichever tiles, are one region. Nothing needs to be known of where the
walls of the tiles lie; they may run along facets and through vertices.

- A region of which all vertices are in no tile but this one is seen whole here and nowhere else. It
  is counted here. All others are told apart by their patterns at the end, each counted once.
- Regions with a common facet and one gradient are joined in the tiles that see the facet. A set of
  joined regions which are all counted here is a whole linear region, since every facet of them is
  seen here. All other sets are joined at the end where they have a pattern in common.

A tile with too many regions is halved, along the side that is longest beside that of the box.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from uat.core.network import Network
from uat.expression.arrays import Array, Bools
from uat.numerics.one_thread import single_threaded
from uat.regions.cut.box import cut_box
from uat.regions.exact.signs import PiecewiseLayers
from uat.regions.merge import linear_regions
from uat.regions.subdivision import DoesNotFit, Monitor, Subdivision

__all__ = ["Overfull", "Tile", "TileCount", "TileTask", "count_tile", "divide", "halves"]

# Half of the overlap of two tiles, as a share of their length. Larger: more regions are seen twice.
_OVERLAP: Final = 2.0**-24
# A tile is divided into 2^k at once, k at most this. Larger: fewer tiles are tried in vain, but
# where regions are few tiles become small.
_HALVINGS: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """A part of a box, found by halving it: `path` has a letter for each time, L or R.

    Strictly inside `own`, (n, 2), is what no other tile covers of `box`, (n, 2).
    """

    box: Array
    own: Array
    path: str = ""

    @classmethod
    def whole(cls, box: Array) -> "Tile":
        """Return a box as one tile."""
        return cls(box, np.array([[-np.inf, np.inf]] * len(box)))


@dataclass(frozen=True, slots=True, eq=False)
class TileCount:
    """What is counted in one tile, and what it shares with others."""

    regions: int
    linear: int
    patterns: NDArray[np.uint8]  # (shared, bytes), packed, of the regions that are not counted here
    group: NDArray[np.int32]  # (shared,), the set of joined regions that each belongs to


@dataclass(frozen=True, slots=True)
class Overfull:
    """A tile has too many regions."""

    halvings: int  # into how many halves of halves it is to be divided


TileTask = tuple[Network, Tile, Monitor]


@single_threaded()
def count_tile(task: TileTask) -> TileCount | Overfull:
    """Count one tile, if it has no more regions than fit."""
    network, tile, monitor = task
    layers, told = PiecewiseLayers(network), [1]
    try:
        cells = cut_box(
            layers, tile.box, replace(monitor, progress=lambda done, *_: told.append(done))
        )
    except DoesNotFit as many:
        # As if regions grew with the number of hyperplanes as those of an arrangement do.
        growth = min(sum(layers.widths) / told[-1], 2.0) ** layers.dimension
        times = many.regions * growth / monitor.fitting
        return Overfull(int(np.clip(np.ceil(np.log2(times)), 1, _HALVINGS)))
    linear, label = linear_regions(cells.forms, cells.neighbours())
    shared = np.flatnonzero(_reaching_out(cells, tile.own))
    sets, group = np.unique(label[shared], return_inverse=True)
    patterns = np.packbits(cells.forms.patterns(shared), axis=1)
    own = cells.count - len(shared)
    return TileCount(own, linear - len(sets), patterns, group.astype(np.int32))


def _reaching_out(cells: Subdivision, own: Array) -> Bools:
    """Return False for the cells of which all vertices are surely inside `own`, shape (cells,)."""
    x = cells.vertices
    error = (cells.errors[:, None] + np.abs(x) * 2.0**-50) * (1 + 2.0**-40)
    with np.errstate(all="ignore"):
        inside = (x - error > own[:, 0]) & (x + error < own[:, 1])
    reaching: Bools = np.asarray(~inside.all(axis=1))
    reaching = np.asarray(reaching[cells.edges].any(axis=1))
    # From edges up to cells; in one dimension the edges are the cells.
    counts = [*(len(faces) for faces in cells.defining[2:]), cells.count]
    for (face, facet), count in zip(cells.incidences, counts, strict=False):
        below, reaching = reaching, np.zeros(count, np.bool_)
        reaching[face[below[facet]]] = True
    return reaching


def halves(tile: Tile, whole: Array) -> tuple[Tile, Tile] | None:
    """Divide a tile across its longest side beside that of the whole box; None if it is too small."""
    low, high = tile.box.T
    with np.errstate(all="ignore"):
        length = (high - low) / (whole[:, 1] - whole[:, 0])
        middle = low / 2 + high / 2
        overlap = (high - low) * _OVERLAP
        left, right = middle - overlap, middle + overlap
    possible = (low < left) & (left < right) & (right < high)
    if not possible.any():
        return None
    axis = int(np.argmax(np.where(possible, length, -1.0)))
    return divide(tile, axis, float(left[axis]), float(right[axis]))


def divide(tile: Tile, axis: int, left: float, right: float) -> tuple[Tile, Tile]:
    """Divide a tile into two that overlap from left to right, two numbers inside it."""
    low, high = (
        Tile(tile.box.copy(), tile.own.copy(), tile.path + "L"),
        Tile(tile.box.copy(), tile.own.copy(), tile.path + "R"),
    )
    low.box[axis, 1], low.own[axis, 1] = right, min(tile.own[axis, 1], left)
    high.box[axis, 0], high.own[axis, 0] = left, max(tile.own[axis, 0], right)
    return low, high
