"""Output weights by least squares, where the units are nearly the same: many weights fit equally.

The columns of A are the units at the points of the fit, and soft units differ so little that A has
singular values down to the rounding of its entries. Of all weights that fit equally well the small
ones are wanted: large ones cancel, and cancelling costs digits. With A = U S Vᵀ,

    a = Σ v_i s_i (u_i·f)/(s_i² + λ²)   makes   |A a − f|² + λ²|a|²   least,   λ = damping · s_0.

A larger damping gives smaller weights and a larger error, so the weights wanted are those of the
largest damping whose error is still allowed.

Source: P. C. Hansen, Rank-Deficient and Discrete Ill-Posed Problems, 1998, chapters 3 to 5;
G. H. Golub and C. F. Van Loan, Matrix Computations, 4th ed., 2013, sections 5.5 and 6.1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from uat.errors import InputError
from uat.expression.arrays import Array

__all__ = ["DAMPINGS", "Factored", "LeastSquaresFit", "factor", "smallest"]

DAMPINGS: Final = tuple(float(v) for v in 10.0 ** np.arange(-1.0, -16.5, -0.5))
"""The dampings that are tried first, from the largest on; more: smaller weights, slower."""

_HALVINGS: Final = 3
"""Halvings between two dampings; 3 find the largest allowed one to within 10^(1/16)."""


@dataclass(frozen=True, slots=True, eq=False)
class Factored:
    """A matrix as U S Vᵀ, for any number of right-hand sides and dampings."""

    left: Array  # (rows, rank)
    singular: Array  # (rank,), from the largest on
    right: Array  # (rank, columns)

    def damped(self, values: Array, dampings: ArrayLike) -> Array:
        """Return the weights, (columns, k), for values, (rows,), and each of k dampings above 0.

        Dampings are in units of the largest singular value.
        """
        largest = self.singular[0] or 1.0
        s = self.singular[:, None] / largest
        share = s / (s**2 + np.asarray(dampings, dtype=np.float64) ** 2) / largest  # (rank, k)
        weights: Array = self.right.T @ (share * (self.left.T @ values)[:, None])
        return weights


def factor(matrix: ArrayLike) -> Factored:
    """Factor a matrix once, in about the time of ten products of n × n matrices for n columns."""
    array = np.asarray(matrix, dtype=np.float64)
    if array.ndim != 2 or 0 in array.shape:
        raise InputError(f"a matrix of shape {array.shape} given; (rows, columns) is needed")
    if not np.isfinite(array).all():
        raise InputError("a matrix with NaN or infinity given; finite numbers are needed")
    try:
        return Factored(*np.linalg.svd(array, full_matrices=False))
    except np.linalg.LinAlgError:  # the faster algorithm may, very rarely, not converge
        from scipy.linalg import svd

        return Factored(*svd(array, full_matrices=False, lapack_driver="gesvd"))


@dataclass(frozen=True, slots=True, eq=False)
class LeastSquaresFit:
    """Weights, (columns,), their error as the caller measures it, their size Σ|a| and damping."""

    weights: Array
    error: float
    size: float
    damping: float


def smallest(
    matrix: Factored | ArrayLike,
    values: ArrayLike,
    errors: Callable[[Array], Array],
    eps: float,
    dampings: ArrayLike = DAMPINGS,
) -> LeastSquaresFit:
    """Find the weights of the smallest Σ|a| whose error is below eps; else those of least error.

    The rows of the matrix are the points of the fit, its columns the units; factored, it serves
    several outputs, with values of f at the points, (rows,), for each. `errors` maps candidates,
    (columns, k), to their errors, (k,), say max|B w − f| on a finer grid, more for large weights
    where their rounding counts; NaN counts as too large. Between the two dampings around eps three
    halvings follow. Compare the error found with eps to know which of the two the result is; for
    eps = 0 it is the least error.

    >>> x, fine = np.linspace(0, 1, 40)[:, None], np.linspace(0, 1, 401)[:, None]
    >>> centres = np.linspace(-0.2, 1.2, 12)
    >>> units, check = np.tanh(6 * (x - centres)), np.tanh(6 * (fine - centres))
    >>> off = lambda weights: np.abs(check @ weights - np.cos(3 * fine)).max(axis=0)
    >>> rough, close = (smallest(units, np.cos(3 * x[:, 0]), off, eps) for eps in (1e-2, 1e-4))
    >>> rough.error < 1e-2, close.error < 1e-4, rough.size < close.size
    (True, True, True)
    """
    factored = matrix if isinstance(matrix, Factored) else factor(matrix)
    right = _values(factored, values)
    tried = _tried(factored, right, errors, np.asarray(dampings, dtype=np.float64))
    best = _better(tried, eps)
    for _ in range(_HALVINGS if best.error < eps else 0):
        larger = [one.damping for one in tried if one.damping > best.damping]
        if not larger:
            break
        middle = np.sqrt(best.damping * min(larger))
        tried += _tried(factored, right, errors, np.array([middle]))
        best = _better(tried, eps)
    return best


def _tried(
    factored: Factored, values: Array, errors: Callable[[Array], Array], dampings: Array
) -> list[LeastSquaresFit]:
    weights = factored.damped(values, dampings)
    off = np.asarray(errors(weights), dtype=np.float64)
    if off.shape != dampings.shape:
        raise InputError(
            f"errors gives shape {off.shape} for {len(dampings)} candidates; one number each"
        )
    off, sizes = np.where(np.isnan(off), np.inf, off), np.abs(weights).sum(axis=0)
    rows = zip(weights.T, off.tolist(), sizes.tolist(), dampings.tolist(), strict=True)
    return [LeastSquaresFit(*row) for row in rows]


def _better(tried: list[LeastSquaresFit], eps: float) -> LeastSquaresFit:
    """Take the smallest of those below eps, else the one of least error."""
    allowed = [one for one in tried if one.error < eps]
    if allowed:
        return min(allowed, key=lambda one: one.size)
    return min(tried, key=lambda one: one.error)


def _values(factored: Factored, values: ArrayLike) -> Array:
    array = np.asarray(values, dtype=np.float64)
    rows = len(factored.left)
    if array.shape != (rows,):
        raise InputError(f"values of shape {array.shape} given; ({rows},) is needed, one a row")
    if not np.isfinite(array).all():
        raise InputError("values with NaN or infinity given; finite numbers are needed")
    return array
