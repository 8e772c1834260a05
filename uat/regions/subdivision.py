"""The box cut into activation regions, and the limit and the progress report of the cutting."""

from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from uat.core.arguments import Progress
from uat.errors import InputError
from uat.expression.arrays import Array
from uat.regions.exact.affine_forms import AffineForms
from uat.regions.exact.hyperplanes import Hyperplanes, sides_of
from uat.regions.exact.integers import BigIntegers, Ids
from uat.regions.exact.signs import PiecewiseLayers

__all__ = ["UNLIMITED", "DoesNotFit", "Incidences", "Monitor", "Subdivision", "uncut"]

Incidences = tuple[tuple[Ids, Ids], ...]

UNLIMITED: Final = 2**62
"""More regions than there can be."""


@dataclass(frozen=True, slots=True, eq=False)
class Subdivision:
    """The cells of a box, one for each activation region, and their faces.

    It is a value: cutting returns a new one. For k = 0, …, n − 1, `defining[k]`, (faces, n − k),
    has the hyperplanes whose intersection contains each k-face. For k = 2, …, n, an entry of
    `incidences` has k-faces, and for each a (k − 1)-face that bounds it.
    """

    planes: Hyperplanes  # that cut the box, with the pattern of each cell
    vertices: Array  # (vertices, n)
    errors: Array  # a bound on the distance of each vertex from the true one; ∞ if none is known
    defining: tuple[Ids, ...]
    edges: Ids  # (edges, 2), the vertices of each; in one dimension the edges are the cells
    incidences: Incidences

    @property
    def forms(self) -> AffineForms:
        """The units as affine forms on the cells."""
        return self.planes.forms

    @property
    def layers(self) -> PiecewiseLayers:
        """The layers of the network."""
        return self.planes.forms.layers

    @property
    def layer(self) -> int:
        """The index of the layer that is to cut next."""
        return self.planes.forms.layer

    @property
    def count(self) -> int:
        """The number of cells."""
        return self.planes.forms.cells

    def exact(self, vertices: Ids) -> BigIntegers:
        """Return vertices as homogeneous integers, shape (k, n + 1)."""
        return self.planes.exact_vertices(self.defining[0][vertices])

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


def uncut(layers: PiecewiseLayers, box: Array) -> Subdivision:
    """Return a box as one cell with all its faces.

    >>> from uat import Affine, Network, relu
    >>> line = Network([Affine([[1, 1, 1]], [0])], relu)
    >>> cube = uncut(PiecewiseLayers(line), np.array([[0.0, 1.0]] * 3))
    >>> len(cube.vertices), len(cube.edges), len(cube.defining[2])
    (8, 12, 6)
    """
    n = layers.dimension
    # A face of the box takes one of (low end, high end, between) in each coordinate.
    every = list(product((0, 1, 2), repeat=n))
    faces = [[face for face in every if face.count(2) == k] for k in range(n + 1)]
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
    defining = tuple(
        np.array([[2 * i + f[i] for i in range(n) if f[i] != 2] for f in some], np.int64)
        for some in faces[:-1]
    )
    vertices = box[np.arange(n), np.array(faces[0])]
    edges, planes = incidences[0][1].reshape(-1, 2), sides_of(box, layers)
    return Subdivision(planes, vertices, np.zeros(2**n), defining, edges, tuple(incidences[1:]))


class DoesNotFit(Exception):
    """The layers so far seem to make `regions` regions, more than fit in memory."""

    def __init__(self, regions: int) -> None:
        self.regions = regions
        super().__init__(regions)


@dataclass(frozen=True, slots=True)
class Monitor:
    """The limits of a count, of regions allowed and of those that fit in memory, and its progress."""

    limit: int
    progress: Progress | None = None
    fitting: int = UNLIMITED

    def check(self, regions: int) -> None:
        """Refuse more regions than are allowed or fit, before memory is taken for them."""
        if regions > self.limit:
            raise InputError(
                f"more than limit={self.limit} regions; take fewer units, a smaller box or a "
                "larger limit"
            )
        if regions > self.fitting:
            raise DoesNotFit(regions)

    def tell(self, done: int, total: int, regions: int) -> None:
        """Report the number of units that have cut, of all."""
        if self.progress is not None:
            self.progress(done, total, f"{regions} regions")
