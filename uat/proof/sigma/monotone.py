"""The package's σ with two limits near a point, all of them nondecreasing.

There are two models, and each unit gets the sharper one on each cell. Taylor: the error is sup|σ‴| reach³/6. By the
ends: where λ ≤ σ′ on the range of z, σ(z) − λz is nondecreasing there, so its values at the two
ends bound it. With λ = 0 that is the monotone split, which does not care how steep a unit is.

Source of the slope λ: G. Singh, T. Gehr, M. Mirman, M. Püschel and M. Vechev, Fast and effective
robustness certification, 2018.
"""

from typing import Final

import numpy as np

from uat.core.activations import Activation, heaviside
from uat.core.evaluate import SATURATED
from uat.expression.arrays import Array, Bools
from uat.numerics.rounding import ROUNDOFF
from uat.proof.sigma.derivatives import DERIVATIVES
from uat.proof.sigma.model import LOST, OWN, Best, Local, ends_of
from uat.proof.sigma.range_table import RangeTable

__all__ = ["Monotone"]


_SLOPE_ERROR: Final = 128 * ROUNDOFF
"""The error of σ′ and σ″/2 in floats: see `sigma/derivatives.py`."""

_TAYLOR_UP_TO: Final = 4.0
"""Past this reach the Taylor model is never the sharper one."""

_ENDS_FROM: Final = 0.25
"""Below this reach the model by the ends is never the sharper one."""


class Monotone:
    """Models of a named σ with limits."""

    def __init__(self, activation: Activation) -> None:
        assert activation.limits is not None
        assert activation.expression is not None
        self._activation, self._limits = activation, activation.limits
        self._own = 0.0 if activation is heaviside else OWN
        self._settled = activation.tail_inverse(SATURATED)
        self._derivatives = DERIVATIVES.get(activation)
        if self._derivatives is not None:
            slope = activation.expression.derivative()
            self._slopes = RangeTable(slope)
            self._thirds = RangeTable(slope.derivative().derivative())

    def __call__(self, z: Array, reach: Array) -> Local:
        """Model σ around each z."""
        best = Best(Local.unknown(len(z)))
        with np.errstate(all="ignore"):
            low, high = ends_of(z, reach)
            if self._derivatives is not None:
                narrow = np.flatnonzero(np.isfinite(z) & (reach <= _TAYLOR_UP_TO))
                best.offer(narrow, self._by_taylor(*(v[narrow] for v in (z, reach, low, high))))
            wide = np.flatnonzero(~(reach <= _ENDS_FROM) | ~np.isfinite(best.error))
            best.offer(wide, self._by_ends(*(v[wide] for v in (z, low, high))))
            self._settle(best, low > self._settled, self._limits[1])
            self._settle(best, high < -self._settled, self._limits[0])
        return best.models()

    def _settle(self, best: Best, some: Bools, limit: float) -> None:
        """Offer the limit of σ far out: the tail is smaller than the rounding of 1."""
        places = np.flatnonzero(some)
        tail = np.full(len(places), SATURATED * (self._limits[1] - self._limits[0]))
        zero = np.zeros(len(places))
        best.offer(places, Local(np.full(len(places), limit), zero, zero, tail))

    def _by_taylor(self, z: Array, reach: Array, low: Array, high: Array) -> Local:
        assert self._derivatives is not None
        value, slope, curve = self._derivatives(z)
        third = self._thirds.size(low, high) * reach**3 / 6
        error = (third + _SLOPE_ERROR * (reach + reach * reach)) * (1 + LOST) + OWN
        return Local(value, slope, curve, error)

    def _by_ends(self, z: Array, low: Array, high: Array) -> Local:
        least, most = self._values(low)[0], self._values(high)[1]
        constant = Local.constant(least, most)
        if self._derivatives is None:
            return constant
        best = Best(constant)
        finite = np.flatnonzero(np.isfinite(low) & np.isfinite(high))
        ends = (v[finite] for v in (z, low, high, least, most))
        best.offer(finite, self._tilted(*ends))
        return best.models()

    def _tilted(self, z: Array, low: Array, high: Array, least: Array, most: Array) -> Local:
        """Model σ by the least slope on [low, high], on which σ is within [least, most]."""
        slope = np.maximum(self._slopes(low, high)[0], 0.0)
        left, right = slope * (low - z), slope * (high - z)
        tilted = Local.constant(least - left, most - right)
        size = np.abs(least) + np.abs(most) + np.abs(left) + np.abs(right)
        return Local(tilted.value, slope, tilted.curve, tilted.error + LOST * size)

    def _values(self, u: Array) -> tuple[Array, Array]:
        """Bound σ at each u."""
        value = np.asarray(self._activation(u))
        left, right = self._limits
        return np.clip(value - self._own, left, right), np.clip(value + self._own, left, right)
