"""Directed rounding: floats that are proved to lie below or above a real number.

Sums, products and quotients of doubles are rounded to nearest, so the next float outward is a
bound. Elementary functions are taken from Arb's balls (python-flint), never from the platform's
libm.
"""

from collections.abc import Callable
from itertools import repeat
from operator import methodcaller
from typing import Any, Final, cast

import numpy as np

from uat.expression.arrays import Array
from uat.expression.operations import OPERATIONS
from uat.expression.special_functions import SPECIAL

__all__ = ["DOWN", "TINY", "UP", "arb_function", "down", "increasing", "point_values", "up"]

UP: Final = 1 + 2.0**-40
"""A positive bound times this is rounded up: it covers 4 096 float operations, each off by 2^-53."""
DOWN: Final = 1 - 2.0**-40
"""A positive bound times this is rounded down, for as many operations."""
TINY: Final = 2.0**-1000
"""Added to a bound, this covers what underflow loses."""

_LARGEST: Final = float(np.finfo(np.float64).max)
_BITS: Final = 64
"""Precision of Arb's balls; more: tighter by less than a unit in the last place, slower."""
_SHARP: Final = 56
"""The radius of a ball of more bits is not read: it is below an eighth of the step from one float
to the next, and bounds go two steps outward. Smaller: radii that count would be lost."""
_EXACT: Final = 2.0**40
"""Bits that no ball has but one without a radius."""
_MORE_BITS: Final = 256
"""Precision of special functions whose balls are too wide; more: also farther from 0."""


def down(x: Array) -> Array:
    """Return the next float below a sum; 0 stays 0, since a sum that rounds to 0 is exact.

    A product or quotient that rounds to 0 may not be 0: those have `np.nextafter`.
    """
    return np.where(x == 0, x, np.nextafter(x, -np.inf))


def up(x: Array) -> Array:
    """Return the next float above a sum; 0 stays 0, since a sum that rounds to 0 is exact."""
    return np.where(x == 0, x, np.nextafter(x, np.inf))


def increasing(name: str, lower: Array, upper: Array) -> tuple[Array, Array]:
    """Bound an increasing operation on [lower, upper] within its domain, infinite ends included."""
    rule = OPERATIONS[name].increasing
    assert rule is not None
    cut, left, right = rule
    ends = np.concatenate([np.ravel(lower), np.ravel(upper)])
    below, above = point_values(name, np.clip(ends, -cut, cut))
    below = np.where(ends < -cut, left, np.clip(below, left, right))
    above = np.where(ends > cut, right, np.clip(above, left, right))
    # a function that is 0 at 0 keeps the sign of the 0
    below, above = (np.where((ends == 0) & (v == 0), ends, v) for v in (below, above))
    half = np.size(lower)
    return below[:half].reshape(np.shape(lower)), above[half:].reshape(np.shape(upper))


def point_values(name: str, x: Array, number: float | None = None) -> tuple[Array, Array]:
    """Bound one function at floats, (points,) → two (points,) arrays.

    `number` is the exponent of a power, or the order of a function that has one. Each float is
    computed once: neighbouring cells share their ends.
    """
    from flint import arb, ctx

    points, place = np.unique(x, return_inverse=True)
    own = () if number is None else (number,)
    with ctx.workprec(_BITS):
        balls = list(map(arb, points.tolist()))
        if name == "power":
            values = [ball ** arb(number) for ball in balls]
        else:
            rule = OPERATIONS[name].arb  # a method of the class is called faster than by its name
            function = getattr(arb, rule) if isinstance(rule, str) else arb_function(name)
            values = list(map(function, balls, *(repeat(o) for o in own)))
        if name in SPECIAL:  # Arb loses digits where the terms of a series cancel
            with ctx.workprec(_MORE_BITS):
                for i, value in enumerate(values):
                    if value.rel_accuracy_bits() < _BITS - 8:
                        values[i] = function(balls[i], *own)
        low, high = _outward(values)
    return low[place.ravel()], high[place.ravel()]


def _outward(values: list[Any]) -> tuple[Array, Array]:
    """Round balls outward to floats; one that is not finite is the whole line."""
    from flint import arb

    middle = np.fromiter(map(float, values), np.float64, len(values))
    bits = np.fromiter(map(arb.rel_accuracy_bits, values), np.float64, len(values))
    size = np.abs(middle)
    sharp = (bits > _SHARP) & (bits < _EXACT) & (size > 2.0**-900) & (size < np.inf)
    if sharp.all():
        low, high = (np.nextafter(np.nextafter(middle, end), end) for end in (-np.inf, np.inf))
        return low, high
    radius = np.zeros(len(values))
    radius[~sharp] = [float(values[i].rad()) for i in np.flatnonzero(~sharp).tolist()]
    known = np.isfinite(middle) & np.isfinite(radius)
    wide = np.nextafter(radius, np.inf)
    low = np.where(known, np.nextafter(np.nextafter(middle, -np.inf) - wide, -np.inf), -np.inf)
    high = np.where(known, np.nextafter(np.nextafter(middle, np.inf) + wide, np.inf), np.inf)
    for i in np.flatnonzero(~sharp & (~known | (radius == 0))).tolist():
        low[i], high[i] = _at_the_rim(values[i], low[i], high[i])
    return low, high


def _at_the_rim(ball: Any, low: float, high: float) -> tuple[float, float]:
    """Sharpen the bounds of a ball that is exactly a float, or beyond the range of float64."""
    if ball > _LARGEST:
        return _LARGEST, high
    if ball < -_LARGEST:
        return low, -_LARGEST
    middle = float(ball)
    return (middle, middle) if ball == middle else (low, high)


def arb_function(name: str) -> Callable[..., Any]:
    """Return the function of balls, real or complex, that an operation's record names."""
    function = OPERATIONS[name].arb
    return methodcaller(function) if isinstance(function, str) else cast("Any", function)
