"""The change of f along one coordinate: straight lines above its partial moduli.

The partial modulus ω_j(t) is the most by which f changes when x_j alone moves by t times the side
of the box. A proof that averages over t needs no more than lines above it,

    ω_j(t) ≤ a + b t for all 0 ≤ t ≤ 1,    then    mean of ω_j(|t|) ≤ a + b · mean of |t|.

From a formula: b = side · sup |∂f/∂x_j|, a = 0, the derivative enclosed over cells. Where it is not
bounded, at a cusp, no cell changes f by more than v = min(its range, side · sup|∂_j f|); a segment
as long as m cells meets at most m + 1 of them, so ω_j(m cells) ≤ the largest sum of m + 1
neighbouring v. From a declared modulus ω: ω_j(t) ≤ ω(side · t).

A table ω_j(r_i) of such values, r_0 = 0 < r_1 < …, gives lines twice: those of the concave hull of
the steps (r_i, ω_j(r_{i+1})), and, since ω_j(t) ≤ ⌈t/r⌉ ω_j(r), ω_j(r)(1 + t/r) for each r.

Source: G. G. Lorentz, Approximation of Functions, 1966, section 3.5.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np

from uat.core.domain import Domain
from uat.core.target import Target
from uat.enclosure.enclose import enclose
from uat.enclosure.outward_rounding import UP
from uat.errors import CannotProve
from uat.expression.arrays import Array
from uat.expression.graph import Expression
from uat.numerics.boxes import grid, halves, middles

__all__ = ["Lines", "moduli_rest_on_trust", "partial_moduli"]


_CELLS: Final = 1 << 12  # for a slope that is bounded; more: sharper, slower
_CELLS_AT_CUSPS: Final = 1 << 16  # where it is not
_ROUNDS: Final = 6  # of halving the cells with loose bounds
_SHARP: Final = 1 + 2.0**-6  # a bound this near to a value of the slope is not sharpened
_NEAR: Final = 1.02  # nor a variation this near to that of samples
_PER_OCTAVE: Final = 64  # places at which a declared modulus is read; more: tighter
_OCTAVES: Final = 50  # down to 2^−50 of a side


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Lines ω_j(t) ≤ a + b t, 0 ≤ t ≤ 1, above a partial modulus, t in parts of the side."""

    intercepts: Array  # a, (lines,)
    slopes: Array  # b, (lines,)
    variation: float  # a bound of that of f along the whole side; inf where none is known

    def at(self, t: float) -> float:
        """Bound the mean of ω_j(|t|), given the mean t of |t|: the lowest line there."""
        return float((self.intercepts + self.slopes * t).min()) * UP


def partial_moduli(target: Target) -> tuple[Lines, ...]:
    """Bound the change of f along each coordinate.

    Raises CannotProve where f has neither a formula nor a modulus.
    """
    if target.expression is not None:
        lines = _by_formula(target.expression, target.domain, target.modulus is not None)
        if lines is not None:
            return lines
    if target.modulus is None:
        raise CannotProve(target.untraced or "f has no formula and no modulus")
    return tuple(_by_modulus(target, b - a) for a, b in target.domain)


def moduli_rest_on_trust(target: Target) -> bool:
    """Return True if the declared modulus was needed."""
    return target.expression is None or (
        target.modulus is not None and _by_formula(target.expression, target.domain, True) is None
    )


@lru_cache(maxsize=64)
def _by_formula(
    expression: Expression, domain: Domain, or_modulus: bool
) -> tuple[Lines, ...] | None:
    """Enclose the derivatives; None where one is not bounded and a modulus is declared."""
    lines: list[Lines] = []
    for axis, (a, b) in enumerate(domain):
        slope, variation = _largest_slope(expression, domain, axis)
        if np.isfinite(slope):
            most = slope * (b - a) * UP
            lines.append(Lines(np.zeros(1), np.array([most]), min(variation * UP, most)))
        elif or_modulus:
            return None
        else:
            lines.append(_at_cusps(expression, domain, axis))
    return tuple(lines)


def _cells(domain: Domain, most: int) -> tuple[Array, Array, int]:
    """Cut a box into equal cells, as many along each side: two (cells, d) arrays and how many."""
    count = max(1, int(most ** (1 / len(domain)) + 1e-9))
    edges = [np.linspace(a, b, count + 1) for a, b in domain]
    return grid([e[:-1] for e in edges]), grid([e[1:] for e in edges]), count


def _largest_slope(expression: Expression, domain: Domain, axis: int) -> tuple[float, float]:
    """Bound |∂f/∂x_j| over the box, and in one dimension the variation of f.

    The cells where the bound is far above what is seen at their centres are halved.
    """
    derivative = expression.derivative(axis)
    lower, upper, _ = _cells(domain, _CELLS)
    bounds = _sizes(derivative, lower, upper)
    variation = _variation(expression, lower, upper, bounds) if len(domain) == 1 else np.inf
    largest = 0.0
    for _ in range(_ROUNDS):
        centre = middles(lower, upper)
        values = np.asarray(derivative(*centre.T), dtype=np.float64) + np.zeros(len(centre))
        seen = float(np.max(np.abs(values), initial=0.0, where=np.isfinite(values)))
        loose = bounds > seen * _SHARP
        largest = max(largest, float(np.max(bounds[~loose], initial=0.0)))
        if not loose.any() or np.count_nonzero(loose) << len(domain) > 2 * _CELLS:
            break
        lower, upper = lower[loose], upper[loose]
        for side in range(len(domain)):
            lower, upper = halves(lower, upper, np.full(len(lower), side))
        bounds = _sizes(derivative, lower, upper)
    return max(largest, float(bounds.max(initial=0.0))), variation


