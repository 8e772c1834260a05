"""The units of a network on one cell: those that are soft there, and those that stand still.

A unit whose argument stays far from 0 on the whole cell is within a·τ(s) of a constant, one of the
two limits of σ, and is taken for it. What is left is interpolated. Along x_i the argument of a unit
runs through ±|b_i| r_i, its reach.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from uat.core.activations import Activation, logistic, tanh
from uat.core.network import Network
from uat.errors import CannotProve, InputError
from uat.expression.arrays import Array
from uat.proof.interpolation.between_nodes import UP
from uat.proof.interpolation.cell import Cell
from uat.proof.sigma.strips import Strips, strips

__all__ = ["Active", "Soft", "soft"]

Mask = NDArray[np.bool_]

_PRECISION: Final = 256
_SLACK: Final = 1e-13
_ABOVE: Final = 1 + 1e-12
_SHARE: Final = 8


@dataclass(frozen=True, slots=True, eq=False)
class Active:
    """What a network is on a cell: Σ a_k σ(b_k·x + c_k) over the soft units, a constant, an error.

    Attributes
    ----------
    weights, biases : ndarray, (units,)
    slopes, reach : ndarray, (units, d)
    farthest : float
        |b_k·x + c_k| ≤ farthest.
    constant : flint.arb
    error : float
    size : float
        Σ|a_k|.
    activation : Activation
    strips : Strips
    """

    weights: Array
    slopes: Array
    biases: Array
    reach: Array
    farthest: float
    constant: Any
    error: float
    size: float
    activation: Activation
    strips: Strips

    def loss(self, axis: int, degree: int, _enough: float = 0.0) -> float:
        """Bound the error of interpolating the sum along one axis."""
        reach, place = np.unique(self.reach[:, axis], return_inverse=True)
        weights = np.bincount(place, weights=np.abs(self.weights), minlength=len(reach))
        return float(weights @ self.strips.loss(reach, degree)) * UP


@dataclass(frozen=True, slots=True, eq=False)
class Soft:
    """A network of one hidden layer and one output as Σ a_k σ(b_k·x + c_k) + constant.

    Attributes
    ----------
    weights, biases : ndarray, (units,)
    slopes : ndarray, (units, d)
    activation : Activation
    constant : flint.arb
    """

    weights: Array
    slopes: Array
    biases: Array
    activation: Activation
    constant: Any

    @property
    def size(self) -> float:
        """Σ|a_k|, rounded up."""
        return _total(self.weights)

    def on_cell(self, cell: Cell, tolerance: float) -> Active:
        """Take the units that stand still on a cell for constants, within an eighth of a tolerance.

        Parameters
        ----------
        cell : Cell
        tolerance : float
        """
        reach, middle, spread = self._arguments(cell)
        bound, far = self._still(tolerance)
        still = np.abs(middle) - spread >= far
        constant, lost = self._at_limits(still, middle > 0, bound)
        weights, farthest = self.weights[~still], (np.abs(middle) + spread)[~still]
        most = float(farthest.max(initial=0.0))
        return Active(
            weights=weights,
            slopes=self.slopes[~still],
            biases=self.biases[~still],
            reach=reach[~still],
            farthest=most,
            constant=constant,
            error=lost,
            size=_total(weights),
            activation=self.activation,
            strips=strips(self.activation, most),
        )

    def _arguments(self, cell: Cell) -> tuple[Array, Array, Array]:
        """Return the reach of each unit, b·m + c at the centre, and how far it gets from that."""
        with np.errstate(over="ignore", invalid="ignore"):
            reach = np.abs(self.slopes) * cell.radius * _ABOVE
            middle = self.slopes @ cell.centre + self.biases
            size = np.abs(self.slopes) @ np.abs(cell.centre) + np.abs(self.biases)
            return reach, middle, reach.sum(axis=1) * _ABOVE + _SLACK * size

    def _at_limits(self, still: Mask, right: Mask, bound: float) -> tuple[Any, float]:
        """Add the limits of the units that stand still to the constant, and bound the error."""
        from flint import arb, ctx

        assert self.activation.limits is not None
        left_limit, right_limit = self.activation.limits
        with ctx.workprec(_PRECISION):
            left_sum = _exact_sum(self.weights[still & ~right])
            right_sum = _exact_sum(self.weights[still & right])
            constant = self.constant + left_sum * arb(left_limit) + right_sum * arb(right_limit)
        return constant, _total(self.weights[still]) * bound * abs(right_limit - left_limit) * UP

    def _still(self, tolerance: float) -> tuple[float, float]:
        """Return a small bound of the tail, a power of two, and from where on it holds."""
        limits = self.activation.limits
        assert limits is not None
        share = tolerance / (_SHARE * abs(limits[1] - limits[0]) * max(self.size, 1e-300))
        bound = 2.0 ** max(-200, min(-2, math.floor(math.log2(max(share, 1e-300)))))
        try:
            return bound, self.activation.tail_inverse(bound)
        except CannotProve:
            return 0.0, math.inf


def soft(network: Network) -> Soft:
    """Read a network as a sum of units; tanh z as 2·logistic(2z) − 1.

    Raises
    ------
    InputError
        More than one output.
    CannotProve
        More or fewer than one hidden layer, an activation without limits.
    """
    from flint import arb, ctx

    if network.output_dimension != 1:
        raise InputError(f"{network!r} given; a network of one output is needed")
    if network.depth != 1:
        raise CannotProve(f"{network!r} is no sum of units: one hidden layer is needed")
    activation, (hidden, outer) = network.activation, network.layers
    if activation.limits is None:
        raise CannotProve(f"{activation.name} has no limits; a soft sigmoidal one is needed")
    heard = outer.weight[0] != 0
    weights, slopes, biases = outer.weight[0][heard], hidden.weight[heard], hidden.bias[heard]
    with ctx.workprec(_PRECISION), np.errstate(over="ignore"):
        constant = arb(float(outer.bias[0]))
        if activation.expression is tanh.expression:
            constant -= _exact_sum(weights)
            activation = logistic
            weights, slopes, biases = 2 * weights, 2 * slopes, 2 * biases
    if not all(np.isfinite(v).all() for v in (weights, slopes, biases)):
        raise CannotProve("the weights are too large for the proof by interpolation")
    return Soft(weights, slopes, biases, activation, constant)


def _exact_sum(weights: Array) -> Any:
    from flint import arb

    return sum((arb(v) for v in weights.tolist()), arb(0))


def _total(weights: Array) -> float:
    """Return Σ|a_k|, rounded up."""
    return math.fsum(np.abs(weights).tolist()) * UP
