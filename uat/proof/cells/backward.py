"""A deep network on many cells at once: linear bounds carried backwards through its layers.

On a cell every unit lies between two lines in its argument (`sigma/lines.py`). A value of the
network is a sum of units. Where the weight of a unit is positive, the sum is at most that with the
upper line in its place, otherwise with the lower one; that makes it a sum of arguments, which are
sums of the units of the layer before. So it goes on down to the coordinates, and a bound is one
affine function of x: what units have in common cancels before any range is taken. The ranges of
the arguments come from the same bounds of the layers before. Where no unit has a kink in the cell
both bounds are g itself.

A kink of a ReLU lies above every line through it whose slope is between those of its branches. So the
last bounds are improved by turning lower lines, a few times, as they should be at the corner of the cell
where the bound is largest.

Sources: H. Zhang, T.-W. Weng, P.-Y. Chen, C.-J. Hsieh and L. Daniel, Efficient neural network
robustness certification with general activation functions, 2018 (CROWN); G. Singh, T. Gehr,
M. Püschel and M. Vechev, An abstract domain for certifying neural networks, 2019 (DeepPoly); K. Xu et
al., Fast and complete: enabling complete neural network verification with rapid and massively parallel
incomplete verifiers, 2021 (α-CROWN).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from uat.core.network import Affine, Network
from uat.enclosure.outward_rounding import TINY, UP
from uat.expression.arrays import Array, Bools
from uat.numerics.activation_shape import is_soft
from uat.numerics.boxes import centres
from uat.numerics.network_rounding import gamma, rounding_bound
from uat.proof.cells.quadratic import Between, NetworkModel, Quadratic, in_blocks
from uat.proof.sigma.lines import Lines, lines_of

__all__ = ["Backward", "Passed", "with_negatives"]

_TURNS: Final = (1.0, 1.0, 0.5, 0.5, 0.25, 0.25)
"""How far lower lines are turned at most, each time; more: fewer cells, each one slower."""

_BLOCK: Final = 1 << 18
"""Numbers in one array; larger: faster up to the cache of a processor."""


class Backward(NetworkModel):
    """A network with several hidden layers and one output, some of kinks or jumps."""

    def __init__(self, network: Network, domain: Any, _tolerated: float) -> None:
        self.rounding = rounding_bound(network, domain)
        self._network = network
        self._take(network.layers, [lines_of(sigma) for sigma in network.activations])

    def _take(
        self, layers: Sequence[Affine], lines: Sequence[Callable[[Array, Array], Lines]]
    ) -> None:
        """Set the layers that are passed, and what puts the units of each between lines."""
        self._layers, self._lines = layers, lines
        self._signed = [with_negatives(layer) for layer in layers]
        width = max(max(layer.weight.shape) for layer in layers)
        self.cells = max(1, _BLOCK // (2 * width * width))

    @staticmethod
    def fits(network: Network) -> bool:
        """Return True for such a network."""
        return network.depth > 1 and not all(map(is_soft, network.activations))

    def __call__(self, lower: Array, upper: Array) -> Between:
        """Bound g on cells, (cells, d) ends."""
        return in_blocks(self._block, lower, upper, self.cells)

    def beside(self, f: Quadratic, lower: Array, upper: Array) -> Between:
        """Bound g so that f − g has narrow bounds, as far as f is linear."""
        starts = range(0, len(lower), self.cells)
        blocks = [
            self._block(*centres(lower[some], upper[some]), f.slope[some])
            for some in (slice(i, i + self.cells) for i in starts)
        ]
        return Between.joined(blocks)

    def _block(self, centre: Array, radius: Array, slope: Array | float = 0.0) -> Between:
        with np.errstate(all="ignore"):
            passed = Passed(centre, radius)
            *hidden, _ = self._layers
            for layer, signed, lines in zip(hidden, self._signed, self._lines, strict=False):
                bounds = passed.above(signed)
                low, high = passed.arguments(layer, bounds)
                passed.append(layer, lines(low, high), bounds)
            along = np.broadcast_to(slope, centre.shape)
            ends = passed.turned(self._signed[-1], np.stack([along, -along], axis=1))
            bends = passed.bends(ends.weights)
        below, above = (
            Quadratic(
                sign * ends.constant[:, i],
                sign * ends.slope[:, i],
                np.zeros((*centre.shape, centre.shape[1])),
                ends.error[:, i],
            )
            for i, sign in ((1, -1.0), (0, 1.0))
        )
        return Between(below, above, bends, centre, self._network)


def with_negatives(layer: Affine) -> Affine:
    """Return the layer with its values and their negatives: upper bounds of these are enough."""
    weight, bias = layer.weight, layer.bias
    return Affine(np.concatenate([weight, -weight]), np.concatenate([bias, -bias]))


@dataclass(frozen=True, slots=True, eq=False)
class _Bounds:
    """Upper bounds: affine functions of s, the place seen from the centre of a cell, plus an error."""

    constant: Array  # (cells, values)
    slope: Array  # (cells, values, d)
    error: Array  # (cells, values)
    weights: list[Array]  # of the units of each layer in these bounds, (cells, values, units)

    def largest(self, slope: Array, radius: Array) -> Array:
        """Return the largest values over the cells, less those of a slope, in floats."""
        return self.constant + _times(np.abs(self.slope - slope), radius) + self.error

    def or_else(self, better: Bools, others: "_Bounds") -> "_Bounds":
        """Return these bounds, but others where they are better, (cells, values)."""
        every = better[:, :, None]
        return _Bounds(
            np.where(better, others.constant, self.constant),
            np.where(every, others.slope, self.slope),
            np.where(better, others.error, self.error),
            [np.where(every, *pair) for pair in zip(others.weights, self.weights, strict=True)],
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Layer:
    """A hidden layer on some cells."""

    affine: Affine
    lines: Lines  # of its units, (cells, units)
    size: Array  # of Σ |weight| |value of the layer before| + |bias|, (cells, units)
    fed: Array  # of Σ |value of the layer before|, (cells, 1)
    shares: Array  # of each coordinate in the range of an argument, (cells, units, d)


class Passed:
    """The layers passed so far, on some cells; `append` adds one."""

    def __init__(self, centre: Array, radius: Array) -> None:
        self._centre, self._radius, self._layers = centre, radius, list[_Layer]()
        # of the values of the last layer, here the coordinates: (cells, values)
        self._low, self._high = centre - radius, centre + radius
        self._size = (np.abs(centre) + radius) * UP
        self._roundings = centre.shape[1] + 8

    def turned(self, layer: Affine, slope: Array) -> _Bounds:
        """Bound the next layer, less a slope (cells, values, d), by lower lines turned for each value."""
        best = found = self.above(layer)
        below = [passed.lines.below.slope[:, None] for passed in self._layers]
        if not any(passed.lines.can_turn() for passed in self._layers):
            return best
        least = best.largest(slope, self._radius)
        for step in _TURNS:
            below = self._turned(found, slope, below, step)
            found = self.above(layer, below)
            largest = found.largest(slope, self._radius)
            best = best.or_else(largest < least, found)
            least = np.fmin(least, largest)
        return best

    def _turned(
        self, bounds: _Bounds, slope: Array, below: list[Array], step: float
    ) -> list[Array]:
        """Turn lower lines up to where bounds are largest: the one argument says which way is up."""
        values, found = np.sign(bounds.slope - slope) * self._radius[:, None], list[Array]()
        values = values + self._centre[:, None]
        for passed, a, lower in zip(self._layers, bounds.weights, below, strict=True):
            lines = passed.lines
            z = values @ passed.affine.weight.T + passed.affine.bias
            bottom = lower * z + lines.below.shift[:, None]
            values = np.where(
                a > 0, lines.above.slope[:, None] * z + lines.above.shift[:, None], bottom
            )
            turn = step * np.nan_to_num(z / (lines.high - lines.low)[:, None])
            least, most = (
                (lines.below.slope, lines.below.slope) if lines.turns is None else lines.turns
            )
            found.append(np.clip(lower + turn, least[:, None], most[:, None]))
        return found

    def above(self, layer: Affine, below: Sequence[Array] | None = None) -> _Bounds:
        """Bound the values of the next layer from above; `below` has other slopes of lower lines."""
        if below is None:
            below = [passed.lines.below.slope[:, None] for passed in self._layers]
        cells, count = len(self._centre), gamma(self._roundings)
        a = np.broadcast_to(layer.weight, (cells, *layer.weight.shape))
        constant = np.broadcast_to(layer.bias, a.shape[:2]).copy()
        error, weights = count * np.abs(constant), list[Array]()
        for passed, lower in zip(reversed(self._layers), reversed(below), strict=True):
            weights.append(a)
            lines, affine = passed.lines, passed.affine
            positive, negative = np.maximum(a, 0.0), np.minimum(a, 0.0)
            constant += _times(positive, lines.above.shift) + _times(negative, lines.below.shift)
            error += count * _times(positive, np.abs(lines.above.shift))
            error -= count * _times(negative, np.abs(lines.below.shift))
            # one of the two is 0
            a = positive * lines.above.slope[:, None] + negative * lower
            # what rounding changes of a is as much of |a| |z|, |z| ≤ size; then of the products
            error += count * _times(np.abs(a), passed.size)
            # what underflow loses of both
            error += TINY * (1 + passed.size.sum(axis=1, keepdims=True) + passed.fed)
            constant += a @ affine.bias
            a = (a.reshape(-1, a.shape[2]) @ affine.weight).reshape(*a.shape[:2], -1)
        constant += _times(a, self._centre)
        error += count * (_times(np.abs(a), np.abs(self._centre) + self._radius) + np.abs(constant))
        return _Bounds(constant, a, error * UP + TINY, weights[::-1])

    def arguments(self, layer: Affine, bounds: _Bounds) -> tuple[Array, Array]:
        """Return the ranges of the arguments of the next layer, (cells, units) each.

        They are the intersection of those of the bounds and those from the ranges of the values.
        """
        positive, negative = np.maximum(layer.weight, 0.0).T, np.minimum(layer.weight, 0.0).T
        lost = gamma(self._roundings) * self._next_size(layer)
        low = self._low @ positive + self._high @ negative + layer.bias - lost
        high = self._high @ positive + self._low @ negative + layer.bias + lost
        reach = _times(np.abs(bounds.slope), self._radius) * (UP + gamma(self._roundings))
        ends = bounds.constant + reach + bounds.error
        top, bottom = np.split(np.nextafter(ends, np.inf), 2, axis=1)
        return np.fmax(low, -bottom), np.fmin(high, top)

    def append(self, layer: Affine, lines: Lines, bounds: _Bounds) -> None:
        """Pass one more layer, whose units have these lines; the bounds are of its arguments."""
        units = len(layer.bias)
        reach = np.abs(bounds.slope[:, :units]) * self._radius[:, None]
        shares = reach / np.maximum(reach.sum(axis=2, keepdims=True), TINY)
        fed = self._size.sum(axis=1, keepdims=True)
        self._layers.append(_Layer(layer, lines, self._next_size(layer), fed, shares))
        self._low, self._high = lines.values()
        self._size = np.maximum(np.abs(self._low), np.abs(self._high)) * UP
        # of a sum over the units, and of the few operations with each term, all layers together
        self._roundings = max(self._roundings, units) + 8

    def _next_size(self, layer: Affine) -> Array:
        size = self._size @ np.abs(layer.weight).T + np.abs(layer.bias)
        return np.asarray(size * (UP + gamma(self._roundings)) + TINY)

    def bends(self, weights: list[Array]) -> Array:
        """Return how much of the gap between bounds is due to each coordinate, (cells, d)."""
        total = np.zeros_like(self._centre)
        for passed, a in zip(self._layers, weights, strict=True):
            lost = np.abs(a).max(axis=1) * passed.lines.gap()
            total += np.einsum("cu,cud->cd", lost, passed.shares)
        return total


def _times(rows: Array, values: Array) -> Array:
    """Multiply a matrix and a vector for each cell: (cells, rows, n) and (cells, n)."""
    return np.asarray((rows @ values[:, :, None])[:, :, 0])
