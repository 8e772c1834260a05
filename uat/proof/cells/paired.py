"""Two networks that differ little, as one: the units of the second seen from those of the first.

`core/outputs.py` puts the units of g and of h side by side, z and z + δ being the arguments of two
that belong together. Taken as z and δ, a pair has the values σ(z) and σ(z + δ) − σ(z). The latter lies
between least and largest slope of σ on the way, times δ; so it is as small as δ is, and the bounds of
g − h shrink with the difference of the weights. Everything else is `backward.py`.

Source: B. Paulsen, J. Wang and C. Wang, ReluDiff: differential verification of deep neural networks,
2020.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from uat.core.activations import Activation
from uat.core.network import Affine, Network
from uat.enclosure.outward_rounding import TINY
from uat.expression.arrays import Array
from uat.proof.cells.backward import Backward
from uat.proof.sigma.lines import Line, Lines, lines_of
from uat.proof.sigma.model import LOST
from uat.proof.sigma.slopes import slopes_of

__all__ = ["Paired"]

_CLOSE: Final = 2.0**-4
"""Weights of two networks differ by this share of the largest at most; larger: pairs of other
networks are taken together, where that gains nothing."""


class Paired(Backward):
    """The difference of two networks with one output, unit by unit nearly the same."""

    def __init__(self, network: Network, domain: Any, tolerated: float) -> None:
        super().__init__(network, domain, tolerated)
        self._take(_seen_from_the_first(network), [*map(_pairs_of, network.activations)])

    @staticmethod
    def fits(network: Network) -> bool:
        """Return True for such a network; its weights tell."""
        if network.depth == 0 or any(width % 2 for width in network.widths):
            return False
        known = all(slopes_of(sigma) is not None for sigma in network.activations)
        return known and all(map(_are_close, _halves(network), network.layers))


def _halves(network: Network) -> list[tuple[Affine, Affine]]:
    """Return the layers of both networks; the last one of the second without its minus sign."""
    first, *inner, last = network.layers
    rows, columns = len(first.bias) // 2, last.weight.shape[1] // 2
    begin = [
        Affine(first.weight[some], first.bias[some]) for some in (slice(rows), slice(rows, None))
    ]
    found = [(begin[0], begin[1])]
    for layer in inner:
        m, n = len(layer.bias) // 2, layer.weight.shape[1] // 2
        found.append(
            (
                Affine(layer.weight[:m, :n], layer.bias[:m]),
                Affine(layer.weight[m:, n:], layer.bias[m:]),
            )
        )
    u, v = last.weight[:, :columns], -last.weight[:, columns:]
    return [*found, (Affine(u, last.bias), Affine(v, last.bias))]


def _are_close(halves: tuple[Affine, Affine], layer: Affine) -> bool:
    """Return True if the halves are nearly the same and nothing else is in the layer."""
    g, h = halves
    apart = max(np.abs(g.weight - h.weight).max(), np.abs(g.bias - h.bias).max())
    size = max(np.abs(layer.weight).max(), np.abs(layer.bias).max())
    inside = np.count_nonzero(g.weight) + np.count_nonzero(h.weight)
    return bool(apart <= _CLOSE * size and inside == np.count_nonzero(layer.weight))


def _seen_from_the_first(network: Network) -> list[Affine]:
    """Return the layers that take and give σ(z) and σ(z + δ) − σ(z) of all pairs.

    A difference of weights is rounded once, which is one of the roundings that are counted for a
    term of a layer.
    """
    (g, h), *inner, (u, v) = _halves(network)
    layers = [
        Affine(np.vstack([g.weight, h.weight - g.weight]), np.append(g.bias, h.bias - g.bias))
    ]
    for g, h in inner:
        zero = np.zeros_like(g.weight)
        weight = np.block([[g.weight, zero], [h.weight - g.weight, h.weight]])
        layers.append(Affine(weight, np.append(g.bias, h.bias - g.bias)))
    return [*layers, Affine(np.hstack([u.weight - v.weight, -v.weight]), u.bias)]


def _pairs_of(activation: Activation) -> Callable[[Array, Array], Lines]:
    """Return the function that puts σ(z) and σ(z + δ) − σ(z) between lines, in z and in δ."""
    of_first, slopes = lines_of(activation), slopes_of(activation)
    assert slopes is not None

    def lines(low: Array, high: Array) -> Lines:
        half = low.shape[1] // 2
        first = of_first(low[:, :half], high[:, :half])
        l, u = low[:, half:], high[:, half:]
        way = (
            np.nextafter(first.low + np.minimum(l, 0.0), -np.inf),
            np.nextafter(first.high + np.maximum(u, 0.0), np.inf),
        )
        below, above = _fan(*slopes(*way), l, u)
        bottom, top = (
            Line(np.hstack([one.slope, two.slope]), np.hstack([one.shift, two.shift]))
            for one, two in ((first.below, below), (first.above, above))
        )
        turns = first.turns or (first.below.slope, first.below.slope)
        least, most = (np.hstack([slope, below.slope]) for slope in turns)
        return Lines(bottom, top, low, high, (least, most))

    return lines


def _fan(least: Array, most: Array, low: Array, high: Array) -> tuple[Line, Line]:
    """Put λδ between lines, for every least ≤ λ ≤ most and low ≤ δ ≤ high.

    The largest value is convex in δ and the least one concave: each is on one side of its chord.
    """
    known = np.isfinite(least) & np.isfinite(most) & np.isfinite(low) & np.isfinite(high)
    alike, lines = least == most, []
    for sign in (-1.0, 1.0):
        # of sign · λδ the largest value, at both ends
        ends = [np.maximum(sign * least * end, sign * most * end) for end in (low, high)]
        slope = np.where(high > low, (ends[1] - ends[0]) / (high - low), most)
        shift = np.maximum(ends[0] - slope * low, ends[1] - slope * high)
        size = np.abs(ends[0]) + np.abs(ends[1]) + np.abs(slope) * (np.abs(low) + np.abs(high))
        shift = shift + LOST * size + TINY
        slope, shift = np.where(alike, sign * most, slope), np.where(alike, 0.0, shift)
        lines.append(Line(sign * slope, np.where(known, sign * shift, sign * np.inf)))
    return lines[0], lines[1]
