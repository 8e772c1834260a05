"""The values of f − g at Chebyshev's points, each with a proved error.

In balls wherever that is cheap enough. A logistic unit is a/(1 + e^−c e^−b_1x_1 ⋯ e^−b_dx_d): one
exponential a unit and coordinate, none a point, so that balls need three operations for a unit at
a point. Where a sum in floats is near enough it takes the same exponentials, rounded, and IEEE ×,
+, ÷ and nothing else: no value rests on the platform's exp. There q = e^−(b·x + c) is the product
of d + 1 factors, each 2 roundings off at most, by d multiplications; an error δ of q changes
1/(1 + q) by at most δ/4, while 1 + q and the quotient are rounded once each. The sum is made of
halves, with what each addition lost (Ogita, Rump and Oishi, Accurate sum and dot product, 2005).
"""

import math
from collections.abc import Callable, Iterator
from itertools import chain, product
from typing import Any, Final

import numpy as np

from uat.core.activations import algebraic, cauchy_cdf, gauss_cdf, gompertz, logistic
from uat.enclosure.balls import ball
from uat.enclosure.enclose import enclose
from uat.expression.arrays import Array
from uat.expression.graph import Expression
from uat.numerics.rounding import ROUNDOFF
from uat.proof.interpolation.active_units import Active
from uat.proof.interpolation.between_nodes import UP
from uat.proof.interpolation.cell import Cell

__all__ = ["float_error", "node_values"]

Balls = list[Any]
Join = Callable[[Any, Any], Any]

_TINY: Final = 1e-290
_STEEPEST: Final = 150.0
_CANCELLED: Final = 256
_SHARP: Final = 60
_SUMMED: Final = 2 + 1 + 0.01
_PRECISIONS: Final = (80, 160, 320, 640, 1280)


def node_values(
    f: Expression,
    active: Active,
    cell: Cell,
    degrees: tuple[int, ...],
    tolerance: float,
) -> tuple[Array, float]:
    """Evaluate f − g at the points of a cell, (N_1 + 1, …, N_d + 1).

    Parameters
    ----------
    f : Expression
        Analytic on the cell.
    active : Active
        g on the cell.
    cell : Cell
    degrees : tuple of int
    tolerance : float
        The error that is small enough.

    Returns
    -------
    values : ndarray, (N_1 + 1, …, N_d + 1)
    error : float
        Each value is that near to f − g at its exact point; inf where f has no value.
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
    return active.size * (factors / 4 + _SUMMED) * ROUNDOFF * UP + _TINY


def _in_floats(
    f: Expression, active: Active, cell: Cell, degrees: tuple[int, ...], tolerance: float
) -> tuple[Array, float]:
    from flint import ctx

    with ctx.workprec(_PRECISIONS[0]):
        offsets = _offsets(cell.radius, degrees)
        start, factors = _exponentials(active, cell.centre, offsets)
        target, error = _target_in_floats(f, active, cell.centre, offsets)
        if not error <= tolerance / 2:
            target, error = _rounded(_target(f, active, cell.centre, offsets))
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
        sums[place] = _sum_by_halves(active.weights / (1.0 + q * grids[-1]))
    values = target - sums
    error += float_error(active, len(degrees)) + ROUNDOFF * float(np.abs(values).max())
    return values, error * UP


def _is_sharp(row: Balls) -> bool:
    """Tell that the balls' radii are nothing beside a rounding of their middles."""
    return all(q.rel_accuracy_bits() >= _SHARP for q in row)


def _sum_by_halves(terms: Array) -> Array:
    """Sum over the last axis, off by one rounding of Σ|terms| and terms in its square."""
    lost = np.zeros(terms.shape[:-1])
    while terms.shape[-1] > 1:
        odd, half = terms.shape[-1] % 2, terms.shape[-1] // 2
        a, b = terms[..., :half], terms[..., half : 2 * half]
        total = a + b
        taken = total - a
        lost += np.sum((a - (total - taken)) + (b - taken), axis=-1)
        terms = np.concatenate([total, terms[..., 2 * half :]], axis=-1) if odd else total
    return terms[..., 0] + lost if terms.shape[-1] else lost


