"""f on each cell as quadratic models, from its formula or from its declared modulus.

Three models, each from enclosures: with ranges H of the second derivatives over the cell
f(m) + f′(m)·s + ½ sᵀ H s, with ranges G of the first ones f(m) + G·s, and the range of f itself.
The first is the sharpest on a small cell, the last the only one at kinks.

Source: R. E. Moore, R. B. Kearfott and M. J. Cloud, Introduction to Interval Analysis, 2009,
chapter 6.
"""

import numpy as np

from uat.core.target import Target
from uat.enclosure.enclose import enclose_all
from uat.enclosure.outward_rounding import UP
from uat.expression.arrays import Array
from uat.numerics.boxes import centres
from uat.proof.cells.quadratic import Quadratic, flat

__all__ = ["TargetModels"]


class TargetModels:
    """The models of one target, cell by cell."""

    def __init__(self, target: Target) -> None:
        self.target = target
        every, f = range(target.dimension), target.expression
        self._gradient = [] if f is None else [f.derivative(j) for j in every]
        self._second = {
            (i, j): first.derivative(j) for i, first in enumerate(self._gradient) for j in every[i:]
        }

    def __call__(self, lower: Array, upper: Array) -> list[Quadratic]:
        """Model f on cells, (cells, d) ends: one or two models, each good on all cells."""
        if self.target.expression is None:
            return [self.range_of(lower, upper)]
        centre, radius = centres(lower, upper)
        smooth = self._expanded(2, centre, radius, lower, upper)
        rough = np.flatnonzero(
            ~(smooth.error <= np.sum(np.abs(smooth.slope) * radius, axis=1) / 64)
        )
        if not len(rough):
            return [smooth]
        constant, error = np.zeros(len(lower)), np.full(len(lower), np.inf)
        ranges = self.range_of(lower[rough], upper[rough])
        constant[rough], error[rough] = ranges.constant, ranges.error
        cells = (centre[rough], radius[rough], lower[rough], upper[rough])
        smooth = smooth.or_else(rough, self._expanded(1, *cells))
        return [smooth, flat(constant, error, lower.shape[1])]

    def range_of(self, lower: Array, upper: Array) -> Quadratic:
        """Enclose f by a constant and an error."""
        target = self.target
        low, high = target.enclose(lower, upper)
        unknown = ~np.isfinite(high - low)
        if target.expression is not None and target.modulus is not None and unknown.any():
            low[unknown], high[unknown] = target.enclose_by_modulus(lower[unknown], upper[unknown])
        return flat(*_middle(low, high), lower.shape[1])

    def _expanded(
        self, order: int, centre: Array, radius: Array, lower: Array, upper: Array
    ) -> Quadratic:
        """Expand f to order 1 or 2, with ranges over the cell of the derivatives of that order."""
        assert self.target.expression is not None
        at_middle, over_cell = [self.target.expression], list(self._gradient)
        if order == 2:
            at_middle, over_cell = at_middle + over_cell, list(self._second.values())
        # What f and its derivatives have in common is enclosed once.
        value, *slopes = enclose_all(at_middle, centre, centre)
        ranges = enclose_all(over_cell, lower, upper)
        constant, error = _middle(*value)
        slope, curve = np.zeros_like(centre), np.zeros((*centre.shape, centre.shape[1]))
        with np.errstate(over="ignore", invalid="ignore"):
            for j, found in enumerate(slopes if order == 2 else ranges):
                slope[:, j], half = _middle(*found)
                error = error + half * radius[:, j]
            for (i, j), found in zip(self._second, ranges, strict=True) if order == 2 else ():
                # ½ H_ii s_i² and H_ij s_i s_j
                share = 0.5 if i == j else 1.0
                middle, half = _middle(*found)
                curve[:, i, j] = curve[:, j, i] = middle / 2
                error = error + half * share * radius[:, i] * radius[:, j]
        return Quadratic(constant, slope, curve, error * UP)


def _middle(low: Array, high: Array) -> tuple[Array, Array]:
    """Return the middle of ranges and their half-widths, rounded up; inf where one is not finite."""
    with np.errstate(over="ignore", invalid="ignore"):
        middle = low + (high - low) / 2
        spread = np.maximum(high - middle, middle - low)
    known = np.isfinite(spread) & np.isfinite(middle)
    middle = np.where(known, middle, 0.0)
    return middle, np.where(known, np.where(spread > 0, spread * UP, 0.0), np.inf)
