"""The exact sign of a unit at a vertex: from floats with an error bound, else from integers.

A sum of k products, in any order, has an error of at most γ_k Σ|terms|, γ_k = ku/(1 − ku), u =
2^−53. A ReLU leaves the error bound as it is, or sets it to 0 where the unit is surely off. Where
|h| exceeds the bound its sign is certain; elsewhere the vertex is passed through the network in
integers. A sum that overflows has no bound, so that ±∞ is never taken for a sign.
Source: N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., 2002, lemma 3.1.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from uat.expression.arrays import Array, Bools
from uat.numerics.network_rounding import gamma
from uat.regions.exact.integers import BigIntegers, Ids, dyadic, lowest_terms, multiply

if TYPE_CHECKING:
    from uat.core.network import Network

__all__ = ["FAINT", "LOST", "SAFE", "ReluLayers"]

Exact = Callable[[Ids], BigIntegers]

FAINT: Final = 2.0**-500
"""The product of two numbers of at least this size does not underflow."""
SAFE: Final = 1 + 1e-9
"""A factor that covers the rounding errors made in computing a bound from positive terms."""
LOST: Final = 2.0**-1000
"""More than a sum of products can lose to underflow."""
# Points evaluated at a time. Larger: fewer calls of numpy; smaller: the values stay in the cache.
_BLOCK: Final = 1 << 13


class ReluLayers:
    """The layers of a ReLU network, evaluated in floats with error bounds or in exact integers."""

    __slots__ = ("_exact", "biases", "dimension", "weights", "widths")

    def __init__(self, network: "Network") -> None:
        self.weights = [layer.weight for layer in network.layers]
        self.biases = [layer.bias for layer in network.layers]
        self.dimension = network.input_dimension
        self.widths = network.widths
        self._exact: dict[int, BigIntegers] = {}

    def matrix(self, layer: int) -> BigIntegers:
        """Return the integer matrix M with (h, D') = (z, D) M for one layer, homogeneous."""
        if layer not in self._exact:
            weight, bias = self.weights[layer], self.biases[layer]
            whole, shift = dyadic(np.vstack([weight.T, bias]))
            scale = np.zeros((len(whole), 1), np.int64 if shift < 62 else object)
            scale[-1] = 1 << shift
            self._exact[layer] = np.hstack([whole, scale])
        return self._exact[layer]

    def values(self, x: Array, error: Array, layer: int, first: int = 0) -> tuple[Array, Array]:
        """Return the pre-activations of the units from `first` on at points, with error bounds.

        The points x, (k, n), are within `error`, (k,), of the true ones in every coordinate. A
        bound, (k, units), is 0 where the value is exact; it is not finite where no bound is known,
        as where the value overflows.
        """
        z, e = x, np.broadcast_to(error[:, None], x.shape)
        for below in range(layer):
            h, e = self._layer(z, e, below)
            e[h < -e] = 0.0
            z = np.maximum(h, 0.0)
        return self._layer(z, e, layer, first)

    def _layer(self, z: Array, e: Array, layer: int, first: int = 0) -> tuple[Array, Array]:
        weight, bias = self.weights[layer][first:], self.biases[layer][first:]
        size, rounding = np.abs(weight), gamma(weight.shape[1] + 3)
        carried = e + rounding * np.abs(z)
        # A product with an exact 0 is exact: it adds no rounding error.
        carried = np.where(carried + np.abs(z) <= 0, 0.0, carried + FAINT)
        spread = carried @ size.T
        if ((size > 0) & (size < FAINT)).any():
            spread += LOST
        bound = np.where(spread == 0, 0.0, spread * SAFE + rounding * np.abs(bias))
        h = z @ weight.T + bias
        bound[~np.isfinite(h)] = np.inf
        return h, bound

    def rough_values(self, x: Array, error: Array, layer: int) -> tuple[Array, Array]:
        """Return the values with one bound for each point, (k,): faster and less sharp."""
        z, e = x, error
        for below in range(layer + 1):
            weight, bias = self.weights[below], self.biases[below]
            most = float(np.abs(weight).sum(axis=1).max()) * SAFE
            # As large as any partial sum, so that e is not finite where one may overflow.
            largest = np.maximum(z.max(axis=1), -z.min(axis=1)) * most + float(np.abs(bias).max())
            e = (e * most + gamma(weight.shape[1] + 3) * largest) * SAFE + LOST
            h = z @ weight.T + bias
            z = np.maximum(h, 0.0)
        return h, e

    def signs(
        self, x: Array, error: Array, exact: Exact, layer: int, first: int = 0
    ) -> NDArray[np.int8]:
        """Return the signs −1, 0, 1 of the units from `first` on at vertices, exactly.

        The points are as in `values`; an infinite error is allowed. `exact` maps indices below k to
        these vertices as homogeneous integers.
        """
        signs = np.empty((len(x), len(self.biases[layer]) - first), np.int8)
        unsure = []
        with np.errstate(all="ignore"):
            for start in range(0, len(x), _BLOCK):
                block = slice(start, start + _BLOCK)
                h, bound = self.values(x[block], error[block], layer, first)
                sure = (np.abs(h) > bound) | ((bound == 0) & (h == 0))
                signs[block] = (h > 0).view(np.int8) - (h < 0).view(np.int8)
                unsure.append(start + np.flatnonzero(~sure.all(axis=1)))
        left = np.concatenate([np.zeros(0, np.int64), *unsure])
        for start in range(0, len(left), _BLOCK):
            some = left[start : start + _BLOCK]
            h = self.exact_values(exact(some), layer)[:, first:-1]
            signs[some] = (h > 0).view(np.int8) - (h < 0).view(np.int8)
        return signs

    def exact_values(self, points: BigIntegers, layer: int) -> BigIntegers:
        """Return the pre-activations h/D, D > 0, of a layer at points, as rows (h, D)."""
        for below in range(layer):
            points = lowest_terms(np.maximum(multiply(points, self.matrix(below)), 0))
        return multiply(points, self.matrix(layer))

    def exact_rows(self, layer: int, units: Ids, on: Bools, alike: bool = False) -> BigIntegers:
        """Return positive multiples of units as affine forms a·x + c: rows (a, c), (k, n + 1).

        `on` has for each row the units of the layers below that are on. If `alike`, all rows are
        multiplied by the same factor, so that they can be compared.
        """
        rows, end = self.matrix(layer)[:, units].T, on.shape[1]
        for below in reversed(range(layer)):
            start = end - self.widths[below]
            rows = rows * np.column_stack([on[:, start:end], np.ones(len(on), np.int8)])
            rows = multiply(rows, self.matrix(below).T)
            rows = lowest_terms(rows.reshape(1, -1) if alike else rows).reshape(rows.shape)
            end = start
        return rows
