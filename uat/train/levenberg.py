"""Levenberg–Marquardt: a step for least squares between Gauss–Newton and steepest descent.

Near the weights w the residual is r − Jp for a step p. The step that minimises

    |r − Jp|² + λ |Dp|²

is Gauss–Newton's for λ = 0 and goes downhill, ever shorter, for large λ. D holds the lengths of
the columns of J, so that the scale of a weight does not matter.

Sources: K. Levenberg, A method for the solution of certain non-linear problems in least squares,
1944; D. W. Marquardt, An algorithm for least-squares estimation of nonlinear parameters, 1963;
J. J. Moré, The Levenberg–Marquardt algorithm: implementation and theory, 1978.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from uat.expression.arrays import Array

__all__ = ["FIRST_DAMPING", "LinearModel", "next_damping"]


FIRST_DAMPING: Final = 1e-2

_LEAST: Final = 1e-15
_MOST: Final = 1e30
_KEPT: Final = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class LinearModel:
    """r − Jp by its normal equations, with columns of length 1.

    Attributes
    ----------
    lengths : ndarray, (columns,)
        D. In the next model a length has shrunk by a part at most.
    normal : ndarray, (columns, columns)
        D⁻¹JᵀJD⁻¹.
    seen : ndarray, (columns,)
        D⁻¹Jᵀr.
    """

    lengths: Array
    normal: Array
    seen: Array

    @classmethod
    def of(cls, jacobian: Array, residual: Array, lengths: Array | None = None) -> Self:
        """Make the model: (rows, columns), (rows,), and the lengths of the model before."""
        now = np.sqrt(np.einsum("ij,ij->j", jacobian, jacobian))
        lengths = now if lengths is None else np.maximum(now, _KEPT * lengths)
        lengths = np.maximum(lengths, max(1e-8 * float(lengths.max()), 1e-300))
        scaled = jacobian / lengths
        return cls(lengths, scaled.T @ scaled, scaled.T @ residual)

    def charging(self, charges: Array, weights: Array) -> Self:
        """Add Σ charges (w + p)² to what the step is to lower, one charge a column."""
        normal = self.normal + np.diag(charges / self.lengths**2)
        seen = self.seen - charges * weights / self.lengths
        return type(self)(self.lengths, normal, seen)

    def step(self, damping: float) -> tuple[Array, float]:
        """Return the step p of this λ, and by how much it should lower |r|².

        Where rounding has made the normal equations indefinite, λ is enlarged until they are not.
        """
        from scipy.linalg import LinAlgError, cho_factor, cho_solve

        while damping < _MOST:
            shifted = self.normal.copy()
            shifted.flat[:: len(shifted) + 1] += damping
            try:
                factor = cho_factor(shifted, overwrite_a=True, check_finite=False)
            except LinAlgError:
                damping *= 10
                continue
            way = cho_solve(factor, self.seen, check_finite=False)
            return way / self.lengths, float(way @ self.seen + damping * (way @ way))
        # the model is no number: there is no step
        return np.zeros_like(self.seen), 0.0


def next_damping(damping: float, gain: float, predicted: float) -> float:
    """Trust the model more where it foretold the gain, less where it did not.

    >>> next_damping(1.0, gain=0.9, predicted=1.0)
    0.25
    """
    ratio = gain / max(predicted, 1e-300)
    factor = 0.25 if ratio > 0.6 else 1.0 if ratio > 0.25 else 2.0
    return min(max(damping * factor, _LEAST), 1.0)
