"""The corners of each cell: which vertices it has, in two dimensions in the order of its outline."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from uat.expression.arrays import Array
from uat.regions.cut.faces import joined
from uat.regions.subdivision import Subdivision

__all__ = ["corners", "outlines", "signed_areas"]

Ids = NDArray[Any]


def corners(cells: Subdivision) -> tuple[Ids, Ids]:
    """Return the vertices of cell i as `index[starts[i] : starts[i + 1]]`, in no order.

    Returns
    -------
    starts : ndarray, shape (cells + 1,)
    index : ndarray
    """
    count = len(cells.vertices)
    if not cells.incidences:
        return np.arange(0, 2 * len(cells.edges) + 1, 2), cells.edges.ravel()
    cell, face = cells.incidences[-1]
    for top, bottom in cells.incidences[-2::-1]:
        left, right = joined(face, top)
        pairs = np.unique(cell[left].astype(np.int64) << 32 | bottom[right])
        cell, face = pairs >> 32, pairs & 0xFFFFFFFF
    keys = np.repeat(cell.astype(np.int64) * count, 2) + cells.edges[face].ravel()
    cell, index = np.divmod(np.unique(keys), count)
    return np.searchsorted(cell, np.arange(cells.cells + 1)), index


def outlines(cells: Subdivision) -> tuple[Ids, Ids]:
    """Return the same for polygons, counter-clockwise, by walking from edge to edge.

    Around a cell each of its vertices ends two of its edges. From one end of an edge go to the
    other, change there to the other edge, and so on until the walk is closed.
    """
    order = np.argsort(cells.incidences[0][0], kind="stable")
    cell, edge = (part[order] for part in cells.incidences[0])
    starts = np.searchsorted(cell, np.arange(cells.cells + 1))
    # Dart 2i is the first end of incidence i, dart 2i + 1 its second end.
    vertex = cells.edges[edge].ravel().astype(np.int64)
    meeting = np.argsort(np.repeat(cell.astype(np.int64), 2) * len(cells.vertices) + vertex)
    other = np.empty_like(meeting)
    other[meeting[::2]], other[meeting[1::2]] = meeting[1::2], meeting[::2]
    index = np.empty(len(edge), np.int64)
    walking, dart, step = np.arange(cells.cells), 2 * starts[:-1] + 1, 0
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
    # Seen from its first corner a small polygon keeps all its digits.
    seen = vertices[index] - vertices[index[starts[:-1]]][polygon]
    # Scaled by powers of two to a size of about 1, no product of two sides leaves the range.
    _, scale = np.frexp(np.maximum.reduceat(np.abs(seen), starts[:-1], axis=0))
    seen = np.ldexp(seen, -scale[polygon])
    after = seen[following]
    terms = seen[:, 0] * after[:, 1] - seen[:, 1] * after[:, 0]
    areas = np.add.reduceat(terms, starts[:-1]) / 2
    with np.errstate(all="ignore"):
        return np.asarray(np.ldexp(areas, scale.sum(axis=1)))
