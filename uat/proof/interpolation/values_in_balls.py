"""The values of f − g at Chebyshev points as balls.

A logistic unit is a/(1 + e^−c e^−b_1x_1 ⋯ e^−b_dx_d). The factors are one exponential a unit and
coordinate, none a point, so that a unit at a point takes three operations. For another σ the terms
of b·x + c are summed in the same way.
"""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, Final

import numpy as np

from uat.core.activations import algebraic, cauchy_cdf, gauss_cdf, gompertz, logistic
from uat.enclosure.balls import ball
from uat.enclosure.directed import TINY, UP
from uat.expression.arrays import Array
from uat.expression.graph import Expression
from uat.numerics.chebyshev import cosine_balls
from uat.numerics.rounding import ROUNDOFF
from uat.proof.interpolation.active_units import Active
from uat.proof.interpolation.cell import Cell

__all__ = ["Balls", "exponentials", "in_balls", "node_offsets", "rounded", "target_in_balls"]

Balls = list[Any]
Join = Callable[[Any, Any], Any]

_CANCELLED: Final = 256
"""Bits more for b·m + c, whose terms may cancel."""


def in_balls(
    f: Expression, active: Active, cell: Cell, degrees: tuple[int, ...], precision: int
) -> tuple[Array, float]:
    """Evaluate f − g at the points of a cell, as `node_values` does, in so many bits."""
    from flint import ctx

    with ctx.workprec(precision):
        offsets = node_offsets(cell.radius, degrees)
        target = target_in_balls(f, active, cell.centre, offsets)
        sums = _unit_sums(active, cell.centre, offsets)
        flat, error = rounded([a - b for a, b in zip(target, sums, strict=True)])
    return flat.reshape([n + 1 for n in degrees]), error


def node_offsets(radius: Array, degrees: tuple[int, ...]) -> list[Balls]:
    """Return r cos(πj/N), j = 0 … N, one list a coordinate."""
    from flint import arb

    return [
        [arb(r) * c for c in cosine_balls(degree)]
        for r, degree in zip(radius.tolist(), degrees, strict=True)
    ]


def target_in_balls(f: Expression, active: Active, centre: Array, offsets: list[Balls]) -> Balls:
    """Evaluate f less the constant of g, in C order of the points."""
    from flint import arb

    points = [[arb(m) + s for s in axis] for m, axis in zip(centre.tolist(), offsets, strict=True)]
    return [ball(f, *place) - active.constant for place in product(*points)]


def exponentials(
    active: Active, centre: Array, offsets: list[Balls]
) -> tuple[Balls, list[list[Balls]]]:
    """Return e^−(b·m + c) of each unit and its factor e^−b_i(x_i − m_i) for each coordinate and point."""
    start, parts = _arguments(active, centre, offsets)
    return [(-z).exp() for z in start], [[[(-z).exp() for z in row] for row in p] for p in parts]


def rounded(balls: Balls) -> tuple[Array, float]:
    """Round balls to floats, and bound the distance of each from all numbers in its ball."""
    middles = np.array([float(value.mid()) for value in balls])
    radius = float(np.max([float(value.rad()) for value in balls]))
    error = radius + 2 * ROUNDOFF * float(np.abs(middles).max())
    return middles, error * UP + TINY if np.isfinite(error) else np.inf


def _unit_sums(active: Active, centre: Array, offsets: list[Balls]) -> Iterator[Any]:
    """Sum the units at each point, in C order."""
    from flint import arb

    sigma = active.activation.expression
    assert sigma is not None
    if sigma is logistic.expression:
        start, parts = exponentials(active, centre, offsets)
        return _joined_sums(active, start, parts, arb.__mul__, lambda a, q: a / (1 + q))
    start, parts = _arguments(active, centre, offsets)
    value = _VALUES.get(sigma, lambda z: ball(sigma, z))
    return _joined_sums(active, start, parts, arb.__add__, lambda a, z: a * value(z))


def _joined_sums(
    active: Active, start: Balls, parts: list[list[Balls]], join: Join, unit: Join
) -> Iterator[Any]:
    """Join the start of each unit with its part for each coordinate, and sum the units of that."""
    from flint import arb

    weights = [arb(a) for a in active.weights.tolist()]
    for row in _rows(start, parts[:-1], join):
        for column in parts[-1]:
            yield sum(map(unit, weights, map(join, row, column)), arb(0))


def _rows(start: Balls, parts: list[list[Balls]], join: Join) -> Iterator[Balls]:
    """Join start and parts at each point of all coordinates but the last, in C order."""
    for chosen in product(*parts):
        row = start
        for column in chosen:
            row = list(map(join, row, column))
        yield row


def _arguments(
    active: Active, centre: Array, offsets: list[Balls]
) -> tuple[Balls, list[list[Balls]]]:
    """Return b·m + c of each unit and, per coordinate and point, b_i(x_i − m_i) of each unit."""
    from flint import arb, ctx

    slopes = [[arb(b) for b in column] for column in active.slopes.T.tolist()]
    with ctx.workprec(ctx.prec + _CANCELLED):
        start = [arb(c) for c in active.biases.tolist()]
        for column, m in zip(slopes, map(arb, centre.tolist()), strict=True):
            start = [z + b * m for z, b in zip(start, column, strict=True)]
    parts = [
        [[b * s for b in column] for s in axis]
        for column, axis in zip(slopes, offsets, strict=True)
    ]
    return start, parts


def _gauss(z: Any) -> Any:
    from flint import arb

    return ((z * arb(0.5).sqrt()).erf() + 1) / 2


# as `ball` evaluates these formulas, without a walk through their graphs
_VALUES: Final[dict[Expression | None, Callable[[Any], Any]]] = {
    cauchy_cdf.expression: lambda z: z.atan() / z.pi() + 0.5,
    gauss_cdf.expression: _gauss,
    gompertz.expression: lambda z: (-(-z).exp()).exp(),
    algebraic.expression: lambda z: (z / (1 + z * z).sqrt() + 1) / 2,
}
