"""Interval arithmetic over rows of cells: the rules of operations that are smooth everywhere.

A range is a pair of arrays, the lower and the upper end for each cell, rounded outward. An end
that is 0 has a sign, as in numpy: a lower end +0 states that numpy's value is never −0, so that a
quotient by it goes only to +∞; an upper end −0 likewise. In doubt the lower end is −0 and the upper
end is +0.

Source: R. E. Moore, R. B. Kearfott and M. J. Cloud, Introduction to Interval Analysis, 2009.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from uat.enclosure.outward_rounding import point_values
from uat.expression.arrays import Array, Bools

__all__ = [
    "Range", "absolute", "add", "cosh", "crossing", "ends_of", "multiply", "negative",
    "pick", "point", "united", "unsure", "valley", "wave", "whole", "whole_power",
]  # fmt: skip

Range = tuple[Array, Array]

_TINY: Final = float(np.nextafter(0.0, 1.0))
_WIDE: Final = 1.7e308  # nearly the largest double


def whole(like: Range) -> Range:
    """Return the whole line for each cell: nothing is known."""
    shape = np.shape(like[0])
    return np.full(shape, -np.inf), np.full(shape, np.inf)


def pick(condition: Any, yes: Range, no: Range) -> Range:
    """Choose one of two ranges for each cell."""
    return np.where(condition, yes[0], no[0]), np.where(condition, yes[1], no[1])


def unsure(a: Range) -> Range:
    """Set the signs of ends that are 0 to those that state nothing."""
    return np.where(a[0] == 0, -0.0, a[0]), np.where(a[1] == 0, 0.0, a[1])


def add(a: Range, b: Range) -> Range:
    """Bound a sum; an end moves outward only where its exact rounding error requires it.

    Source: D. E. Knuth, The Art of Computer Programming, vol. 2, section 4.2.2, theorem B.
    """
    low, high = a[0] + b[0], a[1] + b[1]
    left_low, left_high = _taken(a[0], b[0], low), _taken(a[1], b[1], high)
    return (
        np.where(left_low >= 0, low, np.nextafter(low, -np.inf)),
        np.where(left_high <= 0, high, np.nextafter(high, np.inf)),
    )


def _taken(a: Array, b: Array, total: Array) -> Array:
    """Return a + b − total exactly, total being the rounded sum; NaN where that overflows."""
    from_b = total - a
    return (a - (total - from_b)) + (b - from_b)


def negative(a: Range) -> Range:
    """Bound the negative."""
    return -a[1], -a[0]


def multiply(a: Range, b: Range) -> Range:
    """Bound a product by the products of the ends; 0 · ∞ is 0, as for all finite factors."""
    ends = [(p, q) for p in a for q in b]
    products = [np.where((p == 0) | (q == 0), 0.0, p * q) for p, q in ends]
    return united(products, a, b, lambda: [(p != 0) & (q != 0) for p, q in ends])


def united(corners: list[Array], a: Range, b: Range, inexact: Callable[[], list[Bools]]) -> Range:
    """Bound a product or quotient of a and b by its rounded values at the four pairs of ends.

    A value that is 0 is exactly 0 unless `inexact` has a flag for it.
    """
    least, most = np.minimum.reduce(corners), np.maximum.reduce(corners)
    low, high = np.nextafter(least, -np.inf), np.nextafter(most, np.inf)
    if not ((least == 0) | (most == 0)).any():
        return low, high
    lost = np.logical_or.reduce(
        [(corner == 0) & flag for corner, flag in zip(corners, inexact(), strict=True)]
    )
    zero = _zeros(a, b)
    low = np.where(least == 0, np.where(lost, -_TINY, zero[0]), low)
    return low, np.where(most == 0, np.where(lost, _TINY, zero[1]), high)


def _zeros(a: Range, b: Range) -> Range:
    """Return the zeros, signed, at the lower and the upper end of a product or quotient."""
    (plus_a, minus_a), (plus_b, minus_b) = ((~np.signbit(r[0]), np.signbit(r[1])) for r in (a, b))
    plus = (plus_a & plus_b) | (minus_a & minus_b)
    minus = (plus_a & minus_b) | (minus_a & plus_b)
    return np.where(plus, 0.0, -0.0), np.where(minus, -0.0, 0.0)


def absolute(a: Range) -> Range:
    """Bound the absolute value."""
    size = np.abs(a[0]), np.abs(a[1])
    least = np.where((a[0] <= 0) & (a[1] >= 0), 0.0, np.minimum(*size))
    return least, np.maximum(*size)


def whole_power(a: Range, exponent: int) -> Range:
    """Bound a^n for n ≥ 0: even powers by |a|, odd ones keep the sign."""
    if exponent % 2 == 0:
        least, most = absolute(a)
        return _repeated(least, exponent)[0], _repeated(most, exponent)[1]
    (low, low_up), (high_down, high) = (_repeated(np.abs(end), exponent) for end in a)
    low, high = np.where(a[0] < 0, -low_up, low), np.where(a[1] < 0, -high_down, high)
    return np.where(a[0] == 0, a[0], low), np.where(a[1] == 0, a[1], high)


def _repeated(x: Array, exponent: int) -> Range:
    """Bound x^n for x ≥ 0 from both sides by repeated squaring."""
    low, high = np.ones_like(x), np.ones_like(x)
    square = (x, x)
    while exponent:
        if exponent & 1:
            low, high = _below(low, square[0]), _above(high, square[1])
        exponent >>= 1
        if exponent:
            square = _below(square[0], square[0]), _above(square[1], square[1])
    return low, high


def _below(a: Array, b: Array) -> Array:
    """Bound a product of numbers ≥ 0 from below."""
    product = a * b
    return np.where(product == 0, 0.0, np.nextafter(product, 0.0))


def _above(a: Array, b: Array) -> Array:
    """Bound a product of numbers ≥ 0 from above."""
    return np.where((a == 0) | (b == 0), 0.0, np.nextafter(a * b, np.inf))


def cosh(a: Range) -> Range:
    """Bound cosh, which has its least value at 0."""
    ends = [np.minimum(end, 1e4) for end in absolute(a)]
    low, high = (point("cosh", end) for end in ends)
    return np.maximum(low[0], 1.0), high[1]


def valley(name: str, lowest: float, least: float) -> Callable[[Range], Range]:
    """Return the rule of a function that falls to its only minimum and then rises to +∞.

    The minimum lies within 2^−40 of `lowest`; `least` is a lower bound of the function.
    """

    def rule(a: Range) -> Range:
        first, last = (point(name, np.clip(end, -_WIDE, _WIDE)) for end in a)
        low, high = unsure((np.minimum(first[0], last[0]), np.maximum(first[1], last[1])))
        around = (a[0] < lowest + 2.0**-40) & (a[1] > lowest - 2.0**-40)
        low = np.where(around, least, np.maximum(low, least))
        return low, np.where(a[1] > _WIDE, np.inf, high)

    return rule


def point(name: str, x: Array) -> Range:
    """Bound a function at single points."""
    low, high = point_values(name, np.ravel(x))
    return low.reshape(np.shape(x)), high.reshape(np.shape(x))


def wave(name: str, quarter: float) -> Callable[[Range], Range]:
    """Return the rule of sin or cos: the ends, and ±1 where a maximum or minimum may lie between."""

    def rule(a: Range) -> Range:
        first, last = ends_of(name, a)
        low, high = unsure((np.minimum(first[0], last[0]), np.maximum(first[1], last[1])))
        low = np.where((low == 0) & (a[0] == 0), a[0], low)
        crest, trough = (crossing(a, quarter + shift, 4.0) for shift in (0.0, 2.0))
        return (
            np.where(trough, -1.0, np.maximum(low, -1.0)),
            np.where(crest, 1.0, np.minimum(high, 1.0)),
        )

    return rule


def ends_of(name: str, a: Range) -> tuple[Range, Range]:
    """Bound a periodic function at the ends of a range; far from 0 only if it is one point."""
    wide = far(a) & (a[0] != a[1])
    low, high = point(
        name, np.stack([np.where(wide, 0.0, end) for end in a])
    )  # ends in common once
    return (low[0], high[0]), (low[1], high[1])


def far(a: Range) -> Bools:
    """Return the ranges too far from 0 for `crossing`."""
    return ~(np.maximum(np.abs(a[0]), np.abs(a[1])) < 1e14)


def crossing(a: Range, quarter: float, period: float) -> Bools:
    """Return the ranges that may contain (quarter + period·k)·π/2 for an integer k.

    The margin covers the rounding of the division by π/2, below 4e-16 of the quotient. A single
    float is no such point unless it is 0, where the value at the end is the same bound.
    """
    first, last = ((end / (np.pi / 2) - quarter) / period for end in a)
    margin = 1e-15 * (1 + np.maximum(np.abs(first), np.abs(last)))
    crossed: Bools = np.floor(last + margin) >= np.ceil(first - margin)
    single: Bools = (a[0] == a[1]) & np.isfinite(a[0])
    return (crossed | far(a)) & ~single
