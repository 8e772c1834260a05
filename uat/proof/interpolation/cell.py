"""A box of a proof by polynomials: its corners, its centre, half its sides."""

from dataclasses import dataclass

import numpy as np

from uat.expression.arrays import Array

__all__ = ["Cell"]


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A box; from the centre, the radius reaches both ends of each side at least.

    Attributes
    ----------
    lower, upper, centre, radius : ndarray, (d,)

    Examples
    --------
    >>> cell = Cell.between(np.array([0.0, 0.0]), np.array([1.0, 4.0]))
    >>> [half.upper.tolist() for half in cell.halves(1)]
    [[1.0, 2.0], [1.0, 4.0]]
    """

    lower: Array
    upper: Array
    centre: Array
    radius: Array

    @classmethod
    def between(cls, lower: Array, upper: Array) -> "Cell":
        """Make the cell of two corners."""
        centre = np.clip(lower / 2 + upper / 2, lower, upper)
        radius = np.nextafter(np.maximum(upper - centre, centre - lower), np.inf)
        return cls(lower, upper, centre, radius)

    def halves(self, axis: int) -> list["Cell"]:
        """Cut the cell at its centre; no cells where no float lies inside."""
        middle = self.centre[axis]
        if not self.lower[axis] < middle < self.upper[axis]:
            return []
        below, above = self.upper.copy(), self.lower.copy()
        below[axis] = above[axis] = middle
        return [Cell.between(self.lower, below), Cell.between(above, self.upper)]
