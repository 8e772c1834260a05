"""Any dimension, any network: cells are cut one unit at a time, their whole face lattice kept.

A unit of layer l is affine on every cell that the layers below have left. Its signs at the vertices
say which faces it splits (`faces.py`), and they are exact (`exact/signs.py`), so repeated, parallel,
dead and concurrent units need no care of their own. A pre-activation that is 0 on a whole cell is
positive at none of its vertices: the unit counts as off there.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from uat.regions.cut.faces import Cut, Faces
from uat.regions.exact.growable import Growing
from uat.regions.subdivision import Subdivision

if TYPE_CHECKING:
    from uat.regions.watch import Watch

__all__ = ["cut_by_layer"]

Ids = NDArray[Any]


def cut_by_layer(start: Subdivision, watch: "Watch") -> Subdivision:
    """Cut the cells by all units of the next layer.

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
    lattice = _Lattice(start)
    lattice.cut_by_all(watch)
    return lattice.finished()


class _Lattice:
    """The faces so far, the place of the vertices, and what each face lies on."""

    __slots__ = ("born", "errors", "faces", "parents", "planes", "vertices")

    def __init__(self, start: Subdivision) -> None:
        counts = [*(len(planes) for planes in start.born), start.cells]
        self.planes = start.planes
        self.faces = Faces(counts, start.edges, start.incidences)
        self.vertices, self.errors = Growing(start.vertices), Growing(start.errors)
        self.born = [Growing(planes) for planes in start.born]
        # For each k ≥ 1, a cell of the layer's beginning that has the k-face
        self.parents = self._cells_of_faces()

    def _cells_of_faces(self) -> list[Growing]:
        faces, n = self.faces, self.faces.dimension
        found = [np.zeros(0, np.intp)] * n + [np.arange(faces.counts[n])]
        for k in range(n - 1, 0, -1):
            found[k] = np.empty(faces.counts[k], np.intp)
            found[k][faces.bottom[k + 1].values] = found[k + 1][faces.top[k + 1].values]
        return [Growing(cells) for cells in found]

    def cut_by_all(self, watch: "Watch") -> None:
        """Cut by the units of the layer."""
        n, widths, layer = (
            self.faces.dimension,
            self.planes.lineage.forms.widths,
            self.planes.lineage.layer,
        )
        done, units = sum(widths[:layer]), widths[layer]
        on = Growing(np.zeros((self.faces.counts[n], units), np.bool_))
        signs = Growing(self._signs(0, 0))
        for unit in range(units):
            cut = self.faces.meet(signs.values[:, unit])
            on.values[:, unit] = cut.positive[n]
            if len(cut.split[n]):
                watch.check(self.faces.counts[n] + len(cut.split[n]))
                self._cut(cut, unit)
                fresh = np.zeros((self.faces.counts[0] - cut.counts[0], units), np.int8)
                fresh[:, unit + 1 :] = self._signs(unit + 1, cut.counts[0])
                signs.append(fresh)
                plus = on.values[cut.split[n]]
                on.values[cut.split[n], unit] = False
                on.append(plus)
            watch.tell(done + unit + 1, sum(widths), self.faces.counts[n])
        self.planes.lineage.next_layer(self.parents[n].values, on.values)

    def _signs(self, first_unit: int, first_vertex: int) -> NDArray[np.int8]:
        born, layer = self.born[0].values[first_vertex:], self.planes.lineage.layer
        return self.planes.lineage.forms.signs(
            self.vertices.values[first_vertex:],
            self.errors.values[first_vertex:],
            lambda some: self.planes.exact_vertices(born[some]),
            layer,
            first_unit,
        )

    def _cut(self, cut: Cut, unit: int) -> None:
        """Split the faces, and note what the new ones lie on."""
        n, split = self.faces.dimension, cut.split
        cells = np.unique(self.parents[n].values[split[n]])
        plane_of = np.empty(self.planes.lineage.cells(), np.intp)
        plane_of[cells] = self.planes.cut(cells, np.full(len(cells), unit))
        self.faces.divide(cut)
        for k in range(n):
            if k > 0:
                self.born[k].append(self.born[k].values[split[k]])
                self.parents[k].append(self.parents[k].values[split[k]])
            # The scar of a (k + 1)-face lies on all that the face lies on, and on the new plane.
            above = self.parents[k + 1].values[split[k + 1]]
            new = plane_of[above][:, None]
            wider = self.born[k + 1].values[split[k + 1]] if k + 1 < n else new[:, :0]
            self.born[k].append(np.hstack([wider, new]))
            if k > 0:
                self.parents[k].append(above)
        self.parents[n].append(self.parents[n].values[split[n]])
        x, error = self.planes.vertices(self.born[0].values[cut.counts[0] :])
        self.vertices.append(x)
        self.errors.append(error)

    def finished(self) -> Subdivision:
        """Hand on what was cut."""
        faces, higher = self.faces, range(2, self.faces.dimension + 1)
        return Subdivision(
            self.planes,
            self.vertices.values,
            self.errors.values,
            tuple(planes.values for planes in self.born),
            faces.edges.values,
            tuple((faces.top[k].values, faces.bottom[k].values) for k in higher),
        )
