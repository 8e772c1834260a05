"""Directed rounding: floats that are proved to lie below or above a real number.

Sums, products and quotients of doubles are rounded to nearest, so one float outward is enough.
Elementary functions are taken from Arb's balls (python-flint), never from the platform's libm.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "down", "elementary", "up"]

Array = NDArray[np.float64]

_LARGEST: Final = np.finfo(np.float64).max

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
    """Give the next float below; 0 stays 0, since a sum that rounds to 0 is exact."""
    return np.where(x == 0, x, np.nextafter(x, -np.inf))


def up(x: Array) -> Array:
    """Give the next float above; 0 stays 0, since a sum that rounds to 0 is exact."""
    return np.where(x == 0, x, np.nextafter(x, np.inf))


def elementary(name: str, lower: Array, upper: Array) -> tuple[Array, Array]:
    """Bound an increasing elementary function on [lower, upper], infinite ends included."""
    _, cut, left, right = _MONOTONE[name]
    ends = np.concatenate([np.atleast_1d(lower).ravel(), np.atleast_1d(upper).ravel()])
    below, above = point_values(name, np.clip(ends, -cut, cut))
    below = np.where(ends < -cut, left, np.clip(below, left, right))
    above = np.where(ends > cut, right, np.clip(above, left, right))
    half = np.size(lower)
    return below[:half].reshape(np.shape(lower)), above[half:].reshape(np.shape(upper))


def point_values(name: str, x: Array, exponent: float | None = None) -> tuple[Array, Array]:
    """Bound one function at finite floats, (points,) → two (points,) arrays.

    Each different float is computed once: the cells of a row share their ends.
    """
    from flint import arb

    points, place = np.unique(x, return_inverse=True)
    function = _ball_function(name, exponent)
    values = [function(arb(v)) for v in points.tolist()]
    middle = np.array([float(v) for v in values])
    radius = np.nextafter(np.array([float(v.rad()) for v in values]), np.inf)
    low = np.nextafter(np.nextafter(middle, -np.inf) - radius, -np.inf)
    high = np.nextafter(np.nextafter(middle, np.inf) + radius, np.inf)
    known = np.isfinite(radius) & ~np.isnan(middle)
    low, high = np.where(known, low, -np.inf), np.where(known, high, np.inf)
    huge = np.array([0 if ok else _sign_past_range(v) for v, ok in zip(values, known, strict=True)])
    low, high = np.where(huge > 0, _LARGEST, low), np.where(huge < 0, -_LARGEST, high)
    exact = np.array([v.is_exact() and bool(arb(float(v)) == v) for v in values], dtype=bool)
    low, high = np.where(exact, middle, low), np.where(exact, middle, high)
    return low[place.ravel()], high[place.ravel()]


def _sign_past_range(ball: Any) -> int:
    """Tell that a number is past the range of float64, and on which side."""
    return 1 if ball > _LARGEST else -1 if ball < -_LARGEST else 0


def _ball_function(name: str, exponent: float | None) -> Callable[..., object]:
    from flint import arb

    if name == "power":
        return lambda u: u ** arb(exponent)
    if name == "expit":
        return lambda u: 1 / (1 + (-u).exp())
    if name == "cbrt":
        return lambda u: u.root(3) if u > 0 else -((-u).root(3)) if u < 0 else u
    method = getattr(arb, _MONOTONE[name][0] if name in _MONOTONE else name)
    return lambda u: method(u)
