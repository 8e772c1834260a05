"""A bound of |f − g| from ranges alone, for a cell that is tiny or has a kink in it.

f lies in its enclosure, and g within a Lipschitz constant times the cell's size of its value at
the centre.
"""

import math
from typing import Any, Final

import numpy as np

from uat.enclosure.balls import ball
from uat.enclosure.directed import UP
from uat.enclosure.enclose import enclose
from uat.expression.arrays import Array
from uat.expression.graph import Expression
from uat.numerics.rounding import gamma
from uat.proof.interpolation.active_units import Active
from uat.proof.interpolation.cell import Cell

__all__ = ["range_bound"]


_PRECISION: Final = 192
"""Bits of the balls."""


def range_bound(f: Expression, active: Active, cell: Cell) -> tuple[float, float]:
    """Bound |f − g| on a cell, and the excess of that bound over it; inf for both if f has none."""
    from flint import arb, ctx

    low, high = enclose(f, cell.lower[None, :], cell.upper[None, :])
    moved = active.error
    if active.weights.size:
        # UP covers 4 096 operations; the sum has as many more as there are units
        climb = float(np.abs(active.weights) @ active.reach.sum(axis=1))
        lost = 1 + gamma(len(active.weights))
        moved += climb * lost * active.activation.lipschitz * UP if climb else 0.0
    if not math.isfinite(low[0]) or not math.isfinite(high[0]) or not math.isfinite(moved):
        return math.inf, math.inf
    with ctx.workprec(_PRECISION):
        middle = active.constant + _value(active, cell.centre)
        far = (
            (arb(float(high[0])) - middle)
            .abs_upper()
            .max((middle - arb(float(low[0]))).abs_upper())
        )
        bound = float(far.upper()) * UP + moved
    return bound * UP, (float(high[0] - low[0]) + 2 * moved) * UP


def _value(active: Active, centre: Array) -> Any:
    """Sum the soft units at one point."""
    from flint import arb

    sigma = active.activation.expression
    assert sigma is not None
    total = arb(0)
    for a, b, c in zip(
        active.weights.tolist(), active.slopes.tolist(), active.biases.tolist(), strict=True
    ):
        z = arb(c)
        for slope, x in zip(b, centre.tolist(), strict=True):
            z += arb(slope) * arb(x)
        total += arb(a) * ball(sigma, z)
    return total
