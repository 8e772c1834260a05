"""Series of numpy.polynomial, by the recurrence of their basis, in exact numbers.

A series is Σ c_n P_n(u), u the linear map of its `domain` onto its `window`. The P_n follow from
P_(n+1) = (a_n u + b_n) P_n − c_n P_(n−1) with rational numbers, and Clenshaw's recurrence sums them.

Source: Digital Library of Mathematical Functions, 18.9.1 and table 18.9.1; C. W. Clenshaw, A note on
the summation of Chebyshev series, 1955.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

import numpy as np

from uat.errors import InputError, WrongType
from uat.expression.brought.formula import Brought, exactly
from uat.expression.graph import Expression, constant, coordinate

__all__ = ["read"]

_Recurrence = Callable[[int], tuple[Fraction, Fraction, Fraction]]
"""n → a_n, b_n, c_n; c_0 is not used."""

_ONE: Final = Fraction(1)
_ZERO: Final = Fraction(0)

_FAMILIES: Final[dict[str, _Recurrence]] = {
    "Chebyshev": lambda n: (_ONE * (2 if n else 1), _ZERO, _ONE),
    "Legendre": lambda n: (Fraction(2 * n + 1, n + 1), _ZERO, Fraction(n, n + 1)),
    "Hermite": lambda n: (_ONE * 2, _ZERO, _ONE * 2 * n),
    "HermiteE": lambda n: (_ONE, _ZERO, _ONE * n),
    "Laguerre": lambda n: (Fraction(-1, n + 1), Fraction(2 * n + 1, n + 1), Fraction(n, n + 1)),
}


def read(series: Any, dimension: int) -> Brought | None:
    """Read a Polynomial, Chebyshev, Legendre, Hermite, HermiteE or Laguerre series.

    >>> from numpy.polynomial import Chebyshev
    >>> read(Chebyshev([0, 0, 1]), 1).expression
    <Expression 2*x*x - 1>
    """
    kinds = [kind.__name__ for kind in type(series).__mro__]
    name = next((name for name in ("Polynomial", *_FAMILIES) if name in kinds), "")
    if not name or not str(type(series).__module__).startswith("numpy."):
        return None  # a class derived from one of these may have other values
    if dimension != 1:
        raise InputError(f"a {name} series given for {dimension} coordinates; it has one")
    coefficients = np.asarray(series.coef)
    if coefficients.dtype.kind not in "biuf" or coefficients.dtype == np.longdouble:
        raise WrongType(
            f"a {name} series with {coefficients.dtype} coefficients given; real numbers in float64 are needed"
        )
    if not np.isfinite(coefficients).all():
        raise InputError(f"a {name} series with a coefficient that is not finite given")
    ends = [np.asarray(pair).tolist() for pair in (series.domain, series.window)]
    if not np.isfinite(ends).all() or ends[0][0] == ends[0][1]:
        raise InputError(f"a {name} series whose domain {ends[0]} is no interval given")
    u = _mapped(*(list(map(Fraction, pair)) for pair in ends))
    numbers = [constant(c) for c in coefficients.tolist()]
    if name == "Polynomial":
        return Brought(_in_powers(numbers, u), f"a {name} series")
    return Brought(_summed(numbers, u, _FAMILIES[name]), f"a {name} series")


def _mapped(domain: list[Fraction], window: list[Fraction]) -> Expression:
    """Return u, which is one end of the window at each end of the domain."""
    (a, b), (p, q) = domain, window
    slope = (q - p) / (b - a)
    return _linear(slope, p - slope * a, coordinate(0))


def _linear(slope: Fraction, start: Fraction, u: Expression) -> Expression:
    if slope == 0:
        return exactly(start)
    scaled = u if slope == 1 else -u if slope == -1 else exactly(slope) * u
    return scaled if start == 0 else scaled + exactly(start)


def _summed(numbers: list[Expression], u: Expression, of: _Recurrence) -> Expression:
    """Sum by Clenshaw: s_n = c_n + (a_n u + b_n) s_(n+1) − c_(n+1) s_(n+2); s_0 is the sum."""
    zero = constant(0.0)
    after, later = zero, zero
    for n in range(len(numbers) - 1, -1, -1):
        a, b, _ = of(n)
        total = numbers[n]
        if after is not zero:
            product = _product(after, _linear(a, b, u))
            total = product if total is zero else product + total
        back = of(n + 1)[2]
        if later is not zero and back:
            total = total - _product(exactly(back), later)
        after, later = total, after
    return after


def _in_powers(numbers: list[Expression], u: Expression) -> Expression:
    """Write Σ c_n u^n with the highest power first, as it is read."""
    total = zero = constant(0.0)
    for n in range(len(numbers) - 1, -1, -1):
        term = _product(numbers[n], u**n)
        total = term if total is zero else total if term is zero else total + term
    return total


def _product(a: Expression, b: Expression) -> Expression:
    zero, one = constant(0.0), constant(1.0)
    if zero in (a, b):
        return zero
    return b if a is one else a if b is one else a * b