def _target_in_floats(
    f: Expression, active: Active, centre: Array, offsets: list[Balls]
) -> tuple[Array, float]:
    """Enclose f less the constant of g at all points at once, in C order."""
    from flint import arb

    sides = [[(arb(m) + s) for s in axis] for m, axis in zip(centre.tolist(), offsets, strict=True)]
    middles = [np.array([float(x.mid()) for x in axis]) for axis in sides]
    points = np.stack(np.meshgrid(*middles, indexing="ij"), axis=-1).reshape(-1, len(sides))
    low, high = enclose(f, np.nextafter(points, -np.inf), np.nextafter(points, np.inf))
    constant, error = _rounded([active.constant])
    with np.errstate(all="ignore"):
        middle = low / 2 + high / 2
        values = middle - constant[0]
        size = np.abs(middle).max() + np.abs(values).max()
        width = (high - low).max()
    return values, (float(width) / 2 + 2 * ROUNDOFF * float(size) + error) * UP


def _in_balls(
    f: Expression,
    active: Active,
    cell: Cell,
    degrees: tuple[int, ...],
    precision: int,
) -> tuple[Array, float]:
    from flint import arb, ctx

    with ctx.workprec(precision):
        offsets = _offsets(cell.radius, degrees)
        start, parts, join, unit = _ways(active, cell.centre, offsets)
        weights = [arb(a) for a in active.weights.tolist()]
        target = iter(_target(f, active, cell.centre, offsets))
        values = [
            next(target) - sum(map(unit, weights, map(join, row, column)), arb(0))
            for row in _rows(start, parts[:-1], join)
            for column in parts[-1]
        ]
        flat, error = _rounded(values)
    return flat.reshape([n + 1 for n in degrees]), error


def _ways(
    active: Active, centre: Array, offsets: list[Balls]
) -> tuple[Balls, list[list[Balls]], Join, Join]:
    """Choose what is put together to make the unit aσ: the factors of e^−z, or the terms of z."""
    from flint import arb

    sigma = active.activation.expression
    assert sigma is not None
    if sigma is logistic.expression:
        start, parts = _exponentials(active, centre, offsets)
        return start, parts, arb.__mul__, lambda a, q: a / (1 + q)
    start, parts = _arguments(active, centre, offsets)
    value = _VALUES.get(sigma, lambda z: ball(sigma, z))
    return start, parts, arb.__add__, lambda a, z: a * value(z)


def _rows(start: Balls, parts: list[list[Balls]], join: Join) -> Iterator[Balls]:
    """Join what the units have at each point of all coordinates but the last, in C order."""
    for chosen in product(*parts):
        row = start
        for column in chosen:
            row = list(map(join, row, column))
        yield row


def _offsets(radius: Array, degrees: tuple[int, ...]) -> list[Balls]:
    """Return r cos(πj/N), j = 0 … N, one list a coordinate."""
    from flint import arb, fmpq

    return [
        [arb(r) * arb.cos_pi_fmpq(fmpq(j, degree)) for j in range(degree + 1)]
        for r, degree in zip(radius.tolist(), degrees, strict=True)
    ]


def _target(f: Expression, active: Active, centre: Array, offsets: list[Balls]) -> Balls:
    """Evaluate f less the constant of g, in C order of the points."""
    from flint import arb

    points = [[arb(m) + s for s in axis] for m, axis in zip(centre.tolist(), offsets, strict=True)]
    return [ball(f, *place) - active.constant for place in product(*points)]


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


def _exponentials(
    active: Active, centre: Array, offsets: list[Balls]
) -> tuple[Balls, list[list[Balls]]]:
    """Return the same for e^−(b·x + c), whose factors they are."""
    start, parts = _arguments(active, centre, offsets)
    return [(-z).exp() for z in start], [[[(-z).exp() for z in row] for row in p] for p in parts]


def _rounded(balls: Balls) -> tuple[Array, float]:
    """Round balls to floats, and bound how far the floats are from what the balls hold."""
    middles = np.array([float(value.mid()) for value in balls])
    radius = float(np.max([float(value.rad()) for value in balls]))
    error = radius + 2 * ROUNDOFF * float(np.abs(middles).max())
    return middles, error * UP + _TINY if math.isfinite(error) else math.inf


def _gauss(z: Any) -> Any:
    from flint import arb

    return ((z * arb(0.5).sqrt()).erf() + 1) / 2


# what `ball` gives of these formulas, without a walk through their graphs
_VALUES: Final[dict[Expression | None, Callable[[Any], Any]]] = {
    cauchy_cdf.expression: lambda z: z.atan() / z.pi() + 0.5,
    gauss_cdf.expression: _gauss,
    gompertz.expression: lambda z: (-(-z).exp()).exp(),
    algebraic.expression: lambda z: (z / (1 + z * z).sqrt() + 1) / 2,
}
