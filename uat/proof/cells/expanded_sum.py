"""Soft units that cancel: the whole sum expanded around the centre of a cell, to any order.

Least squares give output weights of 10^6 that add up to numbers near 1. A remainder bounded unit
by unit grows with Σ|a_i|; the coefficients of the expanded sum do not:

    g(m + s) = Σ_{k ≤ p} Σ_i a_i σ_k(z_i) (b_i·s)^k + remainder,   σ_k = σ^(k)/k!,  z_i = b_i·m + c_i.

Terms of order 0, 1, 2 make the model, those of order 3 … p are bounded after they are summed. The
σ_k and what they leave out are in `sigma/taylor.py`.
"""

from itertools import combinations_with_replacement
from math import factorial, fsum, prod
from typing import Any, Final

import numpy as np

from uat.core.activations import logistic, tanh
from uat.core.network import Network
from uat.enclosure.outward_rounding import TINY
from uat.expression.arrays import Array, Bools
from uat.numerics.network_rounding import ROUNDOFF, displacements
from uat.proof.cells.quadratic import NetworkModel, Quadratic, in_blocks
from uat.proof.sigma.model import LOST
from uat.proof.sigma.near import near
from uat.proof.sigma.taylor import STEPS, taylor_coefficients, taylor_losses, taylor_remainders

__all__ = ["ExpandedSum"]

_BLOCK: Final = 1 << 16
"""Numbers in one array; larger: faster up to the cache of a processor."""

_ORDERS: Final = (2, 4, 6, 8, 11, 14)
"""Orders of the expansion that are tried; higher: a smaller remainder, slower."""

_NARROW: Final = 1.0
"""Arguments of a unit that reach farther than this from the centre are not expanded."""

_STEEPEST: Final = 1e18
"""Steeper units are never expanded past the second order: their powers might overflow."""


class ExpandedSum(NetworkModel):
    """A network with one hidden layer of logistic units or tanh, one output.

    tanh z = 2 σ(2z) − 1, and twice a float is a float. The remainder of the sum may be as large
    as the error that is tolerated.
    """

    def __init__(self, network: Network, domain: Any, tolerated: float) -> None:
        off = displacements(network, domain)
        self.rounding = off.remainder
        hidden, outer = network.layers
        scale = 2.0 if network.activation is tanh else 1.0
        self._a, self._b = outer.weight[0] * scale, hidden.weight * scale
        self._c, self._off = hidden.bias * scale, off.arguments[0] * scale
        bias = [float(outer.bias[0])]
        if scale == 2:
            bias += (-outer.weight[0]).tolist()
        self._bias = fsum(bias)
        self._near, self._tolerated = near(logistic), tolerated
        self._moderate = np.abs(self._b).max(axis=1) < _STEEPEST
        self._steady = np.where(self._moderate[:, None], self._b, 0.0)
        self._gamma = (len(self._a) + 16) * ROUNDOFF
        self.cells = max(1, _BLOCK // len(self._a))

    @staticmethod
    def fits(network: Network) -> bool:
        """Return True for such a network in at most three dimensions, of weights below 2^300."""
        kind = network.activation in (logistic, tanh) and network.depth == 1
        weights = np.concatenate([layer.weight.ravel() for layer in network.layers])
        return kind and network.input_dimension <= 3 and float(np.abs(weights).max()) < 2.0**300

    def __call__(self, lower: Array, upper: Array) -> Quadratic:
        """Model g on cells, (cells, d) ends."""
        return in_blocks(self._block, lower, upper, self.cells)

    def _block(self, centre: Array, radius: Array) -> Quadratic:
        with np.errstate(all="ignore"):
            sizes = np.abs(centre) @ np.abs(self._b).T + np.abs(self._c)
            z = centre @ self._b.T + self._c
            rest = self._off + self._gamma * sizes + TINY
            linear = (radius @ np.abs(self._b).T) * (1 + LOST)
            narrow = (linear + rest <= _NARROW) & self._moderate
            parts, error = self._parts(z, linear, rest, narrow)
            return self._summed(parts, error, linear, radius)

    def _parts(
        self, z: Array, linear: Array, rest: Array, narrow: Bools
    ) -> tuple[list[Array], Array]:
        """Expand each unit on each cell: its σ_k, (cells, units) each, and its error."""
        remainder, order = self._remainder(linear, narrow)
        parts = [
            np.where(narrow, part, 0.0)
            for part in taylor_coefficients(np.where(narrow, z, 0.0), order)
        ]
        inner = np.where(narrow, linear, 0.0)
        error = np.where(narrow, remainder + rest, 0.0)
        for k, loss in enumerate(taylor_losses(order)):
            error += np.where(narrow, loss * inner**k, 0.0)
        if not narrow.all():
            wide = np.nonzero(~narrow)
            model = self._near(z[wide], (linear[wide] + rest[wide]) * (1 + LOST))
            for part, of_model in zip(parts, (model.value, model.slope, model.curve), strict=False):
                part[wide] = of_model
            error[wide] = model.error_beside(linear[wide], rest[wide])
        return parts, error * (1 + LOST)

    def _remainder(self, linear: Array, narrow: Bools) -> tuple[Array, int]:
        """Bound Σ_(k > p) |σ_k| linear^k for the smallest order p that is enough, or the last."""
        place = np.ceil(np.where(narrow, linear, 0.0) * STEPS).astype(np.int64)
        for order in _ORDERS:
            remainder = taylor_remainders(order)[place]
            if float((remainder @ np.abs(self._a)).max()) <= self._tolerated:
                break
        return remainder, order

    def _summed(self, parts: list[Array], error: Array, linear: Array, radius: Array) -> Quadratic:
        """Sum over the units, order by order; what is of order 3 or more goes to the error."""
        cells, d = radius.shape
        total = error @ np.abs(self._a)
        slope, curve = np.zeros((cells, d)), np.zeros((cells, d, d))
        constant = parts[0] @ self._a + self._bias
        total += self._gamma * (np.abs(parts[0]) @ np.abs(self._a) + abs(self._bias))
        for k, part in enumerate(parts[1:], 1):
            weighted, slopes = part * self._a, self._b if k <= 2 else self._steady
            size = np.where(weighted == 0, 0.0, np.abs(weighted) * linear**k)
            total += self._gamma * size.sum(axis=1)
            for axes in combinations_with_replacement(range(d), k):
                ways = factorial(k) / prod(factorial(axes.count(i)) for i in set(axes))
                term = weighted @ (ways * np.prod(slopes[:, list(axes)], axis=1))
                if k == 1:
                    slope[:, axes[0]] = term
                elif k == 2:
                    i, j = axes
                    curve[:, i, j] = curve[:, j, i] = term if i == j else term / 2
                else:
                    total += np.abs(term) * np.prod(radius[:, list(axes)], axis=1)
        return Quadratic(constant, slope, curve, total * (1 + LOST))
