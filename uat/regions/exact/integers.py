"""Arrays of exact integers: int64 while a bound shows that nothing overflows, else Python's.

A float is an integer times a power of two, so a layer of weights is a matrix of integers and one
common shift. A point is homogeneous: integers (X_1, …, X_n, D) with D > 0 stand for X / D.
Determinants come from elimination without fractions (E. H. Bareiss, Sylvester's identity and
multistep integer-preserving Gaussian elimination, Math. Comp. 22, 1968).
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "INT64_ROOM",
    "BigIntegers",
    "Ids",
    "dyadic",
    "exact_intersection",
    "lowest_terms",
    "max_abs",
    "multiply",
    "point_between",
    "rounded",
]

BigIntegers = NDArray[Any]
"""Integers as numpy's int64 or, where those may overflow, as Python's."""
Ids = NDArray[Any]
"""Indices of cells, faces, vertices or units, of any integer type of numpy."""

INT64_ROOM: Final = 1 << 62
"""Below this, two numbers may be added without an overflow of int64."""


def max_abs(a: BigIntegers) -> int:
    """Return the largest absolute value, 0 of an empty array."""
    return max(int(a.max()), -int(a.min())) if a.size else 0


def _fitting(bound: int, *arrays: BigIntegers) -> tuple[BigIntegers, ...]:
    """Convert the arrays to Python's integers if `bound`, on all that comes of them, needs it."""
    return arrays if bound < INT64_ROOM else tuple(a.astype(object) for a in arrays)


def dyadic(a: NDArray[np.float64]) -> tuple[BigIntegers, int]:
    """Return integers N and the least shift s ≥ 0 with a = N / 2^s exactly.

    >>> dyadic(np.array([0.75, -2.0]))
    (array([ 3, -8]), 2)
    """
    mantissa, exponent = np.frexp(a)
    whole = np.asarray(mantissa * 2.0**53).astype(np.int64)
    zeros = np.where(whole == 0, 0, np.log2(np.maximum(whole & -whole, 1)).astype(np.int64))
    whole, exponent = whole >> zeros, np.where(whole == 0, 0, exponent - 53 + zeros)
    shift = max(0, -int(exponent.min(initial=0)))
    up = exponent + shift
    if int(up.max(initial=0)) < 62 and max_abs(np.abs(whole.astype(float)) * 2.0**up) < INT64_ROOM:
        return whole << up, shift
    return _compact(whole.astype(object) << up.astype(object)), shift


def multiply(a: BigIntegers, b: BigIntegers) -> BigIntegers:
    """Return the matrix product a b."""
    small = max_abs(b) < INT64_ROOM // max(1, len(b))
    largest_sum = int(np.abs(b).sum(axis=0).max()) if small else INT64_ROOM
    a, b = _fitting(max_abs(a) * largest_sum, a, b)
    return np.asarray(a @ b)


def lowest_terms(a: BigIntegers) -> BigIntegers:
    """Divide each row by the greatest common divisor of its entries.

    >>> lowest_terms(np.array([[4, -6], [0, 0]]))
    array([[ 2, -3],
           [ 0,  0]])
    """
    common = np.gcd.reduce(a, axis=-1, keepdims=True)
    return _compact(np.asarray(a // np.where(common == 0, 1, common)))


def exact_intersection(planes: BigIntegers) -> BigIntegers:
    """Return the points in which n hyperplanes each intersect, homogeneous and in lowest terms.

    Rows (a, c) of the planes, (k, n, n + 1), stand for a·x + c = 0; the a of one point are linearly
    independent.

    >>> exact_intersection(np.array([[[2, 0, -1], [0, 1, 3]]]))
    array([[ 1, -6,  2]])
    """
    each, n = np.arange(len(planes)), planes.shape[1]
    m, previous = lowest_terms(planes), np.ones(len(planes), np.int64)
    for column in range(n):
        pivot = column + np.argmax(m[:, column:, column] != 0, axis=1)
        row = m[each, pivot]
        m[each, pivot] = m[:, column]
        # The pivot row is no longer in m, and may have the largest entries of all.
        m, row = _fitting(2 * max(max_abs(m), max_abs(row)) ** 2, m, row)
        lead, factors = row[:, column], m[:, :, column].copy()
        m = lead[:, None, None] * m - factors[:, :, None] * row[:, None, :]
        m = np.asarray(m // previous[:, None, None])
        m[:, column] = row
        previous = lead
    sign = np.where(previous > 0, 1, -1)
    return lowest_terms(np.column_stack([-m[:, :, n] * sign[:, None], previous * sign]))


def point_between(a: BigIntegers, b: BigIntegers, p: BigIntegers, q: BigIntegers) -> BigIntegers:
    """Return the homogeneous points a + t (b − a) with t = p/q, q > 0, in Python's integers.

    >>> point_between(np.array([[0, 1]]), np.array([[3, 2]]), np.array([1]), np.array([3]))
    array([[1, 2]])
    """
    a, b, p, q = (part.astype(object) for part in (a, b, p[:, None], q[:, None]))
    start, end = a[:, :-1] * b[:, -1:], b[:, :-1] * a[:, -1:]
    return lowest_terms(np.hstack([start * q + p * (end - start), a[:, -1:] * b[:, -1:] * q]))


def rounded(points: BigIntegers) -> NDArray[np.float64]:
    """Round homogeneous points, shape (k, n + 1), to floats; ±∞ past their range.

    >>> rounded(np.array([[1, 10**400, 2]], object))
    array([[0.5, inf]])
    """
    rows = np.empty((len(points), points.shape[1] - 1))
    for row, (*x, d) in zip(rows, points.tolist(), strict=True):
        for i, v in enumerate(x):
            try:
                row[i] = v / d
            except OverflowError:
                row[i] = np.inf if v > 0 else -np.inf
    return rows


def _compact(a: BigIntegers) -> BigIntegers:
    """Convert Python's integers back to int64 if all of them fit."""
    return a.astype(np.int64) if a.dtype == object and max_abs(a) < INT64_ROOM else a
