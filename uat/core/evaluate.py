"""The value of a network in float64: in blocks, and fast where the activation is saturated.

In one dimension a unit a σ(bx + c) is within a·τ(s) of one of σ's two limits wherever
|x + c/b| ≥ s/|b|, that is outside its window. At any x most units of a steep network are outside
theirs, and their sum is constant between two neighbouring ends of windows: it is a prefix sum over
the units. Only the few units whose window contains x are evaluated.

How far the value can be from the exact one is proved in `numerics/network_rounding.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from uat.enclosure.outward_rounding import TINY
from uat.errors import UatError
from uat.expression.arrays import Array

if TYPE_CHECKING:
    from uat.core.activations import Activation
    from uat.core.network import Network

__all__ = [
    "SATURATED", "Windows", "compensated_prefix_sums", "constant_units", "evaluate",
    "evaluate_directly", "find_windows", "settled_from", "supports",
]  # fmt: skip

Places = NDArray[np.int64]
Layers = Sequence[tuple[Array, Array]]

SATURATED: Final = 2.0**-60
"""Tail τ(s) from which a unit counts as saturated: far below the rounding of 1."""

BLOCK: Final = 2**18
"""Numbers in one temporary array, 2 MB; more: less overhead, but they leave the cache."""

CHUNK: Final = 1024
"""Terms in one matrix product; fewer: a smaller error γ_n of the sum, slower."""

FEW: Final = 64
"""Fewer units than this are summed directly: that is faster than finding their windows."""

SLACK: Final = 2.0**-48
"""Relative margin of a window: see `supports`."""


def evaluate(network: "Network", points: Array) -> Array:
    """Evaluate a network at points, (..., d) → (..., m), by windows or directly.

    0 · ∞ counts as 0, since a unit of slope 0 does not depend on that coordinate. b·x + c never
    becomes NaN by overflow. The value at a point with NaN is NaN.
    """
    windows = find_windows(network)
    if windows is None:
        return evaluate_directly(network, points)
    x = points.reshape(-1)
    values = np.empty((x.size, network.output_dimension))
    for block in _blocks(x.size, BLOCK // 4):
        values[block] = windows(x[block])
    return values.reshape(*points.shape[:-1], network.output_dimension)


def evaluate_directly(network: "Network", points: Array) -> Array:
    """Evaluate every unit at every point, a block of points at a time; shapes as `evaluate`.

    The sum of the units of slope 0 is added last, so that a large constant does not coarsen the
    sum of the others.
    """
    layers = [(layer.weight, layer.bias) for layer in network.layers]
    still = constant_units(network)
    if still.any():
        (weight, bias), (outer, _) = layers
        layers = [(weight[~still], bias[~still]), (outer[:, ~still], _constant(network, still))]
    values = _forward(layers, network.activations, points.reshape(-1, network.input_dimension))
    return values.reshape(*points.shape[:-1], network.output_dimension)


def constant_units(network: "Network") -> NDArray[np.bool_]:
    """Return the units of slope 0 of a network with one layer, (units,), if it has others too."""
    if network.depth != 1:
        return np.zeros(network.layers[-1].weight.shape[1], dtype=bool)
    moving: NDArray[np.bool_] = np.any(network.layers[0].weight != 0, axis=1)
    return ~moving if moving.any() else np.zeros_like(moving)


def _constant(network: "Network", still: NDArray[np.bool_]) -> Array:
    """Sum the marked units, all of slope 0, and the output bias: (m,)."""
    hidden, outer = network.layers
    with np.errstate(over="ignore", invalid="ignore"):
        terms = outer.weight[:, still] * network.activation(hidden.bias[still])
        rows = np.concatenate([outer.bias[:, None], terms], axis=1)
        return np.array([_sum(row) for row in rows])


def _sum(terms: Array) -> float:
    """Return the float nearest to a sum: ±∞ beyond float64, NaN for infinities of both signs."""
    if not np.isfinite(terms).all():
        return float(terms.sum())
    # halved so often that no partial sum overflows
    halvings = len(terms).bit_length() if np.abs(terms).max() > 2.0**900 else 0
    return float(np.ldexp(fsum(np.ldexp(terms, -halvings)), halvings))


def _blocks(size: int, step: int) -> Iterator[slice]:
    step = max(1, step)
    return (slice(i, i + step) for i in range(0, size, step))


def _forward(layers: Layers, activations: Sequence["Activation"], x: Array) -> Array:
    """Evaluate the layers one after the other: (points, d) → (points, m)."""
    values = np.empty((len(x), len(layers[-1][1])))
    for block in _blocks(len(x), BLOCK // max(max(weight.shape) for weight, _ in layers)):
        z = _affine(*layers[0], x[block])
        for (weight, bias), sigma in zip(layers[1:], activations, strict=True):
            z = _affine(weight, bias, sigma(z))
        values[block] = z
    return values


def _affine(weight: Array, bias: Array, x: Array) -> Array:
    """Compute weight x + bias: (points, in) → (points, out)."""
    with np.errstate(over="ignore", invalid="ignore"):
        z = x[:, :CHUNK] @ weight[:, :CHUNK].T
        for chunk in _blocks(weight.shape[1], CHUNK):
            if chunk.start:
                z += x[:, chunk] @ weight[:, chunk].T
        z += bias
        if np.isfinite(z).all() and np.isfinite(x).all():
            return z
        z = np.where(np.isfinite(z), z, _beyond_range(weight, bias, x))
        z[np.isnan(x).any(axis=1)] = np.nan
        return z


def _beyond_range(weight: Array, bias: Array, x: Array) -> Array:
    """Compute weight x + bias where a product overflows or x is infinite.

    Rows and points are scaled by powers of two so that no product overflows: the sign is right,
    and only a sum beyond float64 is ±∞. It is NaN where infinities of both signs are added.
    """
    inner = np.where(np.isfinite(x), x, 0.0)
    rows, columns = _exponents(weight), _exponents(inner)[:, None]
    scaled = np.ldexp(inner, -columns) @ np.ldexp(weight, -rows[:, None]).T
    z = np.ldexp(scaled + np.ldexp(bias, -(columns + rows)), columns + rows)
    positive, negative = (weight > 0).astype(float).T, (weight < 0).astype(float).T
    right, left = (x == np.inf).astype(float), (x == -np.inf).astype(float)
    up, down = right @ positive + left @ negative > 0, right @ negative + left @ positive > 0
    return np.select([up & down, up, down], [np.nan, np.inf, -np.inf], z)


def _exponents(rows: Array) -> Places:
    """Return for each row an e such that its entries are at most 2^e in size."""
    exponents: Places = np.frexp(np.abs(rows).max(axis=1))[1].astype(np.int64)
    return exponents


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """The units of a one-dimensional network in order, and the sums of the saturated ones.

    Between two edges the units first ≤ i < last are evaluated; all others are at one of their
    limits, and `level` is their sum.
    """

    activation: "Activation"
    edges: Array  # (edges,)
    first: Places  # (edges + 1,)
    last: Places  # (edges + 1,)
    level: Array  # (edges + 1, m), with the units of slope 0 and the output bias
    slopes: Array  # (units,)
    biases: Array  # (units,)
    weights: Array  # (m, units)
    wide: Layers  # the few units whose windows are too wide, as two layers

    def __call__(self, x: Array) -> Array:
        """Evaluate: (points,) → (points, m)."""
        place = np.searchsorted(self.edges, x, side="right")
        values = self.level[place]
        first = self.first[place]
        count = self.last[place] - first
        near = np.flatnonzero(count)
        total = np.cumsum(count[near])
        start = 0
        while start < len(near):
            enough = (total[start - 1] if start else 0) + BLOCK
            stop = max(start + 1, int(np.searchsorted(total, enough, side="right")))
            some = near[start:stop]
            values[some] += self._inside(x[some], first[some], count[some])
            start = stop
        if len(self.wide[0][1]):
            values += _forward(self.wide, [self.activation], x[:, None])
        values[np.isnan(x)] = np.nan
        return values

    def _inside(self, x: Array, first: Places, count: Places) -> Array:
        """Sum the units first, …, first + count − 1 at each x."""
        owner = np.repeat(np.arange(len(x)), count)  # (terms,)
        unit = np.arange(len(owner)) + np.repeat(first + count - np.cumsum(count), count)
        with np.errstate(over="ignore"):
            value = self.activation(self.slopes[unit] * x[owner] + self.biases[unit])
        sums = [np.bincount(owner, value * row[unit], len(x)) for row in self.weights]
        return np.stack(sums, axis=-1)


_known: Final[WeakKeyDictionary["Network", Windows | None]] = WeakKeyDictionary()


def find_windows(network: "Network") -> Windows | None:
    """Find the windows of a network, once; None where the direct sum is faster."""
    if network.depth != 1 or network.input_dimension != 1 or network.units < FEW:
        return None
    if network not in _known:
        _known[network] = _make_windows(network)
    return _known[network]


def _make_windows(network: "Network") -> Windows | None:
    activation, (hidden, outer) = network.activation, network.layers
    slopes, biases = hidden.weight[:, 0], hidden.bias
    chosen = None
    if activation.limits is not None and np.abs(outer.weight).max() < 2.0**900:
        chosen = _choose(slopes, biases, *supports(activation, slopes, biases))
    if activation.limits is None or chosen is None:
        return None
    kept, wide, starts, ends = chosen
    edges = np.sort(np.concatenate([starts, ends]))
    first, last = (np.append(0, np.searchsorted(v, edges, side="right")) for v in (ends, starts))
    weights, limits = outer.weight[:, kept], np.array(activation.limits)
    rising = (slopes[kept] > 0).astype(int)
    passed = np.add(*compensated_prefix_sums(weights * limits[rising]))
    coming = np.add(*compensated_prefix_sums((weights * limits[1 - rising])[:, ::-1]))[:, ::-1]
    level = passed[:, first] + coming[:, last] + _constant(network, slopes == 0)[:, None]
    return Windows(
        activation,
        edges,
        first,
        last,
        np.ascontiguousarray(level.T),
        slopes[kept],
        biases[kept],
        weights,
        ((hidden.weight[wide], biases[wide]), (outer.weight[:, wide], np.zeros(len(outer.bias)))),
    )


def settled_from(activation: "Activation", tail: float) -> float:
    """Return an s such that σ, rescaled, is within `tail` of its limits for |u| ≥ s, or inf."""
    try:
        return activation.tail_inverse(tail)
    except UatError:
        return np.inf


def supports(
    activation: "Activation", slopes: Array, biases: Array, tail: float = SATURATED
) -> tuple[Array, Array]:
    """Return for each unit the ends of an interval outside which it is saturated, (units,) each.

    Outside, both bx + c and its value in floats are at least s = τ^-1(tail) in size and on the
    same side of 0. With t = -c/b the float value is off by at most 2 roundings of
    |b|(|x| + |t|): for |x| ≤ 2|t| that is below 7·2^-53 |b||t|, which the margin SLACK |t| of the
    radius holds; for |x| > 2|t| it is below 7·2^-53 |b||x - t|, which the factor 1 + SLACK holds.
    TINY covers underflow. A unit of slope 0, or whose t is beyond float64, has the whole line.
    """
    reach = settled_from(activation, tail)
    with np.errstate(all="ignore"):
        breakpoints = -biases / slopes
        radius = (reach + TINY) / np.abs(slopes) * (1 + SLACK) + SLACK * np.abs(breakpoints) + TINY
        start, end = breakpoints - radius, breakpoints + radius
    unknown = ~np.isfinite(radius)
    return np.where(unknown, -np.inf, start), np.where(unknown, np.inf, end)


def _choose(
    slopes: Array, biases: Array, start: Array, end: Array
) -> tuple[Places, Places, Array, Array] | None:
    """Choose the units that get windows, in order; the others, the widest, are summed directly.

    The starts and ends of the chosen ones are made monotone, so that the units whose interval
    contains x are consecutive. None where they would be too many.
    """
    moving = np.flatnonzero(slopes)
    with np.errstate(all="ignore"):
        breakpoints = -biases[moving] / slopes[moving]
    moving = moving[np.argsort(breakpoints, kind="stable")]
    breakpoints = np.sort(breakpoints)
    widest = np.argsort((start - end)[moving], kind="stable")  # places in `moving`
    best, cheapest, count = None, len(slopes) / 8, 0
    while count < min(cheapest, len(moving)):
        kept = np.delete(moving, widest[:count])
        ends = np.maximum.accumulate(end[kept])
        starts = np.minimum.accumulate(start[kept][::-1])[::-1]
        last = np.searchsorted(starts, breakpoints, side="right")
        cost = count + float(np.mean(last - np.searchsorted(ends, breakpoints, side="right")))
        if cost < cheapest:
            best, cheapest = (kept, moving[widest[:count]], starts, ends), cost
        count = 4 * count or 1
    return best


def compensated_prefix_sums(terms: Array, rest: Array | float = 0.0) -> tuple[Array, Array]:
    """Sum the first 0, 1, 2, … of terms + rest along the last axis, n terms: (…, n + 1) twice.

    The first array has the sums of the terms in floats, the second their rounding errors and the
    sums of `rest`, which must be far smaller (Ogita, Rump and Oishi, "Accurate sum and dot
    product", 2005). The two together are off by at most 2^-53 |sum| + γ_n² Σ|terms|, and exact
    where every partial sum is a float.
    """
    nothing = np.zeros((*terms.shape[:-1], 1))
    high = np.concatenate([nothing, np.cumsum(terms, axis=-1)], axis=-1)
    before, after = high[..., :-1], high[..., 1:]
    added = after - before
    lost = (before - (after - added)) + (terms - added) + rest
    return high, np.concatenate([nothing, np.cumsum(lost, axis=-1)], axis=-1)
