"""Self-similar functions, exact in floats, with their moduli of continuity.

Each is a sum over scales or a walk through digits. Digits are shifted without rounding, since the
smallest ones decide: 3^k x with a rounded x is meaningless after a few dozen steps.

Sources: G. Cantor 1884, T. Takagi 1903, K. Weierstrass 1872 (the sum; G. H. Hardy 1916, the
exponent), with the moduli derived below.
"""

from typing import Any, Final

import numpy as np

from uat.expression.arrays import Array

__all__ = ["cantor", "takagi", "takagi_modulus", "weierstrass", "weierstrass_modulus"]

_TERMS: Final = 55
"""Terms of Weierstrass's sum: the others add up to less than the rounding of the sum."""


def cantor(x: Any) -> Array:
    """Return Cantor's function: ternary digits 0 and 2 up to the first 1, read as binary 0 and 1.

    C(x) = C(3x)/2 on [0, 1/3], 1/2 in the middle, 1/2 + C(3x − 2)/2 on [2/3, 1]. It is 0 left of
    0 and 1 right of 1. C is subadditive, so it is its own modulus of continuity:
    |C(x) − C(y)| ≤ C(|x − y|) ≤ |x − y|^(log 2/log 3), with equality at 0 and 3^−n.

    Source: J. Doboš, The standard Cantor function is subadditive, 1996; O. Dovgoshey, O. Martio,
    V. Ryazanov and M. Vuorinen, The Cantor function, 2006.

    >>> cantor([0.0, 0.25, 0.5, 1.0])
    array([0.        , 0.33333333, 0.5       , 1.        ])
    """
    high = np.clip(np.asarray(x, dtype=np.float64), 0.0, 1.0)
    result = np.zeros(high.size)
    place, high, low = np.arange(high.size), high.ravel(), np.zeros(high.size)
    weight = 1.0
    shape = np.shape(x)
    while True:
        # a point stays while it is not 0 and its next digit changes the float
        stays = (high > 0) & (weight > 2.0**-56 * result[place])
        place, high, low = place[stays], high[stays], low[stays]
        if not place.size:
            return result.reshape(shape)
        weight /= 2
        high, low = _thrice(high, low)
        digit = _at_least(high, low, 1.0)
        result[place] += np.where(digit, weight, 0.0)
        right = _at_least(high, low, 2.0)
        high = np.where(right, high - 2, np.where(digit, 0.0, high))
        high, low = _renormalized(high, np.where(digit & ~right, 0.0, low))


def takagi(x: Any) -> Array:
    """Return Takagi's function Σ 2^−k s(2^k x) on [0, 1], s the distance to the nearest integer.

    T(x/2) = x/2 + T(x)/2 reduces it to the mantissa, whose 53 binary digits make 53 terms, each
    exact, and so is their sum.

    >>> takagi([0.25, 0.5, 1.0])
    array([0.5, 0.5, 0. ])
    """
    mantissa, exponent = np.frexp(np.asarray(x, dtype=np.float64))
    total, t = np.zeros_like(mantissa), mantissa
    for k in range(53):
        t = t - np.rint(t)
        total += 2.0**-k * np.abs(t)
        t = 2 * t
    return np.asarray(np.ldexp(total - exponent * mantissa, exponent))


def takagi_modulus(h: Any) -> Array:
    """Bound the change of Takagi's function: h log2(4/(3h)), and 2/3 from h = 1/3 on.

    The first n terms move by nh, the rest is 2^−n T(2^n x) and lies within 2^−n [0, 2/3]. The
    least of n h + (2/3) 2^−n over n is piecewise linear with corners at h = 2^−n/3, where it is
    h log2(4/(3h)), which is concave, so above it. It is attained at each corner: T(h) is that.

    >>> takagi_modulus(np.array([1 / 6, 1 / 3])), takagi(1 / 6)
    (array([0.5       , 0.66666667]), array(0.5))
    """
    h = np.clip(h, 0.0, 1 / 3)
    return np.asarray(h * (np.log2(4 / 3) - np.log2(np.maximum(h, 5e-324))))


def weierstrass(x: Any) -> Array:
    """Return Weierstrass's function Σ 2^−k cos(3^k π x), nowhere differentiable, on [−1, 1].

    The terms from the 55th on add up to less than 2^−54, below the rounding of values up to 2. x
    is cut into a multiple of 2^−52, whose triples modulo 2 are exact, and a rest so small that
    the rounding of its triples does not matter.

    >>> weierstrass([0.0, 1.0])
    array([ 2., -2.])
    """
    x = np.asarray(x, dtype=np.float64)
    grid: Array = np.rint(x * 2.0**52) * 2.0**-52
    rest = x - grid
    total: Array = np.zeros_like(x)
    for k in range(_TERMS):
        total += 2.0**-k * np.cos(np.pi * (grid + rest))
        grid, rest = grid + 2 * (grid - np.rint(1.5 * grid)), 3 * rest
    return total


def weierstrass_modulus(h: Any) -> Array:
    """Bound the change of Weierstrass's function, term by term.

    |cos a − cos b| = 2 |sin((a+b)/2) sin((a−b)/2)|, so the k-th term moves by at most
    2^(1−k) sin(min(3^k h, 1) π/2); the terms from the 55th on by at most 2^−53 together. For
    small h this falls like h^(log 2/log 3), the exact exponent.

    >>> weierstrass_modulus(np.array([1.0]))
    array([4.])
    """
    h = np.asarray(h, dtype=np.float64)
    total: Array = np.full_like(h, 2.0**-53)
    for k in range(_TERMS):
        total += 2.0 ** (1 - k) * np.sin(np.minimum(3.0**k * h, 1.0) * (np.pi / 2))
    return total


def _thrice(high: Array, low: Array) -> tuple[Array, Array]:
    """Triple the sum of two floats: 3·high without rounding, 3·low with little."""
    triple = 3 * high
    return _renormalized(triple, 3 * low + (high - (triple - 2 * high)))


def _renormalized(high: Array, low: Array) -> tuple[Array, Array]:
    """Return the same sum with |low| at most half a unit in the last place of high."""
    total = high + low
    return total, low - (total - high)


def _at_least(high: Array, low: Array, bound: float) -> Any:
    return (high > bound) | ((high == bound) & (low >= 0))