def _variation(expression: Expression, lower: Array, upper: Array, bounds: Array) -> float:
    """Bound the variation of f in one dimension, on finer cells where it is far above samples."""
    derivative = expression.derivative(0)
    while True:
        bound = float(np.sum(bounds * np.nextafter(upper - lower, np.inf)[:, 0]))
        values = np.asarray(expression(np.append(lower[:, 0], upper[-1:, 0])), dtype=np.float64)
        seen = float(np.abs(np.diff(values)).sum()) if values.ndim else 0.0
        fine = 2 * len(lower) > _CELLS_AT_CUSPS
        if bound <= _NEAR * seen or fine or not np.isfinite(bound):
            return bound
        edges = np.linspace(lower[0, 0], upper[-1, 0], 2 * len(lower) + 1)
        lower, upper = edges[:-1, None], edges[1:, None]
        bounds = _sizes(derivative, lower, upper)


def _sizes(derivative: Expression, lower: Array, upper: Array) -> Array:
    lo, hi = enclose(derivative, lower, upper)
    sizes: Array = np.maximum(np.abs(lo), np.abs(hi))
    return sizes


def _at_cusps(expression: Expression, domain: Domain, axis: int) -> Lines:
    """Bound ω_j by what neighbouring cells change at most, where the slope is not bounded."""
    lower, upper, count = _cells(domain, _CELLS_AT_CUSPS)
    side = np.nextafter(upper - lower, np.inf)[:, axis]
    with np.errstate(invalid="ignore", over="ignore"):
        moved = _sizes(expression.derivative(axis), lower, upper) * side
        lo, hi = enclose(expression, lower, upper)
        change = np.fmin(moved, np.nextafter(hi - lo, np.inf)) * UP
    change = np.where(np.isnan(change), np.inf, change)
    rows = np.moveaxis(change.reshape((count,) * len(domain)), axis, -1).reshape(-1, count)
    if not np.isfinite(rows).all():
        raise CannotProve(
            f"f could not be bounded along coordinate {axis + 1}: a pole, a jump or an edge of its "
            "domain",
            "give a continuous f, or uat.Target(f, domain, modulus=…)",
        )
    sums = np.concatenate([np.zeros((len(rows), 1)), np.cumsum(rows, axis=1)], axis=1)
    lengths = np.unique(np.geomspace(1, count, 8 * count.bit_length()).round().astype(int))
    ends = np.minimum(lengths + 1, count)
    values = np.array([float((sums[:, m:] - sums[:, :-m]).max()) for m in ends])
    values += sums[:, -1].max() * 2.0**-36  # what the running sums lost
    places = lengths / count * (1 - 2.0**-40)  # cells differ in length by roundings
    places[-1] = 1.0
    return _lines(places, values)


def _by_modulus(target: Target, side: float) -> Lines:
    """Make lines of a declared modulus, from a table of its values."""
    assert target.modulus is not None
    places = 2.0 ** (np.arange(-_OCTAVES * _PER_OCTAVE, 1) / _PER_OCTAVE)
    places[-1] = 1.0
    values = np.asarray(target.modulus(places * side * UP), dtype=np.float64) * UP
    return _lines(places, values)


def _lines(places: Array, values: Array) -> Lines:
    """Make lines above a function from ω(t) ≤ values_i for t ≤ places_i, the last place 1."""
    values = np.minimum.accumulate(values[::-1])[::-1]
    x, y = np.concatenate([[0.0], places[:-1]]), values
    keep = _hull(x, y)
    slopes = np.diff(y[keep]) / np.diff(x[keep])
    # each line is lifted onto the steps, whatever rounding did to it
    intercepts = np.array([float((y - s * x).max()) for s in slopes])
    flat = values[-1:]
    return Lines(
        np.concatenate([np.maximum(intercepts, 0.0) * UP, values, flat]),
        np.concatenate([slopes * UP, values / places * UP, [0.0]]),
        np.inf,
    )


def _hull(x: Array, y: Array) -> list[int]:
    """Return the corners of the least concave function above points in order of x."""
    corners: list[int] = []
    points: list[Any] = list(zip(x.tolist(), y.tolist(), strict=True))
    for i, (u, v) in enumerate(points):
        while len(corners) > 1:
            (p, q), (r, s) = points[corners[-2]], points[corners[-1]]
            if (s - q) * (u - p) > (v - q) * (r - p):
                break
            corners.pop()
        corners.append(i)
    return corners
