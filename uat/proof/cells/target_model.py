"""f on each cell as quadratic models, from its formula or from its declared modulus.

Three models, each from enclosures: with ranges H of the second derivatives over the cell
f(m) + f′(m)·s + ½ sᵀ H s, with ranges G of the first ones f(m) + G·s, and the range of f itself.
The first is the sharpest on a small cell, the last the only one at kinks.

Source: R. E. Moore, R. B. Kearfott and M. J. Cloud, Introduction to Interval Analysis, 2009,
chapter 6.
"""

import numpy as np

from uat.core.target import Target
from uat.enclosure.directed import UP
from uat.enclosure.enclose import enclose
from uat.expression.arrays import Array
from uat.expression.graph import Expression
from uat.numerics.boxes import centres
from uat.proof.cells.quadratic import Quadratic, flat

__all__ = ["TargetModels"]


class TargetModels:
    """The models of one target, cell by cell."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self._gradient: list[Expression] = []
        self._second: dict[tuple[int, int], Expression] = {}
        if target.expression is not None:
            every = range(target.dimension)
            self._gradient = [target.expression.derivative(j) for j in every]
            self._second = {
                (i, j): self._gradient[i].derivative(j) for i in every for j in every if i <= j
            }

    def __call__(self, lower: Array, upper: Array) -> list[Quadratic]:
        """Model f on cells, (cells, d) ends: one or two models, each good on all cells."""
        expression = self.target.expression
        if expression is None:
            return [self.range_of(lower, upper)]
        centre, radius = centres(lower, upper)
        smooth = self._of_second_order(expression, centre, radius, lower, upper)
        rough = np.flatnonzero(
            ~(smooth.error <= np.sum(np.abs(smooth.slope) * radius, axis=1) / 64)
        )
        if not len(rough):
            return [smooth]
        constant, error = np.zeros(len(lower)), np.full(len(lower), np.inf)
        ranges = self.range_of(lower[rough], upper[rough])
        constant[rough], error[rough] = ranges.constant, ranges.error
        cells = (centre[rough], radius[rough], lower[rough], upper[rough])
        smooth = smooth.or_else(rough, self._of_first_order(expression, *cells))
        return [smooth, flat(constant, error, lower.shape[1])]

    def range_of(self, lower: Array, upper: Array) -> Quadratic:
        """Enclose f by a constant and an error."""
        target = self.target
        low, high = target.enclose(lower, upper)
        unknown = ~np.isfinite(high - low)
        if target.expression is not None and target.modulus is not None and unknown.any():
            low[unknown], high[unknown] = target.enclose_by_modulus(lower[unknown], upper[unknown])
        return flat(*_middle(low, high), lower.shape[1])

    def _of_second_order(
        self, expression: Expression, centre: Array, radius: Array, lower: Array, upper: Array
    ) -> Quadratic:
        constant, error = _middle(*enclose(expression, centre, centre))
        slope, curve = np.zeros_like(centre), np.zeros((*centre.shape, centre.shape[1]))
        for j, first in enumerate(self._gradient):
            slope[:, j], spread = _middle(*enclose(first, centre, centre))
            error = error + spread * radius[:, j]
        with np.errstate(over="ignore", invalid="ignore"):
            for (i, j), second in self._second.items():
                # ½ H_ii s_i² and H_ij s_i s_j
                share = 0.5 if i == j else 1.0
                middle, spread = _middle(*enclose(second, lower, upper))
                curve[:, i, j] = curve[:, j, i] = middle / 2
                error = error + spread * share * radius[:, i] * radius[:, j]
        return Quadratic(constant, slope, curve, error * UP)

    def _of_first_order(
        self, expression: Expression, centre: Array, radius: Array, lower: Array, upper: Array
    ) -> Quadratic:
        constant, error = _middle(*enclose(expression, centre, centre))
        slope = np.zeros_like(centre)
        with np.errstate(over="ignore", invalid="ignore"):
            for j, first in enumerate(self._gradient):
                slope[:, j], spread = _middle(*enclose(first, lower, upper))
                error = error + spread * radius[:, j]
        curve = np.zeros((*centre.shape, centre.shape[1]))
        return Quadratic(constant, slope, curve, error * UP)


def _middle(low: Array, high: Array) -> tuple[Array, Array]:
    """Return the middle of ranges and their half-widths, rounded up; inf where one is not finite."""
    with np.errstate(over="ignore", invalid="ignore"):
        middle = low + (high - low) / 2
        spread = np.maximum(high - middle, middle - low)
    known = np.isfinite(spread) & np.isfinite(middle)
    middle = np.where(known, middle, 0.0)
    return middle, np.where(known, np.where(spread > 0, spread * UP, 0.0), np.inf)
