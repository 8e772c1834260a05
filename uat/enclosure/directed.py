"""Directed rounding: floats that are proved to lie below or above a real number.

Sums, products and quotients of doubles are rounded to nearest, so one float outward is enough.
Elementary functions are taken from Arb's balls (python-flint), never from the platform's libm.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from uat.expression.arrays import Array

__all__ = ["DOWN", "TINY", "UP", "down", "elementary", "point_values", "up"]

UP: Final = 1 + 2.0**-40
"""A positive bound times this is rounded up: it covers 4 096 float operations, each off by 2^-53."""
DOWN: Final = 1 - 2.0**-40
"""A positive bound times this is rounded down, for as many operations."""
TINY: Final = 2.0**-1000
"""Added to a bound, this covers what underflow loses."""

_LARGEST: Final = float(np.finfo(np.float64).max)
_BITS: Final = 64

# name in the graph → (name in Arb, cut, value at −∞, value at +∞): beyond ±cut the value lies
# between its value at the cut and its limit. All of these increase.
_MONOTONE: Final[dict[str, tuple[str, float, float, float]]] = {
    "exp": ("exp", 1e4, 0.0, np.inf),
    "expm1": ("expm1", 1e4, -1.0, np.inf),
    "log": ("log", 1.7e308, -np.inf, np.inf),
    "log1p": ("log1p", 1.7e308, -np.inf, np.inf),
    "arctan": ("atan", 1e300, -1.5707963267948968, 1.5707963267948968),
    "arcsin": ("asin", 1.0, -1.5707963267948968, 1.5707963267948968),
    "sinh": ("sinh", 1e4, -np.inf, np.inf),
    "tanh": ("tanh", 1e4, -1.0, 1.0),
    "arcsinh": ("asinh", 1.7e308, -np.inf, np.inf),
    "arccosh": ("acosh", 1.7e308, 0.0, np.inf),
    "arctanh": ("atanh", 1.0, -np.inf, np.inf),
    "expit": ("expit", 1e4, 0.0, 1.0),
    "erf": ("erf", 1e4, -1.0, 1.0),
    "cbrt": ("cbrt", 1.7e308, -np.inf, np.inf),
}


def down(x: Array) -> Array:
    """Return the next float below a sum; 0 stays 0, since a sum that rounds to 0 is exact.

    A product or quotient that rounds to 0 may not be 0: those have `np.nextafter`.
    """
    return np.where(x == 0, x, np.nextafter(x, -np.inf))


def up(x: Array) -> Array:
    """Return the next float above a sum; 0 stays 0, since a sum that rounds to 0 is exact."""
    return np.where(x == 0, x, np.nextafter(x, np.inf))


def elementary(name: str, lower: Array, upper: Array) -> tuple[Array, Array]:
    """Bound an increasing elementary function on [lower, upper], infinite ends included."""
    _, cut, left, right = _MONOTONE[name]
    ends = np.concatenate([np.ravel(lower), np.ravel(upper)])
    below, above = point_values(name, np.clip(ends, -cut, cut))
    below = np.where(ends < -cut, left, np.clip(below, left, right))
    above = np.where(ends > cut, right, np.clip(above, left, right))
    # a function that is 0 at 0 keeps the sign of the 0
    below, above = (np.where((ends == 0) & (v == 0), ends, v) for v in (below, above))
    half = np.size(lower)
    return below[:half].reshape(np.shape(lower)), above[half:].reshape(np.shape(upper))


def point_values(name: str, x: Array, exponent: float | None = None) -> tuple[Array, Array]:
    """Bound one function at floats, (points,) → two (points,) arrays.

    Each different float is computed once: the cells of a row share their ends.
    """
    from flint import arb, ctx

    points, place = np.unique(x, return_inverse=True)
    with ctx.workprec(_BITS):
        function = _ball_function(name, exponent)
        values = [function(arb(v)) for v in points.tolist()]
        low, high = _outward(values)
    return low[place.ravel()], high[place.ravel()]


def _outward(values: list[Any]) -> tuple[Array, Array]:
    """Round balls outward to floats; one that is not finite is the whole line."""
    middle = np.array([float(v) for v in values], dtype=np.float64)
    radius = np.array([float(v.rad()) for v in values], dtype=np.float64)
    known = np.isfinite(middle) & np.isfinite(radius)
    wide = np.nextafter(radius, np.inf)
    low = np.where(known, np.nextafter(np.nextafter(middle, -np.inf) - wide, -np.inf), -np.inf)
    high = np.where(known, np.nextafter(np.nextafter(middle, np.inf) + wide, np.inf), np.inf)
    for i in np.flatnonzero(~known | (radius == 0)).tolist():
        low[i], high[i] = _at_the_rim(values[i], low[i], high[i])
    return low, high


def _at_the_rim(ball: Any, low: float, high: float) -> tuple[float, float]:
    """Sharpen the bounds of a ball that is a float exactly, or past the range of float64."""
    if ball > _LARGEST:
        return _LARGEST, high
    if ball < -_LARGEST:
        return low, -_LARGEST
    middle = float(ball)
    return (middle, middle) if ball == middle else (low, high)


def _ball_function(name: str, exponent: float | None) -> Callable[[Any], Any]:
    from flint import arb

    if name == "power":
        return lambda u: u ** arb(exponent)
    if name == "expit":
        return lambda u: 1 / (1 + (-u).exp())
    if name == "cbrt":
        return lambda u: u.root(3) if u > 0 else -((-u).root(3)) if u < 0 else u
    return getattr(arb, _MONOTONE[name][0] if name in _MONOTONE else name)  # type: ignore[no-any-return]
