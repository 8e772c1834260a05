"""Variable projection: the last layer is always the best one, so only the others are searched.

For fixed hidden weights θ the network Φ(θ) C is linear in its last layer C, and the best C(θ) = Φ⁺Y
solves a linear least squares problem. The residual that remains, r(θ) = Y − Φ Φ⁺ Y, depends on θ
alone and is far easier to lower. Its Jacobian, without a term that vanishes with r, is

    ∂r/∂θ = −(I − ΦΦ⁺) (∂Φ/∂θ) C.

A step p of θ by Levenberg and Marquardt minimises

    |r − Jp|² + λ |Dp|²,   J = −∂r/∂θ.

It is the step of Gauss and Newton for λ = 0, and a short step downhill for large λ. D holds the
lengths of the columns of J, so that the scale of a weight does not matter. Φ is nearly rank-deficient
for soft units, so C is computed with a small ridge term μ|C|², which is lowered as the residual falls.

Sources: G. H. Golub and V. Pereyra, The differentiation of pseudo-inverses and nonlinear least
squares problems whose variables separate, 1973; L. Kaufman, A variable projection method for
solving separable nonlinear least squares problems, 1975 (the shorter Jacobian); K. Levenberg, A
method for the solution of certain non-linear problems in least squares, 1944; D. W. Marquardt, An
algorithm for least-squares estimation of nonlinear parameters, 1963; J. J. Moré, The
Levenberg–Marquardt algorithm: implementation and theory, 1978.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from uat.expression.arrays import Array
from uat.train.gradient import features, jacobian
from uat.train.parameters import Residuals, Shape

__all__ = ["FIRST_DAMPING", "LinearModel", "Objective", "Projected", "projection"]


FIRST_DAMPING: Final = 1e-2
"""λ of the first step: larger is a shorter step, safer and slower."""

_LEAST_DAMPING: Final = 1e-15
_MOST_DAMPING: Final = 1e30
"""Range of λ: below it λ is lost in rounding, above it the step is."""

_SHRINKING: Final = 0.7
"""Smallest factor of a column length from one model to the next (Moré): smaller forgets faster."""

_FIRST_RIDGE: Final = 1e-16
"""μ of the start for each point: larger keeps output weights smaller, and a larger residual."""

_LEAST_RIDGE: Final = 1e-26
"""Smallest μ for each point: the smaller, the larger the output weights that rounding meets."""

_TRIES: Final = 8
"""Ever shorter steps tried before μ is lowered or the search ends: more is slower."""

_RIDGE_PART: Final = 0.02
"""Part of the objective that the ridge term may have before μ is lowered."""

_SLOW: Final = 1e-3
"""Relative gain of a step that counts as slow; after four slow steps μ is lowered."""


@dataclass(frozen=True, slots=True, eq=False)
class LinearModel:
    """The model r − Jp by its normal equations, with the columns of J scaled to length 1."""

    lengths: (
        Array  # (columns,), diagonal of D; shrinks from one model to the next by a factor at most
    )
    normal: Array  # (columns, columns), D⁻¹JᵀJD⁻¹
    right_side: Array  # (columns,), D⁻¹Jᵀr

    @classmethod
    def of(cls, jacobian: Array, residual: Array, lengths: Array | None = None) -> Self:
        """Build the model of (rows, columns) and (rows,); `lengths` are those of the last model."""
        now = np.sqrt(np.einsum("ij,ij->j", jacobian, jacobian))
        lengths = now if lengths is None else np.maximum(now, _SHRINKING * lengths)
        lengths = np.maximum(lengths, max(1e-8 * float(lengths.max()), 1e-300))
        scaled = jacobian / lengths
        return cls(lengths, scaled.T @ scaled, scaled.T @ residual)

    def with_penalty(self, prices: Array, weights: Array) -> Self:
        """Add Σ prices (w + p)² to the objective, one price a column."""
        normal = self.normal + np.diag(prices / self.lengths**2)
        right_side = self.right_side - prices * weights / self.lengths
        return type(self)(self.lengths, normal, right_side)

    def step(self, damping: float) -> tuple[Array, float]:
        """Return the step p for this λ and the fall of |r|² that the model predicts.

        Where rounding has made the normal equations indefinite, λ is enlarged until they are not.
        """
        from scipy.linalg import LinAlgError, cho_factor, cho_solve

        while damping < _MOST_DAMPING:
            shifted = self.normal.copy()
            shifted.flat[:: len(shifted) + 1] += damping
            try:
                factor = cho_factor(shifted, overwrite_a=True, check_finite=False)
            except LinAlgError:
                damping *= 10
                continue
            step = cho_solve(factor, self.right_side, check_finite=False)
            return step / self.lengths, float(step @ self.right_side + damping * (step @ step))
        # a model with a NaN has no step
        return np.zeros_like(self.right_side), 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Projected:
    """A network whose last layer is the best one for its hidden weights."""

    weights: Array  # (count,)
    residual: Array  # (points, m), y − g(x)
    augmented: Array
    """(points + units + 1, m): the residual times the factors of the points, and below it −√μ C."""
    basis: Array
    """(points + units + 1, units + 1): orthonormal, of the columns of Φ, augmented likewise."""
    ridge: float  # μ, without the penalty
    penalty: float  # that of the hidden weights

    @property
    def value(self) -> float:
        """The objective: |Y − ΦC|² + μ|C|² plus the penalty."""
        return float(np.vdot(self.augmented, self.augmented)) + self.penalty


@dataclass(frozen=True, slots=True, eq=False)
class Objective:
    """The function of the hidden weights that is lowered, and the steps that lower it."""

    shape: Shape
    x: Array  # (points, d)
    y: Array  # (points, m)
    penalty: float  # price of the square of each weight, no bias, beside the mean squared residual
    factors: Array  # (points,), of the residuals: 1, except in `minimax.py`

    @property
    def least_ridge(self) -> float:
        """The smallest μ."""
        return _LEAST_RIDGE * len(self.x)

    def prices(self) -> Array:
        """Return the price of the square of each weight, beside a sum of squares: (count,)."""
        return self.penalty * self.y.size * self.shape.penalised

    def hidden(self, now: Projected) -> Array:
        """Return the hidden weights, (hidden_count,)."""
        return now.weights[: self.shape.hidden_count]

    def project(self, hidden: Array, ridge: float) -> Projected:
        """Compute the best last layer for hidden weights, (hidden_count,), by QR."""
        from scipy.linalg import qr, solve_triangular

        phi, y = features(self.shape, hidden, self.x), self.y
        columns, factors = phi.shape[1], self.factors[:, None]
        price = np.full(columns, ridge)
        price[:-1] += self.penalty * y.size
        stacked = np.concatenate([factors * phi, np.diag(np.sqrt(price))])
        wanted = np.concatenate([factors * y, np.zeros((columns, y.shape[1]))])
        basis, triangle = qr(stacked, mode="economic", check_finite=False)
        outer = solve_triangular(triangle, basis.T @ wanted, check_finite=False)
        last = np.concatenate([outer[:-1].T.ravel(), outer[-1]])
        penalty = float(self.prices()[: len(hidden)] @ hidden**2) if self.penalty else 0.0
        weights, residual = np.concatenate([hidden, last]), y - phi @ outer
        augmented = np.concatenate([factors * residual, -stacked[len(y) :] @ outer])
        return Projected(weights, residual, augmented, basis, ridge, penalty)

    def model(self, now: Projected, lengths: Array | None) -> LinearModel:
        """Linearise the residual in a step of the hidden weights."""
        found = LinearModel.of(self._jacobian(now), now.augmented.T.ravel(), lengths)
        if self.penalty:
            hidden = self.hidden(now)
            found = found.with_penalty(self.prices()[: len(hidden)], hidden)
        return found

    def step(
        self, now: Projected, model: LinearModel, damping: float
    ) -> tuple[Projected | None, float]:
        """Try ever shorter steps until one lowers the objective; return it and the next λ."""
        for _ in range(_TRIES):
            step, predicted = model.step(damping)
            found = self.project(self.hidden(now) + step, now.ridge)
            if found.value < now.value:
                return found, _next_damping(damping, now.value - found.value, predicted)
            damping *= 4
        return None, damping

    def with_lower_ridge(self, now: Projected, factor: float) -> Projected:
        """Multiply μ by a factor below 1, down to the smallest μ."""
        return self.project(self.hidden(now), max(now.ridge * factor, self.least_ridge))

    def ridge_matters(self, now: Projected) -> bool:
        """Return True if the ridge term is more than a small part of the objective."""
        outer = now.weights[self.shape.hidden_count :]
        return now.ridge * float(outer @ outer) > _RIDGE_PART * now.value

    def residuals(self, now: Projected) -> Residuals:
        """Measure the residuals at the points."""
        penalty = float(self.prices() @ now.weights**2) / self.y.size if self.penalty else 0.0
        return Residuals.of(now.residual, penalty)

    def _jacobian(self, now: Projected) -> Array:
        """Compute J = (I − QQᵀ) (∂Φ/∂θ) C: ((points + units + 1)·m, hidden_count)."""
        moved = jacobian(self.shape, now.weights, self.x, hidden=True)  # (points, m, θ)
        moved = (self.factors[:, None, None] * moved).transpose(1, 0, 2)
        q, points = now.basis, len(self.x)
        found = np.empty((moved.shape[0], len(q), moved.shape[2]))
        for one, into in zip(moved, found, strict=True):
            inner = q[:points].T @ one
            np.subtract(one, q[:points] @ inner, out=into[:points])
            np.matmul(-q[points:], inner, out=into[points:])
        return found.reshape(-1, moved.shape[2])


def projection(
    shape: Shape, hidden: Array, x: Array, y: Array, penalty: float = 0.0
) -> Iterator[tuple[Array, Residuals]]:
    """Search the hidden weights by Levenberg–Marquardt, with the last layer projected out.

    Iterates are yielded, the start first; the end is where no step lowers the objective any more.
    """
    objective = Objective(shape, x, y, penalty, np.ones(len(x)))
    damping, lengths, slow = FIRST_DAMPING, None, 0
    now = objective.project(hidden, _FIRST_RIDGE * len(x))
    while True:
        yield now.weights, objective.residuals(now)
        model = objective.model(now, lengths)
        lengths = model.lengths
        found, damping = objective.step(now, model, damping)
        if found is None:
            if now.ridge <= objective.least_ridge:
                return
            now, damping, slow = objective.with_lower_ridge(now, 1e-3), 1e-3, 0
            continue
        gain = 1 - found.value / now.value
        now, ridged = found, objective.ridge_matters(found)
        slow = slow + 1 if ridged or gain < _SLOW else 0
        if (ridged or slow > 3) and now.ridge > objective.least_ridge:
            now = objective.with_lower_ridge(now, 0.1)


def _next_damping(damping: float, gain: float, predicted: float) -> float:
    """Lower λ where the model predicted the gain well, and raise it where it did not."""
    ratio = gain / max(predicted, 1e-300)
    factor = 0.25 if ratio > 0.6 else 1.0 if ratio > 0.25 else 2.0
    return min(max(damping * factor, _LEAST_DAMPING), 1.0)
