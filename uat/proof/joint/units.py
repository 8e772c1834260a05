"""Sums of units of x on cells as polynomials: a matrix product for each degree.

On a cell m + r∘s the argument of a unit is z + b·(r∘s), z = b·m + c, and |b·(r∘s)| ≤ R = Σ|b_j| r_j.
If σ(z + x) = Σ_k h_k x^k ± e for |x| ≤ R, then the sum of the units has the coefficients

    c_α = r^α (k!/α!) Σ_i a_i h_ik b_i^α,  k = |α|,    and the remainder  Σ_i |a_i| e_i.

So units that cancel, as those of least squares do, cancel in the coefficients before any is bounded.
h is from Taylor's series or from interpolation, unit by unit and cell by cell, whichever is nearer.
"""

import math
from typing import Final

import numpy as np

from uat.core.activations import Activation, logistic, tanh
from uat.core.network import Affine
from uat.enclosure.outward_rounding import TINY, UP
from uat.expression.arrays import Array
from uat.numerics.network_rounding import ROUNDOFF, gamma
from uat.proof.joint.activation import OfActivation
from uat.proof.joint.chart import Chart
from uat.proof.joint.functions import interpolated
from uat.proof.joint.model import Model
from uat.proof.joint.monomials import monomials
from uat.proof.sigma.model import LOST
from uat.proof.sigma.taylor import STEPS, taylor_coefficients, taylor_losses, taylor_remainders

__all__ = ["UnitSum"]

_LEAST_POWER: Final = -700.0
"""Units that reach less far on a cell are taken to reach so far that R^p is 2 to this power."""

_VANISHING: Final = 2.0**-150
"""More than underflow takes from a coefficient, as a share of its unit's weight."""


