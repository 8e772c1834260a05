"""Sums and products kept as two floats, so that terms far larger than their sum do no harm.

The rounding error of a sum or product is a float itself and is carried along. What is left out is
of second order: γ² times the sum of the sizes, γ = n 2^−53.

Source: T. Ogita, S. M. Rump and S. Oishi, Accurate sum and dot product, 2005.
"""

from typing import Final

import numpy as np

from uat.core.evaluate import compensated_prefix_sums
from uat.expression.arrays import Array
from uat.numerics.network_rounding import ROUNDOFF

__all__ = ["pairwise_sum", "prefix_sums", "two_product", "two_sum"]

_SPLITTER: Final = 2.0**27 + 1
"""Splits a float of 53 bits into two of 26, whose products are exact."""


def two_product(a: Array, b: Array) -> tuple[Array, Array]:
    """Return the float nearest to a·b and, exactly, what it lacks; |a|, |b| and |ab| below 2^900.

    >>> high, low = two_product(np.array([1 + 2.0**-52]), np.array([1 + 2.0**-52]))
    >>> float(low[0]) == 2.0**-104
    True
    """
    high = a * b
    (a_head, a_tail), (b_head, b_tail) = _split(a), _split(b)
    low = ((a_head * b_head - high) + a_head * b_tail + a_tail * b_head) + a_tail * b_tail
    return high, low


def two_sum(a: Array, b: Array) -> tuple[Array, Array]:
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
    high, low = compensated_prefix_sums(terms, rest)
    gamma = (len(terms) + 4) * ROUNDOFF
    error = 2 * gamma * gamma * float(np.sum(np.abs(terms))) + gamma * float(np.sum(np.abs(rest)))
    return high, low, error


def pairwise_sum(terms: Array) -> Array:
    """Sum over the last axis, off by one rounding of Σ|terms| and terms in its square.

    >>> pairwise_sum(np.array([1e16, 1.0, -1e16])).tolist()
    1.0
    """
    lost = np.zeros(terms.shape[:-1])
    while terms.shape[-1] > 1:
        odd, half = terms.shape[-1] % 2, terms.shape[-1] // 2
        total, missing = two_sum(terms[..., :half], terms[..., half : 2 * half])
        lost += np.sum(missing, axis=-1)
        terms = np.concatenate([total, terms[..., 2 * half :]], axis=-1) if odd else total
    return terms[..., 0] + lost if terms.shape[-1] else lost


def _split(a: Array) -> tuple[Array, Array]:
    scaled = _SPLITTER * a
    head = scaled - (scaled - a)
    return head, a - head
