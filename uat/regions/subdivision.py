"""The box cut into activation regions: what one layer hands on to the next, and to the answer."""

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from uat.expression.arrays import Array
from uat.regions.exact.affine_forms import Lineage
from uat.regions.exact.hyperplanes import Hyperplanes

if TYPE_CHECKING:
    from uat.regions.cut.faces import Incidences
    from uat.regions.exact.signs import Forms

__all__ = ["Subdivision", "uncut"]

Ids = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Subdivision:
    """The cells of a box, one for each activation region, and their faces.

    Attributes
    ----------
    planes : Hyperplanes
        It knows the pattern of each cell.
    vertices : ndarray, shape (V, n)
    errors : ndarray, shape (V,)
        A bound on the distance of each vertex from the true one; ∞ where nothing is known.
    born : tuple of ndarray, each of shape (faces, n − k)
        For k = 0, …, n − 1 the hyperplanes that span each k-face.
    edges : ndarray, shape (E, 2)
        The vertices of each edge; in one dimension the edges are the cells.
    incidences : tuple of (ndarray, ndarray)
        For k = 2, …, n: k-faces, and for each a (k − 1)-face that bounds it.
    """

    planes: Hyperplanes
    vertices: Array
    errors: Array
    born: tuple[Ids, ...]
    edges: Ids
    incidences: "Incidences"

    @property
    def cells(self) -> int:
        """The number of activation regions."""
        return self.planes.lineage.cells()

    def exact(self, vertices: Ids) -> Any:
        """Return vertices as homogeneous integers, shape (k, n + 1)."""
        return self.planes.exact_vertices(self.born[0][vertices])

    def neighbours(self) -> Ids:
        """Return the pairs of cells with a common facet, shape (P, 2)."""
        if self.incidences:
            cell, facet = self.incidences[-1]
        else:
            cell, facet = np.repeat(np.arange(len(self.edges)), 2), self.edges.ravel()
        order = np.argsort(facet, kind="stable")
        cell, facet = cell[order], facet[order]
        twice = np.flatnonzero(facet[1:] == facet[:-1])
        return np.column_stack([cell[twice], cell[twice + 1]])


def uncut(forms: "Forms", box: Array) -> Subdivision:
    """Return a box as one cell with all its faces.

    Examples
    --------
    >>> from uat import Affine, Network, relu
    >>> from uat.regions.exact.signs import Forms
    >>> line = Network([Affine([[1, 1, 1]], [0])], relu)
    >>> cube = uncut(Forms(line), np.array([[0.0, 1.0]] * 3))
    >>> len(cube.vertices), len(cube.edges), len(cube.born[2])
    (8, 12, 6)
    """
    n = forms.dimension
    # A face of the box takes one of (low end, high end, between) in each coordinate.
    faces: list[list[tuple[int, ...]]] = [[] for _ in range(n + 1)]
    for face in product((0, 1, 2), repeat=n):
        faces[face.count(2)].append(face)
    numbers = [{face: i for i, face in enumerate(some)} for some in faces]
    incidences = []
    for k in range(1, n + 1):
        pairs = [
            (numbers[k][f], numbers[k - 1][(*f[:i], end, *f[i + 1 :])])
            for f in faces[k]
            for i in range(n)
            if f[i] == 2
            for end in (0, 1)
        ]
        top, bottom = np.array(pairs, np.int32).T
        incidences.append((top, bottom))
    born = tuple(
        np.array([[2 * i + f[i] for i in range(n) if f[i] != 2] for f in some], np.int64)
        for some in faces[:-1]
    )
    vertices = box[np.arange(n), np.array(faces[0])]
    edges, planes = incidences[0][1].reshape(-1, 2), Hyperplanes(Lineage(forms), box)
    return Subdivision(planes, vertices, np.zeros(2**n), born, edges, tuple(incidences[1:]))