class UnitSum:
    """Sums Σ a_i σ(b_i·x + c_i) + constant of the same units, σ analytic, in the coordinates of a chart.

    The remainders of all units together need not be below `tolerated`.
    """

    def __init__(
        self,
        layers: tuple[Affine, Affine],
        sigma: Activation,
        chart: Chart,
        order: int,
        tolerated: float,
    ) -> None:
        hidden, outer = layers
        self._order, self._weights = order, outer.weight
        self._least = 2.0 ** (_LEAST_POWER / order)
        self._slopes, self._biases = hidden.weight, hidden.bias
        constants = outer.bias[:, None]
        if sigma.expression is tanh.expression:
            # tanh z = 2 σ(2z) − 1, and twice a float is a float
            constants = np.hstack([constants, -self._weights])
            self._weights, self._slopes, self._biases = (
                2 * part for part in (self._weights, self._slopes, self._biases)
            )
            sigma = logistic
        self._constants = np.array(list(map(math.fsum, constants.tolist())))[:, None]
        self._slopes, self._off = chart.slopes(self._slopes)
        self._sigma, self._lipschitz = (
            OfActivation(sigma, chart.farthest(self._slopes, self._biases)),
            sigma.lipschitz,
        )
        self._has_taylor = sigma.expression is logistic.expression
        self._sizes = np.abs(self._weights)
        self._largest = self._sizes.max(axis=0, initial=0.0)[:, None]
        self._enough = tolerated / max(1, len(self._slopes))
        self._scale = chart.scale
        self._products = self._matrices(self._slopes * self._scale)
        d = self._slopes.shape[1]
        self._gamma = gamma(len(self._slopes) + 4 * order + 2 * d + 32)

    def __call__(self, centre: Array, radius: Array) -> tuple[Model, Array]:
        """Model the sums on cells, (cells, d) each: all cells for the first sum, then for the next.

        Return also by how much each axis makes the remainder of the first sum, (d, cells).
        """
        with np.errstate(all="ignore"):
            reach = np.maximum(np.abs(self._slopes) @ radius.T * UP, self._least)
            parts, error = self._expanded(centre, reach)
            coefficients, rounded = self._summed(parts, reach, radius)
            coefficients[0] += self._constants
            remainder = self._sizes @ error * UP + rounded
            remainder += 2 * ROUNDOFF * (np.abs(self._constants) + np.abs(coefficients[0]))
            weighted = self._sizes[0][:, None] * error / reach
            blame = (np.abs(self._slopes).T @ weighted) * radius.T
        flat = coefficients.reshape(len(coefficients), -1)
        variables = tuple(range(radius.shape[1]))
        return Model.sound(variables, self._order, flat, remainder.ravel()), blame

    def _expanded(self, centre: Array, reach: Array) -> tuple[list[Array], Array]:
        """Return h_k and e, (units, cells) each."""
        z = self._slopes @ centre.T + self._biases[:, None]
        size = np.abs(self._slopes) @ np.abs(centre).T + np.abs(self._biases)[:, None]
        off = gamma(2 * centre.shape[1] + 8) * size + self._off[:, None] + TINY
        parts, error = self._by_taylor(z, reach)
        poor = np.nonzero(~(self._largest * error <= self._enough))
        if len(poor[0]):
            r = reach[poor]
            by_nodes, lost = interpolated(self._sigma, z[poor], r, self._order)
            better = ~(error[poor] <= lost)
            places = tuple(index[better] for index in poor)
            power = np.ones(len(places[0]))
            for part, new in zip(parts, by_nodes, strict=True):
                part[places] = new[better] / power
                power = power * r[better]
            error[places] = lost[better]
        return parts, (error + self._lipschitz * off) * UP

    def _by_taylor(self, z: Array, reach: Array) -> tuple[list[Array], Array]:
        """Expand each unit by Taylor's series where that is known; elsewhere the error is inf."""
        if not self._has_taylor:
            return [np.zeros_like(z) for _ in range(self._order + 1)], np.full_like(z, np.inf)
        narrow = reach <= 1
        place = np.ceil(np.where(narrow, reach, 1.0) * STEPS).astype(np.int64)
        error = taylor_remainders(self._order)[place]
        power = np.ones_like(reach)
        for loss in taylor_losses(self._order):
            error = error + loss * power
            power = power * reach
        return taylor_coefficients(z, self._order), np.where(narrow, error * (1 + LOST), np.inf)

    def _summed(self, parts: list[Array], reach: Array, radius: Array) -> tuple[Array, Array]:
        """Sum over the units, degree by degree: (monomials, sums, cells).

        Bound also what rounding takes from all coefficients of a sum, (sums, cells).
        """
        basis = monomials(radius.shape[1], self._order)
        coefficients = np.empty((len(basis), len(self._weights), len(radius)))
        size, power = np.zeros_like(reach), np.ones_like(reach)
        for k, part in enumerate(parts):
            rows = slice(basis.starts[k], basis.starts[k + 1])
            for j, weights in enumerate(self._weights):
                coefficients[rows, j] = self._products[rows] @ (part * weights[:, None])
            size += np.abs(part) * power
            power = power * reach
        side = radius.T / self._scale[:, None]
        for j, row in enumerate(side):
            coefficients *= _powers(row, self._order)[basis.exponents[:, j], None]
        rounded = self._gamma * (self._sizes @ size) * UP
        return coefficients, rounded + _VANISHING * self._sizes.sum(axis=1, keepdims=True)

    def _matrices(self, slopes: Array) -> Array:
        """Return (k!/α!) b_i^α, (monomials, units)."""
        basis = monomials(slopes.shape[1], self._order)
        products = np.repeat(basis.ways[:, None], len(slopes), axis=1)
        for j, column in enumerate(slopes.T):
            products *= _powers(column, self._order)[basis.exponents[:, j]]
        return products


def _powers(base: Array, order: int) -> Array:
    """Return base^k for k = 0 … order, by multiplication: (order + 1, …)."""
    powers = np.ones((order + 1, *base.shape))
    for k in range(order):
        powers[k + 1] = powers[k] * base
    return powers
