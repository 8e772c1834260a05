"""How far a network run in single precision can be from its value in real numbers, proved.

Other programs round the weights to float32 and sum in an order of their own. A sum of n products and
a bias is off by at most γ_(n + 2) of the sum of their sizes, whatever the order: a term goes through
one rounding as a weight, one as a product and n in the sum. u = 2⁻²⁴, γ_k = ku/(1 − ku), and each
operation may lose 2⁻¹²⁶ more, where small numbers are flushed to 0.

What a layer adds is carried on in two ways, of which the smaller bound counts: from layer to layer by
the sizes of weights, or at once by the slopes of all later layers. There weights of both signs
cancel, and a ReLU that stays off carries nothing on. The slopes are those between the ranges that
`cells/backward.py` proves of the arguments; they are narrow on small cells, so that the cells of a
network of several layers where the bound is large are halved.

Source: N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., 2002, lemma 3.1 and
section 4.2.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np

from uat.core.activations import Activation, slope_below
from uat.core.network import Affine, Network
from uat.enclosure.outward_rounding import TINY
from uat.expression.arrays import Array
from uat.numerics.boxes import centres
from uat.numerics.network_rounding import (
    ACTIVATION_ROUNDINGS,
    ROUNDOFF,
    activation_error,
    read_box,
    rounded_upward,
)
from uat.proof.cells.backward import Passed, with_negatives
from uat.proof.cells.blocks import InBlocks
from uat.proof.cells.branch_and_bound import Bound, CellSearch, Examined
from uat.proof.sigma.lines import lines_of
from uat.proof.sigma.slopes import slopes_of

__all__ = ["single_rounding_bound"]

_UNIT: Final = 2.0**-24
"""The largest relative error of one rounding to nearest in single precision."""

_FLUSHED: Final = 2.0**-126
"""Smaller numbers may be taken for 0."""

_LARGEST: Final = 2.0**126
"""Larger sizes may overflow."""

_ABOVE: Final = 1 + 1e-6
"""Rounds up what is computed here in float64."""

_MOST_CELLS: Final = 1 << 9
_MOST_PRODUCTS: Final = 1 << 33
"""Cells that are looked at, and products of weights in all of them; more: tighter, slower."""

_BLOCK: Final = 1 << 18
"""Numbers in one array; larger: faster up to the cache of a processor."""


def single_rounding_bound(network: Network, domain: Any, enough: float = 0.0) -> float:
    """Bound |float32 g(x) − g(x)| over all x of a box that are float32, for each output.

    float32 g is the network with its weights rounded to float32 and all operations in IEEE single
    precision, sums in any order; σ in float32 is trusted to be 16 roundings off, of max |σ|. The bound
    is inf where g may pass the range of float32. Below `enough` it is not sharpened.

    >>> import uat
    >>> g = uat.Network.from_units([1, -1], [50, 50], [-10, -40], uat.logistic)
    >>> 0 < single_rounding_bound(g, (0, 1)) < 1e-3
    True
    """
    low, high = read_box(domain, network.input_dimension)
    width = max(max(layer.weight.shape) for layer in network.layers)
    cells = max(1, _BLOCK // (2 * width * width))
    bound = InBlocks(_bound_of(network), cells, _bound_of, (network,))
    search = CellSearch(bound, low[None, :], high[None, :], enough)
    search.go_on(min(_MOST_CELLS, _MOST_PRODUCTS // _products(network)))
    return search.upper


def _products(network: Network) -> int:
    """Count the products of weights of each layer and the slopes of all later ones."""
    rows = np.cumsum([len(layer.bias) for layer in network.layers[::-1]])[::-1]
    sizes = [layer.weight.size for layer in network.layers]
    # one layer has the narrowest range there is
    return int(np.dot(rows, sizes)) if network.depth > 1 else _MOST_PRODUCTS


def _bound_of(network: Network) -> Bound:
    return partial(_on_cells, network)


def _on_cells(network: Network, lower: Array, upper: Array) -> Examined:
    """Bound the errors of the outputs on cells, (cells, d) ends."""
    centre, radius = centres(lower, upper)
    passed, single, sides = Passed(centre, radius), _Single(lower, upper), radius
    *hidden, last = network.layers
    with np.errstate(all="ignore"):
        for layer, sigma in zip(hidden, network.activations, strict=True):
            bounds = passed.above(with_negatives(layer))
            low, high = passed.arguments(layer, bounds)
            single.sums(layer)
            single.activate(sigma, low, high)
            if network.depth > 1:
                passed.append(layer, lines_of(sigma)(low, high), bounds)
        if network.depth > 1:
            sides = passed.bends(passed.above(last).weights)
        single.sums(last)
    errors = np.where(single.beyond, np.inf, single.error.max(axis=1))
    return Examined(np.array([rounded_upward(error) for error in errors]), 0.0, sides)


@dataclass(frozen=True, slots=True, eq=False)
class _Layer:
    """What a hidden layer adds to the errors on some cells, and how it carries on those before."""

    weight: Array
    summed: Array  # what its sums are off by, (cells, units)
    own: Array  # what σ adds
    slope: Array  # of σ: it lies in slope ± apart
    apart: Array


class _Single:
    """The values of the last layer passed, on some cells: how far single precision puts them off."""

    def __init__(self, lower: Array, upper: Array) -> None:
        self._layers = list[_Layer]()
        # of the last values: how large they are in real numbers, and their errors, (cells, values)
        self._size, self.error = np.maximum(np.abs(lower), np.abs(upper)), np.zeros_like(lower)
        self._summed = self.error
        self.beyond = np.zeros(len(lower), dtype=bool)  # cells where nothing is proved

    def sums(self, layer: Affine) -> None:
        """Pass the sums of a layer."""
        sizes, values = np.abs(layer.weight), self._size + self.error
        largest = values @ sizes.T + np.abs(layer.bias)
        # what is 0 is added without rounding
        lost = (np.count_nonzero(values, axis=1, keepdims=True) + 2) * _UNIT
        share = np.where(lost < 1, lost / (1 - lost), np.inf)
        lost = _FLUSHED * (2 * sizes.shape[1] + 4 + values.sum(axis=1, keepdims=True))
        summed = (share * largest + lost * (1 + share)) * _ABOVE
        # a weight may overflow when it is rounded, whatever it is multiplied by
        greatest = np.maximum(sizes.max(axis=1, initial=0.0), np.abs(layer.bias))
        fits = (largest < _LARGEST) & (greatest < _LARGEST)
        step_by_step = (summed + self.error @ sizes.T) * _ABOVE
        self.error = np.fmin(step_by_step, self._at_once(layer.weight, summed))
        self._summed, self._weight = summed, layer.weight
        # also where σ is bounded: ∞ − ∞ is NaN, and so is 0·∞
        self.beyond |= ~(fits & np.isfinite(self.error)).all(axis=1)

    def _at_once(self, weight: Array, summed: Array) -> Array:
        """Carry on what each layer adds by the slopes of these sums along its values."""
        total = summed
        # the slopes lie in middle ± apart, (cells, sums, values)
        middle = np.broadcast_to(weight, (len(summed), *weight.shape))
        apart = np.zeros_like(middle)
        for layer in reversed(self._layers):
            total = total + _times(np.abs(middle) + apart, layer.own)
            slope, half = layer.slope[:, None, :], layer.apart[:, None, :]
            apart = (np.abs(middle) * half + apart * (np.abs(slope) + half)) * _ABOVE + TINY
            middle = middle * slope
            sizes = np.abs(middle) + apart
            total = total + _times(sizes, layer.summed)
            apart = apart + (middle.shape[2] + 8) * ROUNDOFF * sizes
            middle, apart = middle @ layer.weight, apart @ np.abs(layer.weight) * _ABOVE + TINY
        return total * _ABOVE

    def activate(self, sigma: Activation, low: Array, high: Array) -> None:
        """Pass σ, whose arguments in real numbers lie in these ranges."""
        self.beyond |= ~(np.isfinite(low) & np.isfinite(high)).all(axis=1)
        # all arguments between those in real numbers and those in single precision
        bottom, top = (low - self.error * _ABOVE) - TINY, (high + self.error * _ABOVE) + TINY
        least, most = _slopes(sigma, bottom, top)
        self._size, carried, own = _activated(sigma, low, high, self.error)
        slope, apart = (least + most) / 2, (most - least) / 2 * _ABOVE
        self._layers.append(_Layer(self._weight, self._summed, own, slope, apart))
        self.error = (carried + own) * _ABOVE


def _times(rows: Array, values: Array) -> Array:
    """Multiply a matrix and a vector for each cell: (cells, rows, n) and (cells, n)."""
    return np.asarray((rows @ values[:, :, None])[:, :, 0])


def _slopes(sigma: Activation, low: Array, high: Array) -> tuple[Array, Array]:
    """Bound the slope of σ on ranges of its argument."""
    steepest, slopes = np.full_like(low, sigma.lipschitz), slopes_of(sigma)
    if slopes is None:
        return -steepest, steepest
    least, most = slopes(low, high)
    return np.fmax(least, -steepest), np.fmin(most, steepest)


def _activated(
    sigma: Activation, low: Array, high: Array, error: Array
) -> tuple[Array, Array, Array]:
    """Bound |σ(z)| for low ≤ z ≤ high, the error carried on from z, and the one that σ adds."""
    left = slope_below(sigma)
    sizes = np.maximum(np.abs(low), np.abs(high))
    if left is None:
        largest, carried, own = activation_error(sigma, sizes, error)
        return largest, carried, own * (_UNIT / ROUNDOFF)
    off, on = high + error <= 0, low - error >= 0
    # a branch of slope 0 or 1 is exact
    largest = np.maximum(np.maximum(high, 0.0), abs(left) * np.maximum(-low, 0.0)) * _ABOVE
    own = ACTIVATION_ROUNDINGS * _UNIT * abs(left) * (sizes + error)
    own = np.where(on, 0.0, own + _FLUSHED * (left != 0))
    return largest, np.where(off, abs(left), 1.0) * error, own
