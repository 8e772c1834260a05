"""What a network leaves of the data: g(x) − y, its mean square and its largest size.

The mean square is the loss that training lowers, the largest one what a sup error is about.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from uat.expression.arrays import Array

__all__ = ["Residuals"]


@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """The residuals of a network, summed up for each of its m values.

    Attributes
    ----------
    squares : ndarray, (m,)
        Mean squared residuals.
    largest : ndarray, (m,)
        Largest absolute residuals.
    penalty : float
        What the loss charges for large weights.

    Examples
    --------
    >>> found = Residuals.of(np.array([[3.0], [-1.0]]))
    >>> found.loss, found.max
    (5.0, 3.0)
    """

    squares: Array
    largest: Array
    penalty: float = 0.0

    @classmethod
    def of(cls, gap: Array, penalty: float = 0.0) -> Self:
        """Sum up g(x) − y, (points, m); NaN where a residual is NaN."""
        squares = np.einsum("km,km->m", gap, gap) / len(gap)
        return cls(squares, np.abs(gap).max(axis=0), penalty)

    @property
    def loss(self) -> float:
        """The mean squared residual over points and values, and the penalty."""
        return float(self.squares.mean()) + self.penalty

    @property
    def max(self) -> float:
        """The largest absolute residual."""
        return float(self.largest.max())
