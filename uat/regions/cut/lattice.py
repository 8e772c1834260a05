"""Any dimension, any network: cells are cut one unit at a time, with all their faces.

A unit of layer l is affine on every cell that the layers below have left. Its signs at the vertices
decide which faces it splits (`faces.py`), and they are exact (`exact/signs.py`), so repeated,
parallel, dead and concurrent units need no special case. A pre-activation that is 0 on a whole cell
is positive at none of its vertices: the unit counts as off there.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from uat.expression.arrays import Bools
from uat.regions.cut.faces import Cut, Faces, GrowableArray
from uat.regions.exact.integers import Ids
from uat.regions.exact.signs import PiecewiseLayers
from uat.regions.subdivision import Monitor, Subdivision

__all__ = ["cut_by_layer"]

# Signs computed from forms at a time. Larger: fewer calls of numpy; smaller: less memory.
_BLOCK: Final = 1 << 18


def cut_by_layer(cells: Subdivision, monitor: Monitor) -> Subdivision:
    """Cut the cells by all units of the next layer."""
    growing = _GrowingSubdivision(cells)
    on = growing.cut_by_all(monitor)
    return growing.finished(on)


class _GrowingSubdivision:
    """A copy of a subdivision that grows in place, from unit to unit of one layer."""

    __slots__ = ("defining", "errors", "faces", "parents", "planes", "vertices")

    def __init__(self, start: Subdivision) -> None:
        counts = [*(len(planes) for planes in start.defining), start.count]
        self.planes = start.planes
        self.faces = Faces(counts, start.edges, start.incidences)
        self.vertices, self.errors = GrowableArray(start.vertices), GrowableArray(start.errors)
        self.defining = [GrowableArray(planes) for planes in start.defining]
        self.parents = self._cells_of_faces()

    def _cells_of_faces(self) -> list[GrowableArray]:
        """Return for each face but the vertices a cell at the start of the layer that it is in."""
        faces, n = self.faces, self.faces.dimension
        found = [np.zeros(0, np.intp)] * n + [np.arange(faces.counts[n])]
        for k in range(n - 1, 0, -1):
            found[k] = np.empty(faces.counts[k], np.intp)
            found[k][faces.bottom[k + 1].values] = found[k + 1][faces.top[k + 1].values]
        return [GrowableArray(cells) for cells in found]

    def cut_by_all(self, monitor: Monitor) -> Bools:
        """Cut by the units of the layer; return those that are on in each cell, (cells, units)."""
        n, widths, layer = self.faces.dimension, self._layers.widths, self.planes.forms.layer
        done, units = sum(widths[:layer]), widths[layer]
        on = GrowableArray(np.zeros((self.faces.counts[n], units), np.bool_))
        signs = GrowableArray(self._signs(0, np.arange(self.faces.counts[0])))
        by_forms = self.planes.forms.keep_if_few()
        for unit in range(units):
            cut = self.faces.cut_by(signs.values[:, unit])
            on.values[:, unit] = cut.positive[n]
            if len(cut.split[n]):
                monitor.check(cut.counts[n] + len(cut.split[n]))
                parents = self.parents[1].values[cut.split[1]]
                self._cut(cut, unit)
                new = np.arange(cut.counts[0], self.faces.counts[0])
                fresh = np.zeros((len(new), units), np.int8)
                if by_forms:
                    fresh[:, unit + 1 :] = self._signs_by_forms(unit + 1, new, parents)
                else:
                    fresh[:, unit + 1 :] = self._signs(unit + 1, new)
                signs.append(fresh)
                plus = on.values[cut.split[n]]
                on.values[cut.split[n], unit] = False
                on.append(plus)
            monitor.tell(done + unit + 1, sum(widths), self.faces.counts[n])
        return on.values

    @property
    def _layers(self) -> PiecewiseLayers:
        return self.planes.forms.layers

    def _signs(self, first: int, vertices: Ids) -> NDArray[np.int8]:
        """Return the signs of all units from the first on, at vertices."""
        defining = self.defining[0].values[vertices]
        return self._layers.signs(
            self.vertices.values[vertices],
            self.errors.values[vertices],
            lambda some: self.planes.exact_vertices(defining[some]),
            self.planes.forms.layer,
            first,
        )

    def _signs_by_forms(self, first: int, vertices: Ids, parents: Ids) -> NDArray[np.int8]:
        """Return the same, from the forms on the cells at the start of the layer they are in."""
        forms = self.planes.forms
        signs = np.empty((len(vertices), len(self._layers.biases[forms.layer]) - first), np.int8)
        sure = np.empty(len(vertices), np.bool_)
        x, error = self.vertices.values[vertices], self.errors.values[vertices]
        step = max(1, _BLOCK // (signs.shape[1] + first))
        with np.errstate(all="ignore"):
            for start in range(0, len(vertices), step):
                some = slice(start, start + step)
                h, bound = forms.values(parents[some], x[some], error[some], first)
                certain = (np.abs(h) > bound) | ((bound == 0) & (h == 0))
                sure[some] = certain.all(axis=1)
                signs[some] = (h > 0).view(np.int8) - (h < 0).view(np.int8)
        left = np.flatnonzero(~sure)
        if len(left):
            signs[left] = self._signs(first, vertices[left])
        return signs

    def _cut(self, cut: Cut, unit: int) -> None:
        """Split the faces, and record the parents and the defining hyperplanes of the new ones."""
        n, split = self.faces.dimension, cut.split
        cells = np.unique(self.parents[n].values[split[n]])
        plane_of = np.empty(self.planes.forms.cells, np.intp)
        self.planes, plane_of[cells] = self.planes.with_cuts(cells, np.full(len(cells), unit))
        self.faces.divide(cut)
        for k in range(n):
            if k > 0:
                self.defining[k].append(self.defining[k].values[split[k]])
                self.parents[k].append(self.parents[k].values[split[k]])
            # The section of a (k + 1)-face lies on its hyperplanes and on the new one.
            above = self.parents[k + 1].values[split[k + 1]]
            new = plane_of[above][:, None]
            wider = self.defining[k + 1].values[split[k + 1]] if k + 1 < n else new[:, :0]
            self.defining[k].append(np.hstack([wider, new]))
            if k > 0:
                self.parents[k].append(above)
        self.parents[n].append(self.parents[n].values[split[n]])
        x, error = self.planes.vertices(self.defining[0].values[cut.counts[0] :])
        self.vertices.append(x)
        self.errors.append(error)

    def finished(self, on: Bools) -> Subdivision:
        """Return the subdivision at the end of the layer, with `on` as `cut_by_all` returns it."""
        faces = self.faces
        return Subdivision(
            self.planes.after_layer(self.parents[faces.dimension].values, on),
            self.vertices.values,
            self.errors.values,
            tuple(planes.values for planes in self.defining),
            faces.edges.values,
            tuple((faces.top[k].values, faces.bottom[k].values) for k in faces.top),
        )
