"""The box cut into activation regions: what every way of cutting it hands on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from uat.regions.hyperplanes import Hyperplanes

__all__ = ["Subdivision"]

Array = NDArray[np.float64]
Ids = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Subdivision:
    """The cells of a box, one for each activation region, and their faces.

    Attributes
    ----------
    planes : Hyperplanes
        After the last hidden layer: it knows the pattern of each cell.
    vertices : ndarray, shape (V, n)
    errors : ndarray, shape (V,)
        A bound on the distance of each vertex from the true one; ∞ where nothing is known.
    born : ndarray, shape (V, n)
        The hyperplanes on which each vertex was born.
    edges : ndarray, shape (E, 2)
        The vertices of each edge; in one dimension the edges are the cells.
    incidences : tuple of (ndarray, ndarray)
        For k = 2, …, n: k-faces, and for each a (k − 1)-face that bounds it.
    """

    planes: Hyperplanes
    vertices: Array
    errors: Array
    born: Ids
    edges: Ids
    incidences: tuple[tuple[Ids, Ids], ...]

    @property
    def cells(self) -> int:
        """The number of activation regions."""
        return self.planes.cells

    def neighbours(self) -> Ids:
        """Give the pairs of cells with a common facet, shape (P, 2)."""
        if self.incidences:
            cell, facet = self.incidences[-1]
        else:
            cell, facet = np.repeat(np.arange(len(self.edges)), 2), self.edges.ravel()
        order = np.argsort(facet, kind="stable")
        cell, facet = cell[order], facet[order]
        twice = np.flatnonzero(facet[1:] == facet[:-1])
        return np.column_stack([cell[twice], cell[twice + 1]])
