"""The values of f − g at Chebyshev points, each with a proved error: in floats or in balls.

Floats are taken where their sum is near enough, else balls of more and more bits. In balls a
logistic unit is a/(1 + e^−c e^−b_1x_1 ⋯ e^−b_dx_d). The factors are one exponential a unit and
coordinate, none a point, so that a unit at a point takes three operations. For another σ the terms
of b·x + c are summed in the same way.

In floats, for logistic units, these exponentials are rounded; then come IEEE ×, +, ÷ and nothing
else: no value rests on the platform's exp. There q = e^−(b·x + c) is the product of d + 1 factors,
each 2 roundings off at most, by d multiplications; an error δ of q changes 1/(1 + q) by at most
δ/4, while 1 + q and the quotient are rounded once each. The sum is made of halves, with what each
addition lost.
"""

import math
from collections.abc import Callable, Iterator
from itertools import chain, product
from typing import Any, Final

import numpy as np

from uat.core.activations import algebraic, cauchy_cdf, gauss_cdf, gompertz, logistic
from uat.enclosure.balls import ball
from uat.enclosure.enclose import enclose
from uat.enclosure.outward_rounding import TINY, UP
from uat.expression.arrays import Array
from uat.expression.graph import Expression
from uat.numerics.boxes import grid
from uat.numerics.chebyshev import cosine_balls
from uat.numerics.error_free import pairwise_sum
from uat.numerics.network_rounding import ROUNDOFF
from uat.proof.interpolation.active_units import Active, Cell

__all__ = ["float_error", "node_values"]

Balls = list[Any]
Join = Callable[[Any, Any], Any]

_PRECISIONS: Final = (80, 160, 320, 640, 1280)
"""Bits of the balls that are tried: more for large weights that cancel."""

_CANCELLED: Final = 256
"""Bits more for b·m + c, whose terms may cancel."""

_STEEPEST: Final = 150.0
"""Arguments of units may vary by this on a cell and be twice as large: e^450 is no overflow."""

_ROUNDED: Final = 80
"""Bits of the exponentials before they are rounded."""

_SHARP: Final = 60
"""Bits of them that have to be right."""

_SUMMED: Final = 2 + 1 + 0.01
"""Roundings of 1 + q and the quotient, of the sum, and more than all of second order."""


def node_values(
    f: Expression, active: Active, cell: Cell, degrees: tuple[int, ...], tolerance: float
) -> tuple[Array, float]:
    """Evaluate f − g at the points of a cell, (N_1 + 1, …, N_d + 1), and bound the error.

    f is analytic on the cell. An error up to the tolerance is small enough; it is that of |value −
    (f − g)| at every exact point, and inf where f has no value.
    """
    if float_error(active, len(degrees)) <= tolerance:
        values, error = _in_floats(f, active, cell, degrees, tolerance)
        if error <= tolerance:
            return values, error
    needed = math.log2(max(active.size, 1.0) / tolerance) + 16
    values, error = np.zeros(()), math.inf
    for precision in _PRECISIONS:
        if precision < needed and precision < _PRECISIONS[-1]:
            continue
        values, error = _in_balls(f, active, cell, degrees, precision)
        if error <= tolerance:
            break
    return values, error


def float_error(active: Active, dimension: int) -> float:
    """Bound the error of the sum in floats; inf for other σ and where e^(b·x + c) may overflow."""
    if active.activation.expression is not logistic.expression:
        return math.inf
    if active.reach.sum(axis=1).max(initial=0.0) > _STEEPEST or active.farthest > 2 * _STEEPEST:
        return math.inf
    factors = 2 * (dimension + 1) + dimension
    return active.size * (factors / 4 + _SUMMED) * ROUNDOFF * UP + TINY


def _in_floats(
    f: Expression, active: Active, cell: Cell, degrees: tuple[int, ...], tolerance: float
) -> tuple[Array, float]:
    """Evaluate f − g at the points of a cell, as `node_values` does; an error of inf: no use."""
    from flint import ctx

    with ctx.workprec(_ROUNDED):
        offsets = _node_offsets(cell.radius, degrees)
        start, factors = _exponentials(active, cell.centre, offsets)
        target, error = _target_in_floats(f, active, cell.centre, offsets)
        if not error <= tolerance / 2:
            target, error = middles_of(_target_in_balls(f, active, cell.centre, offsets))
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
    constant, error = middles_of([active.constant])
    with np.errstate(all="ignore"):
        middle = low / 2 + high / 2
        values = middle - constant[0]
        size = np.abs(middle).max() + np.abs(values).max()
        width = (high - low).max()
    return values, (float(width) / 2 + 2 * ROUNDOFF * float(size) + error) * UP


def _in_balls(
    f: Expression, active: Active, cell: Cell, degrees: tuple[int, ...], precision: int
) -> tuple[Array, float]:
    """Evaluate f − g at the points of a cell, as `node_values` does, in balls of a precision."""
    from flint import ctx

    with ctx.workprec(precision):
        offsets = _node_offsets(cell.radius, degrees)
        target = _target_in_balls(f, active, cell.centre, offsets)
        sums = _unit_sums(active, cell.centre, offsets)
        flat, error = middles_of([a - b for a, b in zip(target, sums, strict=True)])
    return flat.reshape([n + 1 for n in degrees]), error


def _node_offsets(radius: Array, degrees: tuple[int, ...]) -> list[Balls]:
    """Return r cos(πj/N), j = 0 … N, one list a coordinate."""
    from flint import arb

    return [
        [arb(r) * c for c in cosine_balls(degree)]
        for r, degree in zip(radius.tolist(), degrees, strict=True)
    ]


def _target_in_balls(f: Expression, active: Active, centre: Array, offsets: list[Balls]) -> Balls:
    """Evaluate f less the constant of g, in C order of the points."""
    from flint import arb

    points = [[arb(m) + s for s in axis] for m, axis in zip(centre.tolist(), offsets, strict=True)]
    return [ball(f, *place) - active.constant for place in product(*points)]


def _exponentials(
    active: Active, centre: Array, offsets: list[Balls]
) -> tuple[Balls, list[list[Balls]]]:
    """Return e^−(b·m + c) of each unit and its factor e^−b_i(x_i − m_i) for each coordinate and point."""
    start, parts = _arguments(active, centre, offsets)
    return [(-z).exp() for z in start], [[[(-z).exp() for z in row] for row in p] for p in parts]


def middles_of(balls: Balls) -> tuple[Array, float]:
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
        start, parts = _exponentials(active, centre, offsets)
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
