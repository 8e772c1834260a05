"""Coordinates in which cells are boxes: those of f, or one of them replaced by a linear form.

Where f has its kinks along a form u = w·x, u takes the place of the coordinate x_l of the largest
weight, which is scaled to 1: x_l = u − Σ_{j≠l} w_j x_j. Then a kink is a face of cells. A cell may
stick out of the domain, and is shrunk to what it shares with it as far as boxes tell; only the domain has to be
covered.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from uat.enclosure.outward_rounding import TINY, UP
from uat.expression.arrays import Array, Bools
from uat.numerics.network_rounding import ROUNDOFF, gamma
from uat.proof.joint.model import Model

__all__ = ["Chart"]

_ROUNDS: Final = 2
"""How often a cell is shrunk; more: hardly smaller, slower."""

_MARGIN: Final = 2.0**-40
"""More than rounding takes from a sum of a few terms, as a share of their sizes."""


@dataclass(frozen=True, eq=False)
class Chart:
    """The box of f, and the form that replaces the coordinate `lead`; without one they are x."""

    lower: Array  # (d,)
    upper: Array
    lead: int | None = None
    weights: Array | None = None  # (d,), that of the lead is 1

    @property
    def scale(self) -> Array:
        """Powers of two near the half-sides, (d,)."""
        low, high = self.box()
        return np.exp2(np.round(np.log2(np.maximum(high / 2 - low / 2, 2.0**-500))))

    def box(self) -> tuple[Array, Array]:
        """Return ends of a box in these coordinates that holds the domain, (d,) each."""
        if self.lead is None or self.weights is None:
            return self.lower, self.upper
        ends = np.stack([self.weights * self.lower, self.weights * self.upper])
        margin = _MARGIN * np.abs(ends).max(axis=0).sum() + TINY
        low, high = self.lower.copy(), self.upper.copy()
        low[self.lead] = ends.min(axis=0).sum() - margin
        high[self.lead] = ends.max(axis=0).sum() + margin
        return low, high

    def coordinates(self, centre: Array, radius: Array, order: int) -> list[Model]:
        """Model the coordinates of f on cells, (cells, d) each."""
        models = [
            _coordinate(j, m, r, order)
            for j, (m, r) in enumerate(zip(centre.T, radius.T, strict=True))
        ]
        if self.lead is not None and self.weights is not None:
            lead = models[self.lead]
            for j in np.flatnonzero(self.weights).tolist():
                if j != self.lead:
                    w, size = self.weights[j], np.abs(centre[:, j]) + radius[:, j]
                    part = _coordinate(j, w * centre[:, j], w * radius[:, j], order)
                    lead = lead - part.widened(2 * ROUNDOFF * abs(w) * size * UP)
            models[self.lead] = lead
        return models

    def slopes(self, slopes: Array) -> tuple[Array, Array]:
        """Return b' with b·x = b'·y, (units, d), and what rounding makes of that, (units,)."""
        if self.lead is None or self.weights is None:
            return slopes, np.zeros(len(slopes))
        product = slopes[:, self.lead, None] * self.weights
        moved = slopes - product
        moved[:, self.lead] = slopes[:, self.lead]
        lost = 2 * ROUNDOFF * (np.abs(moved) + np.abs(product)) * UP
        lost[:, self.lead] = 0.0
        return moved, lost @ np.maximum(np.abs(self.lower), np.abs(self.upper)) * UP + TINY

    def farthest(self, slopes: Array, biases: Array) -> float:
        """Bound |b'·y + c| over all cells."""
        size = np.abs(slopes) @ np.max(np.abs(self.box()), axis=0) + np.abs(biases)
        return float(size.max(initial=0.0)) * (1 + gamma(len(self.lower)) + _MARGIN)

    def shrunk(self, lower: Array, upper: Array) -> tuple[Array, Array, Bools]:
        """Shrink cells to what they share with the domain; return False where that is nothing.

        On the domain u − Σ w_j x_j is between the ends of x_l, so that each term is bounded by the
        others.
        """
        if self.lead is None or self.weights is None:
            return lower, upper, np.ones(len(lower), dtype=bool)
        low, high = lower.copy(), upper.copy()
        factors = -self.weights
        factors[self.lead] = 1.0
        first, last = self.lower[self.lead], self.upper[self.lead]
        for _ in range(_ROUNDS):
            for j in np.flatnonzero(factors).tolist():
                ends = np.stack([factors * low, factors * high])
                bottom, top = ends.min(axis=0), ends.max(axis=0)
                bottom[:, j] = top[:, j] = 0.0
                margin = _MARGIN * (np.abs(ends).sum(axis=(0, 2)) + abs(first) + abs(last)) + TINY
                least = (first - top.sum(axis=1) - margin) / factors[j]
                most = (last - bottom.sum(axis=1) + margin) / factors[j]
                if factors[j] < 0:
                    least, most = most, least
                low[:, j] = np.maximum(low[:, j], np.nextafter(least, -np.inf))
                high[:, j] = np.minimum(high[:, j], np.nextafter(most, np.inf))
        some = np.asarray((low <= high).all(axis=1))
        return low, np.asarray(np.maximum(low, high)), some

    def holds(self, places: Array) -> Bools:
        """Tell which places, (cells, d), are in the domain, but for rounding."""
        x = self.points(places)
        return np.asarray(((self.lower <= x) & (x <= self.upper)).all(axis=1))

    def points(self, places: Array) -> Array:
        """Return x at places in these coordinates, but for rounding."""
        if self.lead is None or self.weights is None:
            return places
        x = places.copy()
        x[:, self.lead] = 2 * places[:, self.lead] - places @ self.weights
        return x


def _coordinate(j: int, centre: Array, radius: Array, order: int) -> Model:
    coefficients = np.zeros((order + 1, len(centre)))
    coefficients[0], coefficients[1] = centre, radius
    return Model((j,), order, coefficients, np.zeros(len(centre)))
