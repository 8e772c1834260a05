"""Many units in one dimension: on a cell only those that are not settled there are modelled.

A unit a σ(bx + c) is within a τ(s) of one of two constants where |x + c/b| ≥ s/|b|. Inside that
window it is modelled (`sigma/model.py`). Outside it is settled: it counts as that constant, and all
settled units together are a prefix sum over the sorted ends of the windows. So a cell costs no more
with 10^4 steep units than with one or two.

Units of the same b and c have the same value, in floats too, so they count as one: the two sides
where rectangles meet do not cancel otherwise.
"""

import math
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from uat.core.evaluate import SATURATED, supports
from uat.core.network import Network
from uat.enclosure.outward_rounding import TINY
from uat.expression.arrays import Array, Integers
from uat.numerics.boxes import centres
from uat.numerics.error_free import prefix_sums
from uat.numerics.network_rounding import ROUNDOFF, displacements
from uat.numerics.settled import sum_of_sizes
from uat.proof.cells.quadratic import NetworkModel, Quadratic
from uat.proof.sigma.model import LOST
from uat.proof.sigma.near import near

__all__ = ["SteepRow"]

_LARGEST: Final = 2.0**1020
"""More than sums of weights times a limit may be, lest they overflow together with the bias."""

_MANY: Final = 64
"""Fewer units are modelled faster one by one than their windows are found."""

_PAIRS: Final = 1 << 18
"""Pairs of a unit and a cell in one array; larger: faster up to the cache of a processor."""


class SteepRow(NetworkModel):
    """A network with one hidden layer, one coordinate, one output and two limits.

    The tails of all settled units may add up to the error that is tolerated.
    """

    def __init__(self, network: Network, domain: Any, tolerated: float) -> None:
        off = displacements(network, domain)
        self.rounding = off.remainder
        hidden, outer = network.layers
        assert network.activation.limits is not None
        left, right = network.activation.limits
        units = (outer.weight[0], hidden.weight[:, 0], hidden.bias, off.arguments[0])
        (a, b, c, moved), lost = _merged(*units)
        total, span = sum_of_sizes(a), abs(right - left)
        tail = max(SATURATED, tolerated / (total * span) if total > 0 else 1.0)
        start, end = supports(network.activation, b, c, tail)
        order = np.argsort(start, kind="stable")
        self._a, self._b, self._c, self._off = (v[order] for v in (a, b, c, moved))
        self._starts, self._ends = start[order], end[order]
        before = self._a * np.where(self._b > 0, left, right)
        behind = self._a * np.where(self._b > 0, right, left)
        exact = {left, right} <= {-1.0, 0.0, 1.0}
        rounded = 0.0 if exact else ROUNDOFF * float(np.sum(np.abs(before) + np.abs(behind)))
        bias = float(outer.bias[0])
        self._settled = _Settled(self._starts, self._ends, before, behind, bias, rounded)
        self._near = near(network.activation)
        self._fixed = (total * span * tail + lost * max(abs(left), abs(right))) * (1 + LOST)

    @staticmethod
    def fits(network: Network) -> bool:
        """Return True for such a network of many units, of weights whose sums do not overflow."""
        if network.depth != 1 or network.input_dimension != 1 or network.units < _MANY:
            return False
        limits = network.activation.limits
        if limits is None:
            return False
        size = sum_of_sizes(network.layers[1].weight[0]) * max(1.0, *map(abs, limits))
        return bool(size < _LARGEST)

    def edges(self, lower: float, upper: float) -> Array:
        """Return the ends of the windows that are narrow and inside the domain."""
        with np.errstate(over="ignore", invalid="ignore"):
            narrow = self._ends - self._starts < (upper - lower) / 64
        places = np.concatenate([self._starts[narrow], self._ends[narrow]])
        return np.asarray(places[(lower < places) & (places < upper)])

    def __call__(self, lower: Array, upper: Array) -> Quadratic:
        """Model g on cells that do not overlap, (cells, 1) ends."""
        order = np.argsort(lower[:, 0], kind="stable")
        low, high = lower[order, 0], upper[order, 0]
        first = np.searchsorted(high, self._starts, side="left")
        last = np.searchsorted(low, self._ends, side="right")
        centre, radius = (v[:, 0] for v in centres(low[:, None], high[:, None]))
        sums = np.zeros((4, len(low)))
        for owner, unit in _pairs(first, last):
            sums += self._near_pairs(owner, unit, centre, radius)
        settled, lost = self._settled(low, high)
        constant = settled + sums[0]
        error = sums[3] + lost + 2 * ROUNDOFF * (np.abs(settled) + np.abs(sums[0])) + self._fixed
        back = np.empty(len(order), dtype=np.int64)
        back[order] = np.arange(len(order))
        return Quadratic(
            constant[back], sums[1][back, None], sums[2][back, None, None], error[back]
        )

    def _near_pairs(self, owner: Integers, unit: Integers, centre: Array, radius: Array) -> Array:
        """Sum the models of units over the cells that own them: constant, slope, curve, error."""
        a, b, m, r = self._a[unit], self._b[unit], centre[owner], radius[owner]
        with np.errstate(all="ignore"):
            linear = np.abs(b) * r
            z = b * m + self._c[unit]
            rest = self._off[unit] + 4 * ROUNDOFF * (np.abs(b * m) + np.abs(self._c[unit])) + TINY
            model = self._near(z, (linear + rest) * (1 + LOST))
            slope = np.where(model.slope == 0, 0.0, model.slope * b)
            curve = np.where(model.curve == 0, 0.0, model.curve * b * b)
            error = model.error_beside(linear, rest)
            size = np.abs(model.value) + np.abs(slope) * r + np.abs(curve) * r * r
        cells = len(centre)
        most = int(np.bincount(owner, minlength=1).max())
        gamma = (most + 8) * ROUNDOFF
        error = np.abs(a) * (error + gamma * size) * (1 + gamma)
        parts = (a * model.value, a * slope, a * curve, error)
        return np.stack([np.bincount(owner, part, cells) for part in parts])


