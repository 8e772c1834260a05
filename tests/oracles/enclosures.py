"""Whether what the checker encloses is there: its balls read as numbers of mpmath."""

from collections.abc import Sequence
from itertools import product
from math import comb
from typing import Any

from tests.oracles.formulas import TooLarge, exact_formula, mp

__all__ = ["DIGITS", "enclosed", "exact_network", "holds", "number", "truth"]

DIGITS = 120


def number(ball: Any) -> Any:
    """The number of mpmath that an exact end is."""
    if not ball.is_finite():
        return mp.inf if ball > 0 else -mp.inf
    mantissa, exponent = ball.man_exp()
    return mp.mpf((int(mantissa), int(exponent)))


def truth(table: Any, point: Sequence[Any]) -> Any:
    """The value of a formula, or None."""
    try:
        return exact_formula(table, point, DIGITS)
    except TooLarge:
        return None


def holds(low: Any, value: Any, high: Any) -> bool:
    """Whether low ≤ value ≤ high, up to the rounding of this oracle."""
    slack = abs(value) * mp.mpf(10) ** (30 - DIGITS) + mp.mpf(10) ** (-DIGITS // 2)
    return bool(low - slack <= value <= high + slack)


def enclosed(fitted: Any, cell: Any, point: Sequence[Any]) -> tuple[Any, Any]:
    """Bound what Bernstein coefficients and an error say of a point of a cell."""
    tensor, error, _ = fitted
    degree = round(len(tensor) ** (1 / len(point))) - 1
    shares = [
        (x - number(c) + number(r)) / (2 * number(r))
        for x, c, r in zip(point, cell.centre, cell.radius, strict=True)
    ]
    basis = [
        [comb(degree, k) * s**k * (1 - s) ** (degree - k) for k in range(degree + 1)]
        for s in shares
    ]
    low, high = -number(error), number(error)
    for c, factors in zip(tensor, product(*basis), strict=True):
        ends = [number((c + 0).lower()) * mp.fprod(factors), number(c.upper()) * mp.fprod(factors)]
        low, high = low + min(ends), high + max(ends)
    return low, high


def exact_network(claim: Any, point: Sequence[Any]) -> Any:
    """The value of a network, layer by layer."""
    values = list(point)
    for depth, (weight, bias) in enumerate(claim.layers):
        if depth:
            values = [exact_formula(claim.sigmas[depth - 1], [u], DIGITS) for u in values]
        rows = zip(weight, bias, strict=True)
        values = [
            mp.mpf(b) + mp.fsum(mp.mpf(w) * v for w, v in zip(row, values, strict=True))
            for row, b in rows
        ]
    return values[0]
