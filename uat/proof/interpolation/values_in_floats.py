"""The values of f − g at Chebyshev points in floats, for logistic units.

The exponentials are those of `values_in_balls.py`, rounded; then come IEEE ×, +, ÷ and nothing
else: no value rests on the platform's exp. There q = e^−(b·x + c) is the product of d + 1 factors,
each 2 roundings off at most, by d multiplications; an error δ of q changes 1/(1 + q) by at most
δ/4, while 1 + q and the quotient are rounded once each. The sum is made of halves, with what each
addition lost.
"""

import math
from itertools import chain
from typing import Final

import numpy as np

from uat.core.activations import logistic
from uat.enclosure.directed import TINY, UP
from uat.enclosure.enclose import enclose
from uat.expression.arrays import Array
from uat.expression.graph import Expression
from uat.numerics.boxes import grid
from uat.numerics.error_free import pairwise_sum
from uat.numerics.rounding import ROUNDOFF
from uat.proof.interpolation.active_units import Active
from uat.proof.interpolation.cell import Cell
from uat.proof.interpolation.values_in_balls import (
    Balls,
    exponentials,
    node_offsets,
    rounded,
    target_in_balls,
)

__all__ = ["float_error", "in_floats"]

_STEEPEST: Final = 150.0
"""Arguments of units may vary by this on a cell and be twice as large: e^450 is no overflow."""

_PRECISION: Final = 80
"""Bits of the exponentials before they are rounded."""

_SHARP: Final = 60
"""Bits of them that have to be right."""

_SUMMED: Final = 2 + 1 + 0.01
"""Roundings of 1 + q and the quotient, of the sum, and more than all of second order."""


def float_error(active: Active, dimension: int) -> float:
    """Bound the error of the sum in floats; inf for other σ and where e^(b·x + c) may overflow."""
    if active.activation.expression is not logistic.expression:
        return math.inf
    if active.reach.sum(axis=1).max(initial=0.0) > _STEEPEST or active.farthest > 2 * _STEEPEST:
        return math.inf
    factors = 2 * (dimension + 1) + dimension
    return active.size * (factors / 4 + _SUMMED) * ROUNDOFF * UP + TINY


def in_floats(
    f: Expression, active: Active, cell: Cell, degrees: tuple[int, ...], tolerance: float
) -> tuple[Array, float]:
    """Evaluate f − g at the points of a cell, as `node_values` does; an error of inf: no use."""
    from flint import ctx

    with ctx.workprec(_PRECISION):
        offsets = node_offsets(cell.radius, degrees)
        start, factors = exponentials(active, cell.centre, offsets)
        target, error = _target_in_floats(f, active, cell.centre, offsets)
        if not error <= tolerance / 2:
            target, error = rounded(target_in_balls(f, active, cell.centre, offsets))
        if not all(_is_sharp(row) for row in (start, *chain.from_iterable(factors))):
            return target, math.inf
        first = np.array([float(q.mid()) for q in start])
        grids = [np.array([[float(q.mid()) for q in row] for row in axis]) for axis in factors]
    target = target.reshape([n + 1 for n in degrees])
    sums = np.empty(target.shape)
    # grids: one (points, units) a coordinate
    for place in np.ndindex(sums.shape[:-1]):
        q = first
        for axis, j in enumerate(place):
            q = q * grids[axis][j]
        sums[place] = pairwise_sum(active.weights / (1.0 + q * grids[-1]))
    values = target - sums
    error += float_error(active, len(degrees)) + ROUNDOFF * float(np.abs(values).max())
    return values, error * UP


def _is_sharp(row: Balls) -> bool:
    """Return True if the radius of each ball is far below a rounding of its middle."""
    return all(q.rel_accuracy_bits() >= _SHARP for q in row)


def _target_in_floats(
    f: Expression, active: Active, centre: Array, offsets: list[Balls]
) -> tuple[Array, float]:
    """Enclose f less the constant of g at all points at once, in C order."""
    from flint import arb

    sides = [[(arb(m) + s) for s in axis] for m, axis in zip(centre.tolist(), offsets, strict=True)]
    middles = [np.array([float(x.mid()) for x in axis]) for axis in sides]
    points = grid(middles)
    low, high = enclose(f, np.nextafter(points, -np.inf), np.nextafter(points, np.inf))
    constant, error = rounded([active.constant])
    with np.errstate(all="ignore"):
        middle = low / 2 + high / 2
        values = middle - constant[0]
        size = np.abs(middle).max() + np.abs(values).max()
        width = (high - low).max()
    return values, (float(width) / 2 + 2 * ROUNDOFF * float(size) + error) * UP
