"""Many ReLUs in one dimension: g is piecewise linear, so its values at the kinks are enough.

Between neighbouring kinks t_i = −c_i/b_i the units that are on add up to Ax + B, two prefix sums
over the sorted kinks, kept in two floats each since steep ramps cancel almost wholly. On a cell
without a kink the model is exact; on one with kinks g lies between its values at the ends and at
the kinks. A kink is the float nearest to −c/b; that puts g off by at most |ab| times a spacing.
"""

from typing import Any, Final

import numpy as np

from uat.core.activations import relu
from uat.core.network import Network
from uat.enclosure.enclose import between
from uat.enclosure.outward_rounding import TINY, UP
from uat.expression.arrays import Array, Integers
from uat.numerics.boxes import centres
from uat.numerics.error_free import prefix_sums, two_product, two_sum
from uat.numerics.network_rounding import ROUNDOFF, rounding_bound
from uat.proof.cells.quadratic import NetworkModel, Quadratic, flat

__all__ = ["ReluRow"]

_LARGEST: Final = 2.0**400
"""Weights between its inverse and this have products that split into two floats exactly."""


class ReluRow(NetworkModel):
    """A ReLU network with one hidden layer, one coordinate and one output."""

    def __init__(self, network: Network, domain: Any, _tolerated: float) -> None:
        self.rounding = rounding_bound(network, domain)
        hidden, outer = network.layers
        a, b, c = outer.weight[0], hidden.weight[:, 0], hidden.bias
        moving = b != 0
        still = a[~moving] * np.maximum(c[~moving], 0.0)
        a, b, c = a[moving], b[moving], c[moving]
        kinks = -c / b
        order = np.argsort(kinks, kind="stable")
        self._kinks = kinks[order]
        terms = [self._passed(a[order], b[order], factor[order]) for factor in (b, c)]
        (self._slope, self._slope_rest, slope_lost), (self._level, self._rest, level_lost) = terms
        self._slope_lost = slope_lost
        constant = np.append(still, outer.bias)
        self._level_lost = level_lost + len(constant) * 2 * ROUNDOFF * float(np.abs(constant).sum())
        self._constant = float(constant.sum())
        self._tilt = np.abs(a * b)[order]
        self._prepare_nodes()

    @staticmethod
    def fits(network: Network) -> bool:
        """Return True for such a network whose weights have exact products in two floats."""
        one = network.depth == 1 and network.input_dimension == 1
        if network.activation is not relu or not one:
            return False
        hidden, outer = network.layers
        sizes = np.abs(np.concatenate([outer.weight[0], hidden.weight[:, 0], hidden.bias]))
        inside = (sizes < _LARGEST) & ((sizes > 1 / _LARGEST) | (sizes == 0))
        return bool(inside.all()) and bool((hidden.weight != 0).any())

    def edges(self, lower: float, upper: float) -> Array:
        """Return the kinks inside the domain."""
        inside = (lower < self._nodes) & (self._nodes < upper)
        return np.asarray(self._nodes[inside])

    @np.errstate(all="ignore")
    def __call__(self, lower: Array, upper: Array) -> Quadratic:
        """Model g on cells, (cells, 1) ends."""
        centre, radius = (v[:, 0] for v in centres(lower, upper))
        low, high = lower[:, 0], upper[:, 0]
        value, lost = self._values(centre)
        tilt_low, tilt_high = self._slopes(low, high)
        slope = tilt_low + (tilt_high - tilt_low) / 2
        spread = np.maximum(tilt_high - slope, slope - tilt_low) + self._slope_lost
        first = np.searchsorted(self._nodes, low, side="left")
        last = np.searchsorted(self._nodes, high, side="right")
        off = np.maximum(between(self._off, self._off, first, last)[1], 0.0)
        by_slope = ((spread + 2 * ROUNDOFF * np.abs(slope)) * radius + lost + off) * UP
        cells = len(low)
        model = Quadratic(value, slope[:, None], np.zeros((cells, 1, 1)), by_slope)
        bottom, top = self._range(low, high, first, last)
        middle = bottom + (top - bottom) / 2
        reach = (np.maximum(top - middle, middle - bottom) + off) * UP + TINY
        return model.or_else(np.arange(cells), flat(middle, reach, 1))

    def _passed(self, a: Array, b: Array, factor: Array) -> tuple[Array, Array, float]:
        """Sum a·factor over the units that are on between kinks: (kinks + 1,), in two floats.

        Units of b < 0 are on to the left of their kink.
        """
        high, low = two_product(a, factor)
        falling = b < 0
        start_high, start_low, lost = prefix_sums(
            np.where(falling, high, 0.0), np.where(falling, low, 0.0)
        )
        signs = np.where(falling, -1.0, 1.0)
        sums_high, sums_low, also_lost = prefix_sums(signs * high, signs * low)
        first, rest = two_sum(start_high[-1:], sums_high)
        return first, rest + (start_low[-1] + sums_low), (lost + also_lost) * 2

    def _prepare_nodes(self) -> None:
        """Bound g at each different kink."""
        self._nodes, start = np.unique(self._kinks, return_index=True)
        tilt = np.add.reduceat(self._tilt, start)
        self._off = tilt * np.spacing(np.abs(self._nodes)) * UP
        value, lost = self._values(self._nodes)
        self._bottom = np.nextafter(value - lost - self._off, -np.inf)
        self._top = np.nextafter(value + lost + self._off, np.inf)

    def _values(self, x: Array) -> tuple[Array, Array]:
        """Evaluate g at floats, and bound the error but for a kink that is not where its float is.

        On a kink the unit counts as on; there it adds nothing.
        """
        place = np.searchsorted(self._kinks, x, side="right")
        slope, level = self._slope[place], self._level[place]
        high, low = two_product(slope, x)
        value, lost = two_sum(high, level)
        linear_rest, level_rest = self._slope_rest[place] * x, self._rest[place]
        rest = (lost + low) + (linear_rest + level_rest)
        size = np.abs(lost) + np.abs(low) + np.abs(linear_rest) + np.abs(level_rest)
        result = (value + rest) + self._constant
        error = 4 * ROUNDOFF * (np.abs(value + rest) + np.abs(result) + size)
        return result, error + self._slope_lost * np.abs(x) + self._level_lost + TINY

    def _slopes(self, low: Array, high: Array) -> tuple[Array, Array]:
        """Bound the slope of g inside each cell."""
        first = np.searchsorted(self._kinks, low, side="right")
        last = np.maximum(np.searchsorted(self._kinks, high, side="left"), first)
        slopes = self._slope + self._slope_rest
        return between(slopes, slopes, first, last + 1)

    def _range(
        self, low: Array, high: Array, first: Integers, last: Integers
    ) -> tuple[Array, Array]:
        """Bound g on each cell by its values at the ends and at the kinks within."""
        bottom, top = between(self._bottom, self._top, first, last)
        for end in (low, high):
            value, lost = self._values(end)
            bottom = np.minimum(bottom, np.nextafter(value - lost, -np.inf))
            top = np.maximum(top, np.nextafter(value + lost, np.inf))
        return bottom, top