def _pairs(first: Integers, last: Integers) -> Iterator[tuple[Integers, Integers]]:
    """Pair each unit with the cells first ≤ cell < last; some 2^18 pairs at a time."""
    count = np.maximum(last - first, 0)
    some = np.flatnonzero(count)
    total = np.cumsum(count[some])
    steps = np.arange(_PAIRS, int(total.max(initial=0)), _PAIRS)
    for units in np.split(some, np.unique(np.searchsorted(total, steps))):
        if len(units):
            n = count[units]
            unit = np.repeat(units, n)
            offset = np.cumsum(n) - n - first[units]
            yield np.arange(len(unit)) - np.repeat(offset, n), unit


def _summed(terms: Array) -> tuple[Array, float]:
    """Sum the first 0, 1, 2, … terms; bound the errors but for one rounding of each sum."""
    high, low, error = prefix_sums(terms)
    return high + low, error


def _merged(a: Array, b: Array, c: Array, off: Array) -> tuple[tuple[Array, ...], float]:
    """Add up the weights of units with the same b and c; bound what that rounds away."""
    order = np.lexsort((c, b))
    new = np.ones(len(order), dtype=bool)
    new[1:] = (b[order][1:] != b[order][:-1]) | (c[order][1:] != c[order][:-1])
    first = np.flatnonzero(new)
    counts = np.diff(np.append(first, len(order)))
    size = np.add.reduceat(np.abs(a[order]), first)
    lost = float(np.sum(np.where(counts > 1, counts, 0) * ROUNDOFF * size)) * (1 + LOST)
    return (np.add.reduceat(a[order], first), *(v[order][first] for v in (b, c, off))), lost


class _Settled:
    """The sum of settled units: each adds `before` left of its window and `behind` right of it.

    The units are in the order of the starts of their windows; what they add is off by `rounded`.
    """

    def __init__(
        self, starts: Array, ends: Array, before: Array, behind: Array, bias: float, rounded: float
    ) -> None:
        order = np.argsort(ends, kind="stable")
        self._starts, self._ends = starts, ends[order]
        self._before, lost_before = _summed(before)
        self._behind, lost_behind = _summed(behind[order])
        self._base = math.fsum([bias, *before.tolist()])
        self._lost = (lost_before + lost_behind + rounded) * (1 + LOST) + TINY

    def __call__(self, low: Array, high: Array) -> tuple[Array, Array]:
        """Sum the units settled on each cell, and bound what the sum may be off by."""
        started = self._before[np.searchsorted(self._starts, high, side="right")]
        ended = self._behind[np.searchsorted(self._ends, low, side="left")]
        total = (self._base - started) + ended
        size = abs(self._base) + np.abs(started) + np.abs(ended)
        return total, 8 * ROUNDOFF * size + self._lost
