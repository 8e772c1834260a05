"""The exact sign of a unit at a vertex: from floats with an error bound, else from integers.

A sum of k products, in any order, has an error of at most γ_k Σ|terms|, γ_k = ku/(1 − ku), u =
2^−53. A kink of slopes 1 and s, |s| ≤ 1, leaves the error bound as it is, or multiplies it by |s|
where the unit is surely off. Where |h| exceeds the bound its sign is certain; elsewhere the vertex
is passed through the network in integers. A sum that overflows has no bound, so that ±∞ is never
taken for a sign.

A unit here has one kink, at 0. A ramp is the difference of two of them, so it counts as two units,
with the biases c + ½ and c − ½.
Source: N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., 2002, lemma 3.1.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from uat.core.activations import kinks
from uat.expression.arrays import Array, Bools
from uat.numerics.network_rounding import ROUNDOFF, gamma
from uat.regions.exact.integers import (
    INT64_ROOM,
    BigIntegers,
    Ids,
    dyadic,
    lowest_terms,
    max_abs,
    multiply,
)

if TYPE_CHECKING:
    from uat.core.network import Network

__all__ = ["FAINT", "LOST", "SAFE", "PiecewiseLayers"]

Exact = Callable[[Ids], BigIntegers]

FAINT: Final = 2.0**-500
"""The product of two numbers of at least this size does not underflow."""
SAFE: Final = 1 + 1e-9
"""A factor that covers the rounding errors made in computing a bound from positive terms."""
LOST: Final = 2.0**-1000
"""More than a sum of products can lose to underflow."""
# Points evaluated at a time. Larger: fewer calls of numpy; smaller: the values stay in the cache.
_BLOCK: Final = 1 << 13


class PiecewiseLayers:
    """The layers of a piecewise linear network, in floats with error bounds or in exact integers.

    Layer l passes h of a unit on as h where h > 0, and as `slopes[l]` · h elsewhere. The biases are
    rounded; `slips[l]` bounds how far they are off, 0 where they are exact.
    """

    __slots__ = ("_exact", "_shifts", "biases", "dimension", "slips", "slopes", "weights", "widths")

    def __init__(self, network: "Network") -> None:
        parts = [kinks(sigma) or () for sigma in network.activations]
        self.dimension = network.input_dimension
        self.slopes = [own[0].slope for own in parts]
        self.weights, self.biases, self.slips, self._shifts = [], [], [], list[Array]()
        factors = np.ones(1)
        for layer, own in zip(network.layers, [*parts, ()], strict=True):
            times = max(1, len(own))
            weight = (
                layer.weight
                if factors.all() and len(factors) == 1
                else (
                    np.repeat(layer.weight, len(factors), axis=1)
                    * np.tile(factors, layer.weight.shape[1])
                )
            )
            shift = np.tile([kink.shift for kink in own] or [0.0], len(layer.bias))
            bias = np.repeat(layer.bias, times)
            self.weights.append(np.repeat(weight, times, axis=0))
            self.biases.append(bias + shift)
            self.slips.append(np.where(shift == 0, 0.0, np.abs(bias + shift) * (2 * ROUNDOFF)))
            self._shifts.append(np.stack([bias, shift]))
            factors = np.array([kink.factor for kink in own] or [1.0])
        self.widths = tuple(len(bias) for bias in self.biases[:-1])
        self._exact: dict[int, BigIntegers] = {}

    def matrix(self, layer: int) -> BigIntegers:
        """Return the integer matrix M with (h, D') = (z, D) M for one layer, homogeneous."""
        if layer not in self._exact:
            # The last two rows, a bias and the shift of its kink, are added.
            whole, shift = dyadic(np.vstack([self.weights[layer].T, self._shifts[layer]]))
            last = whole[-2:] if max_abs(whole[-1]) == 0 else whole[-2:].astype(object)
            whole = np.vstack([whole[:-2], last.sum(axis=0)])
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
            z, e = self._activated(*self._layer(z, e, below), self.slopes[below])
        return self._layer(z, e, layer, first)

    def _activated(self, h: Array, e: Array, slope: float) -> tuple[Array, Array]:
        """Pass values and their error bounds through the kink; the rounding of z is left to come."""
        off = h < -e
        if slope == 0:
            e[off] = 0.0
            return np.maximum(h, 0.0), e
        z = np.where(h > 0, h, slope * h)
        e = np.where(off, e * (abs(slope) * SAFE), e)
        # A product that underflows is off by more than a few roundings.
        e[(e > 0) | ((h < 0) & (np.abs(z) < FAINT))] += LOST
        return z, e

    def _layer(self, z: Array, e: Array, layer: int, first: int = 0) -> tuple[Array, Array]:
        weight, bias = self.weights[layer][first:], self.biases[layer][first:]
        size, rounding = np.abs(weight), gamma(weight.shape[1] + 3)
        carried = e + rounding * np.abs(z)
        # A product with an exact 0 is exact: it adds no rounding error.
        carried = np.where(carried + np.abs(z) <= 0, 0.0, carried + FAINT)
        spread = carried @ size.T
        if ((size > 0) & (size < FAINT)).any():
            spread += LOST
        slip = self.slips[layer][first:]
        bound = np.where(spread == 0, slip, spread * SAFE + rounding * np.abs(bias))
        h = z @ weight.T + bias
        bound[~np.isfinite(h)] = np.inf
        return h, bound

    def rough_values(self, x: Array, error: Array, layer: int) -> tuple[Array, Array]:
        """Return the values with one bound for each point, (k,): faster and less sharp.

        Two numbers a unit, `grown` and `made`, bound how much of the error of a point it carries,
        and how much is made on the way at any of the points.
        """
        z, grown, made = x, np.ones(x.shape[1]), np.zeros(x.shape[1])
        for below in range(layer + 1):
            weight, bias = self.weights[below], self.biases[below]
            size = np.abs(weight)
            # As large as any partial sum, so that the bound is not finite where one may overflow.
            largest = size @ np.maximum(z.max(axis=0), -z.min(axis=0)) + np.abs(bias)
            grown = (size @ grown) * SAFE
            made = (size @ made + gamma(weight.shape[1] + 3) * largest) * SAFE + LOST
            h = z @ weight.T + bias
            if below < layer:
                slope = self.slopes[below]
                z = np.maximum(h, 0.0) if slope == 0 else np.where(h > 0, h, slope * h)
                made = made if slope == 0 else made + LOST
        return h, (float(grown.max()) * error + float(made.max())) * SAFE

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
            points = lowest_terms(self.passed_on(multiply(points, self.matrix(below)), below))
        return multiply(points, self.matrix(layer))

    def exact_rows(self, layer: int, units: Ids, on: Bools, alike: bool = False) -> BigIntegers:
        """Return positive multiples of units as affine forms a·x + c: rows (a, c), (k, n + 1).

        `on` has for each row the units of the layers below that are on. If `alike`, all rows are
        multiplied by the same factor, so that they can be compared.
        """
        rows, end = self.matrix(layer)[:, units].T, on.shape[1]
        for below in reversed(range(layer)):
            start = end - self.widths[below]
            every = np.column_stack([on[:, start:end], np.ones(len(on), np.bool_)])
            rows = multiply(self.times_slope(rows, every, below), self.matrix(below).T)
            rows = lowest_terms(rows.reshape(1, -1) if alike else rows).reshape(rows.shape)
            end = start
        return rows

    def passed_on(self, h: BigIntegers, layer: int) -> BigIntegers:
        """Pass homogeneous pre-activations (h, D) of a layer through its kinks."""
        return np.maximum(h, 0) if self.slopes[layer] == 0 else self.times_slope(h, h > 0, layer)

    def times_slope(self, h: BigIntegers, on: Bools, layer: int) -> BigIntegers:
        """Multiply by 1 where a unit is on and by the slope elsewhere, and all by one factor > 0.

        The last column, the D of a point or the c of a form, has to be on.
        """
        if self.slopes[layer] == 0:
            return np.asarray(h * on)
        whole, shift = dyadic(np.array([self.slopes[layer]]))
        below, one = int(whole[0]), 1 << shift
        if max_abs(h) * max(one, abs(below)) >= INT64_ROOM:
            h = h.astype(object)
        return np.asarray(np.where(on, h * one, h * below))
