"""The point in which n hyperplanes intersect, in floats, with a bound on its error.

The coefficients of each row of A x + c = 0 are known within e_i. With R ≈ A⁻¹ and the residual r =
A X + c the true point is within ‖|R| (|r| + e (1 + Σ|X_j|))‖ / (1 − ‖RA − I‖ − ‖|R| E‖) of X, in
the largest coordinate. Source: S. M. Rump, Verification methods, Acta Numerica 19, 2010, theorem
10.2.
"""

from typing import Final

import numpy as np

from uat.expression.arrays import Array
from uat.numerics.network_rounding import gamma
from uat.regions.exact.signs import FAINT, SAFE

__all__ = ["verified_intersection"]

# Of a larger ‖RA − I‖ + ‖|R| E‖ the bound is too coarse to be of use: the exact point is computed.
_LARGEST_DEFECT: Final = 0.5


def verified_intersection(planes: Array, errors: Array) -> tuple[Array, Array]:
    """Return the points in which n hyperplanes each intersect, (k, n), and bounds on their errors.

    The planes have the shape (k, n, n + 1), their errors (k, n). Where no bound is found the point
    is 0 and its bound, (k,), is ∞.

    >>> x, error = verified_intersection(np.array([[[2.0, 0, -1], [0, 1, 3]]]), np.zeros((1, 2)))
    >>> x, bool(error < 1e-14)
    (array([[ 0.5, -3. ]]), True)
    """
    n = planes.shape[1]
    a, c = planes[:, :, :n], planes[:, :, n]
    with np.errstate(all="ignore"):
        inverse = _inverse(a)
        x = -np.einsum("kij,kj->ki", inverse, c)
        size, reach = np.abs(inverse), np.abs(x)
        residual = np.abs(np.einsum("kij,kj->ki", a, x) + c)
        residual += gamma(n + 3) * (np.einsum("kij,kj->ki", np.abs(a), reach) + np.abs(c))
        residual += errors * (1 + reach.sum(axis=1))[:, None] + FAINT
        shift = np.einsum("kij,kj->ki", size, residual).max(axis=1)
        off = np.abs(np.einsum("kij,kjl->kil", inverse, a) - np.eye(n))
        off += gamma(n + 3) * (np.einsum("kij,kjl->kil", size, np.abs(a)) + np.eye(n))
        off += np.einsum("kij,kj->ki", size, errors)[:, :, None]
        defect = off.sum(axis=2).max(axis=1) * SAFE
        error = shift / (1 - defect) * SAFE + FAINT
    lost = ~((defect < _LARGEST_DEFECT) & np.isfinite(error))
    x[lost], error[lost] = 0.0, np.inf
    return x, error


def _inverse(a: Array) -> Array:
    """Compute approximate inverses of matrices, shape (k, n, n); not finite for singular ones."""
    n = a.shape[1]
    if n == 1:
        return 1 / a
    if n == 2:
        adjugate = np.stack([a[:, 1, 1], -a[:, 0, 1], -a[:, 1, 0], a[:, 0, 0]], axis=1)
        determinant = a[:, 0, 0] * a[:, 1, 1] - a[:, 0, 1] * a[:, 1, 0]
        return np.asarray(adjugate / determinant[:, None]).reshape(-1, 2, 2)
    lost = np.asarray(~np.isfinite(a).all(axis=(1, 2)))
    a = np.where(lost[:, None, None], np.eye(n), a)
    lost |= np.linalg.slogdet(a)[0] == 0
    inverse = np.linalg.inv(np.where(lost[:, None, None], np.eye(n), a))
    inverse[lost] = np.inf
    return np.asarray(inverse)
