"""The units of a network on one cell: those that are active there, and those that are settled.

A unit whose argument stays far from 0 on the whole cell is within a·τ(s) of a constant, one of the
two limits of σ, and is taken for it. The others are interpolated, and all units of a σ without
limits are. Along x_i the argument of a unit
varies by ±|b_i| r_i, its reach.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from uat.core.activations import Activation, logistic, tanh
from uat.core.evaluate import settled_from
from uat.core.network import Network
from uat.enclosure.outward_rounding import UP
from uat.errors import CannotProve, InputError
from uat.expression.arrays import Array
from uat.numerics.boxes import centres, halves, inside
from uat.numerics.network_rounding import gamma
from uat.numerics.settled import exact_sum, settled_sum, sum_of_sizes
from uat.proof.sigma.strips import Strips, strips

__all__ = ["Active", "Cell", "Soft", "soft"]

_PRECISION: Final = 256
"""Bits of the constant: weights of 10^20 may cancel in it."""

_SHARE: Final = 8
"""Settled units may err by this part of the tolerance: larger, and fewer units are settled."""


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A box, its centre, and how far its ends are from there, rounded up: (d,) each."""

    lower: Array
    upper: Array
    centre: Array
    radius: Array

    @classmethod
    def between(cls, lower: Array, upper: Array) -> "Cell":
        """Make the cell of two corners."""
        return cls(lower, upper, *centres(lower, upper))

    def halves(self, axis: int) -> list["Cell"]:
        """Cut the cell at its centre; return no cells where no float lies inside."""
        if not inside(self.lower, self.upper)[axis]:
            return []
        ends = halves(self.lower[None], self.upper[None], np.array([axis]))
        return [Cell.between(low, high) for low, high in zip(*ends, strict=True)]


@dataclass(frozen=True, slots=True, eq=False)
class Active:
    """A network on a cell: Σ a_k σ(b_k·x + c_k) over the active units, a constant, an error."""

    weights: Array  # (units,)
    slopes: Array  # (units, d)
    biases: Array  # (units,)
    reach: Array  # (units, d)
    farthest: float  # |b_k·x + c_k| is at most this
    constant: Any  # flint.arb
    error: float
    size: float  # Σ|a_k|
    activation: Activation
    strips: Strips

    def loss(self, axis: int, degree: int, _enough: float = 0.0) -> float:
        """Bound the error of interpolating the sum along one axis."""
        reach, place = np.unique(self.reach[:, axis], return_inverse=True)
        weights = np.bincount(place, weights=np.abs(self.weights), minlength=len(reach))
        # UP covers 4 096 operations; the two sums have as many as there are units each
        lost = 1 + gamma(2 * len(self.weights))
        return float(weights @ self.strips.loss(reach, degree)) * lost * UP


@dataclass(frozen=True, slots=True, eq=False)
class Soft:
    """A network of one hidden layer and one output as Σ a_k σ(b_k·x + c_k) + constant."""

    weights: Array  # (units,)
    slopes: Array  # (units, d)
    biases: Array  # (units,)
    activation: Activation
    constant: Any  # flint.arb

    @property
    def size(self) -> float:
        """Σ|a_k|, rounded up."""
        return sum_of_sizes(self.weights)

    def on_cell(self, cell: Cell, tolerance: float) -> Active:
        """Take the units that are settled on a cell for constants, within 1/8 of a tolerance."""
        from flint import ctx

        reach, middle, spread = self._arguments(cell)
        tail, far = self._tail(tolerance)
        active = ~(np.abs(middle) - spread >= far)
        constant, lost = self.constant, 0.0
        if not active.all():
            with ctx.workprec(_PRECISION):
                settled, lost = settled_sum(
                    self.activation, self.weights[~active], middle[~active] > 0, tail
                )
                constant = constant + settled
        weights, farthest = self.weights[active], (np.abs(middle) + spread)[active]
        most = float(farthest.max(initial=0.0))
        return Active(
            weights=weights,
            slopes=self.slopes[active],
            biases=self.biases[active],
            reach=reach[active],
            farthest=most,
            constant=constant,
            error=lost,
            size=sum_of_sizes(weights),
            activation=self.activation,
            strips=strips(self.activation, most),
        )

    def _arguments(self, cell: Cell) -> tuple[Array, Array, Array]:
        """Return the reach of each unit along each axis, b·m + c, and a bound of how that varies."""
        with np.errstate(over="ignore", invalid="ignore"):
            reach = np.abs(self.slopes) * cell.radius * UP
            middle = self.slopes @ cell.centre + self.biases
            size = np.abs(self.slopes) @ np.abs(cell.centre) + np.abs(self.biases)
            # twice what a sum of d products and a bias loses
            lost = gamma(2 * self.slopes.shape[1] + 4) * size
            return reach, middle, (reach.sum(axis=1) + lost) * UP

    def _tail(self, tolerance: float) -> tuple[float, float]:
        """Return a small bound of the tail, a power of two, and from where on it holds."""
        limits = self.activation.limits
        if limits is None:
            return 0.0, math.inf
        share = tolerance / (_SHARE * abs(limits[1] - limits[0]) * max(self.size, 1e-300))
        tail = 2.0 ** max(-200, min(-2, math.floor(math.log2(max(share, 1e-300)))))
        return tail, settled_from(self.activation, tail)


def soft(network: Network) -> Soft:
    """Read a network as a sum of units, tanh z as 2·logistic(2z) − 1; others are refused."""
    from flint import arb, ctx

    if network.output_dimension != 1:
        raise InputError(f"{network!r} given; a network of one output is needed")
    if network.depth != 1:
        raise CannotProve(f"{network!r} is no sum of units: one hidden layer is needed")
    activation, (hidden, outer) = network.activation, network.layers
    heard = outer.weight[0] != 0
    weights, slopes, biases = outer.weight[0][heard], hidden.weight[heard], hidden.bias[heard]
    with ctx.workprec(_PRECISION), np.errstate(over="ignore"):
        constant = arb(float(outer.bias[0]))
        if activation.expression is tanh.expression:
            constant -= exact_sum(weights)
            activation = logistic
            weights, slopes, biases = 2 * weights, 2 * slopes, 2 * biases
    finite = all(np.isfinite(v).all() for v in (slopes, biases))
    if not (finite and sum_of_sizes(weights) < math.inf):
        raise CannotProve("the weights are too large for the proof by interpolation")
    return Soft(weights, slopes, biases, activation, constant)
