"""The corners of each cell: from left to right on a line, counter-clockwise in the plane."""

import numpy as np

from uat.expression.arrays import Array
from uat.regions.cut.faces import inner_join
from uat.regions.exact.integers import Ids
from uat.regions.subdivision import Subdivision

__all__ = ["corners", "means_of_corners", "signed_areas"]


def corners(cells: Subdivision) -> tuple[Ids, Ids]:
    """Return `starts` and `index`: `index[starts[i] : starts[i + 1]]` are the vertices of cell i.

    In one dimension they run from left to right, in two counter-clockwise.
    """
    if cells.layers.dimension == 1:
        order = cells.vertices[cells.edges, 0].argsort(axis=1)
        index = np.take_along_axis(cells.edges, order, axis=1).ravel()
        return np.arange(0, len(index) + 1, 2), index
    return _outlines(cells) if cells.layers.dimension == 2 else _in_any_order(cells)


def means_of_corners(vertices: Array, starts: Ids, index: Ids) -> Array:
    """Return the mean of the corners of each cell, shape (cells, n)."""
    sizes = np.diff(starts)
    shares = vertices[index] / np.repeat(sizes, sizes)[:, None]
    return np.asarray(np.add.reduceat(shares, starts[:-1], axis=0))


def _in_any_order(cells: Subdivision) -> tuple[Ids, Ids]:
    """Join the incidences from the cells down to the edges, and collect the ends of the edges."""
    cell, face = cells.incidences[-1]
    for top, bottom in cells.incidences[-2::-1]:
        left, right = inner_join(face, top)
        pairs = np.unique(cell[left].astype(np.int64) << 32 | bottom[right])
        cell, face = pairs >> 32, pairs & 0xFFFFFFFF
    count = len(cells.vertices)
    keys = np.repeat(cell.astype(np.int64) * count, 2) + cells.edges[face].ravel()
    cell, index = np.divmod(np.unique(keys), count)
    return np.searchsorted(cell, np.arange(cells.count + 1)), index


def _outlines(cells: Subdivision) -> tuple[Ids, Ids]:
    """Return the corners of polygons counter-clockwise, by walking around all of them at once.

    At each corner of a cell two of its edges end. From one end of an edge the walk goes to the
    other, changes there to the other edge of that corner, and so on until it is closed.
    """
    order = np.argsort(cells.incidences[0][0], kind="stable")
    cell, edge = (part[order] for part in cells.incidences[0])
    starts = np.searchsorted(cell, np.arange(cells.count + 1))
    # Incidence i has two darts: 2i at the first end of the edge, 2i + 1 at its second end.
    vertex = cells.edges[edge].ravel().astype(np.int64)
    by_corner = np.argsort(np.repeat(cell.astype(np.int64), 2) * len(cells.vertices) + vertex)
    other = np.empty_like(by_corner)
    other[by_corner[::2]], other[by_corner[1::2]] = by_corner[1::2], by_corner[::2]
    index = np.empty(len(edge), np.int64)
    walking, dart, step = np.arange(cells.count), 2 * starts[:-1] + 1, 0
    while len(walking):
        index[starts[walking] + step] = vertex[dart]
        step += 1
        dart = other[dart] ^ 1
        more = starts[walking + 1] - starts[walking] > step
        walking, dart = walking[more], dart[more]
    clockwise = np.flatnonzero(np.signbit(signed_areas(cells.vertices, starts, index)))
    place = np.arange(len(index))
    turned = np.isin(cell, clockwise)
    place[turned] = (starts[:-1] + starts[1:] - 1)[cell[turned]] - place[turned]
    return starts, index[place]


def signed_areas(vertices: Array, starts: Ids, index: Ids) -> Array:
    """Return the area of each polygon, positive where it runs counter-clockwise.

    Past the range of float64 it is ±∞, below it ±0: the sign is kept.
    """
    polygon = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    following = np.arange(1, len(index) + 1)
    following[starts[1:] - 1] = starts[:-1]
    # Relative to its first corner a small polygon keeps all its digits.
    seen = vertices[index] - vertices[index[starts[:-1]]][polygon]
    # Scaled by powers of two to a size of about 1, no product of two sides overflows.
    _, scale = np.frexp(np.maximum.reduceat(np.abs(seen), starts[:-1], axis=0))
    seen = np.ldexp(seen, -scale[polygon])
    after = seen[following]
    terms = seen[:, 0] * after[:, 1] - seen[:, 1] * after[:, 0]
    areas = np.add.reduceat(terms, starts[:-1]) / 2
    with np.errstate(all="ignore"):
        return np.asarray(np.ldexp(areas, scale.sum(axis=1)))
