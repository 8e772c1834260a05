"""Where n hyperplanes in floats meet, and how far that is from where the true ones do.

Rows A x + c = 0 are known within e_i in each entry. With R ≈ A⁻¹ and the residual r = A X + c the
true point is within ‖|R| (|r| + e (1 + Σ|X_j|))‖ / (1 − ‖RA − I‖ − ‖|R| E‖) of X, in the largest
coordinate. Source: S. M. Rump, Verification methods, Acta Numerica 19, 2010, theorem 10.2.
"""

from typing import Final

import numpy as np

from uat.expression.arrays import Array
from uat.numerics.rounding import gamma
from uat.regions.exact.signs import FAINT, SAFE

__all__ = ["meeting"]


_CONTRACTION: Final = 0.5


def meeting(planes: Array, errors: Array) -> tuple[Array, Array]:
    """Return the points on n hyperplanes each, and a bound on their distance from the true ones.

    Parameters
    ----------
    planes : ndarray, shape (k, n, n + 1)
    errors : ndarray, shape (k, n)

    Returns
    -------
    ndarray, shape (k, n)
        0 where nothing is known.
    ndarray, shape (k,)
        ∞ where nothing is known.

    Examples
    --------
    >>> x, error = meeting(np.array([[[2.0, 0, -1], [0, 1, 3]]]), np.zeros((1, 2)))
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
    lost = ~((defect < _CONTRACTION) & np.isfinite(error))
    x[lost], error[lost] = 0.0, np.inf
    return x, error


def _inverse(a: Array) -> Array:
    """Invert matrices, shape (k, n, n), nearly; what comes of singular ones is not finite."""
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
