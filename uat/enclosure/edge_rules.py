"""Interval rules of operations that are not smooth, not real or not continuous everywhere.

The rules of √ and log bound the function on the part of a range where it is real; `is_inside` tells
whether that is all of it. A quotient by a range around 0 is the whole line. An undecided `where` is
the hull of both branches. A comparison is undecided where a side may be undefined, since numpy takes
that as false. A slope across a possible jump is the whole line.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from uat.enclosure.outward_rounding import down, increasing, point_values, up
from uat.enclosure.smooth_rules import (
    Range,
    absolute,
    add,
    crossing,
    ends_of,
    multiply,
    negative,
    pick,
    point,
    united,
    unsure,
    wave,
    whole,
    whole_power,
)
from uat.expression.arrays import Array, Bools
from uat.expression.operations import OPERATIONS, has_pole, real_domain

__all__ = [
    "arccos", "between", "compared", "divide", "equal", "has_no_pole", "interp", "interp_slope", "is_inside",
    "jump", "less", "less_equal", "maximum", "minimum", "monotone", "power", "sinc", "sqrt", "tan",
    "where",
]  # fmt: skip


def divide(a: Range, b: Range) -> Range:
    """Bound a quotient; it is half a line where the divisor is known to touch 0 from one side.

    A divisor that ends at 0 may have either sign there unless the sign of that 0 excludes it:
    numpy's 1/x at x = 0 is +∞, also at the upper end of [−1, 0].
    """
    ends = [(p, q) for p in a for q in b]
    quotients = [np.where((p == 0) | np.isinf(q), 0.0, p / q) for p, q in ends]
    result = united(quotients, a, b, lambda: [(p != 0) & np.isfinite(q) for p, q in ends])
    return pick(_has_both_signs(b), whole(result), result)


def _has_both_signs(b: Range) -> Bools:
    around: Bools = (b[0] < 0) & (b[1] > 0)
    from_above: Bools = (b[0] == 0) & (np.signbit(b[0]) | (b[1] == 0))
    from_below: Bools = (b[1] == 0) & ~np.signbit(b[1])
    return around | from_above | from_below


def power(a: Range, exponent: float) -> Range:
    """Bound a power with a constant exponent; it is real only for a ≥ 0 unless p is an integer."""
    if exponent != int(exponent):
        return _real_power(a, exponent)
    if exponent < 0:
        one = np.ones_like(a[0])
        return divide((one, one), whole_power(a, -int(exponent)))
    return whole_power(a, int(exponent))


def _real_power(a: Range, exponent: float) -> Range:
    """Bound x^p for x ≥ 0: increasing for p > 0, decreasing for p < 0."""
    ends = np.maximum(a[0], 0.0), np.maximum(a[1], 0.0)
    first, second = ends if exponent > 0 else ends[::-1]
    bottom, top = _power_below(first, exponent), _power_above(second, exponent)
    return pick(a[1] < 0, whole(a), (bottom, top))


def _power_below(x: Array, exponent: float) -> Array:
    """Bound x^p from below; 0 for an x beyond the range that Arb is asked about."""
    low = point_values("power", np.clip(np.ravel(x), 1e-300, 1.7e308), exponent)[0]
    lost = x < 1e-300 if exponent > 0 else x > 1.7e308
    return np.where(lost, 0.0, np.maximum(low.reshape(np.shape(x)), 0.0))


def _power_above(x: Array, exponent: float) -> Array:
    high = point_values("power", np.clip(np.ravel(x), 1e-300, 1.7e308), exponent)[1]
    lost = x > 1.7e308 if exponent > 0 else x < 1e-300
    high = np.where(lost, np.inf, high.reshape(np.shape(x)))
    return np.where((x == 0) & (exponent > 0), 0.0, high)


def sqrt(a: Range) -> Range:
    """Bound the root of the part of a range that is not negative."""
    low, high = (np.sqrt(np.maximum(end, 0.0)) for end in a)
    low = np.where(a[0] > 0, down(low), np.copysign(0.0, a[0]))
    return pick(a[1] < 0, whole(a), (low, up(high)))


def has_no_pole(a: Range) -> Bools:
    """Return the ranges without a pole of Γ: 0 or a whole number below."""
    free: Bools = (a[0] > 0) | (np.ceil(a[0]) > np.minimum(np.floor(a[1]), 0.0))
    return free


def monotone(name: str) -> Callable[[Range], Range]:
    """Return the rule of an operation that increases on its domain."""
    domain = OPERATIONS[name].domain
    if domain is None:
        return lambda a: increasing(name, *a)
    left, right = domain.left, domain.right

    def rule(a: Range) -> Range:
        inside = increasing(name, np.clip(a[0], left, right), np.clip(a[1], left, right))
        return pick((a[1] < left) | (a[0] > right), whole(a), inside)

    return rule


_arcsin: Final = monotone("arcsin")


def arccos(a: Range) -> Range:
    """Bound arccos = π/2 − arcsin."""
    half = np.array(1.5707963267948966)
    low, high = add((down(half), up(half)), negative(_arcsin(a)))
    return np.where(low < 0, 0.0, low), high


def tan(a: Range) -> Range:
    """Bound tan between its poles."""
    pole = crossing(a, 1.0, 2.0)
    first, last = ends_of("tan", a)
    low, high = unsure((first[0], last[1]))
    return pick(pole, whole(a), (np.where((low == 0) & (a[0] == 0), a[0], low), high))


_FIRST_MINIMUM: Final = 4.493
_sine: Final = wave("sin", 1.0)


def sinc(a: Range) -> Range:
    """Bound sin(u)/u, which is 1 at 0.

    It falls up to 4.4934…, where it is −0.21723…, and stays between that and 0.12838 beyond.
    """
    least, most = absolute(a)
    before = most < _FIRST_MINIMUM
    start = point("sinc", np.minimum(least, _FIRST_MINIMUM))[1]
    low = np.where(before, point("sinc", np.minimum(most, _FIRST_MINIMUM))[0], -0.2173)
    high = np.where(before, start, np.maximum(start, 0.1284))
    quotient = divide(_sine(a), a)
    return np.maximum(low, quotient[0]), np.minimum(high, quotient[1])


def minimum(a: Range, b: Range) -> Range:
    """Bound the smaller of two values."""
    return unsure((np.minimum(a[0], b[0]), np.minimum(a[1], b[1])))


def maximum(a: Range, b: Range) -> Range:
    """Bound the larger of two values."""
    return unsure((np.maximum(a[0], b[0]), np.maximum(a[1], b[1])))


def is_inside(name: str, ranges: list[Range], numbers: tuple[float, ...]) -> Any:
    """Return the cells where an operation is real for all values of its arguments; True: all."""
    if name in ("divide", "expi") or (name == "power" and numbers[0] < 0 and numbers[0] % 1 == 0):
        low, high = ranges[-1]
        return (low > 0) | (high < 0)
    if name == "tan":
        return ~crossing(ranges[0], 1.0, 2.0)
    if name in ("gamma", "digamma"):
        return has_no_pole(ranges[0])
    domain = real_domain(name, numbers)
    if domain is None:
        return not has_pole(name, numbers)
    (low, high), (left, right, is_open) = ranges[-1], domain
    if is_open:
        return (low > left) & (high < right if np.isfinite(right) else True)
    return (low >= left) & (high <= right)


def compared(test: Callable[[Range, Range], tuple[Bools, Bools]]) -> Callable[..., Range]:
    """Return the rule of a comparison; it is decided only in the cells where both are `sure`ly real."""

    def rule(a: Range, b: Range, *, sure: Any) -> Range:
        true, false = test(a, b)
        return _truth(true & sure, false)

    return rule


def _truth(true: Bools, false: Bools) -> Range:
    return np.where(true, 1.0, 0.0), np.where(false, 0.0, 1.0)


def less(a: Range, b: Range) -> tuple[Bools, Bools]:
    """Return where a < b holds for certain, and where it fails for certain."""
    return a[1] < b[0], a[0] >= b[1]


def less_equal(a: Range, b: Range) -> tuple[Bools, Bools]:
    """Return where a ≤ b holds for certain, and where it fails for certain."""
    return a[1] <= b[0], a[0] > b[1]


def equal(a: Range, b: Range) -> tuple[Bools, Bools]:
    """Return where a = b holds for certain, and where it fails for certain."""
    same = (a[0] == a[1]) & (b[0] == b[1]) & (a[0] == b[0])
    return same, (a[1] < b[0]) | (b[1] < a[0])


def where(c: Range, a: Range, b: Range) -> Range:
    """Bound a choice: one branch where the condition is certain, else the hull of both."""
    return pick(c[0] == 1, a, pick(c[1] == 0, b, _hull(a, b)))


def _hull(a: Range, b: Range) -> Range:
    return unsure((np.minimum(a[0], b[0]), np.maximum(a[1], b[1])))


def jump(u: Range, slope: Range, *, sure: Any) -> Range:
    """Bound the slope of a step at u = 0: 0 where u stays away from 0 or constant, else anything."""
    still = (slope[0] == 0) & (slope[1] == 0)
    clear = ((u[0] > 0) | (u[1] < 0) | still) & sure
    return np.where(clear, 0.0, -np.inf), np.where(clear, 0.0, np.inf)


def interp(a: Range, *table: float) -> Range:
    """Bound a piecewise linear function: its two ends and the knots between them."""
    knots, values = (np.array(half) for half in np.split(np.array(table), 2))
    first, last = (_interp_at(np.asarray(end), knots, values) for end in a)
    start, stop = np.searchsorted(knots, a[0]), np.searchsorted(knots, a[1], side="right")
    inner = between(values, values, start, stop)
    return _hull(_hull(first, last), inner)


def _interp_at(x: Array, knots: Array, values: Array) -> Range:
    """Bound the piecewise linear function at points, by rounding each step outward."""
    if len(knots) == 1:
        return np.full(x.shape, values[0]), np.full(x.shape, values[0])
    x = np.clip(x, knots[0], knots[-1])
    i = np.clip(np.searchsorted(knots, x, side="right") - 1, 0, len(knots) - 2)

    def difference(p: Array, q: Array) -> Range:
        return add((p, p), (-q, -q))

    step, run = difference(x, knots[i]), difference(knots[i + 1], knots[i])
    rise = difference(values[i + 1], values[i])
    low, high = add((values[i], values[i]), multiply(divide(step, run), rise))
    least, most = np.minimum(values[i], values[i + 1]), np.maximum(values[i], values[i + 1])
    return np.clip(low, least, most), np.clip(high, least, most)


def interp_slope(a: Range, *table: float) -> Range:
    """Bound the slopes of the pieces inside a range; at a single point those on both sides."""
    knots, values = (np.array(half) for half in np.split(np.array(table), 2))
    run = down(np.diff(knots)), up(np.diff(knots))
    rise = down(np.diff(values)), up(np.diff(values))
    low, high = (np.pad(end, 1) for end in divide(rise, run))
    single = a[0] == a[1]
    left, right = ([np.searchsorted(knots, end, side=s) for end in a] for s in ("left", "right"))
    first, last = np.where(single, left[0], right[0]), np.where(single, right[1], left[1]) + 1
    return between(low, high, first, last)


def between(low: Array, high: Array, first: Any, last: Any) -> Range:
    """Return the least of low[first:last] and the most of high[first:last] for each pair.

    An empty stretch gives (inf, −inf), so that a later minimum or maximum ignores it.
    """
    first, last = np.asarray(first), np.asarray(last)
    edges = np.stack([first, np.maximum(last, first)], axis=-1).ravel()
    least = np.minimum.reduceat(np.append(low, np.inf), edges)[::2].reshape(first.shape)
    most = np.maximum.reduceat(np.append(high, -np.inf), edges)[::2].reshape(first.shape)
    empty = last <= first
    return np.where(empty, np.inf, least), np.where(empty, -np.inf, most)
