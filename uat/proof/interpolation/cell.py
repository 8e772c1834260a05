"""A box of a proof by polynomials: its corners, its centre, half its sides."""

from dataclasses import dataclass

import numpy as np

from uat.expression.arrays import Array
from uat.numerics.boxes import centres, halves, inside

__all__ = ["Cell"]


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A box, its centre, and how far its ends are from there, rounded up.

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
        return cls(lower, upper, *centres(lower, upper))

    def halves(self, axis: int) -> list["Cell"]:
        """Cut the cell at its centre; return no cells where no float lies inside."""
        if not inside(self.lower, self.upper)[axis]:
            return []
        return [
            Cell.between(low, high)
            for low, high in zip(
                *halves(self.lower[None], self.upper[None], np.array([axis])), strict=True
            )
        ]
