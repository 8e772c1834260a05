"""A network on many cells at once: quadratic models pushed through its layers.

Around the centre of a cell every unit's value is a quadratic polynomial in the d displacements s_j,
± an error. An affine layer maps the coefficients; σ is replaced by its own model
(`sigma/model.py`), and terms of third order go to the error. With steep units the model of σ is a
constant, and this is interval arithmetic; with soft ones the error shrinks with the cube of the
cell.

The argument of each unit is taken to be off by as much as floats may put it off, so that what is
proved covers the network in real numbers and its evaluation in floats.

Source: K. Makino and M. Berz, Taylor models and other validated functional inclusion methods, 2003.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from uat.core.network import Affine, Network
from uat.enclosure.outward_rounding import TINY
from uat.expression.arrays import Array
from uat.numerics.network_rounding import ROUNDOFF, displacements
from uat.proof.cells.quadratic import NetworkModel, Quadratic, in_blocks
from uat.proof.sigma.model import LOST, Local, Near
from uat.proof.sigma.near import near

__all__ = ["Layers"]

_BLOCK: Final = 1 << 18
"""Numbers in one array; larger: faster up to the cache of a processor."""


@dataclass(frozen=True, slots=True, eq=False)
class _Models:
    """Polynomials for (cells, units): terms (monomials, cells, units), error (cells, units)."""

    terms: Array
    error: Array


class Layers(NetworkModel):
    """Any network with one output."""

    def __init__(self, network: Network, domain: Any, _tolerated: float) -> None:
        self._layers, self._off = network.layers, displacements(network, domain)
        self.rounding = self._off.remainder
        self._near = [near(sigma) for sigma in network.activations]
        d = network.input_dimension
        # 1, then s_j, then s_i s_j with i ≤ j
        self._pairs = [(i, j) for i in range(d) for j in range(i, d)]
        self._dimension = d
        width = max(*network.widths, d, 1)
        self.cells = max(1, _BLOCK // (width * (1 + d + len(self._pairs))))

    def __call__(self, lower: Array, upper: Array) -> Quadratic:
        """Model g on cells, (cells, d) ends."""
        return in_blocks(self._block, lower, upper, self.cells)

    def _block(self, centre: Array, radius: Array) -> Quadratic:
        with np.errstate(all="ignore"):
            sizes = self._sizes(radius)
            values = self._coordinates(centre)
            *hidden, last = self._layers
            for i, layer in enumerate(hidden):
                z = _affine(layer, values, sizes)
                z = _Models(z.terms, z.error + self._off.arguments[i])
                values = self._activated(z, sizes, self._near[i])
                if i < len(hidden) - 1:
                    values = _Models(values.terms, values.error + self._off.values[i])
            result = _affine(last, values, sizes)
        return self._as_quadratic(result)

    def _sizes(self, radius: Array) -> Array:
        """Bound each monomial over the cells, (monomials, cells)."""
        one = np.ones(len(radius))
        squares = [radius[:, i] * radius[:, j] * (1 + LOST) for i, j in self._pairs]
        return np.stack([one, *radius.T, *squares])

    def _coordinates(self, centre: Array) -> _Models:
        cells, d = centre.shape
        terms = np.zeros((1 + d + len(self._pairs), cells, d))
        terms[0] = centre
        for j in range(d):
            terms[1 + j, :, j] = 1.0
        return _Models(terms, np.zeros((cells, d)))

    def _activated(self, z: _Models, sizes: Array, near: Near) -> _Models:
        """Put z into the model of σ, whose centre is the constant term of z."""
        linear, square = self._reach(z.terms, sizes)
        rest = square + z.error
        model = _flat_model(near, z.terms[0], (linear + rest) * (1 + LOST))
        slope, curve = model.slope, model.curve
        bent = curve != 0
        terms = np.where(slope == 0, 0.0, slope * z.terms)
        terms[0] = model.value
        for k, (i, j) in enumerate(self._pairs, 1 + self._dimension):
            product = (1.0 if i == j else 2.0) * z.terms[1 + i] * z.terms[1 + j]
            terms[k] += np.where(bent, curve * product, 0.0)
        error = np.where(slope == 0, 0.0, np.abs(slope) * z.error)
        error += np.where(bent, np.abs(curve) * rest * (2 * linear + rest), 0.0)
        lost = np.where(bent, np.abs(curve) * linear * linear, 0.0)
        lost += np.where(slope == 0, 0.0, np.abs(slope) * (linear + square))
        lost = LOST * lost + TINY * sizes.sum(axis=0)[:, None]
        return _Models(terms, (model.error + error + lost) * (1 + LOST))

    def _reach(self, terms: Array, sizes: Array) -> tuple[Array, Array]:
        """Bound the linear and the quadratic part over the cells, (cells, units) each."""
        d = self._dimension
        parts = np.abs(terms) * sizes[:, :, None]
        linear, square = parts[1 : 1 + d].sum(axis=0), parts[1 + d :].sum(axis=0)
        return linear * (1 + LOST), square * (1 + LOST)

    def _as_quadratic(self, result: _Models) -> Quadratic:
        d = self._dimension
        terms = result.terms[:, :, 0]
        curve = np.zeros((terms.shape[1], d, d))
        for k, (i, j) in enumerate(self._pairs, 1 + d):
            curve[:, i, j] = curve[:, j, i] = terms[k] / (1.0 if i == j else 2.0)
        return Quadratic(terms[0], terms[1 : 1 + d].T.copy(), curve, result.error[:, 0])


def _flat_model(near: Near, z: Array, reach: Array) -> Local:
    model = near(z.ravel(), reach.ravel())
    parts = (model.value, model.slope, model.curve, model.error)
    return Local(*(part.reshape(z.shape) for part in parts))


def _affine(layer: Affine, values: _Models, sizes: Array) -> _Models:
    """Map models by an affine layer; what the sums lose in floats goes to the error.

    A sum of n products and a bias errs by at most γ of the sum of their sizes, γ = (n + 3) 2^−53.
    """
    terms = values.terms @ layer.weight.T
    terms[0] += layer.bias
    gamma = (layer.weight.shape[1] + 8) * ROUNDOFF
    size = np.einsum("kcu,kc->cu", np.abs(values.terms), sizes)
    error = (values.error + gamma * size) @ np.abs(layer.weight).T
    # what underflow loses of the products
    lost = TINY * (1 + sizes.sum(axis=0))[:, None]
    return _Models(terms, error * (1 + gamma) + gamma * np.abs(layer.bias) + lost)
