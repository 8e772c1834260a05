"""How far a network run in single precision can be from its value in real numbers, proved.

Other programs round the weights to float32 and sum in an order of their own. A sum of n products and
a bias is off by at most γ_(n + 2) of the sum of their sizes, whatever the order: a term goes through
one rounding as a weight, one as a product and n in the sum. u = 2⁻²⁴, γ_k = ku/(1 − ku), and each
operation may lose 2⁻¹²⁶ more, where small numbers are flushed to 0.

What a layer adds is carried on in two ways, of which the smaller bound counts: from layer to layer by
the sizes of weights, or at once by the slopes of all later layers, between bounds on the ranges of the
arguments. There weights of both signs cancel, and a ReLU that stays off carries nothing on.

Source: N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., 2002, lemma 3.1 and
section 4.2.
"""

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.activations import slope_below
from uat.expression.arrays import Array
from uat.numerics.network_rounding import (
    ACTIVATION_ROUNDINGS,
    ROUNDOFF,
    activation_error,
    read_box,
    rounded_upward,
    rounding_bound,
)

if TYPE_CHECKING:
    from uat.core.activations import Activation
    from uat.core.network import Network

__all__ = ["evaluation_bound", "single_rounding_bound"]

_UNIT: Final = 2.0**-24
"""The largest relative error of one rounding to nearest in single precision."""

_FLUSHED: Final = 2.0**-126
"""Smaller numbers may be taken for 0."""

_LARGEST: Final = 2.0**126
"""Larger sizes may overflow."""

_ABOVE: Final = 1 + 1e-6
"""Rounds up what is computed here in float64."""


def single_rounding_bound(network: "Network", domain: Any) -> float:
    """Bound |float32 g(x) − g(x)| over all x of a box that are float32, for each output.

    float32 g is the network with its weights rounded to float32 and all operations in IEEE single
    precision, sums in any order; σ in float32 is trusted to be 16 roundings off, of max |σ|. The bound
    is inf where g may pass the range of float32.

    >>> import uat
    >>> g = uat.Network.from_units([1, -1], [50, 50], [-10, -40], uat.logistic)
    >>> 0 < single_rounding_bound(g, (0, 1)) < 1e-3
    True
    """
    box = read_box(domain, network.input_dimension)
    with np.errstate(over="ignore", invalid="ignore"):
        low, high = box
        error = np.zeros_like(low)
        for layer, sigma in zip(network.layers, (*network.activations, None), strict=True):
            low, high, error = _summed(layer.weight, layer.bias, low, high, error)
            if not np.isfinite(error).all():
                return np.inf  # also where σ is bounded: ∞ − ∞ is NaN, and so is 0·∞
            if sigma is not None:
                low, high, error = _activated(sigma, low, high, error)
        return min(rounded_upward(error), rounded_upward(_carried_at_once(network, *box)))


def _carried_at_once(network: "Network", low: Array, high: Array) -> Array:
    """Bound the errors of the outputs by what each layer adds, times the slopes of those behind it.

    The ranges hold the values in real numbers, those in single precision and all between them.
    """
    passed = []
    for layer, sigma in zip(network.layers, (*network.activations, None), strict=True):
        low, high, made = _summed(layer.weight, layer.bias, low, high, np.zeros_like(low))
        low, high = low - made, high + made
        if sigma is not None:
            slopes = _slopes(sigma, low, high)
            low, high, own = _activated(sigma, low, high, np.zeros_like(low))
            low, high = low - own, high + own
            passed.append((layer.weight, made, own, slopes))
    total, last = made, network.layers[-1].weight
    # slopes of the outputs along the values of a layer lie in middle ± apart
    middle, apart = last, np.zeros_like(last)
    for weight, made, own, (least, most) in reversed(passed):
        total = total + (np.abs(middle) + apart) @ own
        mean, half = (least + most) / 2, (most - least) / 2 * _ABOVE
        apart = (np.abs(middle) * half + apart * (np.abs(mean) + half)) * _ABOVE
        middle = middle * mean
        sizes = np.abs(middle) + apart
        total = total + sizes @ made
        lost = (len(mean) + 8) * ROUNDOFF * sizes @ np.abs(weight)
        middle, apart = middle @ weight, (apart @ np.abs(weight) + lost) * _ABOVE
    return total * _ABOVE


def _slopes(sigma: "Activation", low: Array, high: Array) -> tuple[Array, Array]:
    """Bound the slope of σ on ranges of its argument."""
    left = slope_below(sigma)
    if left is None:
        steepest = np.full_like(low, sigma.lipschitz)
        return -steepest, steepest
    return np.where(low >= 0, 1.0, left), np.where(high <= 0, left, 1.0)


def evaluation_bound(network: "Network", domain: Any, evaluation: str) -> float:
    """Bound the rounding of a network in float64, as it is evaluated here, or in float32."""
    bound = rounding_bound if evaluation == "float64" else single_rounding_bound
    return bound(network, domain)


def _summed(
    weight: Array, bias: Array, low: Array, high: Array, error: Array
) -> tuple[Array, Array, Array]:
    """Bound weight v + bias for low ≤ v ≤ high, and its error where v is off by so much."""
    terms = weight.shape[1] + 2
    sizes = np.maximum(np.abs(low), np.abs(high)) + error
    largest = np.abs(weight) @ sizes + np.abs(bias)
    share = terms * _UNIT / (1 - terms * _UNIT) if terms * _UNIT < 1 else np.inf
    made = share * largest + _FLUSHED * (2 * terms + sizes.sum()) * (1 + share)
    off = (made + np.abs(weight) @ error) * _ABOVE
    # a weight may overflow when it is rounded, whatever it is multiplied by
    greatest = np.maximum(np.abs(weight).max(axis=1, initial=0.0), np.abs(bias))
    off = np.where((largest < _LARGEST) & (greatest < _LARGEST), off, np.inf)
    positive, negative = np.maximum(weight, 0.0), np.minimum(weight, 0.0)
    lost = (terms + 8) * ROUNDOFF * largest * _ABOVE
    bottom = positive @ low + negative @ high + bias - lost
    top = positive @ high + negative @ low + bias + lost
    return bottom, top, off


def _activated(
    sigma: "Activation", low: Array, high: Array, error: Array
) -> tuple[Array, Array, Array]:
    """Bound σ(z) for low ≤ z ≤ high, and its error where z is off by so much."""
    left = slope_below(sigma)
    sizes = np.maximum(np.abs(low), np.abs(high))
    if left is None:
        largest, carried, own = activation_error(sigma, sizes, error)
        return -largest, largest, (carried + own * (_UNIT / ROUNDOFF)) * _ABOVE
    off, on = high + error <= 0, low - error >= 0
    steepest = np.where(off, abs(left), 1.0)
    # the values of both branches at the ends; a branch of slope 0 or 1 is exact
    ends = np.stack([left * low, left * high, low, high])
    ends = np.stack([np.where(low > 0, ends[2], ends[0]), np.where(high > 0, ends[3], ends[1])])
    bottom = np.where((low < 0) & (high > 0), np.minimum(ends.min(axis=0), 0.0), ends.min(axis=0))
    own = ACTIVATION_ROUNDINGS * _UNIT * abs(left) * (sizes + error)
    own = np.where(on, 0.0, own + _FLUSHED * (left != 0))
    lost = 2 * ROUNDOFF * sizes
    carried = np.where(error > 0, steepest * error, 0.0)
    return bottom - lost, ends.max(axis=0) + lost, (carried + own) * _ABOVE
