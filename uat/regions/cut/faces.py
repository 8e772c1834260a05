"""The faces of a subdivided box: which faces of dimension k − 1 bound which of dimension k.

Cells are the n-faces, vertices the 0-faces. A unit cuts all faces at once, and only its signs at
the vertices decide how: a face with vertices on both sides is split. Its "−" part keeps its number,
its "+" part gets a new one. The section between the parts is a new face of one dimension less; it
is bounded by the sections of the split facets and by the faces of two dimensions less that lie in
the zero set. This holds however many hyperplanes pass through a point: no ranks, no general
position.
Source: H. Edelsbrunner, Algorithms in Combinatorial Geometry, 1987, chapter 7 (incremental
construction of arrangements).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from uat.expression.arrays import Bools
from uat.regions.exact.integers import Ids
from uat.regions.subdivision import Incidences

__all__ = ["Cut", "Faces", "GrowableArray", "inner_join"]


class Cut:
    """The cut of the faces of each dimension k by one unit: lists with one entry for each k.

    A k-face is `positive[k]` (`negative[k]`) if the unit is so at one of its vertices. There were
    `counts[k]` of them before the cut. `split[k]` has the indices of those that are split, and at
    these indices `plus[k]` has the index of the "+" part, `section[k]` that of the new (k − 1)-face
    between the parts; other entries of both mean nothing.
    """

    __slots__ = ("counts", "negative", "plus", "positive", "section", "split")

    def __init__(self, positive: list[Bools], negative: list[Bools]) -> None:
        self.positive, self.negative = positive, negative
        self.counts = [len(p) for p in positive]
        self.split = [np.flatnonzero(p & q) for p, q in zip(positive, negative, strict=True)]
        self.plus = [np.empty(count, np.int32) for count in self.counts]
        self.section = [np.empty(count, np.int32) for count in self.counts]
        for k, split in enumerate(self.split[1:], 1):
            self.plus[k][split] = self.counts[k] + np.arange(len(split))
            below = self.counts[k - 1] + len(self.split[k - 1])
            self.section[k][split] = below + np.arange(len(split))

    def zero(self, k: int) -> Bools:
        """Return True for the k-faces that lie in the zero set."""
        return ~(self.positive[k] | self.negative[k])


class Faces:
    """The faces of cells in n dimensions; cutting changes them in place.

    `counts` has the number of faces of each dimension 0, …, n, and `edges`, (edges, 2), the
    vertices of each edge. `top[k]` and `bottom[k]` are the incidences for k ≥ 2: k-faces, and for
    each a (k − 1)-face that bounds it.
    """

    __slots__ = ("bottom", "counts", "edges", "top")

    def __init__(self, counts: list[int], edges: Ids, incidences: Incidences) -> None:
        self.counts, self.edges = counts, GrowableArray(edges)
        self.top = {k: GrowableArray(top) for k, (top, _) in enumerate(incidences, 2)}
        self.bottom = {k: GrowableArray(bottom) for k, (_, bottom) in enumerate(incidences, 2)}

    @property
    def dimension(self) -> int:
        """The dimension n of the cells."""
        return len(self.counts) - 1

    def cut_by(self, sign: NDArray[np.int8]) -> Cut:
        """Return how a unit with these signs at the vertices cuts the faces; change nothing."""
        positive, negative = [sign > 0], [sign < 0]
        ends = self.edges.values
        for side in (positive, negative):
            side.append(side[0][ends[:, 0]] | side[0][ends[:, 1]])
            for k in range(2, self.dimension + 1):
                touched = np.zeros(self.counts[k], np.bool_)
                touched[self.top[k].values[side[k - 1][self.bottom[k].values]]] = True
                side.append(touched)
        return Cut(positive, negative)

    def divide(self, cut: Cut) -> None:
        """Split the faces."""
        self._divide_edges(cut)
        sections = [self._divide(k, cut) for k in range(2, self.dimension + 1)]
        for k, (face, facet) in enumerate(sections, 1):
            if k == 1:
                self.edges.append(facet[np.argsort(face, kind="stable")].reshape(-1, 2))
            else:
                self.top[k].append(face)
                self.bottom[k].append(facet)
        new = [len(split) for split in cut.split] + [0]
        self.counts = [count + new[k] + new[k + 1] for k, count in enumerate(cut.counts)]

    def _divide_edges(self, cut: Cut) -> None:
        split = cut.split[1]
        ends, middle = self.edges.values[split], cut.section[1][split]
        first_is_plus = cut.positive[0][ends[:, 0]]
        minus = np.where(first_is_plus, ends[:, 1], ends[:, 0])
        plus = np.where(first_is_plus, ends[:, 0], ends[:, 1])
        self.edges.values[split] = np.column_stack([minus, middle])
        self.edges.append(np.column_stack([middle, plus]))

    def _divide(self, k: int, cut: Cut) -> tuple[Ids, Ids]:
        """Split the k-faces, and return the incidences of the sections between their parts."""
        top, bottom, split = self.top[k].values, self.bottom[k].values, cut.split[k]
        is_split = np.zeros(cut.counts[k], np.bool_)
        is_split[split] = True
        here = np.flatnonzero(is_split[top])
        face, facet = top[here], bottom[here]
        positive = cut.positive[k - 1][facet]
        both = positive & cut.negative[k - 1][facet]
        moved = positive & ~both
        top[here[moved]] = cut.plus[k][face[moved]]
        section, own = cut.section[k][split], cut.plus[k][split]
        halved, halves = face[both], facet[both]
        self.top[k].append(np.concatenate([cut.plus[k][halved], split, own]))
        self.bottom[k].append(np.concatenate([cut.plus[k - 1][halves], section, section]))
        rim, rim_of = cut.section[k - 1][halves], cut.section[k][halved]
        zero = cut.zero(k - 2)
        if zero.any():
            whole = cut.section[k][face[~both]]
            more_of, more = self._in_zero_set(k - 1, zero, whole, facet[~both])
            rim_of, rim = np.concatenate([rim_of, more_of]), np.concatenate([rim, more])
        return rim_of, rim

    def _in_zero_set(self, k: int, zero: Bools, section: Ids, facet: Ids) -> tuple[Ids, Ids]:
        """Pair each section with the (k − 1)-faces in the zero set that bound its facets, once."""
        if k == 1:
            top = np.repeat(np.arange(len(self.edges), dtype=np.int32), 2)
            bottom = self.edges.values.ravel()
        else:
            top, bottom = self.top[k].values, self.bottom[k].values
        old = np.flatnonzero(bottom < len(zero))
        old = old[zero[bottom[old]]]
        left, right = inner_join(facet, top[old])
        pairs = np.unique((section[left].astype(np.int64) << 32) | bottom[old[right]])
        return (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)


def inner_join(left: Ids, right: Ids) -> tuple[Ids, Ids]:
    """Return all pairs of indices i, j with left[i] = right[j].

    >>> inner_join(np.array([5, 7]), np.array([7, 5, 7]))
    (array([0, 1, 1]), array([1, 0, 2]))
    """
    order = np.argsort(right, kind="stable")
    start = np.searchsorted(right, left, "left", sorter=order)
    count = np.searchsorted(right, left, "right", sorter=order) - start
    first = np.repeat(np.arange(len(left)), count)
    within = np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count)
    return first, order[start[first] + within]


class GrowableArray:
    """An array that grows in place, by rows, in a buffer with space at its end."""

    __slots__ = ("_buffer", "_length")

    def __init__(self, start: NDArray[Any]) -> None:
        self._buffer, self._length = start.copy(), len(start)

    def __len__(self) -> int:
        return self._length

    def append(self, rows: NDArray[Any]) -> None:
        """Append rows; a full buffer is replaced by one of twice the length."""
        end = self._length + len(rows)
        if end > len(self._buffer):
            buffer = np.empty((max(end, 2 * self._length), *rows.shape[1:]), self._buffer.dtype)
            buffer[: self._length] = self.values
            self._buffer = buffer
        self._buffer[self._length : end] = rows
        self._length = end

    @property
    def values(self) -> NDArray[Any]:
        """The rows, to be read or changed."""
        return self._buffer[: self._length]
