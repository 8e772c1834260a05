"""Variable projection: the last layer is always the best one, so only the others are searched.

For fixed hidden weights θ the network Φ(θ) C is linear in its last layer C, which is then a linear
least squares problem with the solution C(θ) = Φ⁺Y. What is left, r(θ) = Y − Φ Φ⁺ Y, depends on θ
alone and is far better behaved. Its Jacobian, without a term that vanishes with r, is

    ∂r/∂θ = −(I − ΦΦ⁺) (∂Φ/∂θ) C,

and Levenberg–Marquardt (`levenberg.py`) does the rest. Φ is nearly rank-deficient for soft units,
so C is found with a little ridge μ|C|², which falls as the residual does.

Sources: G. H. Golub and V. Pereyra, The differentiation of pseudo-inverses and nonlinear least
squares problems whose variables separate, 1973; L. Kaufman, A variable projection method for
solving separable nonlinear least squares problems, 1975 (the shorter Jacobian).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from uat.expression.arrays import Array
from uat.train.gradient import features, jacobian
from uat.train.levenberg import FIRST_DAMPING, LinearModel, next_damping
from uat.train.residuals import Residuals
from uat.train.weights import Shape

__all__ = ["Projected", "Search", "projection"]


_FIRST_RIDGE: Final = 1e-16
_LEAST_RIDGE: Final = 1e-26
_TRIES: Final = 8
_HEAVY: Final = 0.02
_SLOW: Final = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Projected:
    """A network whose last layer is the best one for its hidden weights.

    Attributes
    ----------
    weights : ndarray, (count,)
    left : ndarray, (points, m)
        What is left of y.
    residual : ndarray, (points + units + 1, m)
        The same times the attention, and below it what the ridge charges, −√μ C.
    basis : ndarray, (points + units + 1, units + 1)
        Orthonormal columns that span those of Φ, ridge included.
    ridge : float
        μ, without the penalty.
    charge : float
        What the penalty takes for the hidden weights.
    """

    weights: Array
    left: Array
    residual: Array
    basis: Array
    ridge: float
    charge: float

    @property
    def value(self) -> float:
        """What the search lowers: |Y − ΦC|² + μ|C|², and the penalty."""
        return float(np.vdot(self.residual, self.residual)) + self.charge


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """The data of a search: what is asked of each θ, and what is done next.

    Attributes
    ----------
    attention : ndarray, (points,)
        By what the residual at each point is multiplied: 1, except in `minimax.py`.
    """

    shape: Shape
    x: Array
    y: Array
    penalty: float
    attention: Array

    @property
    def least(self) -> float:
        """The smallest ridge."""
        return _LEAST_RIDGE * len(self.x)

    def charges(self) -> Array:
        """Price each square of a weight, beside a sum of squares over the data: (count,)."""
        return self.penalty * self.y.size * self.shape.charged

    def project(self, hidden: Array, ridge: float) -> Projected:
        """Find the best last layer for hidden weights, (hidden_count,), by QR."""
        from scipy.linalg import qr, solve_triangular

        phi, y = features(self.shape, hidden, self.x), self.y
        columns, attention = phi.shape[1], self.attention[:, None]
        price = np.full(columns, ridge)
        price[:-1] += self.penalty * y.size
        stacked = np.concatenate([attention * phi, np.diag(np.sqrt(price))])
        wanted = np.concatenate([attention * y, np.zeros((columns, y.shape[1]))])
        basis, triangle = qr(stacked, mode="economic", check_finite=False)
        outer = solve_triangular(triangle, basis.T @ wanted, check_finite=False)
        last = np.concatenate([outer[:-1].T.ravel(), outer[-1]])
        charge = float(self.charges()[: len(hidden)] @ hidden**2) if self.penalty else 0.0
        weights, left = np.concatenate([hidden, last]), y - phi @ outer
        residual = np.concatenate([attention * left, -stacked[len(y) :] @ outer])
        return Projected(weights, left, residual, basis, ridge, charge)

    def model(self, now: Projected, lengths: Array | None) -> LinearModel:
        """Make the residual linear in a step of the hidden weights."""
        found = LinearModel.of(_derivative(self, now), now.residual.T.ravel(), lengths)
        if self.penalty:
            hidden = now.weights[: self.shape.hidden_count]
            found = found.charging(self.charges()[: len(hidden)], hidden)
        return found

    def step(
        self, now: Projected, model: LinearModel, damping: float
    ) -> tuple[Projected | None, float]:
        """Try shorter and shorter steps until one lowers the residual."""
        hidden = now.weights[: self.shape.hidden_count]
        for _ in range(_TRIES):
            step, predicted = model.step(damping)
            found = self.project(hidden + step, now.ridge)
            if found.value < now.value:
                return found, next_damping(damping, now.value - found.value, predicted)
            damping *= 4
        return None, damping

    def softened(self, now: Projected, factor: float) -> Projected:
        """Lower the ridge."""
        hidden = now.weights[: self.shape.hidden_count]
        return self.project(hidden, max(now.ridge * factor, self.least))

    def outweighed(self, now: Projected) -> bool:
        """Return whether the ridge keeps the residual from falling."""
        outer = now.weights[self.shape.hidden_count :]
        return now.ridge * float(outer @ outer) > _HEAVY * now.value

    def seen(self, now: Projected) -> Residuals:
        """Sum up the residuals at the points."""
        charges = self.charges() if self.penalty else np.zeros(1)
        weights = now.weights if self.penalty else np.zeros(1)
        charge = float(charges @ weights**2) / self.y.size
        return Residuals.of(now.left, charge)


def projection(
    shape: Shape, hidden: Array, x: Array, y: Array, penalty: float = 0.0
) -> Iterator[tuple[Array, Residuals]]:
    """Search the hidden weights by Levenberg–Marquardt, the last layer projected out.

    Parameters
    ----------
    shape : Shape
    hidden : ndarray, (hidden_count,)
        The start.
    x, y : ndarray, (points, d) and (points, m)
    penalty : float
        Added to the mean squared residual for each squared weight.

    Yields
    ------
    weights, Residuals
        The start first; it ends where no step lowers the residual any more.
    """
    search = Search(shape, x, y, penalty, np.ones(len(x)))
    damping, lengths, slow = FIRST_DAMPING, None, 0
    now = search.project(hidden, _FIRST_RIDGE * len(x))
    while True:
        yield now.weights, search.seen(now)
        model = search.model(now, lengths)
        lengths = model.lengths
        found, damping = search.step(now, model, damping)
        if found is None:
            if now.ridge <= search.least:
                return
            now, damping, slow = search.softened(now, 1e-3), 1e-3, 0
            continue
        gained = 1 - found.value / now.value
        now, heavy = found, search.outweighed(found)
        slow = slow + 1 if heavy or gained < _SLOW else 0
        if (heavy or slow > 3) and now.ridge > search.least:
            now = search.softened(now, 0.1)


def _derivative(search: Search, now: Projected) -> Array:
    """Compute (I − QQᵀ) (∂Φ/∂θ) C, so that the residual is r − Jp: ((points + columns)·m, θ)."""
    moved = jacobian(search.shape, now.weights, search.x, hidden=True)  # (points, m, θ)
    moved = (search.attention[:, None, None] * moved).transpose(1, 0, 2)
    q, points = now.basis, len(search.x)
    found = np.empty((moved.shape[0], len(q), moved.shape[2]))
    for one, into in zip(moved, found, strict=True):
        inner = q[:points].T @ one
        np.subtract(one, q[:points] @ inner, out=into[:points])
        np.matmul(-q[points:], inner, out=into[points:])
    return found.reshape(-1, moved.shape[2])
