"""Sums and products kept as two floats, so that terms far larger than their sum do no harm.

Each rounding error is a float itself and is carried along. What is left out is of second order:
γ² times the sum of the sizes, γ = n 2^−53.

Source: T. Ogita, S. M. Rump and S. Oishi, Accurate sum and dot product, 2005.
"""

from typing import Final

import numpy as np

from uat.expression.arrays import Array
from uat.numerics.rounding import ROUNDOFF

__all__ = ["prefix_sums", "product", "total"]


_SPLITTER: Final = 2.0**27 + 1


def product(a: Array, b: Array) -> tuple[Array, Array]:
    """Return the float nearest to a·b and, exactly, what it lacks; |a|, |b| and |ab| below 2^900.

    >>> high, low = product(np.array([1 + 2.0**-52]), np.array([1 + 2.0**-52]))
    >>> float(low[0]) == 2.0**-104
    True
    """
    high = a * b
    (a_head, a_tail), (b_head, b_tail) = _split(a), _split(b)
    low = ((a_head * b_head - high) + a_head * b_tail + a_tail * b_head) + a_tail * b_tail
    return high, low


def total(a: Array, b: Array) -> tuple[Array, Array]:
    """Return the float nearest to a + b and, exactly, what it lacks."""
    high = a + b
    added = high - a
    return high, (a - (high - added)) + (b - added)


def prefix_sums(terms: Array, rest: Array | float = 0.0) -> tuple[Array, Array, float]:
    """Sum the first 0, 1, 2, … of terms + rest, rest far smaller: high, low and an error bound.

    >>> high, low, error = prefix_sums(np.array([1e16, 1.0, -1e16]))
    >>> (high + low).tolist(), error < 1e-10
    ([0.0, 1e+16, 1e+16, 1.0], True)
    """
    high = np.concatenate([[0.0], np.cumsum(terms)])
    before, after = high[:-1], high[1:]
    added = after - before
    lost = (before - (after - added)) + (terms - added) + rest
    low = np.concatenate([[0.0], np.cumsum(lost)])
    gamma = (len(terms) + 4) * ROUNDOFF
    error = 2 * gamma * gamma * float(np.sum(np.abs(terms))) + gamma * float(np.sum(np.abs(rest)))
    return high, low, error


def _split(a: Array) -> tuple[Array, Array]:
    scaled = _SPLITTER * a
    head = scaled - (scaled - a)
    return head, a - head
